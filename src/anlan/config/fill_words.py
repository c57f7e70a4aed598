# SPDX-License-Identifier: Apache-2.0
"""Made-up words and photos. Each says that it is made up; none is anybody's."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

HERE = "\ue000"
"""Stands for the village's name in made-up words until a place is chosen."""
MADE_UP = "made_up"
MARK = "【演示数据】"
LANDMARKS = ("菜场门口", "小学东侧", "公交站旁", "小区北门", "河边步道", "路口", "广场南面", "停车场入口", "文化礼堂前", "老街")  # fmt: skip
FOUND = ("巡查发现{c}，{k}，已拍照", "{c}：{k}，请安排处理", "网格走访时看到{c}，{k}")
SAID = (
    "{c}，{k}，好几天了，请来看看",
    "这里{c}，{k}，老人孩子经过不安全",
    "反映{c}的问题：{k}，希望尽快解决",
)
SETTLED = (
    "当场清理完毕，现场整洁",
    "已当场劝导并恢复原状",
    "已当场修好，通行正常",
    "已向当事商户说明，当场整改",
)
ANSWERS = {
    "fixed": (
        "已组织人员到场处理完毕，现场恢复正常",
        "已修复并复查，符合结案条件",
        "已清理干净，安排专人每日巡查",
    ),
    "made_safe": ("已设置围挡和警示标志，排除危险，后续工程已列入计划",),
    "explained": ("经现场核对，已向报告人说明情况和办理依据",),
    "cannot": ("涉及产权争议，依法暂不能处理，已告知其他途径",),
    "not_found": ("到现场没有发现所反映的情况，已留照备查",),
}


@lru_cache(maxsize=1)
def picture() -> bytes:
    """What every made-up photo shows: a small JPEG that says what it is, of nothing."""
    image = Image.new("RGB", (240, 180), (226, 232, 236))
    draw = ImageDraw.Draw(image)
    draw.polygon(((20, 160), (90, 75), (135, 130), (170, 95), (220, 160)), fill=(168, 186, 196))
    draw.text((42, 20), "DEMO, not a real photo", fill=(70, 84, 94))
    out = BytesIO()
    image.save(out, "JPEG", quality=40, optimize=True)
    return out.getvalue()

# SPDX-License-Identifier: Apache-2.0
"""Made-up words for the style pages: every component, in the reader's language, no case behind any of it."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.templatetags.static import static
from django.utils.translation import get_language

from anlan.places.calendars import Limit, Unit
from anlan.web.look.fields import DateBoxes
from anlan.web.look.times import due_pill
from anlan.web.look.values import (
    Choice,
    Deed,
    Item,
    Line,
    Photo,
    Pill,
    Queue,
    QueueGroup,
    Seen,
    Step,
    Term,
    Tone,
)


def sample(*, at: datetime) -> dict[str, Any]:
    """The context of the style pages as read at `at`."""
    return {
        "now": at,
        "case_number": 4821_0937_5516_2047,
        "nav": _nav(),
        "groups": _groups(),
        "items": _items(at),
        "tasks": _tasks(at),
        "stages": _stages(),
        "deeds": _deeds(),
        "terms": _terms(at),
        "lines": _lines(at),
        "openings": [
            Seen(
                who=_say("文新街道 派遣岗", "Wenxin dispatch post"),
                at=at - timedelta(hours=16),
                why=_say("为核对位置", "to check the place"),
            )
        ],
        "pictures": _pictures(),
        "pills": _pills(at),
        "due": at + timedelta(days=5, hours=4),
        "late": at - timedelta(hours=2),
        "choices": [
            Choice(word=_say("按时限", "By due date"), url="?sort=due", current=True),
            Choice(word=_say("最新", "Newest"), url="?sort=new"),
            Choice(word=_say("学校周边", "Near schools"), url="?near=school"),
        ],
        "sent": _sent(),
        "fresh": SampleForm(),
        "showing": "case",
        "back": "?",
    }


def _say(zh: str, en: str) -> str:
    return zh if (get_language() or "").startswith("zh") else en


class SampleLimit(forms.MultiWidget):
    """A number and its unit, to show a field of two controls."""

    def __init__(self) -> None:
        super().__init__(
            widgets={"n": forms.NumberInput, "unit": forms.Select(choices=[("day", "d"), ("hour", "h")])}
        )

    def decompress(self, value: Any) -> list[Any]:
        """Nothing is kept here."""
        return [value, None]


class SampleForm(forms.Form):
    """One field of each kind."""

    limit = forms.CharField(required=False, widget=SampleLimit)
    what = forms.CharField(widget=forms.Textarea, max_length=500)
    place = forms.CharField(required=False, max_length=200)
    urgent = forms.ChoiceField(widget=forms.RadioSelect)
    topics = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    office = forms.ChoiceField()
    since = forms.DateField(widget=DateBoxes, required=False)
    photos = forms.FileField(required=False)
    phone = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"})
    )
    agreed = forms.BooleanField()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        words = {
            "limit": (_say("需要多久", "How long it takes"), ""),
            "what": (
                _say("发生了什么", "What is wrong"),
                _say(
                    "写看到的情况，不用写自己的姓名和证件号。",
                    "Say what you see; leave out names and identity numbers.",
                ),
            ),
            "place": (
                _say("在哪里", "Where"),
                _say("例如：文三路与学院路口", "For example: the corner of Wensan Road and Xueyuan Road"),
            ),
            "urgent": (_say("会不会马上伤到人", "Could somebody be hurt at once"), ""),
            "topics": (_say("和哪些有关", "What it concerns"), _say("可以选几项", "Choose all that apply")),
            "office": (_say("派给", "Send to"), ""),
            "since": (_say("从哪天开始", "Since when"), _say("大概就行", "Roughly is enough")),
            "photos": (
                _say("照片", "Photos"),
                _say("最多 9 张，JPEG、PNG、WebP 或 HEIC", "At most 9: JPEG, PNG, WebP or HEIC"),
            ),
            "phone": (
                _say("手机号", "Phone number"),
                _say("只用来告诉您办得怎么样", "Only used to tell you how it goes"),
            ),
            "agreed": (_say("我写的是我看到的", "What I wrote is what I saw"), ""),
        }
        for name, (label, hint) in words.items():
            self.fields[name].label = label
            self.fields[name].help_text = hint
        yes_no = [("yes", _say("会", "Yes")), ("no", _say("不会", "No"))]
        chosen = [
            ("road", _say("道路", "Roads")),
            ("light", _say("路灯", "Street lights")),
            ("water", _say("积水", "Standing water")),
        ]
        offices = [
            ("", _say("请选择", "Choose one")),
            ("1", _say("西湖区住建局养护科", "Xihu construction bureau, road care")),
        ]
        for name, options in (("urgent", yes_no), ("topics", chosen), ("office", offices)):
            self.fields[name].choices = options  # type: ignore[attr-defined]
        self.fields["urgent"].widget.hints = {
            "yes": _say(
                "有人会摔倒、触电、被砸到。着火或有人受伤请先打紧急电话。",
                "Somebody may fall, be shocked or hit. For fire or injury call an emergency number first.",
            ),
        }


def _sent() -> SampleForm:
    form = SampleForm(
        {"place": "文三路", "since_year": "2026", "since_month": "13", "since_day": "1", "topics": ["road"]}
    )
    form.is_valid()
    return form


def _nav() -> list[Choice]:
    return [
        Choice(word=_say("待办", "To do"), url="/styles/desk/", current=True),
        Choice(word=_say("总览", "Overview"), url="/styles/"),
        Choice(word=_say("巡查", "Patrols"), url="/styles/phone/"),
        Choice(word=_say("预警", "Alerts"), url="/styles/tasks/"),
        Choice(word=_say("查询", "Search"), url="/styles/"),
    ]


def _groups() -> list[QueueGroup]:
    return [
        QueueGroup(
            word=_say("我的待办", "My work"),
            queues=[
                Queue(
                    word=_say("超期与将到期", "Late and due soon"),
                    url="?q=late",
                    count=4,
                    late=True,
                    current=True,
                ),
                Queue(word=_say("新到，待受理", "New, to accept"), url="?q=new", count=12),
                Queue(word=_say("待派遣", "To send on"), url="?q=send", count=7),
                Queue(word=_say("办理中", "Being handled"), url="?q=open", count=86),
                Queue(word=_say("待核实", "To verify"), url="?q=verify", count=9),
            ],
        ),
        QueueGroup(
            word=_say("来源", "Where from"),
            queues=[
                Queue(word=_say("居民随手报", "Residents"), url="?f=r", count=31),
                Queue(word=_say("网格员", "Grid workers"), url="?f=g", count=74),
                Queue(word=_say("热线", "Hotline"), url="?f=h", count=9),
            ],
        ),
        QueueGroup(
            word=_say("已存筛选", "Saved filters"),
            queues=[
                Queue(word=_say("学校周边", "Near schools"), url="?s=1", count=5),
                Queue(word=_say("被退回两次以上", "Returned twice or more"), url="?s=2", count=2),
            ],
        ),
    ]


def _items(at: datetime) -> list[Item]:
    rows = (
        (
            "路面破损，电动车容易摔倒",
            "Broken road, scooters may fall",
            "文三社区",
            "Wensan",
            "道路破损",
            "road damage",
            -2.0,
        ),
        (
            "店外堆放占道",
            "Goods block the pavement",
            "阳光社区",
            "Yangguang",
            "占道经营",
            "street trading",
            4 / 3,
        ),
        (
            "雨水井盖翻动，有响声",
            "Loose manhole cover rattles",
            "骆家庄社区",
            "Luojiazhuang",
            "雨水井盖",
            "manhole cover",
            2.0,
        ),
        ("夜间施工噪声", "Building noise at night", "文新社区", "Wenxin", "施工扰民", "building noise", 24.8),
        (
            "楼道堆放杂物",
            "Things left in the stairwell",
            "桂花城社区",
            "Guihuacheng",
            "公共安全",
            "public safety",
            55.8,
        ),
        (
            "河道漂浮垃圾",
            "Rubbish floating in the canal",
            "五联社区",
            "Wulian",
            "水域不洁",
            "dirty water",
            130.0,
        ),
        (
            "路灯不亮（两盏）",
            "Two street lights are out",
            "竞舟社区",
            "Jingzhou",
            "路灯",
            "street light",
            None,
        ),
        (
            "宣传栏玻璃破裂",
            "Notice board glass is cracked",
            "新金都社区",
            "Xinjindu",
            "公用设施",
            "public fittings",
            None,
        ),
    )
    new = Pill(word=_say("新到，待受理", "new, to accept"), tone=Tone.NEW)
    return [
        Item(
            title=_say(zh, en),
            url=f"/styles/desk/?case={place}",
            under=[_say(where, place), _say(what, kind)],
            pill=new if hours is None else due_pill(at + timedelta(hours=hours), at=at),
            current=place == "Wensan",
        )
        for zh, en, where, place, what, kind, hours in rows
    ]


def _tasks(at: datetime) -> list[Item]:
    return [
        Item(title=item.title, url="/styles/phone/", under=item.under, pill=item.pill)
        for item in _items(at)[1:5]
    ]


def _stages() -> list[Step]:
    return [
        Step(word=_say("已提交", "Sent"), state="done"),
        Step(word=_say("已受理", "Accepted"), state="done"),
        Step(word=_say("办理中", "In hand"), state="now"),
        Step(word=_say("核实", "Check"), state="next"),
        Step(word=_say("办结", "Closed"), state="next"),
    ]


def _deeds() -> list[Deed]:
    return [
        Deed(word=_say("派给 住建局养护科", "Send to road care"), url="?do=send", key="Enter", main=True),
        Deed(word=_say("改派", "Send elsewhere"), url="?do=other", key="G"),
        Deed(word=_say("申请延期", "Ask for more time"), url="?do=delay", key="Y"),
        Deed(word=_say("退回（写明理由）", "Return with a reason"), url="?do=return", key="T"),
    ]


def _terms(at: datetime) -> list[Term]:
    return [
        Term(
            word=_say("派遣", "Send on"),
            limit=Limit(n=1, unit=Unit.WORKING_HOUR),
            due=at - timedelta(hours=2),
        ),
        Term(
            word=_say("办结", "Settle"),
            limit=Limit(n=5, unit=Unit.WORKING_DAY),
            due=at + timedelta(days=5, hours=4),
        ),
        Term(
            word=_say("受理", "Accept"),
            limit=Limit(n=4, unit=Unit.WORKING_HOUR),
            met=at - timedelta(hours=16),
        ),
        Term(word=_say("承诺", "Promise"), note=_say("已告知居民", "The resident was told")),
        Term(word=_say("日历", "Calendar"), note=_say("周末不计", "Weekends do not count")),
    ]


def _pictures() -> list[Photo]:
    return [
        Photo(
            words=_say("路口的坑，约半米宽", "The hole at the corner, half a metre wide"),
            url="/styles/phone/",
            small=static("anlan/sample.svg"),
        ),
        Photo(
            words=_say("从东边看", "Seen from the east"),
            url="/styles/phone/",
            note=_say("昨天 16:40 拍", "taken yesterday 16:40"),
        ),
    ]


def _lines(at: datetime) -> list[Line]:
    return [
        Line(
            title=_say("区社会治理中心收到超期提醒", "The county centre was told it is late"),
            at=at - timedelta(hours=1),
            by=_say("自动", "automatic"),
            tone=Tone.OVERDUE,
        ),
        Line(
            title=_say("街道受理", "Accepted by the town"),
            at=at - timedelta(hours=16),
            by=_say("派遣岗", "dispatch post"),
            words=_say("类别确认为“道路破损（坑槽）”。", "Confirmed as road damage (pothole)."),
        ),
        Line(
            title=_say("派遣岗看过照片", "The dispatch post opened the photos"),
            at=at - timedelta(hours=16, minutes=20),
            tone=Tone.QUIET,
        ),
        Line(
            title=_say("居民提交", "Sent by a resident"),
            at=at - timedelta(hours=17),
            note=_say("2 张照片", "2 photos"),
            words=_say(
                "文三路与学院路口有一个约半米宽的坑，晚上看不清。",
                "A hole half a metre wide at the corner; hard to see at night.",
            ),
        ),
    ]


def _pills(at: datetime) -> list[Pill]:
    return [
        due_pill(at - timedelta(hours=2), at=at),
        due_pill(at + timedelta(hours=1, minutes=20), at=at),
        due_pill(at + timedelta(hours=25), at=at),
        due_pill(at + timedelta(days=40), at=at, provisional=True),
        Pill(word=_say("新到，待受理", "new, to accept"), tone=Tone.NEW),
        Pill(word=_say("已办结", "closed"), tone=Tone.DONE),
        Pill(word=_say("等待答复", "waiting for an answer")),
    ]

# SPDX-License-Identifier: Apache-2.0
"""Made-up figures for the style pages: a map of eight invented towns and two lines over a month."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import shapely
from django.utils import timezone
from django.utils.translation import get_language

from anlan.places.locate import Below
from anlan.web.look.maps import Area, map_of
from anlan.web.look.trends import Series, spark, trend_of

TOWNS = (
    ("清河镇", "Qinghe", 12),
    ("白石镇", "Baishi", 40),
    ("云溪乡", "Yunxi", 7),
    ("南渡街道", "Nandu", 128),
    ("桃源镇", "Taoyuan", 66),
    ("东湖街道", "Donghu", 95),
    ("竹坪乡", "Zhuping", None),
    ("北关镇", "Beiguan", 31),
)
FIRST = 990001001000000
"""No place has this code."""


def sample_figures(*, at: datetime) -> dict[str, Any]:
    """What the page of figures draws."""
    chinese = (get_language() or "").startswith("zh")
    areas = [
        Area(
            code=FIRST + n,
            name=zh if chinese else en,
            shown=f"{value:,}" if value is not None else ("少于 10" if chinese else "fewer than 10"),
            value=value,
            url=f"?town={n}",
            current=n == 4,
        )
        for n, (zh, en, value) in enumerate(TOWNS)
    ]
    today = timezone.localtime(at).date()
    days = [today - timedelta(days=29 - n) for n in range(30)]
    opened = [40 + n * 7 % 23 + (30 if n == 17 else 0) for n in range(30)]
    late = [None if n == 9 else 5 + n * 5 % 9 for n in range(30)]
    return {
        "map": map_of(
            Below(shapes=_towns(), surveyed=False),
            areas,
            title="八个编造的乡镇" if chinese else "Eight invented towns",
            measure="近 30 天新收" if chinese else "Opened in 30 days",
            say=lambda value: f"{value:,.0f}",
        ),
        "trend": trend_of(
            "每天" if chinese else "Day by day",
            days,
            [
                Series(name="新收" if chinese else "Opened", values=opened),
                Series(name="超期" if chinese else "Overdue", values=late, late=True),
            ],
            today=today,
        ),
        "spark": spark(opened),
    }


def _towns() -> dict[int, shapely.geometry.base.BaseGeometry]:
    """Cells around eight points within an outline that nobody surveyed."""
    outline = shapely.Polygon([(0, 20), (30, 0), (80, 8), (110, 34), (96, 70), (52, 82), (12, 64)])
    points = np.array([(20, 20), (45, 12), (76, 22), (50, 40), (22, 48), (88, 48), (40, 66), (70, 64)])
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=outline))
    units = {
        FIRST + n: shapely.intersection(
            next(cell for cell in cells if cell.contains(shapely.Point(point))), outline
        )
        for n, point in enumerate(points.tolist())
    }
    return {code: shapely.transform(shape, lambda xy: xy * 10_000) for code, shape in units.items()}

# SPDX-License-Identifier: Apache-2.0
"""Drawn pictures of the demo's stories, before and after: simple shapes in the look's colours, each marked as made up in both
languages. The Chinese words are drawn already, in `data/captions.png`: no machine needs a font for them.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Protocol

from PIL import Image, ImageDraw, ImageFont

SIZE = (480, 360)
PAPER, SAND, SKY, INK, SOFT = "#fbf9f4", "#f3efe6", "#e0eaf3", "#1b2327", "#55606a"
DEEP, CELADON, MIST, ROAD, KERB = "#0b5351", "#8fbfae", "#d7e8e0", "#c3c6c4", "#ddd6c6"
WATER, WARN, LIGHT, BARK, DARK = "#9fc3d3", "#8d231b", "#fbeecb", "#8a6a4a", "#23323a"

CAPTIONS, LINE = Path(__file__).parent / "data" / "captions.png", 24

Draw = ImageDraw.ImageDraw


class Scene(Protocol):
    """Draws a thing: broken, or mended."""

    def __call__(self, draw: Draw, *, after: bool) -> None:
        """Onto what is there."""


@lru_cache(maxsize=64)
def picture_of(name: str, *, after: bool, of: str = "") -> bytes:
    """A small JPEG of a scene, another file for each story that it is `of`: no two photos are the same. Raises KeyError for an unknown one."""
    image = Image.new("RGB", SIZE, SKY)
    draw = ImageDraw.Draw(image)
    SCENES[name](draw, after=after)
    draw.rectangle((0, 326, 480, 360), fill=PAPER)
    font = ImageFont.load_default(size=15)
    draw.bitmap((14, 331), _caption(0), fill=DEEP)
    draw.text((184, 334), "Made up, drawn for a demo", fill=DEEP, font=font)
    draw.bitmap((372, 331), _caption(2 if after else 1), fill=SOFT)
    draw.text((428, 334), "after" if after else "before", fill=SOFT, font=font)
    out = BytesIO()
    image.save(out, "JPEG", quality=72, optimize=True, comment=of.encode())
    return out.getvalue()


@lru_cache(maxsize=4)
def picture(of: str = "") -> bytes:
    """What every other made-up photo shows: a small JPEG that says what it is, of nothing; another file for each case that it is `of`."""
    image = Image.new("RGB", (240, 180), SKY)
    draw = ImageDraw.Draw(image)
    draw.polygon(((20, 128), (90, 43), (135, 98), (170, 63), (220, 128)), fill=CELADON)
    draw.rectangle((0, 128, 240, 180), fill=PAPER)
    draw.bitmap((14, 131), _caption(0), fill=DEEP)
    draw.text((14, 156), "Made up, no real photo", fill=DEEP, font=ImageFont.load_default(size=13))
    out = BytesIO()
    image.save(out, "JPEG", quality=60, optimize=True, comment=of.encode())
    return out.getvalue()


def _caption(n: int) -> Image.Image:
    """The n-th line of the words drawn already: that it is made up, before, after."""
    with Image.open(CAPTIONS) as held:
        return held.convert("L").crop((0, n * LINE, held.width, (n + 1) * LINE))


def _street(draw: Draw, *, night: bool = False) -> None:
    sky, wall, road = (DARK, "#34464e", "#3c4a50") if night else (SKY, MIST, ROAD)
    draw.rectangle((0, 0, 480, 210), fill=sky)
    for left, top, right in ((20, 70, 130), (150, 40, 250), (280, 90, 400), (410, 60, 480)):
        draw.rectangle((left, top, right, 210), fill=wall)
        for x in range(left + 14, right - 18, 28):
            for y in range(top + 16, 190, 34):
                draw.rectangle((x, y, x + 13, y + 17), fill=LIGHT if night and (x + y) % 3 == 0 else PAPER)
    draw.rectangle((0, 210, 480, 228), fill=KERB)
    draw.rectangle((0, 228, 480, 330), fill=road)


def _cone(draw: Draw, x: int, y: int) -> None:
    draw.polygon(((x - 11, y), (x, y - 34), (x + 11, y)), fill=WARN)
    draw.line((x - 6, y - 13, x + 6, y - 13), fill=PAPER, width=4)


def _manhole(draw: Draw, *, after: bool) -> None:
    _street(draw)
    draw.ellipse((185, 252, 295, 306), fill=SOFT if after else INK, outline=DEEP, width=4)
    if after:
        for x in range(205, 280, 15):
            draw.line((x, 264, x, 294), fill=KERB, width=3)
    else:
        draw.line((240, 290, 262, 205), fill=BARK, width=5)
        draw.polygon(((262, 205), (248, 190), (282, 188)), fill=CELADON)


def _lamps(draw: Draw, *, after: bool) -> None:
    _street(draw, night=True)
    for x in (90, 240, 390):
        if after:
            draw.polygon(((x + 30, 96), (x - 40, 322), (x + 100, 322)), fill="#5d5a40")
        draw.line((x, 226, x, 92, x + 30, 86), fill=SOFT, width=6)
        draw.ellipse((x + 20, 82, x + 42, 98), fill="#ffe9a8" if after else INK)


def _pole(draw: Draw, *, after: bool) -> None:
    _street(draw)
    draw.line((240, 240, 240 if after else 330, 50), fill=BARK, width=12)
    draw.line((0, 70, 240 if after else 322, 66, 480, 74), fill=INK, width=2)
    if not after:
        _cone(draw, 210, 262)


def _river(draw: Draw, *, after: bool) -> None:
    draw.rectangle((0, 0, 480, 130), fill=SKY)
    draw.polygon(((0, 130), (480, 112), (480, 180), (0, 190)), fill=CELADON)
    draw.polygon(((0, 190), (480, 180), (480, 330), (0, 330)), fill=WATER if after else "#6f7468")
    draw.ellipse((40, 172, 84, 212), fill=SOFT)
    if not after:
        draw.polygon(((56, 196), (80, 196), (170, 280), (70, 300)), fill="#4f534a")
    for x, y in ((150, 230), (300, 214), (240, 280), (390, 262)):
        draw.arc((x, y, x + 60, y + 18), 180, 360, fill=PAPER, width=3)


def _hole(draw: Draw, *, after: bool) -> None:
    _street(draw)
    if after:
        draw.rounded_rectangle((170, 256, 320, 308), 14, fill="#9a9f9d")
    else:
        draw.polygon(((170, 280), (205, 256), (280, 252), (322, 276), (296, 308), (200, 310)), fill=SOFT)
        draw.ellipse((206, 268, 292, 300), fill=WATER)


def _pipe(draw: Draw, *, after: bool) -> None:
    _street(draw, night=not after)
    if after:
        draw.rounded_rectangle((160, 258, 330, 300), 8, fill="#9a9f9d")
        return
    draw.ellipse((110, 270, 380, 330), fill=WATER)
    for x, top in ((215, 150), (240, 110), (265, 145)):
        draw.line((240, 290, x, top), fill=WATER, width=10)


def _tree(draw: Draw, *, after: bool) -> None:
    _street(draw)
    if after:
        draw.rectangle((96, 214, 116, 228), fill=BARK)
        draw.ellipse((90, 206, 122, 220), fill=LIGHT)
        return
    draw.line((90, 226, 330, 278), fill=BARK, width=16)
    for x, y in ((300, 232), (350, 252), (330, 290), (390, 276)):
        draw.ellipse((x - 42, y - 34, x + 42, y + 34), fill=CELADON)
    for x in range(20, 470, 38):
        draw.line((x, 20, x - 18, 70), fill=SOFT, width=2)


def _toilet(draw: Draw, *, after: bool) -> None:
    draw.rectangle((0, 0, 480, 270), fill=MIST)
    draw.rectangle((0, 270, 480, 330), fill=SAND)
    draw.rounded_rectangle((190, 170, 290, 280), 20, fill=PAPER, outline=SOFT, width=3)
    if after:
        draw.line((330, 120, 330, 240, 400, 240), fill=DEEP, width=12)
    else:
        draw.line((330, 226, 352, 240), fill=SOFT, width=6)
        draw.polygon(((60, 300), (150, 296), (170, 318), (70, 322)), fill=WATER)


def _van(draw: Draw, *, after: bool) -> None:
    _street(draw)
    if not after:
        draw.rounded_rectangle((150, 170, 330, 268), 12, fill=PAPER, outline=SOFT, width=3)
        draw.rectangle((270, 184, 322, 216), fill=WATER)
        for x in (188, 292):
            draw.ellipse((x - 18, 252, x + 18, 288), fill=INK)
    draw.line((140, 300, 345, 300), fill=LIGHT, width=6)


def _rubble(draw: Draw, *, after: bool) -> None:
    _street(draw)
    if after:
        draw.rectangle((160, 250, 320, 256), fill=CELADON)
        return
    for points in _HEAP:
        draw.polygon(points, fill=SOFT, outline=PAPER)
    _truck(draw, 352, 240)


def _truck(draw: Draw, x: int, y: int) -> None:
    """From behind, with a plate that whoever publishes the picture has to cover."""
    draw.rectangle((x, y - 70, x + 112, y + 30), fill=CELADON, outline=SOFT, width=3)
    for wheel in (x + 8, x + 82):
        draw.rectangle((wheel, y + 28, wheel + 22, y + 52), fill=INK)
    draw.rectangle((x + 14, y + 2, x + 98, y + 25), fill="#1d4f8f", outline=PAPER, width=2)
    draw.text((x + 20, y + 5), "A·D0000", fill=PAPER, font=ImageFont.load_default(size=17))


_HEAP: Sequence[tuple[tuple[int, int], ...]] = (
    ((130, 300), (190, 236), (250, 300)),
    ((200, 300), (262, 214), (330, 300)),
    ((280, 300), (322, 250), (372, 300)),
)

SCENES: Mapping[str, Scene] = {
    "manhole": _manhole,
    "lamps": _lamps,
    "pole": _pole,
    "river": _river,
    "hole": _hole,
    "pipe": _pipe,
    "tree": _tree,
    "toilet": _toilet,
    "van": _van,
    "rubble": _rubble,
}

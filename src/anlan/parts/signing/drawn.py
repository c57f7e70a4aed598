# SPDX-License-Identifier: Apache-2.0
"""A drawn signature: the strokes of a finger or pen as an SVG path of whole numbers in a box, and nothing else.

``M12 30L14 31L18 35M40 12L41 13``: each stroke begins with M, each further point with L. What is not exactly that is refused, so
it can be put into a page or a document as it is.
"""

import re

WIDE, HIGH = 600, 200
"""The box, in the path's own units."""
MOST_POINTS = 1_000
LONGEST = MOST_POINTS * 8
PATH = re.compile(r"(?:M[0-9]{1,3} [0-9]{1,3}(?:L[0-9]{1,3} [0-9]{1,3})+)+")
POINT = re.compile(r"([0-9]+) ([0-9]+)")


def is_signature(path: str) -> bool:
    """Whether this is such a path, inside the box, with more than a dot or a tick in it."""
    if len(path) > LONGEST or not PATH.fullmatch(path):
        return False
    points = [(int(x), int(y)) for x, y in POINT.findall(path)]
    across = max(x for x, _y in points) - min(x for x, _y in points)
    return (
        len(points) >= 4
        and across >= WIDE // 20
        and all(x <= WIDE and y <= HIGH for x, y in points)
        and len(points) <= MOST_POINTS
    )

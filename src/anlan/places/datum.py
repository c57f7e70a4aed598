# SPDX-License-Identifier: Apache-2.0
"""Turns the shifted coordinates of Chinese maps and phones into WGS-84 at the door. Pure; whole units of 1e-7 degree.

GCJ-02 (AMap, Tencent, WeChat) and BD-09 (Baidu) are found by trying the published forward shift until it fits, to
about a centimetre. Points outside China are not shifted. The shift is public knowledge, not a survey's precision.
"""

from enum import StrEnum
from math import atan2, cos, hypot, pi, sin, sqrt

E7 = 10_000_000
_AXIS, _ECCENTRICITY = 6378245.0, 0.00669342162296594323  # Krasovsky 1940
_BAIDU = pi * 3000.0 / 180.0


class Datum(StrEnum):
    """What a point's numbers refer to."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"  # the same as WGS-84 within centimetres
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_wgs84(lng_e7: int, lat_e7: int, *, datum: Datum) -> tuple[int, int]:
    """The same point in WGS-84. Raises ValueError when it is not on the globe."""
    if not (abs(lng_e7) <= 180 * E7 and abs(lat_e7) <= 90 * E7):
        raise ValueError("not a point on the globe")
    lng, lat = lng_e7 / E7, lat_e7 / E7
    if datum is Datum.BD09:
        lng, lat = _from_bd09(lng, lat)
    if datum in (Datum.BD09, Datum.GCJ02):
        lng, lat = _from_gcj02(lng, lat)
        return round(lng * E7), round(lat * E7)
    return lng_e7, lat_e7


def to_gcj02(lng_e7: int, lat_e7: int) -> tuple[int, int]:
    """A WGS-84 point as Chinese maps show it, for handing a point to one."""
    lng, lat = _to_gcj02(lng_e7 / E7, lat_e7 / E7)
    return round(lng * E7), round(lat * E7)


def _from_gcj02(lng: float, lat: float) -> tuple[float, float]:
    x, y = lng, lat
    for _ in range(6):
        shifted_x, shifted_y = _to_gcj02(x, y)
        x, y = x + lng - shifted_x, y + lat - shifted_y
    return x, y


def _to_gcj02(lng: float, lat: float) -> tuple[float, float]:
    if not (72.004 <= lng <= 137.8347 and 0.8293 <= lat <= 55.8271):
        return lng, lat
    x, y = lng - 105.0, lat - 35.0
    waves = 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (waves + 20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (waves + 20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    angle = lat / 180.0 * pi
    magic = 1 - _ECCENTRICITY * sin(angle) ** 2
    root = sqrt(magic)
    north = north * 180.0 / (_AXIS * (1 - _ECCENTRICITY) / (magic * root) * pi)
    east = east * 180.0 / (_AXIS / root * cos(angle) * pi)
    return lng + east, lat + north


def _from_bd09(lng: float, lat: float) -> tuple[float, float]:
    x, y = lng - 0.0065, lat - 0.006
    radius = hypot(x, y) - 0.00002 * sin(y * _BAIDU)
    angle = atan2(y, x) - 0.000003 * cos(x * _BAIDU)
    return radius * cos(angle), radius * sin(angle)

# SPDX-License-Identifier: Apache-2.0
"""A QR code as an inline SVG, for what a phone should not have to type."""

import io

import qrcode  # type: ignore[import-untyped]
import qrcode.image.svg  # type: ignore[import-untyped]
from django.utils.safestring import SafeString


def draw_square(text: str) -> SafeString:
    """The text as a square; it stands in no markup, only in the squares."""
    drawn = io.BytesIO()
    qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, box_size=8).save(drawn)
    svg = drawn.getvalue().decode()
    return SafeString(svg[svg.index("<svg") :])

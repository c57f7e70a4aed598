# SPDX-License-Identifier: Apache-2.0
"""Which files of a case a browser may draw or play by itself, and how long those may follow that a phone still has."""

from datetime import timedelta

SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "audio/mp4", "audio/mpeg", "audio/webm"})
"""Kinds that cannot hold a script; all pictures are kept as JPEG."""
SOUNDS = "audio/"
PHOTOS_FOLLOW = timedelta(days=7)
"""After the report. Drafts on the device lapse after the same time."""

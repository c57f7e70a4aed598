# SPDX-License-Identifier: Apache-2.0
"""A resident at the doors: Django's client, what a page held, files of every sort."""

import io
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.cases.world import VILLAGE, place

WORDS = "路面破损，电动车容易摔倒"


def picture(name: str = "坑.jpg", kind: str = "JPEG", *, colour: str = "grey") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, kind)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def upload(name: str, data: bytes, kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)


def located(name: str = "phone.jpg", *, when: str = "") -> Any:
    """A photo that a phone took in 西湖区, and said so; `when` by its own clock."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 16.0, 30.0), 3: "E", 4: (120.0, 8.0, 0.0)})
    if when:
        exif.get_ifd(0x8769)[0x9003] = when
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(out, "JPEG", exif=exif)
    return upload(name, out.getvalue())


def hidden(html: str, name: str = "draft") -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', html)
    assert found, f"no {name} in the page"
    return found[1]


def answers(**more: Any) -> dict[str, Any]:
    """A filled form; None leaves a field out."""
    given = {"words": WORDS, "kind": "road", "address": "文三路 文三社区", "place": place(VILLAGE), **more}
    return {key: value for key, value in given.items() if value is not None}


def fill(visitor: Client, **more: Any) -> Any:
    """Opens the form and sends it."""
    draft = hidden(visitor.get("/report").content.decode())
    return visitor.post("/report", answers(draft=draft, **more))


def report(visitor: Client, **more: Any) -> tuple[str, str]:
    """Sends a report; the number without spaces, and the follow code."""
    answer = fill(visitor, **more)
    assert answer.status_code == 302, answer.content.decode()
    slip = visitor.get(answer["Location"]).content.decode()
    number, code = re.findall(r'<span class="anlan-code">([^<]+)</span>', slip)
    return number.replace(" ", ""), code


def follow(visitor: Client, number: str, code: str) -> Any:
    return visitor.post("/follow", {"number": number, "code": code})


def text(answer: Any) -> str:
    """The page as it stands, without what a script alone would draw."""
    return re.sub(r"<template.*?</template>", "", answer.content.decode(), flags=re.DOTALL)


def sign_in(visitor: Client, phone: str) -> None:
    """Through the demo's shown code."""
    page = text(visitor.post("/sign-in", {"phone": phone}))
    code = re.search(r'<span class="anlan-code">(\d{6})</span>', page)
    assert code, page
    assert visitor.post("/sign-in", {"phone": phone, "code": code[1]}).status_code == 302

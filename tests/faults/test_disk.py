# SPDX-License-Identifier: Apache-2.0
"""A disk that takes no more, made with a limit on file sizes: the kernel itself cuts the writing short."""

import io
import json
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from anlan.base.erasure import ErasureFile
from anlan.cases import journal
from anlan.cases.models import Case
from tests.cases.world import MONDAY

pytestmark = pytest.mark.django_db
ROOM = 4096
"""Bytes that a file may have while the disk is full."""


@contextmanager
def full_disk(room: int = ROOM) -> Iterator[None]:
    """No file of this process grows beyond `room` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def photo() -> SimpleUploadedFile:
    """One that cannot be pressed into the room that is left."""
    drawn = io.BytesIO()
    Image.frombytes("RGB", (320, 240), os.urandom(320 * 240 * 3)).save(drawn, "JPEG")
    return SimpleUploadedFile("pit.jpg", drawn.getvalue(), content_type="image/jpeg")


@pytest.fixture
def shelf(tmp_path: Path, settings: LazySettings) -> Path:
    settings.ANLAN_ATTACHMENTS = tmp_path / "attachments"
    settings.ANLAN_HEADS = tmp_path / "heads.jsonl"
    return tmp_path / "attachments"


def files(shelf: Path) -> list[Path]:
    return [path for path in shelf.rglob("*") if path.is_file()]


def upload(client: Client) -> Any:
    return client.post(
        "/api/v1/attachments",
        {"file": photo(), "procedure": "report"},
        headers={"Idempotency-Key": str(uuid4())},
    )


def opening(client: Client, references: list[str]) -> Any:
    body = {
        "procedure": "report",
        "action": "open",
        "place": "330106004066",
        "data": {"words": "文三路有个大坑", "address": "文三路"},
        "files": references,
    }
    return client.post(
        "/api/v1/cases",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid4())},
    )


def test_through_the_api_a_full_disk_is_503_and_the_report_can_be_sent_without_or_later(
    shelf: Path, client: Client
) -> None:
    with full_disk():
        refused = upload(client)
        assert refused.status_code == 503
        assert int(refused["Retry-After"]) > 0
        assert files(shelf) == []
        sent = opening(client, [])
        assert sent.status_code == 201, sent.content.decode()
    taken = upload(client)
    assert taken.status_code == 201
    assert len(files(shelf)) == 1
    assert opening(client, [taken.json()["reference"]]).status_code == 201
    assert Case.objects.count() == 2


def test_on_the_form_a_full_disk_keeps_what_was_typed(shelf: Path, client: Client) -> None:
    page = client.get("/report")
    draft = page.content.decode().split('name="draft" value="')[1].split('"')[0]
    typed = {"draft": draft, "words": "文三路有个大坑，很深", "address": "文三路 259 号"}
    with full_disk():
        refused = client.post("/report", {**typed, "files": photo()})
    assert refused.status_code in {422, 503}
    assert typed["words"] in refused.content.decode()
    assert typed["address"] in refused.content.decode()
    assert files(shelf) == []
    assert Case.objects.count() == 0


def test_a_head_that_the_disk_did_not_take_leaves_no_torn_line_behind(shelf: Path) -> None:
    """A torn line would look like a forged one for ever."""
    path = journal.heads_file()
    for _ in range(3):
        journal.keep_head(journal.head(), at=MONDAY)
    size = path.stat().st_size
    with full_disk(size + 20), pytest.raises(OSError, match="large"):
        journal.keep_head(journal.head(), at=MONDAY)
    journal.keep_head(journal.head(), at=MONDAY)
    assert len(journal.read_heads()) == 4
    assert not [line for line in journal.read_heads() if "damaged" in line]


def test_an_erasure_that_the_disk_did_not_take_leaves_the_list_whole(tmp_path: Path) -> None:
    kept = ErasureFile(tmp_path / "erasures.jsonl")
    kept.append({"case": "a"})
    with full_disk(kept.path.stat().st_size + 5), pytest.raises(OSError, match="large"):
        kept.append({"case": "b"})
    assert list(kept.read()) == [{"case": "a"}]
    assert kept.path.read_bytes().endswith(b"\n")

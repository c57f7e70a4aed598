# SPDX-License-Identifier: Apache-2.0
"""Files in pieces, ahead of their acts: gone on with where they stopped, stored once, named by their digest."""

import base64
import io
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from PIL import Image

from anlan.base.clock import now
from anlan.base.ids import new_id
from anlan.cases import attachments, lapse, uploads
from anlan.cases.models import Attachment, Case, Upload
from anlan.people.may import Role
from tests.procedures.report.cast import grid_worker, unit
from tests.procedures.report.test_used_before import told
from tests.web.api.conftest import Api, MakeApi
from tests.web.api.test_cases import problem
from tests.web.api.test_files import photo, upload
from tests.web.api.test_sync import codes, on, opening, send
from tests.web.desk.test_journey import send as do
from tests.web.staff import KEYS, enter, located, matter, number, post_of

pytestmark = pytest.mark.django_db
PIECE = 16 * 1024


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.ANLAN_ATTACHMENTS = tmp_path
    return tmp_path


@pytest.fixture
def room(as_post: MakeApi) -> Api:
    return as_post(Role.DISPATCHER)


def large(seed: int = 0) -> bytes:
    """A photo of some pieces."""
    out = io.BytesIO()
    Image.frombytes("RGB", (160, 160), bytes((i * i + seed) % 251 for i in range(160 * 160 * 3))).save(
        out, "PNG"
    )
    return out.getvalue() + os.urandom(3 * PIECE)


def put(api: Api, case: Any, data: bytes, *, start: int = 0, end: int | None = None, **given: Any) -> Any:
    piece = given.pop("piece", data[start:end])
    said = given.pop("said", base64.b64encode(sha256(piece).digest()).decode())
    origin = given.pop("origin", None)
    headers = {} if origin is None else {"Origin-Digest": origin}
    asked = {"size": len(data), "offset": start, "procedure": "report"} | given
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return api.client.put(
        f"/api/v1/uploads/{case}/{sha256(data).hexdigest()}?{query}",
        piece,
        content_type="application/octet-stream",
        headers={"Authorization": f"Bearer {api.token}", "Content-Digest": f"sha-256=:{said}:", **headers},
    )


def how_far(api: Api, case: Any, data: bytes) -> Any:
    return api.get(f"uploads/{case}/{sha256(data).hexdigest()}").json()


def send_all(api: Api, case: Any, data: bytes) -> Any:
    for start in range(0, len(data), PIECE):
        answer = put(api, case, data, start=start, end=start + PIECE)
        assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def pieces(folder: Path) -> list[Path]:
    return [each for each in folder.glob("*/*/*") if "." in each.name]


def test_what_stopped_half_way_goes_on_and_sent_again_changes_nothing(room: Api, folder: Path) -> None:
    case, data = new_id(), large()
    assert how_far(room, case, data) == {"received": 0, "whole": False, "kind": None}
    for _again in range(2):
        assert put(room, case, data, end=PIECE).json()["received"] == PIECE
    assert how_far(room, case, data)["received"] == PIECE
    problem(put(room, case, data, start=2 * PIECE, end=3 * PIECE), 409, "conflict")
    problem(put(room, case, data, start=1, end=PIECE + 1), 409, "conflict")
    assert data[:64] not in b"".join(each.read_bytes() for each in pieces(folder))
    for start in range(PIECE, len(data), PIECE):
        last = put(room, case, data, start=start, end=start + PIECE)
    assert last.json() == {"received": len(data), "whole": True, "kind": "image/jpeg"}
    assert put(room, case, data, start=start, end=start + PIECE).json() == last.json()
    assert how_far(room, case, data) == last.json()
    assert pieces(folder) == []
    assert len(list(folder.glob("*/*/*"))) == 1


def test_who_finishes_a_file_second_leaves_it_whole(
    room: Api, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two send the last piece at the same moment: the other has read the pieces and taken them away before we read them."""
    case, data = new_id(), photo()
    read, sent = uploads._pieces, list[uploads.File]()

    def late(file: uploads.File) -> Iterator[tuple[int, Path]]:
        if not sent:
            sent.append(file)
            assert put(room, case, data, end=len(data)).json()["whole"]
        return read(file)

    monkeypatch.setattr(uploads, "_pieces", late)
    assert put(room, case, data, end=len(data)).json()["whole"]
    assert how_far(room, case, data)["whole"]


def test_an_opening_names_its_photos_by_digest_under_the_phones_own_id(room: Api) -> None:
    one, two = large(1), photo()
    act_ = opening(files=[sha256(one).hexdigest(), sha256(two).hexdigest()])
    assert codes(send(room, act_)) == ["invalid"]
    send_all(room, act_["case"], one)
    send_all(room, act_["case"], two)
    told = send(room, act_)
    assert codes(told) == ["reported"]
    assert [each["done"]["again"] for each in send(room, act_)["answers"]] == [True]
    number = told["answers"][0]["done"]["number"]
    assert Attachment.objects.filter(case_id=act_["case"], seq=1).count() == 2
    for file in room.get(f"cases/{number}").json()["files"]:
        assert room.get(file["url"]).content.startswith(b"\xff\xd8\xff")


def test_photos_of_a_later_act_lie_under_the_key_of_the_case_however_it_was_opened(room: Api) -> None:
    """Sent before the opening that does not name them, between the two, and after both."""
    mine = opening()
    before, between, after = large(1), large(2), large(3)
    send_all(room, mine["case"], before)
    accepted = on(mine["case"], "accept")
    assert codes(send(room, mine, accepted)) == ["reported", "accepted"]
    send_all(room, mine["case"], between)
    note = on(
        mine["case"],
        "note",
        {"words": "看过了"},
        files=[sha256(each).hexdigest() for each in (before, between)],
    )
    assert codes(send(room, note)) == ["accepted"]
    send_all(room, mine["case"], after)
    assert codes(
        send(room, on(mine["case"], "note", {"words": "好了"}, files=[sha256(after).hexdigest()]))
    ) == ["accepted"]
    files = room.get(f"cases/{Case.objects.get().number:016d}").json()["files"]
    assert len(files) == 3
    assert all(room.get(file["url"]).content.startswith(b"\xff\xd8\xff") for file in files)


def test_after_a_week_the_same_batch_still_changes_nothing(room: Api) -> None:
    data = photo()
    acts = [opening(files=[sha256(data).hexdigest()])]
    send_all(room, acts[0]["case"], data)
    send(room, *acts)
    Upload.objects.update(at=now() - timedelta(days=2))
    assert [each["done"]["again"] for each in send(room, *acts)["answers"]] == [True]
    lapse.forget_uploads(before=now())
    assert codes(send(room, *acts)) == ["invalid"]
    send_all(room, acts[0]["case"], data)
    assert [each["done"]["again"] for each in send(room, *acts)["answers"]] == [True]
    assert Attachment.objects.count() == 1


def test_what_lay_too_long_begins_anew(room: Api, folder: Path) -> None:
    case, data = new_id(), large()
    put(room, case, data, end=2 * PIECE)
    done = photo()
    act_ = opening(case=str(case), files=[sha256(done).hexdigest()])
    send_all(room, case, done)
    Upload.objects.update(at=now() - timedelta(hours=13))
    assert how_far(room, case, data)["received"] == 0
    assert codes(send(room, act_)) == ["invalid"]
    old = time.time() - 25 * 3600
    for path in folder.glob("*/*/*"):
        os.utime(path, (old, old))
    assert attachments.sweep(at=now()) == 2
    send_all(room, case, data)
    send_all(room, case, done)
    assert codes(send(room, act_)) == ["reported"]


def test_nobody_names_what_another_sent_or_for_another_case(room: Api, as_post: MakeApi) -> None:
    data, other = photo(), as_post(Role.DISPATCHER)
    mine = opening(files=[sha256(data).hexdigest()])
    send_all(room, mine["case"], data)
    assert how_far(other, mine["case"], data)["received"] == 0
    assert codes(send(other, mine)) == ["invalid"]
    assert codes(send(room, opening(files=mine["files"]))) == ["invalid"]
    # Whoever opens a case under an id for which another sent photos has a case without them.
    assert codes(send(other, {**mine, "files": []})) == ["reported"]
    assert codes(send(room, on(mine["case"], "note", {"words": "x"}, files=mine["files"]))) == ["invalid"]
    stranger = as_post(Role.DISPATCHER, "town:330102001")
    send_all(stranger, mine["case"], data)
    assert codes(send(stranger, on(mine["case"], "note", files=mine["files"]))) != ["accepted"]
    assert not Attachment.objects.exists()


def test_a_token_that_may_do_nothing_with_it_sends_nothing_ahead(as_post: MakeApi) -> None:
    for narrow in ({"actions": ()}, {"procedures": ("alert",)}):
        problem(put(as_post(Role.DISPATCHER, **narrow), uuid4(), large(), end=16 * 1024), 403, "not_allowed")
    assert not Upload.objects.exists()


def test_a_file_sent_ahead_is_found_by_the_number_of_its_case_too(room: Api) -> None:
    case, data = opening(), photo()
    send(room, case)
    assert put(room, case["case"], data).json()["whole"]
    number = str(Case.objects.get().number)
    act = on(None, "note", {"words": "见照片"}, files=[sha256(data).hexdigest()], number=number)
    assert codes(send(room, {**act, "case": None})) == ["reported"]
    assert Attachment.objects.count() == 1


def test_hostile_pieces_are_refused_with_words(room: Api, folder: Path) -> None:
    case, data = new_id(), large()
    whole = len(data)
    for given, status, code in (
        ({"end": 100}, 422, "invalid"),
        ({"end": PIECE, "offset": -1}, 422, "invalid"),
        ({"end": PIECE, "offset": whole}, 422, "invalid"),
        ({"end": PIECE, "offset": 2**70}, 422, "invalid"),
        ({"end": PIECE, "size": 0}, 422, "invalid"),
        ({"end": PIECE, "size": 21 * 2**20}, 422, "invalid"),
        ({"end": PIECE, "size": "many"}, 422, "invalid"),
        ({"end": PIECE, "procedure": "nothing"}, 422, "invalid"),
        ({"end": PIECE, "said": base64.b64encode(bytes(32)).decode()}, 422, "invalid"),
        ({"end": PIECE, "said": "x"}, 422, "invalid"),
        ({"piece": bytes(2**20 + 1), "size": 2**21}, 413, "too_large"),
    ):
        problem(put(room, case, data, **given), status, code)
    for where in (f"{case}/abc", f"{case}/{'A' * 64}"):
        problem(room.get(f"uploads/{where}"), 422, "invalid")
    assert not Upload.objects.exists()
    assert pieces(folder) == []
    put(room, case, data, end=PIECE)
    problem(put(room, case, data, start=PIECE, end=2 * PIECE, size=whole + 1), 409, "conflict")
    put(room, case, data, start=PIECE, piece=bytes(whole - PIECE))
    assert how_far(room, case, data)["received"] == 0
    wrong = b"<svg/>"
    problem(put(room, case, wrong), 422, "invalid")
    assert how_far(room, case, wrong)["received"] == 0
    assert pieces(folder) == []


def test_what_one_post_sends_ahead_is_bounded(room: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_WAITING", 2)
    acts = []
    for seed in range(2):
        data = photo(("red", "blue")[seed])
        acts.append(opening(files=[sha256(data).hexdigest()]))
        send_all(room, acts[-1]["case"], data)
    problem(put(room, new_id(), photo("green")), 429, "too_many")
    send(room, *acts)
    assert put(room, new_id(), photo("green")).status_code == 200
    monkeypatch.setattr(uploads, "MOST_WAITING_BYTES", 10_000)
    problem(put(room, new_id(), photo("white")[:1] + bytes(12_000)), 429, "too_many")


def written(data: bytes) -> str:
    """The digest of a photo as a phone says from what it made a smaller one."""
    return f"sha-256=:{base64.b64encode(sha256(data).digest()).decode()}:"


def smaller(data: bytes, side: int) -> bytes:
    """The photo as a phone makes it before it sends it."""
    out = io.BytesIO()
    Image.open(io.BytesIO(data)).resize((side, side)).save(out, "JPEG")
    return out.getvalue()


def test_what_a_phone_made_smaller_is_found_by_the_photo_it_was_made_from_through_every_door(
    as_post: MakeApi,
) -> None:
    unit_of, taken = as_post(Role.HANDLER, KEYS[Role.HANDLER]), located().read()
    phone, other, desk, program = (matter() for _door in range(4))
    data = {"met": "yes", "answer": "路面已经修补平整，可以通行了", "outcome": "fixed"}
    for case in (phone, other, desk, program):
        case.dispatch()
        case.do("take", unit())
    for case, side in ((phone, 32), (other, 24)):
        small = smaller(taken, side)
        assert put(unit_of, case.id, small, origin=written(taken)).json()["whole"]
        assert codes(send(unit_of, on(case.id, "done", data, files=[sha256(small).hexdigest()]))) == [
            "confirming"
        ]
    answer = do(enter(post_of(Role.HANDLER)), "desk", number(desk), "done", **data, files=located())
    assert Case.objects.get(pk=desk.id).state == "confirming", answer.content.decode()[-3000:]
    file = upload(unit_of, f"cases/{number(program):016d}/attachments", taken)
    assert file.status_code == 201, file.content.decode()
    assert codes(send(unit_of, on(program.id, "done", data, files=[file.json()["reference"]]))) == [
        "confirming"
    ]
    for case in (other, desk, program):
        case.at = now()
        assert told(case, grid_worker()) == [(1, number(phone))]
    assert told(phone, grid_worker()) == []


def test_whatever_a_phone_says_of_a_photo_it_is_taken_and_what_is_no_digest_is_refused(room: Api) -> None:
    for case, origin in ((new_id(), None), (new_id(), written(b"another photo"))):
        data = photo()
        answer = put(room, case, data, origin=origin)
        assert answer.json()["whole"], answer.content.decode()
        assert codes(send(room, opening(case=str(case), files=[sha256(data).hexdigest()]))) == ["reported"]
    for origin in ("", "sha-256=:x:", sha256(b"photo").hexdigest()):
        problem(put(room, new_id(), photo(), origin=origin), 422, "invalid")

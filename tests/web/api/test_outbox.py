# SPDX-License-Identifier: Apache-2.0
"""What arrives sealed from a wiped phone: only our own phones' acts are held, only their post reads them, and nothing is done by it."""

import base64
import json
import os
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.base.clock import now
from anlan.base.ids import new_id
from anlan.base.outbox import INFO, SUITE, open_sealed, public_key
from anlan.cases.models import Case
from anlan.cases.papers import MOST_BYTES
from anlan.people import sealed as outbox
from anlan.people.may import Role, actor_of
from anlan.people.models import Post
from anlan.people.models_terminals import SealedAct, SealedPhoto
from anlan.people.sealed import COMES, LARGEST, LASTS, forget_lapsed, sealed_for
from anlan.people.terminals import NewTerminal, erase, register
from tests.people.world import security
from tests.web.api.conftest import Api, token_of
from tests.web.api.test_cases import problem
from tests.web.staff import post_of

pytestmark = pytest.mark.django_db


def signed_in(held: Post) -> NewTerminal:
    return register(
        held.pk, version="1", procedures=["report"], actions=["open"], by=actor_of(held, at=now()), at=now()
    )


def test_a_token_made_for_a_program_neither_reads_nor_drops_what_waits_sealed() -> None:
    worker = post_of(Role.GRID_WORKER)
    made = signed_in(worker)
    leave(told_by(made))
    program = Api(client=Client(), token=token_of(worker))
    act = SealedAct.objects.get()
    for answer in (
        program.get("outbox"),
        program.get(f"outbox/{act.pk}/photos/p1"),
        program.client.delete(f"/api/v1/outbox/{act.pk}", headers=bearer(program)),
    ):
        problem(answer, 403, "not_allowed")
    assert SealedAct.objects.exists()


def seal(told: Any) -> tuple[bytes, int]:
    key_id, key = public_key()
    to = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    return SUITE.encrypt(json.dumps(told).encode(), to, INFO), key_id


def told_by(made: NewTerminal, **given: Any) -> dict[str, Any]:
    act = {
        "request": str(new_id()),
        "action": "open",
        "data": {"words": "东门口的井盖碎了"},
        "case": str(uuid4()),
    }
    return {
        "terminal": str(made.terminal.pk),
        "token": made.text,
        "stamp": None,
        "act": act,
        "photos": [],
    } | given


def leave(
    told: Any, *, photos: dict[str, bytes] | None = None, key: str | None = None, raw: bytes | None = None
) -> Any:
    sealed, key_id = seal(told)
    form = {
        "key": key if key is not None else str(key_id),
        "sealed": SimpleUploadedFile("sealed", raw if raw is not None else sealed),
        "photos": [SimpleUploadedFile(name, data) for name, data in (photos or {}).items()],
    }
    return Client().post("/api/v1/outbox", form)


def test_a_sealed_act_waits_for_its_post_alone_and_is_no_act() -> None:
    worker, colleague = post_of(Role.GRID_WORKER), post_of(Role.GRID_WORKER)
    made, other = signed_in(worker), signed_in(colleague)
    key, iv = AESGCM.generate_key(256), os.urandom(12)
    photo = {
        "id": "p1",
        "digest": "0" * 64,
        "size": 5,
        "type": "image/jpeg",
        "iv": base64.b64encode(iv).decode(),
        "origin": "1" * 64,
    }
    photo["key"] = base64.b64encode(key).decode()
    told = told_by(made, photos=[photo])
    photos = {"p1": AESGCM(key).encrypt(iv, b"photo", None), "stray": b"x"}
    erase(made.terminal.pk, by=security(), at=now())
    for _twice in range(2):
        assert leave(told, photos=photos).status_code == 201
    assert SealedAct.objects.count() == SealedPhoto.objects.count() == 1
    assert not Case.objects.exists()
    mine, theirs = (Api(client=Client(), token=each.text) for each in (signed_in(worker), other))
    assert theirs.get("outbox").json() == {"acts": []}
    (one,) = mine.get("outbox").json()["acts"]
    assert one["act"] == told["act"]
    assert one["photos"][0]["origin"] == "1" * 64, "what it was made from, for the phone that takes it over"
    assert "token" not in json.dumps(one)
    where = f"outbox/{one['id']}"
    assert mine.get(f"{where}/photos/p1").content == b"photo"
    problem(mine.get(f"{where}/photos/p2"), 404, "not_found")
    problem(theirs.get(f"{where}/photos/p1"), 404, "not_found")
    problem(theirs.client.delete(f"/api/v1/{where}", headers=bearer(theirs)), 404, "not_found")
    assert mine.client.delete(f"/api/v1/{where}", headers=bearer(mine)).status_code == 200
    assert not SealedPhoto.objects.exists()


def bearer(api: Api) -> dict[str, str]:
    return {"Authorization": f"Bearer {api.token}"}


def test_what_no_phone_of_ours_sealed_is_refused_and_says_nothing() -> None:
    made, other = signed_in(post_of(Role.GRID_WORKER)), signed_in(post_of(Role.GRID_WORKER))
    for answer in (
        leave(told_by(made, token="anlan_guessed")),
        leave(told_by(made, terminal=str(other.terminal.pk))),
        leave(told_by(made, terminal=str(uuid4()))),
        leave(told_by(made, act={"request": "no id"})),
        leave(told_by(made, act=[])),
        leave([1]),
        leave({}, raw=b""),
        leave({}, raw=os.urandom(200)),
        leave(told_by(made), key="255"),
        leave(told_by(made), key="9999999"),
        leave(told_by(made), raw=b"x" * (LARGEST + 1)),
    ):
        problem(answer, 422, "invalid")
    problem(Client().post("/api/v1/outbox", {"key": "1"}), 422, "invalid")
    problem(Client().post("/api/v1/outbox", "{}", content_type="application/json"), 415, "wrong_kind")
    problem(Client().get("/api/v1/outbox"), 401, "no_token")
    assert not SealedAct.objects.exists()


def sealed_photo(name: str, plain: bytes) -> tuple[dict[str, Any], bytes]:
    """A photo as a phone names it in its act, and sealed."""
    key, iv = AESGCM.generate_key(256), os.urandom(12)
    told = {"id": name, "digest": "0" * 64, "size": len(plain), "type": "image/heic"}
    told |= {"iv": base64.b64encode(iv).decode(), "key": base64.b64encode(key).decode()}
    return told, AESGCM(key).encrypt(iv, plain, None)


def test_what_is_held_already_is_said_to_be_held_also_where_no_more_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "MOST", 1)
    made = signed_in(post_of(Role.GRID_WORKER))
    first = told_by(made)
    assert leave(first).status_code == 201
    problem(leave(told_by(made)), 429, "too_many")
    assert leave(first).status_code == 201
    assert leave(told_by(signed_in(post_of(Role.GRID_WORKER)))).status_code == 201, "another post's room"


def test_photos_follow_their_words_one_by_one_and_are_shown_together(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = post_of(Role.GRID_WORKER)
    made = signed_in(worker)
    large = os.urandom(3_000_000)
    (one, first), (two, second) = sealed_photo("p1", large), sealed_photo("p2", b"two")
    told = told_by(made, photos=[one, two])
    mine = Api(client=Client(), token=made.text)
    assert leave(told).status_code == 201
    assert leave(told, photos={"p1": first}).status_code == 201
    assert mine.get("outbox").json() == {"acts": []}, "one is still on its way"
    (late,) = sealed_for(worker.pk, at=now() + COMES)
    assert [each.id for each in late.told.photos] == ["p1"], "it is not waited for for ever"
    monkeypatch.setattr(outbox, "MOST_BYTES", len(first) + len(second) - 1)
    problem(leave(told, photos={"p2": second}), 429, "too_many")
    monkeypatch.undo()
    for _twice in range(2):
        assert leave(told, photos={"p2": second}).status_code == 201
    (act,) = mine.get("outbox").json()["acts"]
    assert mine.get(f"outbox/{act['id']}/photos/p1").content == large


def test_a_sealed_photo_may_be_as_large_as_any_upload() -> None:
    plain = bytes(MOST_BYTES)
    photo, data = sealed_photo("p1", plain)
    told = told_by(signed_in(post_of(Role.GRID_WORKER)), photos=[photo])
    assert leave(told, photos={"p1": data}).status_code == 201
    problem(leave(told, photos={"p1": data + b"x"}), 422, "invalid")


def test_the_act_of_another_post_is_no_answer_for_this_one() -> None:
    first, second = (told_by(signed_in(post_of(Role.GRID_WORKER))) for _each in range(2))
    assert leave(first).status_code == 201
    problem(leave(second | {"act": first["act"]}), 409, "conflict")


def test_what_nobody_gave_their_word_about_lapses() -> None:
    assert leave(told_by(signed_in(post_of(Role.GRID_WORKER)))).status_code == 201
    assert forget_lapsed(before=now() - LASTS) == 0
    assert forget_lapsed(before=now() + LASTS) == 1


def test_the_key_of_the_browser_and_ours_are_of_one_standard() -> None:
    """RFC 9180, A.3: the suite is the one with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and an AES-GCM, in base mode."""
    sealed, key_id = seal("told")
    assert len(sealed) == 65 + len(b'"told"') + 16
    assert sealed[0] == 4
    assert open_sealed(sealed, key_id=key_id) == b'"told"'

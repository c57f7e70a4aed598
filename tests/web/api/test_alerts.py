# SPDX-License-Identifier: Apache-2.0
"""Alerts of other systems: a message becomes a draft that nobody sees, or is refused; whoever sends it is a stranger."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.cases.models import Case
from anlan.people.may import Role
from anlan.places.codes import pad
from anlan.procedures.alert.cap import KIND, NAMESPACE
from anlan.procedures.alert.standing import get_numbered, standing
from tests.people.world import post
from tests.procedures.alert.cast import EVERYWHERE, HOUR, Storm
from tests.web.api.conftest import token_of

pytestmark = pytest.mark.django_db
INFO = """
  <info><language>{language}</language><category>Met</category><event>Typhoon Muifa</event><urgency>Expected</urgency>
    <severity>{severity}</severity><certainty>Likely</certainty><onset>{onset}</onset>{expires}
    <headline>{headline}</headline><description>Winds of force 12.</description><instruction>Stay inside.</instruction>
    <area><areaDesc>somewhere</areaDesc>{geocodes}</area></info>"""


def message(
    *, status: str = "Actual", kind: str = "Alert", codes: tuple[str, ...] = ("330106004", "330106005"),
    severity: str = "Severe", expires: bool = True, head: str = "", languages: tuple[str, ...] = ("zh-CN", "en-GB"),
    headline: str = "台风 &amp; 暴雨", name: str = "GB/T 2260",
) -> bytes:  # fmt: skip
    at = now().replace(microsecond=0)
    infos = "".join(
        INFO.format(
            language=language,
            severity=severity,
            onset=at.isoformat(),
            expires=f"<expires>{(at + 6 * HOUR).isoformat()}</expires>" if expires else "",
            headline=headline,
            geocodes="".join(
                f"<geocode><valueName>{name}</valueName><value>{code}</value></geocode>" for code in codes
            ),
        )
        for language in languages
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>{head}
<alert xmlns="{NAMESPACE}"><identifier>met.1</identifier><sender>met@example.org</sender><sent>{at.isoformat()}</sent>
  <status>{status}</status><msgType>{kind}</msgType><scope>Public</scope>{infos}</alert>""".encode()


def token(role: Role = Role.COUNTY_DISPATCHER, key: str = "county:330106") -> str:
    return token_of(post(role, key), procedures=("alert",))


def send(body: bytes, shown: str, *, key: Any = None, kind: str = KIND) -> Any:
    headers = {"Idempotency-Key": str(key or uuid4())}
    if shown:
        headers["Authorization"] = f"Bearer {shown}"
    return Client().post("/api/v1/alerts", body, content_type=kind, headers=headers)


def test_a_message_becomes_a_draft_of_the_place_around_its_areas_that_nobody_sees() -> None:
    shown, key = token(), uuid4()
    body = message()
    answers = [send(body, shown, key=key) for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    told = [answer.json() for answer in answers]
    assert [each["again"] for each in told] == [False, True]
    assert told[0]["number"] == told[1]["number"]
    assert told[0]["state"] == "drafted"
    found = get_numbered(int(told[0]["number"]), drafts=EVERYWHERE)
    assert (found.area, found.kind, found.level.key, found.certainty) == (
        pad("330106"),
        "typhoon",
        "orange",
        "likely",
    )
    assert found.title.zh == found.title.en == "台风 & 暴雨"
    assert found.words.en == "Winds of force 12.\nStay inside."
    assert found.ends - found.starts == 6 * HOUR
    assert standing(at=now(), drills=True) == []
    assert Case.objects.count() == 1


def test_an_exercise_becomes_a_drill_and_what_has_no_end_gets_one() -> None:
    body = message(status="Exercise", expires=False, severity="Unknown", codes=("330106",))
    found = get_numbered(int(send(body, token()).json()["number"]), drafts=EVERYWHERE)
    assert found.drill
    assert found.level.key == "blue"
    assert found.ends - found.starts == timedelta(hours=12)


def test_our_own_messages_can_be_read() -> None:
    one = Storm(at=now() - timedelta(minutes=1)).issue().read
    sent = Client().get(f"/alerts/{one.code}.xml").content
    found = get_numbered(int(send(sent, token()).json()["number"]), drafts=EVERYWHERE)
    assert (found.title, found.words, found.level, found.kind, found.area) == (
        one.title,
        one.words,
        one.level,
        one.kind,
        one.area,
    )


@pytest.mark.parametrize(
    "body",
    [
        message(head='<!DOCTYPE alert [<!ENTITY a "aaaa">]>', headline="&a;"),
        message(head=f'<!DOCTYPE alert [<!ENTITY a SYSTEM "{Path(__file__).as_uri()}">]>', headline="&a;"),
        message(head='<!DOCTYPE alert SYSTEM "http://127.0.0.1:1/x.dtd">'),
        message(head="<!DOCTYPE alert [" + "".join(
            f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12)) + "]>", headline="&e11;"),
        message(headline="&undefined;"),
        message(status="Test"),
        message(kind="Cancel"),
        message(codes=()),
        message(codes=("999999", "x")),
        message(codes=("330106", "330109")),
        message(codes=("330106004", "339999")),
        message(codes=("330106004",) * 101),
        message(codes=("330106",), name="postcode"),
        message(codes=("330106",)).replace(b"</area>", b"</area><area><areaDesc>x</areaDesc><circle>30,120 9</circle></area>", 1),
        message(codes=("330106",)).replace(b"Severe", b"Minor", 1),
        message(codes=("330106",)).replace(b"330106", b"330109", 1),
        message(codes=("330106",), languages=("zh-CN", "zh-CN")),
        message(codes=("330106",), languages=tuple(f"x-{n}" for n in range(21))),
        message(headline="重点人员名单"),
        message(languages=()),
        message().replace(b"+00:00</onset>", b"</onset>"),
        message().replace(NAMESPACE.encode(), b"urn:other"),
        b"<a>" * 60_000,
        b"\x00\xff",
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
        b'{"alert": 1}',
    ],
)  # fmt: skip
def test_hostile_and_strange_messages_are_refused_in_words(body: bytes) -> None:
    answer = send(body, token())
    assert answer.status_code == 422, answer.content
    assert answer.json()["detail"]
    assert b"aaaa" not in answer.content
    assert not Case.objects.exists()


def test_signs_that_nobody_sees_do_not_get_into_a_draft_and_what_is_cut_off_says_so() -> None:
    hidden = "\u202e\u2066安全\u200b\u00ad 👨‍👩‍👧 \u200d\ufeff"
    body = message(headline=hidden + "长" * 80, codes=("330106",))
    title = get_numbered(int(send(body, token()).json()["number"]), drafts=EVERYWHERE).title.zh
    assert title.startswith("安全 👨‍👩‍👧 长")
    assert title.endswith("长…")
    assert len(title) == 60


def test_who_may_not_warn_drafts_nothing() -> None:
    assert send(message(), "").status_code == 401
    assert send(message(), token(Role.GRID_WORKER, "village:330106004066")).status_code == 403
    assert send(message(), token(key="county:330109")).status_code == 422
    assert send(message(), token(), kind="application/json").status_code == 415
    assert send(message(), token_of(post(Role.COUNTY_DISPATCHER, "county:330106"))).status_code == 403
    assert send(b" " * 300_000, token()).status_code == 413
    assert not Case.objects.exists()

# SPDX-License-Identifier: Apache-2.0
"""Messages of the Common Alerting Protocol: each is what the standard asks, says what was released, and never changes."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from lxml import etree

from anlan.base.clock import now
from anlan.cases.models import Content
from anlan.cases.sealed import open_content
from anlan.procedures.alert.cap import KIND, NAMESPACE, feed_of
from tests.procedures.alert.cast import HOUR, Storm, writer

pytestmark = pytest.mark.django_db
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("cap-1.2.xsd")))
IN = {"c": NAMESPACE, "a": "http://www.w3.org/2005/Atom"}


def read(address: str) -> etree._Element:
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == KIND
    root = etree.fromstring(answer.content)
    SCHEMA.assertValid(root)
    return root


def said(root: etree._Element, name: str) -> list[str]:
    return [each.text for each in root.iterfind(f".//c:{name}", IN)]


def storm(**data: object) -> Storm:
    return Storm(at=now() - timedelta(minutes=5), **data).issue()  # type: ignore[arg-type]


def test_a_release_is_an_alert_in_both_languages() -> None:
    one = storm(words_en="Stay <inside> & \x0b wait")
    root = read(f"/alerts/{one.read.code}.xml")
    assert said(root, "status") == ["Actual"]
    assert said(root, "msgType") == ["Alert"]
    assert said(root, "language") == ["zh-CN", "en"]
    assert said(root, "event") == ["台风", "Typhoon"]
    assert said(root, "headline") == ["台风红色预警", "Red typhoon alert"]
    assert said(root, "description")[1] == "Stay <inside> &   wait"
    assert set(said(root, "severity")) == {"Extreme"}
    assert set(said(root, "urgency")) == {"Immediate"}
    assert set(said(root, "certainty")) == {"Likely"}
    assert said(root, "areaDesc")[0] == "杭州市西湖区"
    assert [each for each in said(root, "value") if each.isdecimal()] == ["330106", "330106"]
    assert datetime.fromisoformat(said(root, "expires")[0]) == (one.at + 6 * HOUR).replace(microsecond=0)
    assert datetime.fromisoformat(said(root, "sent")[0]).utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(("wait", "word"), [(30, "Expected"), (90, "Future"), (-10, "Immediate")])
def test_how_soon_is_told_by_when_it_begins(wait: int, word: str) -> None:
    at = now()
    one = Storm(at=at, starts=at + timedelta(minutes=wait), ends=at + 6 * HOUR).issue()
    assert set(said(read(f"/alerts/{one.read.code}.xml"), "urgency")) == {word}


def test_a_drill_is_an_exercise_and_in_no_feed() -> None:
    one = storm(drill=True, level="yellow")
    assert said(read(f"/alerts/{one.read.code}.xml"), "status") == ["Exercise"]
    assert one.read.code not in Client().get("/alerts/feed.xml").content.decode()


def test_the_feed_opens_what_was_released_once_and_never_tells_what_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[UUID] = []

    def counting(case_id: UUID, *given: Any, **more: Any) -> dict[str, Any]:
        opened.append(case_id)
        return open_content(case_id, *given, **more)

    def feed() -> str:
        return Client().get("/alerts/feed.xml").content.decode()

    one, other = storm(title_zh="甲"), storm(title_zh="乙")
    monkeypatch.setattr("anlan.procedures.alert.standing.open_content", counting)
    assert feed().count("<entry>") == 2
    assert set(opened) == {one.id, other.id}
    opened.clear()
    assert feed().count("<entry>") == 2
    assert Client().get("/alerts").status_code == 200
    assert opened == []
    one.at = now()
    one.do("revoke", writer(), why_zh="台风转向", why_en="It turned away")
    assert "台风转向" in feed()
    assert set(opened) == {one.id}
    Content.objects.filter(case_id=one.id).update(sealed=None)
    assert "甲" not in feed()
    assert feed().count("<entry>") == 1


def test_the_feed_is_written_once_however_often_it_is_asked_for_and_sent_to_who_has_not_got_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[str] = []

    def counting(*given: Any, **more: Any) -> bytes:
        written.append(more["address"])
        return feed_of(*given, **more)

    monkeypatch.setattr("anlan.web.public.alerts.feed_of", counting)
    client, one = Client(), storm(title_zh="甲")
    first = client.get("/alerts/feed.xml")
    again = client.get("/alerts/feed.xml")
    assert again.content == first.content
    assert len(written) == 1
    got = {"If-None-Match": first.headers["ETag"]}
    same = client.get("/alerts/feed.xml", headers=got)
    assert (same.status_code, same.content, len(written)) == (304, b"", 1)
    # Under another of our names its addresses are others.
    assert b"https://testserver/" in client.get("/alerts/feed.xml", secure=True).content
    storm(title_zh="乙")
    assert client.get("/alerts/feed.xml", headers=got).content.count(b"<entry>") == 2
    one.at = now()
    one.do("revoke", writer(), why_zh="台风转向", why_en="It turned away")
    assert client.get("/alerts/feed.xml").content.count(b"<entry>") == 3


def test_a_correction_refers_to_what_it_corrects_and_a_withdrawal_to_itself() -> None:
    one = storm()
    first = f"/alerts/{one.read.code}.xml"
    before = etree.tostring(read(first))
    other = Storm(at=now(), replaces=str(one.id))
    other.issue(replaces=str(one.id))
    update = read(f"/alerts/{other.read.code}.xml")
    assert said(update, "msgType") == ["Update"]
    named = ",".join((said(read(first), each)[0]) for each in ("sender", "identifier", "sent"))
    assert said(update, "references") == [named]
    assert etree.tostring(read(first)) == before
    assert Client().get(f"/alerts/{other.read.code}/cancel.xml").status_code == 404
    other.at += timedelta(minutes=1)
    other.do("revoke", writer(), why_zh="台风转向", why_en="It turned away")
    cancel = read(f"/alerts/{other.read.code}/cancel.xml")
    assert said(cancel, "msgType") == ["Cancel"]
    assert said(cancel, "description") == ["台风转向", "It turned away"]
    assert said(cancel, "references")[0].split(",")[1] == said(update, "identifier")[0]
    assert said(cancel, "identifier") != said(update, "identifier")
    feed = etree.fromstring(Client().get("/alerts/feed.xml").content)
    links = [each.get("href") for each in feed.iterfind(".//a:link[@rel='enclosure']", IN)]
    codes = [one.read.code, other.read.code]
    assert [link.partition("/alerts/")[2] for link in links] == [
        f"{codes[1]}/cancel.xml",
        f"{codes[1]}.xml",
        f"{codes[0]}.xml",
    ]


def test_a_draft_is_no_message() -> None:
    one = Storm(at=now())
    assert Client().get(f"/alerts/{one.number}.xml").status_code == 404
    assert Client().get("/alerts/feed.xml").content.count(b"<entry>") == 0

# SPDX-License-Identifier: Apache-2.0
"""Web push against a real service of this test's own: who signs, who reads, and what each answer means."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from pytest_django import Settings

from anlan.base.errors import Invalid
from anlan.config.carriers import push_services_of, quiet_of
from anlan.config.environment import Environment, SettingError
from anlan.people import push
from anlan.people.carriers import Ended, Message, NotSent
from anlan.people.channels import carrier_of
from anlan.people.push import Subscription, encrypt, read_subscription
from anlan.people.quiet import Quiet, read_quiet
from tests.people.push_service import PushService, decrypt, push_service

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
MESSAGE = Message(line="安澜 4821", text="办理", url="/follow/4821", about="4821", reference="7-party:1-push")


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    with push_service(tmp_path, monkeypatch) as found:
        yield found


def unspelt(text: str) -> bytes:
    return push._unspelt(text)


def test_a_message_is_sealed_as_the_standard_says() -> None:
    """The example of RFC 8291, section 5."""
    own = unspelt("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    sender = ec.derive_private_key(int.from_bytes(own, "big"), ec.SECP256R1())
    to = Subscription(
        endpoint="https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        key=unspelt(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        secret=unspelt("BTBZMqHH6r4Tts7J_aSIgg"),
        language="en",
    )
    sealed = encrypt(
        b"When I grow up, I want to be a watermelon", to, key=sender, salt=unspelt("DGv6ra1nlYgDCS1FRnbzlw")
    )
    assert push._spelt(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    receiver = ec.derive_private_key(
        int.from_bytes(unspelt("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big"), ec.SECP256R1()
    )
    assert decrypt(sealed, receiver, to.secret) == b"When I grow up, I want to be a watermelon"


def test_a_browser_reads_what_was_sent_and_its_service_knows_how_long_and_how_soon(
    service: PushService,
) -> None:
    one = service.browser()
    carrier_of("push").carry(one.given, MESSAGE, at=AT)
    carrier_of("push").carry(one.given, replace(MESSAGE, urgent=True, text="已办结"), at=AT)
    (_, first, shown), (_, second, later) = service.got
    assert shown == {"title": "安澜 4821", "body": "办理", "url": "/follow/4821", "tag": "4821"}
    assert later["body"] == "已办结"
    assert (first["TTL"], first["Urgency"], second["Urgency"]) == ("172800", "normal", "high")
    assert first["Topic"] == second["Topic"], "the later takes the place of the earlier"
    assert len(first["Topic"]) == 32
    assert "4821" not in str(first)


@pytest.mark.parametrize(
    ("status", "meaning", "again"),
    [
        (404, Ended, False),
        (410, Ended, False),
        (413, NotSent, False),
        (403, NotSent, False),
        (302, NotSent, False),
        (429, NotSent, True),
        (500, NotSent, True),
        (503, NotSent, True),
        (0, NotSent, True),
    ],
)
def test_what_each_answer_means(
    service: PushService, status: int, meaning: type[NotSent], *, again: bool
) -> None:
    one = service.browser(answer=status)
    with pytest.raises(meaning) as refused:
        carrier_of("push").carry(one.given, MESSAGE, at=AT)
    assert refused.value.again is again
    assert isinstance(refused.value, Ended) is (meaning is Ended)


def test_a_service_says_when_it_wants_to_be_asked_again(service: PushService) -> None:
    for said, meant in (("120", 120), ("9999999", 86_400), ("Wed, 21 Oct 2026 07:28:00 GMT", 0)):
        one = service.browser(answer=429, headers={"Retry-After": said})
        with pytest.raises(NotSent) as refused:
            carrier_of("push").carry(one.given, MESSAGE, at=AT)
        assert refused.value.after == timedelta(seconds=meant)


def test_a_service_that_does_not_answer_again_and_again_is_left_alone_for_a_minute(
    service: PushService,
) -> None:
    silent, good = service.browser(answer=0), service.browser("good")
    for given in (silent, silent, good, silent, silent, silent, good, silent):
        with suppress(NotSent):
            carrier_of("push").carry(given.given, MESSAGE, at=AT)
    assert service.asked == 6, "one that answers between them is no silence"
    with pytest.raises(NotSent, match="just now") as refused:
        carrier_of("push").carry(good.given, MESSAGE, at=AT)
    assert refused.value.after == push.LEFT_ALONE


def test_hosts_that_fail_are_not_gathered_for_ever(
    service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "MOST_FAILING", 3)
    for n in range(8):
        push._failed(f"{n}.example")
    assert len(push._failing) <= 3


def test_the_service_cannot_tell_who_is_told_of_the_same_nor_how_much_is_said(service: PushService) -> None:
    one, two = service.browser(), service.browser("two")
    for given, message in (
        (one, MESSAGE),
        (one, replace(MESSAGE, text="办" * 200, url="/")),
        (two, MESSAGE),
        (one, replace(MESSAGE, about="other")),
    ):
        carrier_of("push").carry(given.given, message, at=AT)
    topics = [headers["Topic"] for _path, headers, _shown in service.got]
    assert topics[0] == topics[1]
    assert len(set(topics)) == 3
    assert len(service.sizes) == 1


def test_one_whose_host_cannot_be_called_harms_no_other(
    service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = [read_subscription(service.browser(f"b{n}").given) for n in range(3)]
    wrong = replace(good[0], endpoint=f"https://a..b.localhost:{service.port}/x")
    answers = push.send_many([(to, MESSAGE) for to in (good[0], wrong, *good[1:])], at=AT, lines=1)
    assert [answer is None for answer in answers] == [True, False, True, True]
    refused = answers[1]
    assert refused is not None
    assert not refused.again


def test_many_are_told_over_few_connections_each_with_its_own_answer(service: PushService) -> None:
    browsers = [service.browser(f"b{n}", answer=410 if n % 10 == 3 else 201) for n in range(100)]
    wanted = [(read_subscription(one.given), MESSAGE) for one in browsers]
    answers = push.send_many(wanted, at=AT, lines=4)
    assert [n for n, answer in enumerate(answers) if isinstance(answer, Ended)] == list(range(3, 100, 10))
    assert sum(answer is None for answer in answers) == len(service.got) == 90
    assert service.lines == 4


HOST = "https://updates.push.services.mozilla.com/wpush/v2/abc"


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://updates.push.services.mozilla.com/wpush",
        "https://127.0.0.1/wpush",
        "https://localhost/wpush",
        "https://169.254.169.254/latest/meta-data",
        "https://updates.push.services.mozilla.com.evil.example/x",
        "https://evil.example#updates.push.services.mozilla.com",
        "https://evil.example/?updates.push.services.mozilla.com",
        "https://updates.push.services.mozilla.com@evil.example/x",
        "https://name:word@updates.push.services.mozilla.com/x",
        "https://updates.push.services.mozilla.com:8443/x",
        "https://updates.push.services.mozilla.com:99999/x",
        "https://notify.windows.com/x",
        "https://updates.push.services.mozilla.com/x y",
        "https://updates.push.services.mozilla.com/x\r\nHost: evil.example",
        "https://[::1]/x",
        "https://a..b.notify.windows.com/x",
        "https://-a.notify.windows.com/x",
        f"https://{'a' * 64}.notify.windows.com/x",
        f"https://{'a.' * 120}notify.windows.com/x",
        "file:///etc/passwd",
        "",
        None,
        7,
    ],
)
def test_nobody_makes_us_call_elsewhere(service: PushService, endpoint: object, settings: Settings) -> None:
    settings.ANLAN_PUSH_SERVICES = push_services_of(Environment())
    given = json.loads(service.browser().given)
    assert read_subscription(json.dumps({**given, "endpoint": HOST})).endpoint == HOST
    windows = "https://db5p.notify.windows.com/w/?token=abc"
    assert read_subscription(json.dumps({**given, "endpoint": windows})).endpoint == windows
    with pytest.raises(Invalid):
        read_subscription(json.dumps({**given, "endpoint": endpoint}))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", '{"endpoint": 1, "keys": 1}', "x" * 3_000, "[" * 1_900, '{"keys": {}}'],
)
def test_what_is_no_subscription_is_refused(service: PushService, text: str) -> None:
    with pytest.raises(Invalid):
        read_subscription(text)


def test_a_key_that_is_no_point_and_a_short_secret_are_refused(service: PushService) -> None:
    given = json.loads(service.browser().given)
    for keys in (
        {"p256dh": "AAAA", "auth": given["keys"]["auth"]},
        {"p256dh": given["keys"]["p256dh"], "auth": "AAAA"},
        {"p256dh": push._spelt(b"\x04" + b"\x01" * 64), "auth": given["keys"]["auth"]},
        {"p256dh": given["keys"]["p256dh"], "auth": "*" * 22},
    ):
        with pytest.raises(Invalid):
            read_subscription(json.dumps({**given, "keys": keys}))


def test_a_service_that_is_named_no_more_is_called_no_more(service: PushService, settings: Settings) -> None:
    one = service.browser()
    settings.ANLAN_PUSH_SERVICES = ("web.push.apple.com",)
    with pytest.raises(Ended):
        carrier_of("push").carry(one.given, MESSAGE, at=AT)
    settings.ANLAN_PUSH_SERVICES = ()
    with pytest.raises(NotSent, match="no carrier"):
        carrier_of("push").carry(one.given, MESSAGE, at=AT)


def test_it_is_offered_where_browsers_can_subscribe(settings: Settings) -> None:
    settings.ANLAN_PUSH_SERVICES = ("web.push.apple.com",)
    assert not push.offered(), "no address"
    settings.ANLAN_ADDRESS = "http://anlan.example"
    assert not push.offered()
    settings.ANLAN_ADDRESS = "https://anlan.example"
    assert push.offered()
    assert len(unspelt(push.public_key())) == 65


def test_a_new_key_in_front_of_the_ring_loses_no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    before = push.public_key()
    other = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="
    monkeypatch.setattr(settings, "ANLAN_KEYS", f"2:{other},{settings.ANLAN_KEYS}")
    assert push.public_key() == before


def test_settings_that_cannot_be_are_refused() -> None:
    assert push_services_of(Environment(push_services="none")) == ()
    for wrong in ("https://web.push.apple.com", "a b", ",", "*"):
        with pytest.raises(SettingError, match="ANLAN_PUSH_SERVICES"):
            push_services_of(Environment(push_services=wrong))
    assert quiet_of(Environment(quiet="none")) is None
    assert quiet_of(Environment()) == Quiet(start=22 * 60, end=7 * 60)
    for wrong in ("22", "22:00", "25:00-07:00", "22:00-07:00-08:00"):
        with pytest.raises(SettingError, match="ANLAN_QUIET"):
            quiet_of(Environment(quiet=wrong))


@pytest.mark.parametrize(
    ("hours", "at", "until"),
    [
        ("22:00-07:00", "2026-03-02 21:59", None),
        ("22:00-07:00", "2026-03-02 22:00", "2026-03-03 07:00"),
        ("22:00-07:00", "2026-03-03 06:59", "2026-03-03 07:00"),
        ("22:00-07:00", "2026-03-03 07:00", None),
        ("12:30-14:00", "2026-03-02 13:00", "2026-03-02 14:00"),
        ("12:30-14:00", "2026-03-02 11:00", None),
        ("00:00-06:00", "2026-03-02 00:00", "2026-03-02 06:00"),
        ("08:00-08:00", "2026-03-02 08:00", None),
    ],
)
def test_quiet_hours_end_when_they_say(hours: str, at: str, until: str | None) -> None:
    zone = settings.ANLAN_REGION.zone
    found = read_quiet(hours).until(datetime.fromisoformat(at).replace(tzinfo=zone).astimezone(UTC))
    assert found == (until and datetime.fromisoformat(until).replace(tzinfo=zone))

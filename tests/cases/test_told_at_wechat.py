# SPDX-License-Identifier: Apache-2.0
"""A case's notices at WeChat: in their hours, without a number, and by text where nothing comes there any more."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from anlan.base.ids import show_number
from anlan.cases import carry
from anlan.cases.act import Done
from anlan.cases.carry import send
from anlan.cases.catalogue import current
from anlan.cases.deliver import LOST_AFTER, TRIES, deliver, give_up_lost
from anlan.cases.models import Delivery, Telling
from anlan.cases.queries import get_view
from anlan.cases.telling import Told, Way, set_told
from anlan.cases.undelivered import Which, resend
from anlan.people.may import SYSTEM
from tests.cases.test_notices import dispatched, read_all, telling
from tests.cases.test_screens import MORNING, NOON, fates
from tests.cases.world import MONDAY
from tests.databases import Clone
from tests.people.wechat_service import WeChatService, wechat_service

__all__ = ["telling"]
LI = "oLi_7-x"


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[WeChatService]:
    settings.ANLAN_DEMO, settings.ANLAN_HOME = True, tmp_path
    with wechat_service(tmp_path, monkeypatch) as found:
        found.people[LI] = True
        yield found


def chosen() -> Done:
    """A case whose person is told there, with one notice."""
    done = dispatched()
    view = get_view(SYSTEM, done.case_id, known=current(), at=MONDAY, parties=(1,))
    set_told(view, Told(way=Way.WECHAT, address=LI))
    read_all()
    return done


def go() -> None:
    while deliver(send, at=NOON):
        pass


def test_in_the_quiet_hours_nothing_comes_and_then_no_number(
    own_database: Clone, telling: None, there: WeChatService, settings: Settings
) -> None:
    settings.ANLAN_QUIET = MORNING
    done = chosen()
    deliver(send, at=MONDAY)
    assert (fates("wechat"), there.got) == (["waiting"], [])
    go()
    assert fates("wechat") == ["sent"]
    (got,) = there.got
    assert show_number(done.number) not in str(got["data"])
    assert got["url"].endswith(f"/follow/{done.number:016d}")


def test_who_follows_us_no_more_gets_it_by_text_from_then_on(
    own_database: Clone, telling: None, there: WeChatService
) -> None:
    there.people[LI] = False
    chosen()
    go()
    assert (fates("wechat"), fates("sms")) == (["failed"], ["sent"])
    assert not Telling.objects.exists()


def test_what_it_refuses_for_a_fault_of_ours_comes_by_text_and_the_choice_stays(
    own_database: Clone, telling: None, there: WeChatService
) -> None:
    there.answers = [{"errcode": 40037, "errmsg": "invalid template_id"}]
    chosen()
    go()
    assert (fates("wechat"), fates("sms")) == (["failed"], ["sent"])
    assert Telling.objects.get().way == "wechat"


def test_no_answer_is_sent_by_no_other_way(own_database: Clone, telling: None, there: WeChatService) -> None:
    there.answers = [502]
    chosen()
    go()
    assert (fates("wechat"), fates("sms")) == (["unknown"], [])
    assert not Delivery.objects.filter(channel="sms").exists()


def test_what_came_by_text_instead_is_not_sent_again_at_wechat(
    own_database: Clone, telling: None, there: WeChatService
) -> None:
    there.answers = [{"errcode": -1, "errmsg": "system error"}] * TRIES
    chosen()
    for n in range(TRIES + 1):
        deliver(send, at=NOON + timedelta(hours=n))
    assert (fates("wechat"), fates("sms")) == (["failed"], ["sent"])
    later = NOON + timedelta(hours=TRIES + 1)
    resend(Which(since=MONDAY - timedelta(days=1)), by=None, at=later)
    while deliver(send, at=later):
        pass
    assert there.got == [], "it came by text"


def test_a_process_that_dies_between_forgetting_and_the_text_loses_no_message(
    own_database: Clone, telling: None, there: WeChatService, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.people[LI] = False
    chosen()
    done: list[Any] = []

    def until_the_second(step: Any) -> Any:
        def taken(*given: Any, **named: Any) -> Any:
            if done:
                raise KeyboardInterrupt  # as kill -9 leaves it
            done.append(step)
            return step(*given, **named)

        return taken

    with monkeypatch.context() as dying:
        for name in ("add", "drop_told"):
            dying.setattr(carry, name, until_the_second(getattr(carry, name)))
        with pytest.raises(KeyboardInterrupt):
            deliver(send, at=NOON)
    later = NOON + LOST_AFTER + timedelta(seconds=1)
    give_up_lost(at=later)
    while deliver(send, at=later):
        pass
    assert fates("sms") == ["sent"]

# SPDX-License-Identifier: Apache-2.0
"""What stays closed of people at odds: to who had to leave, to who only routes, on a phone, in an office's notices."""

from datetime import timedelta
from typing import Any

import pytest

from anlan.base.errors import Invalid
from anlan.cases import daily
from anlan.cases.catalogue import current
from anlan.cases.define import Audience
from anlan.cases.deliver import Refusing, Sending
from anlan.cases.inbox import list_notices
from anlan.cases.may import may_see
from anlan.cases.models import Delivery
from anlan.cases.queries_carried import read_carried
from anlan.cases.queries_view import View
from anlan.people.may import Actor, Role, actor_of
from anlan.people.staffmail import MailWish, When, set_wish
from anlan.procedures.mediation.register import offered_posts
from tests.cases.world import VILLAGE, organisation, post
from tests.procedures.mediation.cast import DIGEST, FIRST, SECOND, Dispute, above, clerk, mediator, tell_all
from tests.procedures.mediation.test_attacked import OFFER, seen, shown
from tests.procedures.report.cast import COMMITTEE, TOWN_ROOM
from tests.web.staff import post_of

pytestmark = pytest.mark.django_db


def carried(dispute: Dispute, by: Actor) -> View:
    """The case as the phone of this post has it."""
    return read_carried(by, [dispute.id], known=current(), at=dispute.at)[dispute.id]


def told() -> Dispute:
    """A dispute of which everybody was told."""
    dispute = Dispute()
    tell_all(dispute)
    return dispute


def test_who_is_relieved_for_an_interest_reads_and_does_nothing_more_in_it() -> None:
    dispute = Dispute().talking()
    dispute.do("confide_1", FIRST, words="他打过我")
    dispute.do("relieve", clerk(), ground="interest")
    assert "他打过我" not in shown(dispute, mediator())
    with pytest.raises(Invalid, match=r"回避|stepped aside"):
        dispute.do("appoint", mediator(), mediator=40)
    with pytest.raises(Invalid, match=r"would not have|要求这位调解员回避"):
        dispute.do("appoint", clerk(), mediator=41)
    dispute.do("appoint", clerk(), mediator=40)
    assert "他打过我" in shown(dispute, mediator(40))


def test_nor_once_it_comes_back_to_their_office() -> None:
    dispute = Dispute().talking()
    dispute.do("recuse", SECOND)
    dispute.do("bring_in", mediator(40), joins="side2")
    dispute.do("hand_up", clerk(), ground="nobody", words="没有别的调解员")
    dispute.do("pass_on", above(), unit=organisation(COMMITTEE), words="应当由村里调解")
    assert dispute.state == "applied"
    wrong: tuple[tuple[str, dict[str, Any]], ...] = (
        ("invite", {"matter": "楼上夜间装修产生噪声"}),
        ("pass_on", {"unit": organisation(TOWN_ROOM), "words": "不归我们"}),
        ("not_accept", {"ground": "no_dispute", "words": "算了", "told": True}),
        ("note", {"words": "算了"}),
    )
    for action, data in wrong:
        with pytest.raises(Invalid, match=r"回避|stepped aside"):
            dispute.do(action, mediator(), **data)
    dispute.do("ask_alone", mediator(40), who=3, afraid="no")
    dispute.do("invite", mediator(40), matter="楼上夜间装修产生噪声")
    dispute.do("consent_for", mediator(40), who=3, answer="yes", how="there")
    with pytest.raises(Invalid, match=r"回避|stepped aside"):
        dispute.do("accept", mediator(), channel="people")


def test_nor_in_another_post_of_theirs() -> None:
    first = post_of(Role.MEDIATOR, COMMITTEE)
    second = post_of(Role.MEDIATOR, COMMITTEE, account=first.account)
    other = post_of(Role.MEDIATOR, COMMITTEE)
    dispute = Dispute().accepted()
    dispute.do("appoint", clerk(), mediator=first.pk)
    dispute.do("recuse", SECOND)
    assert [key for key, _words in offered_posts(dispute.now, at=dispute.at)] == [str(other.pk)]
    dispute.do("appoint", clerk(), mediator=second.pk)
    with pytest.raises(Invalid, match=r"回避|stepped aside"):
        dispute.do("begin", actor_of(second, at=dispute.at), no_interest=True, rights=True)
    dispute.do("appoint", clerk(), mediator=other.pk)
    dispute.do("begin", actor_of(other, at=dispute.at), no_interest=True, rights=True)
    assert dispute.state == "mediating"


def test_who_was_away_may_be_chosen_again() -> None:
    dispute = Dispute().talking()
    dispute.do("relieve", clerk(), ground="away")
    dispute.do("appoint", clerk(), mediator=41)
    assert dispute.column("mediator") == 41


def test_what_an_office_writes_of_people_at_odds_is_read_by_who_mediates_alone() -> None:
    dispute = Dispute("start", mediator(), side1=False, kind="family", words="张三和李四吵了三年")
    handler = post(Role.HANDLER, COMMITTEE, VILLAGE, post_id=45)
    for by in (clerk(), handler, above()):
        assert "吵了三年" not in shown(dispute, by), by.role
    assert "吵了三年" in shown(dispute, mediator())


def test_why_a_side_would_not_have_somebody_is_not_read_by_them() -> None:
    dispute = Dispute().talking()
    dispute.do("recuse", SECOND, words="他是对方的表哥")
    for by in (mediator(), clerk()):
        assert "表哥" not in shown(dispute, by), by.post_id
    assert "表哥" in shown(dispute, mediator(40))
    supervisor = post(Role.SUPERVISOR, "county:330106", VILLAGE[:6], post_id=46)
    assert may_see(supervisor, Audience.OFFICE, dispute.now, parties=(), looked=True, known=current())


def test_what_a_side_does_instead_is_not_told_to_the_other() -> None:
    dispute = Dispute().talking()
    dispute.do("withdraw", FIRST, route="court")
    line = seen(dispute, SECOND).timeline.lines[0]
    assert line.action == "withdraw"
    assert "court" not in f"{line.outcomes.get('facts')}{line.contents}"
    assert "court" in shown(dispute, mediator())


def test_a_phone_has_no_offers_of_earlier_talks() -> None:
    dispute = Dispute().drafted()
    dispute.do("offer", FIRST, words=OFFER)
    dispute.do("settle", mediator(), document=DIGEST)
    dispute.signed_and_sealed()
    dispute.do("not_performed", FIRST, term=dispute.column("clauses")[0])
    dispute.do("reopen", mediator())
    dispute.do("offer", SECOND, words="这一次我出三成")
    lines = carried(dispute, mediator()).timeline.lines
    assert lines == seen(dispute, mediator()).timeline.lines
    assert [line.action for line in lines].count("offer") == 1


def test_a_phone_is_not_told_that_a_side_confided_a_file() -> None:
    dispute = Dispute().talking()
    dispute.do("confide_1", FIRST, words="证据", files=1)
    for by in (clerk(), mediator(40), mediator()):
        assert carried(dispute, by).files == seen(dispute, by).files
    assert len(carried(dispute, mediator()).files) == 1
    assert carried(dispute, clerk()).files == ()


def test_a_neighbour_reads_no_notice_of_a_dispute() -> None:
    there = post_of(Role.GRID_WORKER, COMMITTEE)
    dispute = told()
    neighbour = actor_of(there, at=dispute.at)
    assert [told.procedure for told in list_notices(clerk(), known=current())[0]] == ["mediation"]
    assert list_notices(neighbour, known=current())[0] == ()


def test_a_neighbour_who_mediates_too_is_told_as_the_mediator() -> None:
    neighbour = post_of(Role.GRID_WORKER, COMMITTEE)
    mediates = post_of(Role.MEDIATOR, COMMITTEE, account=neighbour.account)
    set_wish(neighbour.account_id, MailWish(address="li@work.example", rest=When.NOW))
    dispute = told()
    mail = Delivery.objects.get(case_id=dispute.id, channel="email")
    assert mail.recipient == f"post:{mediates.pk}"


def test_the_mail_of_the_morning_counts_no_dispute_for_a_neighbour() -> None:
    neighbour = post_of(Role.GRID_WORKER, COMMITTEE)
    set_wish(neighbour.account_id, MailWish(address="li@work.example", rest=When.DAILY))
    morning = told().at + timedelta(hours=20)
    assert daily.wish_daily(at=morning) == 1
    row = Delivery.objects.get(key=daily.KEY)
    sending = Sending(
        position=row.position,
        recipient=row.recipient,
        channel=row.channel,
        case_id=row.case_id,
        key=row.key,
        tries=0,
        at=morning,
    )
    with pytest.raises(Refusing):
        daily.write(sending, language="zh")

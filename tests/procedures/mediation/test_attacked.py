# SPDX-License-Identifier: Apache-2.0
"""What a mediator who has to leave, a latecomer, a second round and a last day may not break."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from anlan.base.errors import Invalid
from anlan.cases.act import open_case
from anlan.cases.catalogue import current
from anlan.cases.define import Audience, Kind, Relation
from anlan.cases.may import may_see
from anlan.cases.models import PictureMark
from anlan.cases.queries_view import View, get_view
from anlan.parts.meetings.reads import meetings_in
from anlan.people.may import Actor, anonymous
from anlan.places.calendars import Limit, Unit
from anlan.procedures.mediation.procedure import MEDIATION
from tests.cases.world import opening
from tests.procedures.mediation.cast import (
    DIGEST,
    FIRST,
    PEOPLE,
    SECOND,
    TERM,
    Dispute,
    above,
    clerk,
    mediator,
)

pytestmark = pytest.mark.django_db
FILE = Limit(n=30, unit=Unit.DAY, roll=True)
OFFER = "我愿意出一半的隔音费"


def seen(dispute: Dispute, by: Actor | str) -> View:
    parties = (PEOPLE[by],) if isinstance(by, str) else ()
    who = anonymous() if isinstance(by, str) else by
    return get_view(who, dispute.id, known=current(), at=dispute.at, parties=parties)


def shown(dispute: Dispute, by: Actor | str) -> str:
    return "".join(
        str(dict(c.values)) for line in seen(dispute, by).timeline.lines for c in line.contents if c.values
    )


def begins(dispute: Dispute) -> dict[str, Any]:
    at = (dispute.at + timedelta(days=2)).isoformat()
    return {"begins": at, "minutes": 60, "form": "on_site", "where": "社区"}


def test_whom_a_side_would_not_have_reads_nothing_that_was_confided() -> None:
    dispute = Dispute().talking()
    dispute.do("confide_1", FIRST, words="他打过我")
    assert "他打过我" in shown(dispute, mediator())
    dispute.do("recuse", SECOND)
    now = dispute.now
    for audience in (Audience.SIDE1, Audience.SIDE2, Audience.MEDIATOR, Audience.OFFER):
        assert not may_see(mediator(), audience, now, parties=(), looked=True, known=current())
    assert "他打过我" not in shown(dispute, mediator())
    assert may_see(mediator(40), Audience.SIDE1, now, parties=(), looked=False, known=current())


def test_while_somebody_mediates_their_colleagues_do_nothing_in_it() -> None:
    dispute = Dispute().talking()
    other = mediator(40)
    wrong: tuple[tuple[str, dict[str, Any]], ...] = (
        ("fail", {"ground": "other", "told": True}),
        ("say", {"words": "我来说"}),
        ("tell_1", {"words": "我来说"}),
        ("offer", {"words": "我来说"}),
        ("remark", {"words": "我来记"}),
        ("meet", begins(dispute)),
        ("meet_side1", begins(dispute)),
    )
    for action, data in wrong:
        with pytest.raises(Invalid, match=r"选定的调解员|was chosen"):
            dispute.do(action, other, **data)
    assert dispute.state == "mediating"


def test_nobody_but_the_mediator_of_the_case_attests_a_signature_on_paper() -> None:
    dispute = Dispute().waiting()
    with pytest.raises(Invalid, match=r"选定的调解员|was chosen"):
        dispute.do("sign_on_paper", mediator(40), files=1, document=DIGEST, party=2, witness="张三")


def test_whom_a_side_would_not_have_does_nothing_more_in_it() -> None:
    dispute = Dispute().talking()
    dispute.do("recuse", SECOND)
    for action in ("say", "remark", "tell_1"):
        with pytest.raises(Invalid, match=r"回避|stepped aside"):
            dispute.do(action, mediator(), words="我再说一句")
    with pytest.raises(Invalid, match=r"回避|stepped aside"):
        dispute.do("bring_in", mediator(), joins="side1")


def test_who_comes_later_was_asked_alone_and_agrees_before_it_goes_on() -> None:
    dispute = Dispute().talking()
    dispute.do("bring_in", mediator(), joins="side2")
    with pytest.raises(Invalid, match=r"没有同意|agreed"):
        dispute.do("meet", mediator(), **begins(dispute))
    with pytest.raises(Invalid, match=r"没有同意|agreed"):
        dispute.do("agree_orally", mediator(), **TERM, both=True)
    dispute.do(
        "draft",
        mediator(),
        facts="楼上装修，夜间施工",
        points="几点以后不能施工",
        liability="楼上应当避开休息时间",
    )
    dispute.do("term", mediator(), **TERM)
    with pytest.raises(Invalid, match=r"没有同意|agreed"):
        dispute.do("settle", mediator(), document=DIGEST)
    dispute.do("consent_for", mediator(), who=3, answer="yes", how="there")
    with pytest.raises(Invalid, match=r"单独询问|alone"):
        dispute.do("settle", mediator(), document=DIGEST)
    dispute.asked_alone(3, afraid="yes", help=True)
    with pytest.raises(Invalid, match=r"不能安排双方见面|do not meet"):
        dispute.do("meet", mediator(), **begins(dispute))
    dispute.do("settle", mediator(), document=DIGEST)


def test_who_comes_later_and_does_not_want_it_ends_it() -> None:
    dispute = Dispute().talking()
    dispute.do("bring_in", mediator(), joins="side2")
    dispute.do("consent_for", mediator(), who=3, answer="no", how="phone")
    assert (dispute.state, dispute.column("talking")) == ("refused", False)


def test_it_does_not_begin_before_who_came_later_agreed() -> None:
    dispute = Dispute().accepted()
    dispute.do("bring_in", mediator(), joins="side1")
    dispute.do("appoint", clerk(), mediator=41)
    with pytest.raises(Invalid, match=r"没有同意|agreed"):
        dispute.do("begin", mediator(), no_interest=True, rights=True)


@pytest.mark.parametrize("by", [FIRST, SECOND, "mediator"])
def test_what_was_offered_in_an_earlier_round_is_not_read_in_the_next(by: str) -> None:
    dispute = Dispute().drafted()
    dispute.do("offer", FIRST, words=OFFER)
    who: Actor | str = mediator() if by == "mediator" else by
    assert OFFER in shown(dispute, who)
    dispute.do("settle", mediator(), document=DIGEST)
    dispute.sign(FIRST)
    dispute.sign(SECOND)
    dispute.do("countersign", mediator(), document=DIGEST, name="何处暑")
    dispute.do("seal", mediator(), sealed="cd" * 32)
    assert OFFER not in shown(dispute, who)
    dispute.do("not_performed", FIRST, term=dispute.column("clauses")[0])
    dispute.do("reopen", mediator())
    assert OFFER not in shown(dispute, who)
    assert "offer" not in {line.action for line in seen(dispute, who).timeline.lines}
    dispute.do("offer", SECOND, words="这一次我出三成")
    assert "这一次我出三成" in shown(dispute, who)


def test_nor_on_the_level_above() -> None:
    dispute = Dispute().talking()
    dispute.do("offer", FIRST, words=OFFER)
    dispute.do("hand_up", mediator(), ground="deadlock", words="三次没有谈成")
    dispute.do("appoint", above(), mediator=43)
    dispute.do("begin", above(), no_interest=True, rights=True)
    for who in (FIRST, SECOND, above()):
        assert OFFER not in shown(dispute, who)


def test_what_was_agreed_binds_until_something_else_is_agreed() -> None:
    dispute = Dispute().sealed()
    stands = dispute.column("sealed")
    dispute.do("not_performed", FIRST, term=dispute.column("clauses")[0])
    dispute.do("reopen", mediator())
    assert dispute.column("sealed") == stands, "one side's word takes no agreement away"
    dispute.do("settle", mediator(), document=DIGEST)
    dispute.sign(FIRST)
    dispute.sign(SECOND)
    dispute.do("countersign", mediator(), document=DIGEST, name="何处暑")
    dispute.do("seal", mediator(), sealed="ef" * 32)
    assert dispute.column("sealed") == ["ef" * 32]


def test_what_is_said_and_agreed_anew_takes_the_place_of_what_was_signed() -> None:
    dispute = Dispute().sealed()
    dispute.do("not_performed", FIRST, term=dispute.column("clauses")[0])
    dispute.do("reopen", mediator())
    dispute.do("agree_orally", mediator(), **TERM, both=True)
    assert dispute.column("sealed") == []


def test_what_a_court_examines_or_confirmed_is_not_mediated_again() -> None:
    dispute = Dispute().sealed()
    dispute.do("join_in", FIRST)
    dispute.do("join_in", SECOND)
    dispute.do("prepare", mediator())
    dispute.do("filed", mediator())
    dispute.do("not_performed", FIRST, term=dispute.column("clauses")[0])
    for answer in ("admitted", "confirmed"):
        with pytest.raises(Invalid, match=r"法院|court"):
            dispute.do("reopen", mediator())
        dispute.do("court_said", mediator(), answer=answer)
    with pytest.raises(Invalid, match=r"强制执行|enforced"):
        dispute.do("reopen", mediator())


def test_all_is_kept_when_every_term_that_stands_was_kept() -> None:
    dispute = Dispute().drafted()
    dispute.do("term", mediator(), **{**TERM, "what": "赔偿清洁费用", "mode": "cash", "amount": "200"})
    dispute.do("agree_orally", mediator(), **{**TERM, "what": "以后装修提前告知"}, both=True)
    first, second, third = dispute.column("clauses")
    dispute.on("2026-04-30")
    dispute.do("performed", mediator(), term=first)
    dispute.do("not_performed", FIRST, term=second)
    dispute.do("reopen", mediator())
    dispute.do("drop_term", mediator(), term=first)
    dispute.do("drop_term", mediator(), term=second)
    dispute.do(
        "agree_orally", mediator(), **{**TERM, "what": "分两次付清洁费", "day": "2026-05-31"}, both=True
    )
    dispute.on("2026-05-31")
    for term in (third, dispute.column("clauses")[-1]):
        dispute.do("performed", mediator(), term=term)
    assert dispute.state == "kept"


def test_it_is_to_be_performed_by_the_last_day_of_the_terms_that_stand() -> None:
    dispute = Dispute().drafted()
    dispute.do("term", mediator(), **{**TERM, "day": "2027-02-28"})
    dispute.do("drop_term", mediator(), term=dispute.column("clauses")[-1])
    dispute.do("settle", mediator(), document=DIGEST)
    dispute.sign(FIRST)
    dispute.sign(SECOND)
    dispute.do("countersign", mediator(), document=DIGEST, name="何处暑")
    dispute.do("seal", mediator(), sealed="cd" * 32)
    run = dispute.now.last_run("perform")
    assert run is not None
    assert run.due_at == datetime.fromisoformat("2026-04-30T23:59:59.999999+08:00")


def test_the_court_is_asked_to_the_end_of_the_thirtieth_day_and_a_day_off_moves_it() -> None:
    """Civil Code arts 201 and 203: the day itself is not counted, a last day that is off gives way to the next working day."""
    dispute = Dispute().sealed()
    agreed = datetime.fromisoformat(dispute.column("agreed_at"))
    end = current().calendar.add(agreed, FILE).at
    assert end > agreed + timedelta(days=30)
    dispute.at = end - timedelta(minutes=1)
    dispute.do("join_in", FIRST)
    dispute.do("join_in", SECOND)
    run = dispute.now.last_run("file")
    assert run is not None
    assert run.due_at == end
    dispute = Dispute().sealed()
    dispute.at = end + timedelta(minutes=1)
    with pytest.raises(Invalid, match="30"):
        dispute.do("join_in", FIRST)


def test_a_court_confirms_what_is_written() -> None:
    dispute = Dispute().talking()
    dispute.do("agree_orally", mediator(), **TERM, both=True)
    with pytest.raises(Invalid, match=r"书面|written"):
        dispute.do("join_in", FIRST)


def test_that_one_side_gave_the_mediator_a_file_is_said_to_nobody_else() -> None:
    dispute = Dispute().talking()
    dispute.do("confide_1", FIRST, words="录音", files=1)
    assert len(seen(dispute, FIRST).files) == 1
    assert len(seen(dispute, mediator()).files) == 1
    for by in (SECOND, clerk()):
        assert seen(dispute, by).files == ()


def test_a_level_above_has_a_limit_of_its_own() -> None:
    dispute = Dispute().talking()
    dispute.later(days=29)
    dispute.do("hand_up", mediator(), ground="deadlock", words="三次没有谈成")
    dispute.do("appoint", above(), mediator=43)
    dispute.do("begin", above(), no_interest=True, rights=True)
    run = dispute.now.running("mediate")
    assert run is not None
    assert run[1].due_at == dispute.at + timedelta(days=30)


def test_another_mediator_goes_on_within_the_same_limit() -> None:
    dispute = Dispute().talking()
    dispute.later(days=10)
    dispute.do("recuse", SECOND)
    dispute.do("appoint", clerk(), mediator=40)
    dispute.do("begin", mediator(40), no_interest=True, rights=True)
    run = dispute.now.running("mediate")
    assert run is not None
    assert run[1].due_at == dispute.at + timedelta(days=20)


def test_what_is_mediated_again_does_not_start_out_late() -> None:
    dispute = Dispute().sealed()
    dispute.later(days=50)
    dispute.do("not_performed", FIRST, term=dispute.column("clauses")[0])
    dispute.do("reopen", mediator())
    run = dispute.now.running("mediate")
    assert run is not None
    assert run[1].due_at == dispute.at + timedelta(days=30)


def test_however_many_files_a_side_sent_there_is_room_for_the_agreement() -> None:
    dispute = Dispute().drafted()
    for _n in range(3):
        dispute.do("say", FIRST, words="证据", files=20)
    with pytest.raises(Invalid) as full:
        dispute.do("say", FIRST, words="证据", files=1)
    assert "files" in full.value.fields
    dispute.do("settle", mediator(), files=1, document=DIGEST)
    assert dispute.state == "signing"


def test_whom_a_side_would_not_have_neither_appoints_nor_hands_up_nor_seals() -> None:
    dispute = Dispute().talking()
    dispute.do("recuse", SECOND)
    wrong: tuple[tuple[str, dict[str, Any]], ...] = (
        ("appoint", {"mediator": 40}),
        ("hand_up", {"ground": "nobody", "words": "没有人"}),
    )
    for action, data in wrong:
        with pytest.raises(Invalid, match=r"回避|stepped aside"):
            dispute.do(action, mediator(), **data)
    dispute.do("appoint", clerk(), mediator=40)
    other = mediator(40)
    dispute.do("begin", other, no_interest=True, rights=True)
    dispute.do(
        "draft", other, facts="楼上装修，夜间施工", points="几点以后不能施工", liability="楼上应当避开"
    )
    dispute.do("term", other, **TERM)
    dispute.do("settle", other, document=DIGEST)
    dispute.sign(FIRST)
    dispute.sign(SECOND)
    dispute.do("countersign", other, document=DIGEST, name="何处暑")
    with pytest.raises(Invalid, match=r"回避|stepped aside"):
        dispute.do("seal", mediator(), sealed="cd" * 32)
    dispute.do("seal", other, sealed="cd" * 32)
    term = dispute.column("clauses")[0]
    with pytest.raises(Invalid, match=r"回避|stepped aside"):
        dispute.do("performed", mediator(), term=term)
    dispute.do("not_performed", FIRST, term=term)
    with pytest.raises(Invalid, match=r"回避|stepped aside"):
        dispute.do("reopen", mediator())


def test_nobody_is_called_to_a_meeting_of_what_has_ended() -> None:
    dispute = Dispute().talking()
    dispute.do("meet", mediator(), **begins(dispute))
    assert [each.state for each in meetings_in(seen(dispute, FIRST))] == ["called"]
    dispute.do("withdraw", SECOND)
    assert [each.state for each in meetings_in(seen(dispute, FIRST))] == ["off"]


def test_from_which_report_it_came_is_not_said_to_the_sides() -> None:
    report = open_case(opening(procedure="report", data={"words": "楼上噪声"})).case_id
    dispute = Dispute("ask_for", clerk(), requested=True, origin=str(report)).invited()
    assert len(seen(dispute, clerk()).linked) == 1
    assert dict(seen(dispute, SECOND).linked) == {}


def test_who_becomes_afraid_is_called_to_no_meeting_with_the_other_side() -> None:
    dispute = Dispute().talking()
    dispute.do("meet", mediator(), **begins(dispute))
    dispute.do("meet_side2", mediator(), **begins(dispute))
    dispute.asked_alone(1, afraid="yes", help=True)
    assert [each.state for each in meetings_in(seen(dispute, FIRST))] == ["off"]
    assert [each.state for each in meetings_in(seen(dispute, SECOND))] == ["off", "called"]


def test_a_picture_that_one_side_confided_is_recognised_in_no_other_case() -> None:
    dispute = Dispute().talking()
    for action in ("tell_1", "remark"):
        dispute.do(action, mediator(), words="她给我看的照片", files=1)
    assert not PictureMark.objects.filter(case_id=dispute.id).exists()


def test_what_was_entered_in_somebodys_name_is_told_to_them() -> None:
    told = {notice.on for notice in MEDIATION.notices if notice.to is Relation.PARTY}
    named = {
        action.key
        for action in MEDIATION.actions
        if any(field.kind is Kind.PARTY and field.fact for field in action.fields)
        and action.key not in {"term", "agree_orally"}
    }
    assert named == {"consent_for", "sign_on_paper"}
    assert named < told
    assert "agree_orally" in told

# SPDX-License-Identifier: Apache-2.0
"""What one side of a dispute says is the other's neither to read nor to hear of; what was offered is nobody's once they cease to talk."""

from dataclasses import replace
from uuid import UUID

import pytest

from anlan.base.errors import Invalid, NotAllowed
from anlan.cases import follow, journal, registry
from anlan.cases.act import act, open_case
from anlan.cases.catalogue import current
from anlan.cases.clean import clean
from anlan.cases.define import STAY, Action, Audience, Field, Kind, Notice, Relation, Who
from anlan.cases.envelope import NewParty, Stored
from anlan.cases.follow import Follows
from anlan.cases.may import may_see
from anlan.cases.models import Attachment, Follower, Party
from anlan.cases.models import Notice as NoticeRow
from anlan.cases.projection import changed
from anlan.cases.queries_view import View, get_view, read_as
from anlan.config.wiring import tell_offices
from anlan.people.may import Actor, Role, anonymous
from tests.cases.toy import OPEN_STATES, TOY, w
from tests.cases.world import MONDAY, TOWN, dispatcher, envelope, opening, post

pytestmark = pytest.mark.django_db

BOTH = tuple(Who(relation=Relation.PARTY, roles=(side,)) for side in ("side1", "side2"))


def said(key: str, audience: Audience, *by: Who, **given: object) -> Action:
    words = Field(key="words", kind=Kind.LONG_TEXT, words=w("说明", "Words"), audience=audience)
    files = Field(key="files", kind=Kind.FILES, words=w("材料", "Files"), audience=audience)
    return Action(
        key=key,
        words=w("说", "Say"),
        done=w("说了", "said"),
        frm=OPEN_STATES,
        to=STAY,
        by=by,
        fields=(words, files),
        audience=audience,
        **given,  # type: ignore[arg-type]
    )


QUARREL = replace(
    TOY,
    key="quarrel",
    parties=(("side1", w("申请人", "Applicant")), ("side2", w("被申请人", "Other side"))),
    actions=(
        *TOY.actions,
        said("confide", Audience.SIDE1, BOTH[0]),
        said("offer", Audience.OFFER, *BOTH),
        said("add", Audience.REPORTER, BOTH[0], joins=("side1",)),
    ),
    notices=tuple(
        Notice(key=key, on=key, to=Relation.PARTY, words=w("有新情况", "news"))
        for key in ("confide", "offer")
    ),
)
FOLLOWER = Follows(name="notices", handler=tell_offices, sends=True)
SECRET = "我怕他，他打过我"


@pytest.fixture
def quarrel(monkeypatch: pytest.MonkeyPatch) -> UUID:
    monkeypatch.setitem(registry._procedures, ("quarrel", 1), QUARREL)
    monkeypatch.setitem(registry._newest, "quarrel", QUARREL)
    people = tuple(NewParty(role=role, contact={"name": f"{role} 甲"}) for role in ("side1", "side2"))
    return open_case(opening(procedure="quarrel", parties=people)).case_id


def seen(case_id: UUID, by: Actor, *parties: int) -> View:
    return get_view(by, case_id, known=current(), at=MONDAY, parties=parties)


def words_in(view: View) -> str:
    return "".join(str(dict(c.values)) for line in view.timeline.lines for c in line.contents if c.values)


def mediator(n: int = 31) -> Actor:
    return post(Role.MEDIATOR, f"town:{TOWN}", TOWN, post_id=n)


def test_what_one_side_confides_is_there_for_itself_and_who_mediates_alone(quarrel: UUID) -> None:
    file = Stored(keyed=b"k" * 32, plain=b"p" * 32, kind="image/jpeg", size=9, audience=Audience.REPORTER)
    act(envelope("confide", anonymous(), quarrel, party=1, data={"words": SECRET}, files=(file,)))
    assert Attachment.objects.get(case_id=quarrel).audience == Audience.SIDE1, "whatever the door said"
    for by, parties, reads in (
        (anonymous(), (1,), True),
        (mediator(), (), True),
        (anonymous(), (2,), False),
        (dispatcher(), (), False),
    ):
        view = seen(quarrel, by, *parties)
        assert (SECRET in words_in(view)) is reads
        assert any(line.action == "confide" for line in view.timeline.lines) is reads
        assert any(each.readable for each in view.files) is reads


def test_that_one_side_confided_is_told_to_the_other_by_no_notice(quarrel: UUID) -> None:
    act(envelope("confide", anonymous(), quarrel, party=1, data={"words": SECRET}))
    act(envelope("offer", anonymous(), quarrel, party=1, data={"words": "我退一步"}))
    Follower.objects.get_or_create(name="notices", sends=True)
    while journal.number(at=MONDAY):
        pass
    while follow.advance(FOLLOWER):
        pass
    told = set(NoticeRow.objects.filter(case_id=quarrel, party__isnull=False).values_list("key", "party"))
    assert told == {("offer", 2)}


def test_what_was_offered_is_read_while_they_talk_and_by_nobody_afterwards(quarrel: UUID) -> None:
    known = current()
    over = read_as(anonymous(), quarrel, known=known, at=MONDAY, parties=(1,)).stand.case
    talking = changed(over, {"record": {"talking": True}})
    for by, parties, reads in (
        (anonymous(), (1,), True),
        (anonymous(), (2,), True),
        (mediator(), (), True),
        (dispatcher(), (), False),
    ):
        for case, while_talking in ((talking, reads), (over, False)):
            found = may_see(by, Audience.OFFER, case, parties=parties, looked=True, known=known)
            assert found is while_talking


def test_once_somebody_mediates_their_colleagues_read_nothing_of_one_side(quarrel: UUID) -> None:
    case = read_as(anonymous(), quarrel, known=current(), at=MONDAY, parties=(1,)).stand.case
    given = changed(case, {"record": {"mediator": 31}})
    for n, reads in ((31, True), (32, False)):
        by = mediator(n)
        assert may_see(by, Audience.SIDE2, given, parties=(), looked=True, known=current()) is reads


def test_only_an_action_that_says_so_adds_people_to_a_case(quarrel: UUID) -> None:
    beside = (NewParty(role="side1", contact={"name": "side1 乙"}),)
    act(envelope("add", anonymous(), quarrel, party=1, parties=beside))
    assert dict(Party.objects.filter(case_id=quarrel).values_list("n", "role")) == {
        1: "side1",
        2: "side2",
        3: "side1",
    }
    with pytest.raises(Invalid):
        act(envelope("confide", anonymous(), quarrel, party=1, parties=beside))
    with pytest.raises(Invalid):
        act(envelope("add", anonymous(), quarrel, party=1, parties=(NewParty(role="side2"),)))
    with pytest.raises(NotAllowed):
        act(envelope("confide", anonymous(), quarrel, party=2, data={"words": "不是我的"}))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1,234.5", 123_450), ("1200元", 120_000), ("¥ 0.05", 5), ("12，000", 1_200_000), (99, 99)],
)
def test_amounts_are_whole_hundredths(typed: object, kept: int) -> None:
    field = Field(key="amount", kind=Kind.MONEY, words=w("金额", "Amount"), low=1)
    assert clean((field,), {"amount": typed}, known=current()) == {"amount": kept}


@pytest.mark.parametrize("typed", ["", "0", "-3", "1.234", "1e9", "一千", "1.2.3", 1.5, "９" * 30])
def test_what_is_no_amount_is_refused_or_empty(typed: object) -> None:
    field = Field(key="amount", kind=Kind.MONEY, words=w("金额", "Amount"), low=1, required=True)
    with pytest.raises(Invalid):
        clean((field,), {"amount": typed}, known=current())


def test_a_slot_that_came_later_leaves_declarations_what_they_were() -> None:
    plain = registry.plain(TOY.actions[0])
    assert "joins" not in plain
    assert registry.plain(replace(TOY.actions[0], joins=("reporter",)))["joins"] == ["reporter"]

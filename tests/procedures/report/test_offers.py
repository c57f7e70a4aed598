# SPDX-License-Identifier: Apache-2.0
"""Nothing is offered that cannot succeed: neither an action whose every form is refused, nor a unit that rules refuse."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

import pytest

from anlan.base.errors import Refused
from anlan.base.prepared import prepared
from anlan.cases.catalogue import current
from anlan.cases.decide import decide
from anlan.cases.define import Action, Field, Kind, Relation
from anlan.cases.known import covers
from anlan.cases.load import load
from anlan.cases.models import Entry, Party
from anlan.cases.onward import read_others
from anlan.cases.projection import Projection
from anlan.cases.queries import Asked, get_view, possible_actions
from anlan.people.may import Actor, Role, anonymous
from anlan.places.codes import code_range
from anlan.procedures.report.procedure import REPORT
from anlan.procedures.report.terms import HIGHER, ROOMS
from tests.cases.many import World, make_world
from tests.cases.world import envelope, organisation
from tests.procedures.report.cast import (
    COMMITTEE,
    REPORTER,
    ROAD,
    TOWN_ROOM,
    Matter,
    category,
    city,
    clerk,
    county,
    dept,
    grid_worker,
    photo,
    town,
    unit,
)

pytestmark = pytest.mark.django_db
MOST_FORMS = 200
EACH_STATE = 2


def somebody(role: str, one: int, world: World) -> Actor:
    org = world.known.organisations[one]
    return Actor(
        kind="post",
        account_id=one,
        post_id=one,
        role=Role(role),
        organisation_id=one,
        organisation_kind=org.kind,
        scope=(code_range(org.area),) if org.area else (),
    )


def everybody(case: Projection, world: World) -> Iterator[tuple[Actor, int | None]]:
    """One post for each way in which somebody can stand to the case, and its parties whose code is still good."""
    known = world.known
    for n in Party.objects.filter(case_id=case.id, sealed__isnull=False).values_list("n", flat=True):
        yield anonymous(), n
    village = known.organisation("village_committee", case.area, on=case.opened_at.date())
    above = known.lineage(case.holder)[1:] if case.holder is not None else ()
    for ones, roles in (
        ((case.room,), ROOMS[:2]),
        ((case.holder,), ("handler", "village_clerk", "county_dispatcher")),
        (case.assigned_now("assist")[:1], ("handler",)),
        ((village,), ("grid_worker",)),
        (above, HIGHER),
    ):
        for one in ones:
            if one is not None:
                yield from ((somebody(role, one, world), None) for role in roles)


def units_for(case: Projection, world: World) -> list[int]:
    """The organisations that serve the place, and those that have a part in the case."""
    there = [one.id for one in world.known.organisations.values() if one.area and covers(one.area, case.area)]
    return [*there, *sorted({each.organisation for each in case.assigned.values()} - set(there))]


def value(
    field: Field,
    case: Projection,
    world: World,
    form: dict[str, Any],
    units: list[int],
    pick: Random,
) -> Any:
    """Some answer to a field; None leaves it out."""
    known = world.known
    areas = [case.area, *(world.known.organisations[one].area for one in (case.room, case.holder) if one)]
    if not field.required and pick.random() < 0.3:
        return None
    match field.kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            return "办" * max(field.shortest, 6)
        case Kind.CHOICE:
            return pick.choice(field.choices)[0]
        case Kind.YES_NO:
            return True
        case Kind.WHOLE_NUMBER:
            return pick.choice(areas) if field.key == "area" else field.low
        case Kind.MOMENT:
            return (last_entry(case) + timedelta(days=3)).isoformat()
        case Kind.LIMIT:
            return {"n": 1, "unit": "working_hour"}
        case Kind.ORGANISATION:
            return pick.choice(units)
        case Kind.ORGANISATIONS:
            return [pick.choice(units)]
        case Kind.CATEGORY:
            return pick.choice([case.category or next(iter(known.categories)), *islice(known.categories, 3)])
        case Kind.CONDITION:
            fits = known.conditions_of(form.get("category") or case.category or 0)
            return pick.choice(fits).id if fits else None
    return None


def some_form_succeeds(action: Action, by: Actor, party: int | None, case: Projection, world: World) -> bool:
    pick, units = Random(7), units_for(case, world)
    at = last_entry(case) + timedelta(minutes=1)
    sent = replace(envelope(action.key, by, case.id, at=at, party=party), files=(photo(),))
    loaded = load((sent,)).loaded
    for _form in range(MOST_FORMS):
        form: dict[str, Any] = {}
        for field in action.fields:
            answer = value(field, case, world, form, units, pick)
            form |= {} if answer is None else {field.key: answer}
        try:
            decide(loaded, replace(sent, data=form))
        except Refused:
            continue
        return True
    return False


def last_entry(case: Projection) -> datetime:
    return max(Entry.objects.filter(case_id=case.id).values_list("at", flat=True))


def test_no_action_is_offered_whose_every_form_is_refused() -> None:
    world = make_world((REPORT,))
    by_state: dict[str, list[Projection]] = {}
    for case in world.cases.values():
        by_state.setdefault(case.state, []).append(case)
    tried: set[str] = set()
    vain: list[tuple[str, str, Role | None, object]] = []
    for cases in by_state.values():
        for case in cases[:EACH_STATE]:
            at = last_entry(case) + timedelta(minutes=1)
            others = others_of(case)
            for by, party in everybody(case, world):
                parties = () if party is None else (party,)
                asked = Asked(
                    by=by,
                    case=case,
                    procedure=REPORT,
                    known=world.known,
                    at=at,
                    parties=parties,
                    others=others,
                )
                for action in possible_actions(asked):
                    if any(field.kind is Kind.CASE for field in action.fields):
                        continue  # another case decides: nobody knows which before its number is given
                    tried.add(action.key)
                    if not some_form_succeeds(action, by, party, case, world):
                        vain.append((case.state, action.key, by.role, case.record))
    assert sorted({f"{state} {action} {role}" for state, action, role, _record in vain}) == []
    offered_at_all = {
        action.key
        for action in REPORT.actions
        if action.on_screen
        and any(who.relation is not Relation.STAFF for who in action.by)
        and any(action.frm)
    }
    assert len(tried) > len(offered_at_all) // 2


def others_of(case: Projection) -> Mapping[UUID, Projection]:
    with prepared() as run:
        return read_others(run, case)


def offered(matter: Matter, by: Actor | str) -> set[str]:
    case = matter.now
    asked = Asked(
        by=anonymous() if isinstance(by, str) else by,
        case=case,
        procedure=REPORT,
        known=load((envelope("note", town(), matter.id, at=matter.at),)).loaded.known,
        at=matter.at,
        parties=(1,) if by == REPORTER else (),
        others=others_of(case),
    )
    return {action.key for action in possible_actions(asked)}


def test_assisting_ends_only_where_somebody_assists() -> None:
    matter = Matter()
    matter.dispatch()
    assert "let_go" not in offered(matter, town())
    matter.do("call_in", town(), assisting=[organisation(dept("water"))])
    assert {"let_go", "call_in"} <= offered(matter, town())


@pytest.mark.parametrize("one", [TOWN_ROOM, dept("housing"), dept("water")])
def test_who_has_it_already_is_not_called_in(one: str) -> None:
    matter = Matter()
    matter.dispatch(assisting=[organisation(dept("water"))])
    with pytest.raises(Refused) as refused:
        matter.do("call_in", unit(), assisting=[organisation(one)])
    assert set(refused.value.fields) == {"assisting"}


def test_who_does_not_assist_cannot_end_it() -> None:
    matter = Matter()
    matter.dispatch(assisting=[organisation(dept("water"))])
    with pytest.raises(Refused) as refused:
        matter.do("let_go", unit(), assisting=[organisation(dept("ecology"))])
    assert set(refused.value.fields) == {"assisting"}


def test_handing_down_is_offered_where_a_room_below_has_not_just_said_it_cannot() -> None:
    matter = Matter()
    assert "hand_down" not in offered(matter, town())
    matter.do("hand_up", town(), reason="no_power", words="需要县里统一安排处理")
    assert "hand_down" not in offered(matter, county()), "the only one below has just handed it up"
    matter.do("hand_up", county(), reason="no_power", words="需要市里统一安排处理")
    assert "hand_down" in offered(matter, city())


def test_what_is_public_is_taken_off_and_nothing_else() -> None:
    matter = Matter(release=True)
    matter.close()
    assert "unpublish" not in offered(matter, town())
    assert "publish" in offered(matter, town())
    matter.do("publish", town(), summary="路面已经修补平整")
    assert "unpublish" in offered(matter, town())


def test_what_nobody_allowed_is_not_to_be_published() -> None:
    matter = Matter()
    matter.close()
    assert "publish" not in offered(matter, town())


def test_only_who_may_check_is_asked_to() -> None:
    matter = Matter()
    matter.dispatch()
    matter.finish()
    assert "check" not in offered(matter, town())
    assert "check" in offered(matter, grid_worker())
    village = Matter()
    village.do("dispatch", town(), unit=organisation(COMMITTEE), category=category(ROAD))
    village.finish(clerk())
    assert "check" in offered(village, town())
    assert "check" not in offered(village, grid_worker())


def test_nobody_prompts_themselves_and_nobody_is_asked_who_is_not_there() -> None:
    matter = Matter(reporter=False)
    matter.do("dispatch", town(), unit=organisation(TOWN_ROOM), category=category(ROAD))
    assert not {"prompt", "ask"} & offered(matter, town())


def test_a_ruling_ends_returning_reassigning_and_handing_up() -> None:
    matter = Matter()
    for word in ("housing", "water"):
        matter.dispatch(word)
        matter.do("return", unit(word), reason="not_our_duty", words="不属于我们的职责")
    matter.do("rule", county(), unit=organisation(dept("housing")), words="由住建承办")
    assert "return" not in offered(matter, unit())
    assert not {"reassign", "hand_up"} & offered(matter, town())


def test_a_merge_is_undone_while_the_other_report_runs_and_by_nobody_else() -> None:
    main, double = Matter(), Matter()
    double.do("merge", town(), into=str(main.id))
    assert "unmerge" in offered(double, town())
    assert "unmerge" not in offered(double, county())
    assert {"add"} == offered(double, REPORTER) & {"add", "not_fixed", "rate"}
    assert "withdraw" not in offered(main, REPORTER)
    main.close()
    assert "unmerge" not in offered(double, town())
    assert {"not_fixed", "rate"} == offered(double, REPORTER) & {"add", "not_fixed", "rate"}
    view = get_view(town(), double.id, known=current(), at=double.at)
    assert "unmerge" not in {action.key for action in view.actions}

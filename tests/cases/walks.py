# SPDX-License-Identifier: Apache-2.0
"""Random walks of a declaration: somebody whom it names does something it allows, with data of the right kinds."""

import io
import os
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from uuid import UUID, uuid4

from PIL import Image

from anlan.base.errors import Refused
from anlan.base.ids import new_id
from anlan.base.keys import CaseKey, keyring
from anlan.cases import attachments
from anlan.cases.act import Done, act_many
from anlan.cases.define import START, Action, Field, Kind, Procedure, Relation
from anlan.cases.envelope import Envelope, NewParty, Stored
from anlan.cases.known import Known
from anlan.cases.models import Case
from anlan.cases.pictures import Ready, make_ready
from anlan.cases.projection import Projection
from anlan.cases.queries import open_look
from anlan.cases.queries_looks import LASTS
from anlan.people.may import SYSTEM, Actor, Role, anonymous, resident
from anlan.places.codes import code_range
from anlan.places.find import area_of

SENTENCES = ("路面有坑，电动车容易摔倒", "A lamp is out", "雨水井盖翻动，有响声", "已到现场处理完毕，附照片")
PERSON = {"name": "欧阳若兰", "phone": "13987654321"}
"""Who reports in every walk. No other row than the sealed ones may ever hold this."""
SAID = f"{PERSON['name']}，电话 {PERSON['phone']}"
"""What people write although they are asked not to."""
POINT = {"lng": 1_201_234_567, "lat": 302_345_678}


@cache
def photo(n: int) -> Ready:
    """A small real photo, as a door makes it ready."""
    drawn = io.BytesIO()
    Image.new("RGB", (32, 24), (40 * n, 90, 30)).save(drawn, "JPEG")
    return make_ready(drawn.getvalue(), sender="a walker", taken=("image/jpeg",))


class Walker:
    """Walks cases of one procedure as `pick` chooses; `accounts` are those of residents who may be signed in."""

    def __init__(
        self,
        procedure: Procedure,
        *,
        known: Known,
        places: tuple[int, ...],
        start: datetime,
        pick: Random,
        accounts: tuple[int, ...] = (),
    ) -> None:
        self.procedure = procedure
        self.known = known
        self.places = places
        self.at = start
        self.random = pick
        self.accounts = accounts
        self.refused: list[str] = []

    def envelope(self, case: Projection | None, others: tuple[UUID, ...] = ()) -> Envelope | None:
        """Some next step that the declaration offers; None when nothing is offered."""
        state = case.state if case else START
        offered = [
            (action, who.relation, who.roles)
            for action in self.procedure.actions
            if state in action.frm
            for who in action.by
            if not (case is None and who.relation is Relation.SYSTEM)
        ]
        self.random.shuffle(offered)
        for action, relation, roles in offered:
            by, party = self.actor(case, relation, roles)
            data = self.data(action, case, others)
            if by is None or data is None:
                continue
            self.at += timedelta(minutes=self.random.choice((1, 7, 60, 600, 3000)))
            case_id = case.id if case else new_id()
            opening: dict[str, Any] = {}
            if case is None:
                wrapped, key = keyring().new_case_key()
                opening = {
                    "procedure": self.procedure.key,
                    "place": self.random.choice(self.places),
                    "source": "resident" if by.kind != "post" else "grid",
                    "key": wrapped,
                }
            else:
                key = keyring().unwrap(bytes(Case.objects.values_list("key", flat=True).get(pk=case_id)))
            return Envelope(
                case_id=case_id,
                action=action.key,
                by=by,
                at=self.at,
                received_at=self.at,
                request_id=uuid4(),
                salt=os.urandom(16),
                spares=(new_id(), new_id()),
                data=data,
                expect=case.seq if case else None,
                party=party,
                files=self.files(action, case_id, key),
                parties=tuple(
                    NewParty(role=role, contact=PERSON, account_id=by.account_id)
                    if by.kind == "resident" and case is None
                    else NewParty(role=role, contact=PERSON)
                    for role in self.roles(case, action)
                ),
                **opening,
            )
        return None

    def roles(self, case: Projection | None, action: Action) -> list[str]:
        """Who becomes a party: of an opening whom it is made by, of an action that adds people one of those it may add."""
        if case is not None:
            return [self.random.choice(action.joins)] if action.joins else []
        return [role for role, _words in self.procedure.parties[:1]]

    def files(self, action: Action, case_id: UUID, key: CaseKey) -> tuple[Stored, ...]:
        """Photos for an action that takes them: most of the time one, now and then none or two."""
        declared = next((field for field in action.fields if field.kind is Kind.FILES), None)
        if declared is None:
            return ()
        return tuple(
            attachments.store(
                case_id, key, photo(self.random.randint(0, 5)), name="IMG 1.jpg", audience=declared.audience
            )
            for _file in range(self.random.choice((1, 1, 1, 0, 2)))
        )

    def step(self, case: Projection | None, others: tuple[UUID, ...] = ()) -> Done | None:
        """Takes one step; a refusal is remembered and gives None."""
        envelope = self.envelope(case, others)
        if envelope is None:
            return None
        answer = self.look(envelope) if envelope.action in LASTS else act_many((envelope,))[0]
        if isinstance(answer, Refused):
            self.refused.append(f"{envelope.action}: {answer.message} {dict(answer.fields)}")
            return None
        return answer

    def look(self, envelope: Envelope) -> Done | Refused:
        """A look goes through the engine's own door for it, which writes who looked."""
        try:
            open_look(
                envelope.by,
                envelope.case_id,
                reason=str(envelope.data.get("reason")),
                at=envelope.at,
                known=self.known,
                request_id=envelope.request_id,
                action=envelope.action,
            )
        except Refused as refused:
            return refused
        case = Case.objects.get(pk=envelope.case_id)
        return Done(
            case_id=case.pk, number=case.number, seq=case.seq, state=case.state, action=envelope.action
        )

    def actor(
        self, case: Projection | None, relation: Relation, roles: tuple[str, ...]
    ) -> tuple[Actor | None, int | None]:
        """Somebody who stands to the case in this relation."""
        if relation is Relation.SYSTEM:
            return SYSTEM, None
        if relation is Relation.ANYONE:
            account = self.random.choice((None, *self.accounts))
            return anonymous() if account is None else resident(account), None
        if relation is Relation.PARTY:
            fits = [n for n, role in (case.parties.items() if case else ()) if not roles or role in roles]
            return (anonymous(), self.random.choice(fits)) if fits else (None, None)
        role = Role(self.random.choice(roles))
        organisation = self.organisation(case, relation)
        if organisation is None:
            return None, None
        unit = self.known.organisations[organisation]
        by = Actor(
            kind="post",
            account_id=organisation,
            post_id=organisation,
            role=role,
            organisation_id=organisation,
            organisation_kind=unit.kind,
            scope=(code_range(unit.area),) if unit.area else (),
        )
        return by, None

    def organisation(self, case: Projection | None, relation: Relation) -> int | None:
        """An organisation that stands in this relation to the case."""
        if case is None:
            area = area_of(self.random.choice(self.places), at=self.at) or 0
            village = self.known.organisation("village_committee", area, on=self.at.date())
            return self.random.choice(self.known.lineage(village)) if village is not None else None
        if relation is Relation.HOLDER:
            return case.holder
        if relation is Relation.ROOM:
            return case.room
        if relation is Relation.ASSISTING:
            return next(iter(case.assigned_now("assist")), None)
        above = self.known.lineage(case.holder)[1:] if case.holder is not None else ()
        if relation is Relation.UPPER:
            return self.random.choice(above) if above else None
        village = self.known.organisation("village_committee", case.area, on=self.at.date())
        return village or self.known.organisation("town_room", case.area, on=self.at.date())

    def data(
        self, action: Action, case: Projection | None, others: tuple[UUID, ...]
    ) -> dict[str, Any] | None:
        """Data of the right kinds; None when the action cannot be filled in."""
        found: dict[str, Any] = {}
        for field in action.fields:
            if not field.required and self.random.random() < 0.5:
                continue
            value = self.value(field, case, others, found)
            if value is None and field.required:
                return None
            if value is not None:
                found[field.key] = value
        return found

    def value(
        self, field: Field, case: Projection | None, others: tuple[UUID, ...], found: dict[str, Any]
    ) -> Any:
        """One value for one field."""
        pick = self.random
        match field.kind:
            case Kind.TEXT if field.key == "clock":
                runs = [run.key for run in case.clocks.values() if run.runs] if case else []
                return pick.choice(runs) if runs else None
            case Kind.TEXT | Kind.LONG_TEXT:
                return (SAID + pick.choice(SENTENCES) * (1 + field.shortest // 10))[: field.longest]
            case Kind.CHOICE:
                return pick.choice(field.choices)[0]
            case Kind.YES_NO:
                return field.required or pick.random() < 0.5
            case Kind.MONEY:
                return pick.choice((1, 120_050))
            case Kind.POST:
                # Posts of walks bear the number of their organisation.
                return case.room if case else None
            case Kind.PARTY:
                return pick.choice(tuple(case.parties)) if case and case.parties else None
            case Kind.WHOLE_NUMBER | Kind.ITEM:
                if field.key == "percent":
                    clocks = [each for each in self.procedure.clocks if each.key == found.get("clock")]
                    return pick.choice([step.percent for each in clocks for step in each.escalate])
                return pick.randint(field.low or 1, field.high or 5)
            case Kind.DATE:
                return (self.at + timedelta(days=3)).date().isoformat()
            case Kind.MOMENT if field.key == "seen_at":
                return self.at.isoformat()
            case Kind.MOMENT:
                # What is asked for later lies later, as an end lies after a beginning.
                return (self.at + timedelta(days=3, hours=len(found))).isoformat()
            case Kind.ORGANISATION:
                return pick.choice(self.units(case))
            case Kind.ORGANISATIONS:
                return pick.sample(self.units(case), 2)
            case Kind.CATEGORY:
                return pick.choice(list(self.known.categories)) if self.known.categories else None
            case Kind.CONDITION:
                category = found.get("category") or (case.category if case else None)
                offered = self.known.conditions_of(category) if category else ()
                return pick.choice(offered).id if offered else None
            case Kind.PLACE:
                return pick.choice(self.places)
            case Kind.POINT:
                return POINT
            case Kind.CASE:
                fits = [other for other in others if case is None or other != case.id]
                return str(pick.choice(fits)) if fits else None
            case Kind.LIMIT:
                return {
                    "n": pick.randint(1, 30),
                    "unit": pick.choice(("hour", "working_day", "day", "working_hour")),
                }
            case _:
                return None

    def units(self, case: Projection | None) -> list[int]:
        """Units of the case's county, most of the time; any unit now and then."""
        county = (case.area if case else 330106000000000) // 10**9
        near = [
            org.id for org in self.known.organisations.values() if org.area // 10**9 == county and org.upper
        ]
        return near if len(near) > 2 else list(self.known.organisations)

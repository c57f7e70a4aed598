# SPDX-License-Identifier: Apache-2.0
"""What any wish must fulfil before its own rules are asked: the state, what its actor had seen, who joins, whom it names. Pure."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Conflict, Invalid, NotFound
from anlan.cases.define import START, Action, Kind, Procedure
from anlan.cases.envelope import Envelope
from anlan.cases.moment import Moment
from anlan.cases.projection import Projection

MOST_PARTIES = 20
"""Of one case: representatives, not lists of who is concerned."""


def check_state(procedure: Procedure, action: Action, case: Projection | None, envelope: Envelope) -> None:
    """The case is in a state that the action leaves, and nothing material came after what its actor saw. Raises Conflict, NotFound."""
    if (case.state if case else START) not in action.frm:
        if case is None:
            raise NotFound
        raise Conflict(
            _("This case is now “%(state)s”, so this can no longer be done. Nothing you typed is lost.")
            % {"state": procedure.state(case.state).words.in_language(get_language() or "zh")},
            seq=case.seq,
        )
    if case is not None and envelope.expect is not None and case.material_seq > envelope.expect:
        raise Conflict(
            _("The case has changed since you opened it. Please look at what is new, then send again."),
            seq=case.seq,
        )


def check_joins(procedure: Procedure, action: Action, case: Projection | None, envelope: Envelope) -> None:
    """Who becomes a party: of a case that is there only by an action that says so, and in no more than a case has room for."""
    there = case.parties if case is not None else {}
    if action.joins and not envelope.parties:
        raise Invalid(_("Please say who it is."))
    roles = action.joins if case is not None else tuple(key for key, _words in procedure.parties)
    if any(party.role not in roles for party in envelope.parties):
        raise Invalid(_("This action cannot add people to the case."))
    if len(there) + len(envelope.parties) > MOST_PARTIES:
        raise Invalid(_("A case has room for %(n)s people.") % {"n": MOST_PARTIES})


def check_files(moment: Moment, files: int) -> None:
    """A case has room for thrice what one act may bring, and for offices for as much again: nobody fills it up for them."""
    there = moment.case.attachments if moment.case is not None else 0
    times = 4 if moment.by.kind == "post" else 3
    if files and files + there > moment.procedure.most_attachments * times:
        raise Invalid(fields={"files": _("This case has no room for more files.")})


def check_people(moment: Moment) -> None:
    """Whoever an answer names is one of the case."""
    there = moment.case.parties if moment.case is not None else {}
    strange = [
        field.key
        for field in moment.action.fields
        if field.kind is Kind.PARTY and field.key in moment.data and moment.data[field.key] not in there
    ]
    if strange:
        raise Invalid(fields={key: _("Please choose somebody of this case.") for key in strange})

# SPDX-License-Identifier: Apache-2.0
"""Hands procedures and followers to the engine. Adding a procedure adds its folder and one line here."""

from collections.abc import Iterable, Sequence

from anlan.cases import registry
from anlan.cases.carry import sends_to
from anlan.cases.catalogue import raise_version
from anlan.cases.feed import NAME as FEED
from anlan.cases.feed import clear_feed, keep_feed
from anlan.cases.follow import Wish, follow
from anlan.cases.handover import handover
from anlan.cases.journal import Line
from anlan.cases.notices import tell
from anlan.cases.search import clear_search, keep_search
from anlan.config.warned import WARNED, tell_followers
from anlan.config.warned_texts import TEXTED, tell_phones
from anlan.duty.roster import on_duty
from anlan.indicators.check import check_facts
from anlan.indicators.keep import NAME as INDICATORS
from anlan.indicators.keep import clear_facts, keep_facts
from anlan.parts.documents import paper
from anlan.people.changes import set_listener
from anlan.people.organisations import set_handover
from anlan.places.find import ZONE
from anlan.procedures.alert.procedure import ALERT
from anlan.procedures.assessment import panel as assessment_panel
from anlan.procedures.assessment import papers as assessment_papers
from anlan.procedures.assessment.procedure import ASSESSMENT
from anlan.procedures.mediation import panel as mediation_panel
from anlan.procedures.mediation import papers
from anlan.procedures.mediation.procedure import MEDIATION
from anlan.procedures.report.procedure import REPORT
from anlan.web.panels import Own, set_panels

PROCEDURES = (REPORT, ALERT, MEDIATION, ASSESSMENT)
PANELS = {
    MEDIATION.key: Own(
        template=mediation_panel.TEMPLATE,
        shows=mediation_panel.panel,
        calls=mediation_panel.calls,
        reads=mediation_panel.READS,
    ),
    ASSESSMENT.key: Own(
        template=assessment_panel.TEMPLATE,
        shows=assessment_panel.panel,
        calls=assessment_panel.calls,
        reads=assessment_panel.READS,
    ),
}


def wire() -> None:
    """Called once, when Django is ready."""
    registry.register(PROCEDURES)
    set_panels(PANELS)
    paper.register(MEDIATION.key, papers.PAPERS)
    paper.register(ASSESSMENT.key, assessment_papers.PAPERS)
    set_listener(raise_version)
    set_handover(handover)
    follow("search", keep_search, clear=clear_search)
    follow(INDICATORS, keep_facts, clear=clear_facts, check=check_facts)
    follow(FEED, keep_feed, clear=clear_feed)
    follow("notices", tell_offices, sends=True)
    follow("alerts", tell_of_alerts, sends=True)
    for recipients, how in (*WARNED.items(), *TEXTED.items()):
        sends_to(recipients, how)


def tell_of_alerts(lines: Sequence[Line]) -> Iterable[Wish]:
    """Alerts to whoever asked for them: on screens all, on phones by text the grave ones."""
    yield from tell_followers(lines)
    yield from tell_phones(lines)


def tell_offices(lines: Sequence[Line]) -> Iterable[Wish]:
    """Notices as the engine sends them, with the rosters of offices, which it does not know."""
    return tell(lines, on_duty=lambda organisations, at: on_duty(organisations, at=at, zone=ZONE))

# SPDX-License-Identifier: Apache-2.0
"""What is counted of mediations, and on which day. Pure; of places and committees, never of people or mediators."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from anlan.cases.define import Fact
from anlan.cases.projection import Projection
from anlan.cases.standard import measure, words
from anlan.procedures.mediation.record import moment_of

NEAR_HOME = frozenset({"village", "town"})
MONTH = timedelta(days=30)
SOURCE = "People's Mediation Law; provincial plan of mediation near home"
CONTENT = 4
When = Callable[[Projection], datetime | None]


def _begun(case: Projection) -> datetime | None:
    run = next((run for run in case.clocks.values() if run.key == "mediate"), None)
    return run.started_at if run else None


def _settled(case: Projection) -> datetime | None:
    return moment_of(case.record["agreed_at"])


def _ended(case: Projection) -> datetime | None:
    """A mediation that was begun and has ended, with an agreement or without."""
    if _begun(case) is None:
        return None
    return _settled(case) or case.closed_at


def _settled_at(*levels: str) -> When:
    def at(case: Projection) -> datetime | None:
        return _settled(case) if case.record["level"] in levels else None

    return at


def _within_a_month(case: Projection) -> datetime | None:
    settled, begun = _settled(case), _begun(case)
    return settled if settled and begun and settled - begun <= MONTH else None


def _due(case: Projection) -> datetime | None:
    """An agreement counts when its last day is over, or when all of it was kept."""
    if case.state == "kept":
        return case.closed_at
    until = moment_of(case.record["perform_by"])
    return until if _settled(case) and case.state == "performing" else None


def _kept(case: Projection) -> datetime | None:
    return case.closed_at if case.state == "kept" else None


def _asked_court(case: Projection) -> datetime | None:
    return _settled(case) if case.record["court"] else None


def _confirmed(case: Projection) -> datetime | None:
    return _settled(case) if case.record["court"] == "confirmed" else None


def _rated(key: str, least: int) -> When:
    def at(case: Projection) -> datetime | None:
        rating = case.record[key]
        return _ended(case) if rating is not None and rating >= least else None

    return at


FACTS = (
    Fact(key="asked", words=words("申请", "Asked for"), at=lambda case: case.opened_at),
    Fact(key="begun", words=words("开始调解", "Begun"), at=_begun),
    Fact(key="repeated", words=words("同地同类再次发生", "Repeated: same place and kind"), at=lambda case: _begun(case) if case.record["again"] else None),
    Fact(key="ended", words=words("调解结束", "Ended"), at=_ended),
    Fact(key="settled", words=words("达成协议", "Settled"), at=lambda case: _settled(case) and _ended(case)),
    Fact(key="settled_village", words=words("村（社区）调成", "Settled in the village"), at=_settled_at("village")),
    Fact(key="settled_town", words=words("镇街调成", "Settled in the town"), at=_settled_at("town")),
    Fact(key="settled_county", words=words("县级以上调成", "Settled in the county or above"), at=_settled_at("county", "city")),
    Fact(key="settled_near", words=words("镇街以下调成", "Settled in town or village"), at=_settled_at(*NEAR_HOME)),
    Fact(key="settled_soon", words=words("30 天内调成", "Settled within 30 days"), at=_within_a_month),
    Fact(key="due", words=words("到了履行期的协议", "Agreements due"), at=_due),
    Fact(key="kept", words=words("已履行的协议", "Agreements kept"), at=_kept),
    Fact(key="court_asked", words=words("申请司法确认", "Court asked"), at=_asked_court),
    Fact(key="court_confirmed", words=words("司法确认", "Confirmed by the court"), at=_confirmed),
    Fact(key="rated_1", words=words("申请方评价", "Rated by who applied"), at=_rated("rated_1", 1)),
    Fact(key="content_1", words=words("申请方满意", "Who applied is content"), at=_rated("rated_1", CONTENT)),
    Fact(key="rated_2", words=words("对方评价", "Rated by the other side"), at=_rated("rated_2", 1)),
    Fact(key="content_2", words=words("对方满意", "The other side is content"), at=_rated("rated_2", CONTENT)),
    Fact(key="open", words=words("在办", "Open now"), at=lambda case: case.opened_at if case.open else None, standing=True),
)  # fmt: skip
"""In an order that only ever grows: a fact is kept by its place here."""


_measure = partial(measure, source=SOURCE)

MEASURES = (
    _measure("begun", ("开始调解", "Begun"), ("期内开始调解的件数", "mediations begun in the period"), headline=True),
    _measure("asked", ("调解申请", "Applications"), ("期内提出的件数", "applications in the period"), headline=True),
    _measure("open", ("在办", "Open now"), ("现在还没有结束的件数，与时段无关", "not ended now, whatever the period"), headline=True),
    _measure("settled_village", ("村（社区）调成", "Settled in the village"), ("期内达成协议的件数", "agreements in the period")),
    _measure("settled_town", ("镇街调成", "Settled in the town"), ("期内达成协议的件数", "agreements in the period")),
    _measure("settled_county", ("县级以上调成", "Settled in the county or above"), ("期内达成协议的件数", "agreements in the period")),
    _measure("near_home", ("镇街以下调成的比例", "Settled in town or village"), counts="settled_near", of="settled", formula=("村社和镇街达成协议 / 全部达成协议", "agreements of villages and towns / all agreements"), headline=True),
    _measure("settling", ("调解成功率", "Settled of those that ended"), counts="settled", of="ended", formula=("达成协议 / 调解结束", "agreements / mediations that ended"), headline=True),
    _measure("soon", ("30 天内调成的比例", "Settled within 30 days"), counts="settled_soon", of="settled", formula=("开始后 30 天内达成协议 / 全部达成协议", "agreements within 30 days of the beginning / all")),
    _measure("repeating", ("同地同类再次发生率", "Same place and kind again"), counts="repeated", of="begun", formula=("同一村（社区）一年内已有过同类纠纷的 / 开始调解", "of the same village and kind within a year / begun")),
    _measure("keeping", ("协议履行率", "Agreements kept"), counts="kept", of="due", formula=("全部履行的协议 / 到了履行期的协议", "agreements kept whole / agreements due")),
    _measure("confirming", ("司法确认率", "Confirmed by the court"), counts="court_confirmed", of="court_asked", formula=("法院确认 / 共同申请", "confirmed / asked for")),
    _measure("content_side1", ("申请方满意率", "Content: who applied"), counts="content_1", of="rated_1", formula=("4 分以上 / 作了评价", "4 and above / all ratings")),
    _measure("content_side2", ("对方满意率", "Content: the other side"), counts="content_2", of="rated_2", formula=("4 分以上 / 作了评价", "4 and above / all ratings")),
)  # fmt: skip

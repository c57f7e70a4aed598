# SPDX-License-Identifier: Apache-2.0
"""How a report begins: which room takes it, what counts as urgent, what is settled on the spot, how its kind is put right. Pure.

A report about a public office or its staff goes to the office above and outside it: never to the one named, nor to
those below it.
"""

from dataclasses import replace
from datetime import timedelta

from anlan.cases.define import Refusal, Words
from anlan.cases.effects import Effect
from anlan.cases.evidence import wants_picture_of
from anlan.cases.moment import Moment
from anlan.cases.standard import corrected, words
from anlan.people.may import covers as reaches
from anlan.places.calendars import Limit, Unit
from anlan.places.region import region
from anlan.procedures.report.kinds import DANGER_KINDS, KINDS, call_first
from anlan.procedures.report.record import ANSWER_BY, AWAITED, BLANK, HELPER, UNTYPED, to_screen
from anlan.procedures.report.states import ALARM, URGENT
from anlan.procedures.report.terms import FINDER

ROOM_KINDS = ("town_room", "county_centre", "city_supervision", "province_supervision")
NEARBY = words("由事发地所属的综合信息指挥室受理", "The room of the town where it happened takes it")
COUNTY = words("只知道县（市、区），由社会治理中心受理", "Only the county is known, so its centre takes it")
HIGHER = words(
    "所在地的单位暂时没有人值班，由上级受理", "Nobody is at work there, so the office above takes it"
)
OUTSIDE = words(
    "反映的是公共单位，由它的上级受理，该单位看不到",
    "It is about a public office: the office above takes it, the one named cannot see it",
)


AHEAD = timedelta(minutes=10)
"""By so much the clock of a phone may be before ours."""
CHOOSE_CONDITION = words("请选择立案情形，它决定时限。", "Please choose the condition; it sets the limit.")


def room_for(moment: Moment, about: int | None) -> tuple[int, dict[str, str]]:
    """The room that takes a report, and why in words. `about` is the organisation it concerns.

    Raises Refusal where nobody may take it.
    """
    known = moment.known
    if about is not None:
        room = above_and_outside(moment, about)
        why = OUTSIDE
    else:
        found = known.organisation("town_room", moment.area, on=moment.day)
        why = NEARBY
        if found is None:
            found = known.organisation("county_centre", moment.area, on=moment.day)
            why = COUNTY
        if found is None:
            raise Refusal(_nobody_takes_it(), field="place")
        room = moment.reachable(found)
        if room != found:
            why = HIGHER
    return room, {"zh": why.zh, "en": why.en}


def _nobody_takes_it() -> Words:
    line = region().hotline
    if line is None:
        return words("这里还没有受理单位。", "No office takes reports here yet.")
    return words(
        f"这里还没有受理单位，请拨打 {line.number}。",
        f"No office takes reports here yet. Please call {line.number}.",
    )


def above_and_outside(moment: Moment, about: int) -> int:
    """The nearest room above the organisation named, with somebody at work there."""
    for upper in moment.known.lineage(about)[1:]:
        if moment.known.organisations[upper].kind in ROOM_KINDS:
            return moment.reachable(upper)
    raise Refusal(
        words(
            "这里没有这个单位的上级，请向更高一级机关或者监察机关反映。",
            "Nothing above that office works with this system. Please turn to the authority above it.",
        ),
        field="about_organisation",
    )


def is_outside(moment: Moment, organisation: int, barred: int | None) -> bool:
    """Whether an organisation is neither the one a report is about nor below it."""
    return barred is None or barred not in moment.known.concerned(organisation)


def check_condition(moment: Moment, category: int | None, condition: int | None) -> None:
    """Refuses a condition of another category."""
    if condition is not None and moment.known.conditions[condition].category != category:
        raise Refusal(
            words("这个情形不属于所选类别。", "This condition is not one of the chosen category."),
            field="condition",
        )


def check_seen(moment: Moment) -> None:
    """Refuses to have seen what is still to come."""
    seen = moment.data.get("seen_at")
    if seen is not None and seen > moment.at + AHEAD:
        raise Refusal(
            words(
                "“什么时候看到的”还没有到，请改成已经过去的时间。",
                "When it was seen is still to come. Please give a time that has passed.",
            ),
            field="seen_at",
        )


def handle_limit(moment: Moment, category: int | None, condition: int | None) -> Limit:
    """The limit to handle a report of this category and condition here, as of today."""
    limit = moment.limit("handle", category=category, condition=condition)
    return limit or moment.procedure.clock("handle").limit


def is_urgent(moment: Moment, category: int | None, condition: int | None) -> bool:
    """Urgent by its category, or because its limit is one of emergency hours (紧急工作时), which run day and night."""
    known = moment.known.categories.get(category) if category is not None else None
    if known is None:
        return False
    return known.urgent or handle_limit(moment, category, condition).unit is Unit.HOUR


def sounds_dangerous(moment: Moment) -> bool:
    """Whether who reports says so, or a resident's kind or words do. Staff, who report hazards all day, say it themselves."""
    data = moment.data
    if moment.by.kind == "post":
        return bool(data.get("danger"))
    return bool(data.get("danger")) or data.get("kind") in DANGER_KINDS or call_first(data.get("words", ""))


def open_report(moment: Moment) -> Effect:
    """Opens with the room that takes it; what is urgent is accepted within the hour, what is dangerous looked at at once."""
    data, known = moment.data, moment.known
    about = data.get("about_organisation")
    category, condition = data.get("category"), data.get("condition")
    check_condition(moment, category, condition)
    check_seen(moment)
    room, why = room_for(moment, about)
    alarm = sounds_dangerous(moment)
    urgent = alarm or is_urgent(moment, category, condition)
    route = known.route(moment.procedure.key, category=category, area=moment.area, on=moment.day)
    suggested = route.organisation if route and is_outside(moment, route.organisation, about) else None
    return Effect(
        room=room,
        holder=room,
        barred=about,
        category=category,
        condition=condition,
        urgent=urgent,
        limits={**({"accept": URGENT} if urgent else {}), **({"alarm": ALARM} if alarm else {})},
        record={
            **BLANK,
            "kind": kind_of(moment, category),
            "suggested": suggested,
            "released": bool(data.get("release")),
            AWAITED: data.get(AWAITED, 0),
            UNTYPED: moment.action.key == "speak" and not data.get("words"),
            "confidential": bool(data.get("confidential")),
            "unscreened": bool(data.get("confidential")),
            "contact": data.get("contact", ""),
            ANSWER_BY: data.get(ANSWER_BY, ""),
            HELPER: _helper(moment),
        },
        why=why,
    )


def _helper(moment: Moment) -> str:
    """Whether who reports for somebody may read on; a part has it from the report that it was split off."""
    if moment.action.key == "open_for":
        return "sees" if moment.data.get("helper_sees") else "closed"
    return str(moment.data.get(HELPER, ""))


def is_spoken(moment: Moment) -> None:
    """A report without words has a recording that says them."""
    if not moment.recordings:
        raise Refusal(
            words("请写怎么了，或者录音说明。", "Please say what is wrong, in words or in a recording."),
            field="words",
        )


def has_to_be_typed(moment: Moment) -> None:
    """Typed up once: what is wrong in it is put right by a correction."""
    if not moment.open_case.record[UNTYPED]:
        raise Refusal(words("没有待录入的语音。", "There is no recording to be typed up."))


def typed_up(_moment: Moment) -> Effect:
    """It need not be listened to any longer."""
    return Effect(record={UNTYPED: False})


def photo_is_awaited(moment: Moment) -> None:
    """Refuses what was not announced: the room was told how many come."""
    if not 1 <= moment.pictures <= moment.open_case.record[AWAITED]:
        raise Refusal(
            words(
                "这件事没有待补传的照片；要补充，请用“补充”。",
                "No photo of this report is on its way. To add something, use “Add”.",
            )
        )


def photo_came(moment: Moment) -> Effect:
    """One less is on its way."""
    left = moment.open_case.record[AWAITED] - moment.pictures
    return Effect(record={AWAITED: left, **to_screen(moment)})


def attend(moment: Moment) -> Effect:
    """Somebody of the room has opened it: the alarm ends."""
    if moment.open_case.running("alarm") is None:
        raise Refusal(words("没有待查看的紧急提示。", "No alarm is waiting."))
    return Effect(stops=("alarm",))


def kind_of(moment: Moment, category: int | None) -> str:
    """The plain kind: the category's own, else the one chosen."""
    if category is not None:
        group = moment.known.categories[category].group
        if group in dict(KINDS):
            return group
    return str(moment.data.get("kind", ""))


@wants_picture_of(*FINDER.roles)
def finder_has_evidence(moment: Moment) -> None:
    """A grid worker reports from their own places and shows what they saw."""
    if moment.by.kind != "post" or moment.by.role not in FINDER.roles:
        return
    check_own_place(moment)
    if moment.pictures < 1:
        raise Refusal(words("请拍一张现场照片。", "Please take a photo of what you found."), field="files")


def check_own_place(moment: Moment) -> None:
    """Refuses a place that is not the post's own."""
    if not reaches(moment.by.scope, moment.area):
        raise Refusal(
            words(
                "这个地方不在您的网格，请按“代为上报”办理。",
                "This place is not in your grid. Please use “Report for somebody”.",
            ),
            field="place",
        )


@wants_picture_of(*FINDER.roles)
def evidence_of_settling(moment: Moment) -> None:
    """Settled on the spot needs a photo, in one's own places."""
    check_own_place(moment)
    if moment.pictures < 1:
        raise Refusal(
            words("当场办结要有处理后的照片。", "Please add a photo of how it is now."), field="files"
        )
    check_condition(moment, moment.data["category"], moment.data.get("condition"))


def settle_on_the_spot(moment: Moment) -> Effect:
    """Opened and closed at once by who found it; the room sees it and may have it reopened."""
    category, condition = moment.data["category"], moment.data.get("condition")
    check_seen(moment)
    room, why = room_for(moment, None)
    return Effect(
        room=room,
        holder=moment.by.organisation_id,
        category=category,
        condition=condition,
        urgent=is_urgent(moment, category, condition),
        record={
            **BLANK,
            "kind": kind_of(moment, category),
            "outcome": moment.data["outcome"],
            "on_time": True,
            "closing": "on_the_spot",
        },
        why=why,
    )


def bar(moment: Moment) -> Effect:
    """It turns out to be about a public office: from now on that office neither sees nor handles it."""
    case = moment.open_case
    if case.barred is not None:
        raise Refusal(words("已经按涉及公共单位办理。", "It is already kept from a public office."))
    about = moment.data["about_organisation"]
    room = above_and_outside(moment, about)
    concerned = tuple(one for one in case.assigned_now("assist") if not is_outside(moment, one, about))
    return Effect(room=room, holder=room, barred=about, release=concerned)


def correct(moment: Moment) -> Effect:
    """A mistake put right. Another category or condition brings its own limit, from the first start of the clock; a limit
    that has passed stays passed. What has become urgent is accepted, dispatched and taken up within the hour from then on.
    """
    case, effect = moment.open_case, corrected(moment)
    hurry: dict[str, Limit] = {} if case.urgent else dict.fromkeys(("accept", "dispatch", "take"), URGENT)
    category, condition = effect.category or case.category, effect.condition
    if category == case.category and condition in {None, case.condition}:
        return replace(effect, limits=hurry if effect.urgent else {})
    offered = moment.known.conditions_of(category) if category is not None else ()
    if condition is None and len(offered) == 1:
        condition = offered[0].id
    if condition is None and offered:
        raise Refusal(CHOOSE_CONDITION, field="condition")
    urgent = True if is_urgent(moment, category, condition) else effect.urgent
    run = case.last_run("handle")
    passed = run is not None and run.due_at <= moment.at
    limits = {} if passed or not case.open else {"handle": handle_limit(moment, category, condition)}
    return replace(
        effect,
        condition=condition,
        urgent=urgent,
        limits={**limits, **(hurry if urgent else {})},
        record={"kind": kind_of(moment, category)},
    )

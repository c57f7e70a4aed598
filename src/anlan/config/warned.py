# SPDX-License-Identifier: Apache-2.0
"""An alert that is released or withdrawn reaches the browsers that asked for it: of who follows the place, and of who works in it.

It goes as a chain of bounded sendings like any other (cases/deliver.py): each tells the next browsers after an id and first wishes the
one after it, so a process that dies delays a part and loses none. What one browser's service did not take is a sending of its own,
tried again by itself. No list says who follows what, nor how many do.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from anlan.base.errors import Invalid
from anlan.cases.carry import Gone, hand_over
from anlan.cases.define import Channel
from anlan.cases.deliver import Refusing, Send, Sending, add
from anlan.cases.follow import Wish
from anlan.cases.journal import Line
from anlan.people import push
from anlan.people.carriers import Ended, Message
from anlan.people.follows import end_follow, find_follower, followers
from anlan.people.staffpush import end_browser, find_screen, screens_in
from anlan.procedures.alert.standing import Alert, released_of
from anlan.procedures.alert.terms import SECONDED
from anlan.web.alerts import where_of

BATCH = 500
OVER = "revoke"
TOLD = ("issue", OVER)
"""A corrected alert is told by the correction's own release; one that ends as it said ends in silence."""
FOLLOWERS, STAFF, FOLLOWER, SCREEN = "followers", "staff", "follower", "screen"
DRILL = {"zh": "演练：{}", "en": "DRILL: {}"}
ENDED = {"zh": "已解除：{}", "en": "Withdrawn: {}"}
APART = " · "
FIRST_AGAIN = timedelta(minutes=2)


def tell_followers(lines: Sequence[Line]) -> Iterable[Wish]:
    """The sending follower: of each release and withdrawal the first sending to followers and to staff."""
    said = [line for line in lines if line.entry.action in TOLD]
    if not said or not push.offered():
        return
    alerts = released_of({line.entry.case_id for line in said})
    for line in said:
        alert = alerts.get(line.entry.case_id)
        if alert is None:
            continue
        for whom in (STAFF,) if alert.drill else (FOLLOWERS, STAFF):
            yield Wish(
                position=line.position,
                recipient=f"{whom}:",
                channel=str(Channel.PUSH),
                case_id=alert.id,
                key=line.entry.action,
            )


def _to_followers(sending: Sending) -> None:
    alert = _alert_of(sending)
    found = followers(alert.area, after=_after(sending), most=BATCH)
    if len(found) == BATCH:
        add(sending, [(f"{FOLLOWERS}:{found[-1].id.hex()}", sending.at)])
    _tell(alert, sending, {each.id: each.given for each in found}, one=FOLLOWER)


def _to_staff(sending: Sending) -> None:
    alert = _alert_of(sending)
    found = screens_in(alert.area, after=_after(sending), most=BATCH, at=sending.at)
    if len(found) == BATCH:
        add(sending, [(f"{STAFF}:{found[-1].id.hex()}", sending.at)])
    waits: dict[bytes, datetime] = {}
    if alert.level.key not in SECONDED:
        waits = {
            each.id: until
            for each in found
            if each.quiet is not None and (until := each.quiet.until(sending.at)) is not None
        }
    add(sending, [(f"{SCREEN}:{id.hex()}", until) for id, until in waits.items()])
    _tell(alert, sending, {each.id: each.given for each in found if each.id not in waits}, one=SCREEN)


def _tell(alert: Alert, sending: Sending, given: Mapping[bytes, str], *, one: str) -> None:
    """Many browsers at once; what may be taken later is a sending of its own."""
    wanted: list[tuple[bytes, push.Subscription]] = []
    for id, text in given.items():
        try:
            wanted.append((id, push.read_subscription(text)))
        except Invalid:
            continue
    answers = push.send_many(
        [(to, message_of(alert, sending, language=to.language)) for _id, to in wanted], at=sending.at
    )
    for (id, _to), answer in zip(wanted, answers, strict=True):
        if isinstance(answer, Ended):
            END[one](id)
    later = [
        (f"{one}:{id.hex()}", sending.at + max(answer.after, FIRST_AGAIN))
        for (id, _to), answer in zip(wanted, answers, strict=True)
        if answer is not None and answer.again
    ]
    add(sending, later)


def _to_one(sending: Sending) -> None:
    """One browser once more, or after its person's quiet hours."""
    alert = _alert_of(sending)
    one, _colon, text = sending.recipient.partition(":")
    id = bytes.fromhex(text)
    follower = find_follower(id) if one == FOLLOWER else None
    given = (follower.given if follower else "") if one == FOLLOWER else find_screen(id, at=sending.at)
    if not given:
        raise Refusing("they want no alerts any more", again=False)
    to = push.read_subscription(given)
    try:
        hand_over(given, message_of(alert, sending, language=to.language), sending)
    except Gone:
        END[one](id)
        raise


WARNED: Mapping[str, Send] = {FOLLOWERS: _to_followers, STAFF: _to_staff, FOLLOWER: _to_one, SCREEN: _to_one}
"""Who sends to which recipients."""
END: Mapping[str, Any] = {FOLLOWER: end_follow, SCREEN: end_browser}


def message_of(alert: Alert, sending: Sending, *, language: str) -> Message:
    """What stands on a locked screen: level, what of, where, and the title. All of it is public."""
    head = APART.join(
        (
            alert.level.words.in_language(language),
            alert.hazard.in_language(language),
            where_of(alert, language),
        )
    )
    if alert.drill:
        head = DRILL[language].format(head)
    if sending.key == OVER:
        head = ENDED[language].format(head)
    words = alert.why if sending.key == OVER else alert.title
    return Message(
        line=head,
        text=words.in_language(language),
        url=f"/alerts/{alert.code}",
        about=(alert.replaces.code if alert.replaces else "") or alert.code,
        reference=sending.reference,
        urgent=True,
        lasts=max(alert.ends - sending.at, FIRST_AGAIN),
    )


def _alert_of(sending: Sending) -> Alert:
    """The alert as it is now. Raises Refusing where what was to be said is true no more."""
    alert = released_of([sending.case_id]).get(sending.case_id)
    if alert is None or (sending.key != OVER and not alert.stands(sending.at)):
        raise Refusing("the alert is over", again=False)
    return alert


def _after(sending: Sending) -> bytes:
    return bytes.fromhex(sending.recipient.partition(":")[2])

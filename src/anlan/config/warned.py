# SPDX-License-Identifier: Apache-2.0
"""An alert that is released or withdrawn reaches the browsers that asked for it: of who follows the place, and of who works in it.

It goes as a chain of bounded sendings like any other (cases/deliver.py): each tells the next browsers after an id and first wishes the
one after it, so a process that dies delays a part and loses none. What one browser's service did not take is a sending of its own,
tried again by itself. No list says who follows what, nor how many do.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from anlan.base.errors import Invalid
from anlan.cases.carry import Gone, hand_over
from anlan.cases.define import Channel
from anlan.cases.deliver import Refusing, Send, Sending, Why, add
from anlan.cases.follow import Wish
from anlan.cases.journal import Line
from anlan.people import push
from anlan.people.carriers import Ended, Message
from anlan.people.dingtalk import MOST
from anlan.people.follows import end_follow, find_follower, followers
from anlan.people.quiet import Quiet
from anlan.people.staffding import forget_user, get_user, users_in
from anlan.people.staffpush import end_browser, find_screen, get_push, screens_in
from anlan.procedures.alert.standing import Alert, released_of
from anlan.procedures.alert.terms import SECONDED
from anlan.web.alerts import where_of

BATCH = 2_000
"""Browsers of one sending: about four seconds of one process, where a service answers in a tenth."""
OVER = "revoke"
TOLD = ("issue", OVER)
"""A corrected alert is told by the correction's own release; one that ends as it said ends in silence."""
FOLLOWERS, STAFF, FOLLOWER, SCREEN = "followers", "staff", "follower", "screen"
AT_DINGTALK, USER = "users", "user"
DRILL = {"zh": "演练：{}", "en": "DRILL: {}"}
ENDED = {"zh": "已解除：{}", "en": "Withdrawn: {}"}
APART = " · "
FIRST_AGAIN = timedelta(minutes=2)


def tell_followers(lines: Sequence[Line]) -> Iterable[Wish]:
    """The sending follower: of each release and withdrawal the first sending to followers and to staff."""
    said = [line for line in lines if line.entry.action in TOLD]
    if not said or not (push.offered() or settings.ANLAN_DINGTALK):
        return
    alerts = released_of({line.entry.case_id for line in said})
    for line in said:
        alert = alerts.get(line.entry.case_id)
        if alert is None:
            continue
        ways = [(FOLLOWERS, Channel.PUSH)] if push.offered() and not alert.drill else []
        ways += [(STAFF, Channel.PUSH)] if push.offered() else []
        ways += [(AT_DINGTALK, Channel.DINGTALK)] if settings.ANLAN_DINGTALK else []
        for whom, channel in ways:
            yield Wish(
                position=line.position,
                recipient=f"{whom}:",
                channel=str(channel),
                case_id=alert.id,
                key=line.entry.action,
            )


def _to_followers(sending: Sending) -> None:
    alert = alert_of(sending)
    found = followers(alert.area, after=_after(sending), most=BATCH, at=sending.at)
    if len(found) == BATCH:
        add(sending, [(f"{FOLLOWERS}:{found[-1].id.hex()}", sending.at)])
    _tell(alert, sending, {each.id: each.given for each in found}, one=FOLLOWER)


def _to_staff(sending: Sending) -> None:
    alert = alert_of(sending)
    found = screens_in(alert.area, after=_after(sending), most=BATCH, at=sending.at)
    if len(found) == BATCH:
        add(sending, [(f"{STAFF}:{found[-1].id.hex()}", sending.at)])
    waits = {each.id: _waits(alert, each.quiet, at=sending.at) for each in found}
    add(sending, [(f"{SCREEN}:{id.hex()}", until) for id, until in waits.items() if until])
    _tell(alert, sending, {each.id: each.given for each in found if not waits[each.id]}, one=SCREEN)


def _to_dingtalk(sending: Sending) -> None:
    """One call for as many as it takes; it is tried again as a whole. Where an id among them is nobody's, each is told alone."""
    alert = alert_of(sending)
    after = int(sending.recipient.partition(":")[2] or 0)
    found = users_in(alert.area, after=after, most=MOST, at=sending.at)
    if len(found) == MOST:
        add(sending, [(f"{AT_DINGTALK}:{found[-1].account}", sending.at)])
    waits = {each.account: _waits(alert, each.quiet, at=sending.at) for each in found}
    add(sending, [(f"{USER}:{account}", until) for account, until in waits.items() if until])
    told = [each for each in found if each.user and not waits[each.account]]
    if not told:
        return
    try:
        users = ",".join(each.user for each in told)
        hand_over(users, message_of(alert, sending, language=_language()), sending)
    except Gone:
        add(sending, [(f"{USER}:{each.account}", sending.at) for each in told])


def _to_user(sending: Sending) -> None:
    """One person at DingTalk, after their quiet hours, or after a call in which an id was nobody's."""
    alert, account = alert_of(sending), int(sending.recipient.partition(":")[2])
    wish, user = get_push(account), get_user(account)
    if wish is None or not wish.alerts or not user:
        raise Refusing("they want no alerts any more", again=False, why=Why.UNWANTED)
    try:
        hand_over(user, message_of(alert, sending, language=_language()), sending)
    except Gone:
        forget_user(account, user)
        raise


def _waits(alert: Alert, quiet: Quiet | None, *, at: datetime) -> datetime | None:
    """Until when somebody is left in peace; a grave alert knows no quiet hours."""
    return quiet.until(at) if quiet is not None and alert.level.key not in SECONDED else None


def _language() -> str:
    return "zh" if settings.LANGUAGE_CODE.startswith("zh") else "en"


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
    alert = alert_of(sending)
    one, _colon, text = sending.recipient.partition(":")
    id = bytes.fromhex(text)
    follower = find_follower(id, at=sending.at) if one == FOLLOWER else None
    given = (follower.given if follower else "") if one == FOLLOWER else find_screen(id, at=sending.at)
    if not given:
        raise Refusing("they want no alerts any more", again=False, why=Why.UNWANTED)
    try:
        to = push.read_subscription(given)
    except Invalid:
        END[one](id)
        raise Refusing("its push service is not one of ours any more", again=False, why=Why.GONE) from None
    try:
        hand_over(given, message_of(alert, sending, language=to.language), sending)
    except Gone:
        END[one](id)
        raise


WARNED: Mapping[str, Send] = {
    FOLLOWERS: _to_followers,
    STAFF: _to_staff,
    FOLLOWER: _to_one,
    SCREEN: _to_one,
    AT_DINGTALK: _to_dingtalk,
    USER: _to_user,
}
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


def alert_of(sending: Sending) -> Alert:
    """The alert as it is now. Raises Refusing where what was to be said is true no more."""
    alert = released_of([sending.case_id]).get(sending.case_id)
    if alert is None or (sending.key != OVER and not alert.stands(sending.at)):
        raise Refusing("the alert is over", again=False, why=Why.OVER)
    return alert


def _after(sending: Sending) -> bytes:
    return bytes.fromhex(sending.recipient.partition(":")[2])

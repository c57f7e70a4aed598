# SPDX-License-Identifier: Apache-2.0
"""What travels outside, and by which carrier: the case number, its public state and the way to the page, nothing else.

Neither the kind of a matter nor a place or a name is in it: a message lies on a table, is read by a carrier, and stays.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from anlan.base.ids import show_number
from anlan.base.keys import Unreadable, keyring
from anlan.cases import daily, registry
from anlan.cases.catalogue import current
from anlan.cases.define import Channel, Procedure
from anlan.cases.deliver import TRIES, Refusing, Send, Sending, Why, add
from anlan.cases.queries_rows import visible_among
from anlan.cases.sealed import open_contact
from anlan.cases.telling import Way, drop_told, open_address
from anlan.people.carriers import Ended, Message, NoCarrier, NotSent
from anlan.people.channels import WrittenDown, carrier_of
from anlan.people.log import record
from anlan.people.may import actor_of
from anlan.people.models import AdminLine, Post
from anlan.people.phones import read_phone
from anlan.people.staffding import forget_user, get_user
from anlan.people.staffmail import get_wish, person_of_post
from anlan.people.staffpush import browsers_of, end_browser

OF_CASE = """
SELECT c.number, c.procedure, c.version, c.key, p.sealed, e.to_state, t.way, t.sealed,
       EXISTS (SELECT FROM cases_delivery d WHERE d.position = j.position AND d.recipient = %s AND d.channel = 'sms' AND d.outcome <> 'failed')
  FROM cases_case c
  JOIN cases_party p ON p.case_id = c.id AND p.n = %s
  LEFT JOIN cases_telling t ON t.case_id = c.id AND t.n = p.n
  JOIN cases_journal j ON j.position = %s
  JOIN cases_entry e ON e.case_id = j.case_id AND e.seq = j.seq
 WHERE c.id = %s"""

OF_STAFF = """
SELECT c.id, c.number, c.procedure, c.version, e.to_state, c.urgent FROM cases_journal j
  JOIN cases_entry e ON e.case_id = j.case_id AND e.seq = j.seq
  JOIN cases_case c ON c.id = j.case_id
 WHERE j.position = ANY(%s) ORDER BY j.position"""

SUBJECT = {"zh": "安澜 {number}", "en": "Anlan {number}"}
SMS = {
    "zh": "【安澜】事项 {number}：{state}。详情和通知设置：{where}",
    "en": "[Anlan] Case {number}: {state}. Details, and how you are told: {where}",
}
MAIL = {
    "zh": "事项 {number}：{state}。\n\n详情，以及改变通知方式：{where}\n\n本邮件自动发出，请勿回复。\n",
    "en": "Case {number}: {state}.\n\nDetails, and how you are told: {where}\n\nThis was sent automatically; nobody reads answers to it.\n",
}
STATE = {"zh": "{state}", "en": "{state}"}
NEWS = {"zh": "您的事项有新进展，请点开查看", "en": "News of your case"}
"""WeChat reads what it carries: neither number nor state. At most 20 characters."""
SHORT = {Channel.SMS: SMS, Channel.PUSH: STATE, Channel.DINGTALK: STATE, Channel.WECHAT: NEWS}
MANY = {"zh": "安澜：{n} 条提醒", "en": "Anlan: {n} notices"}
MANY_TEXT = {"zh": "在提醒页查看。", "en": "They are on the page of notices."}
TRY = {
    "zh": "【安澜】这是一条测试消息，收到说明发送正常。",
    "en": "[Anlan] This is a test: if you read it, sending works.",
}
STAFF = {
    "zh": "事项 {number}：{state}。\n\n{where}\n\n哪些提醒发邮件，在工作台“提醒”页更改。本邮件自动发出，请勿回复。\n",
    "en": "Case {number}: {state}.\n\n{where}\n\nWhich notices come by mail is changed on the desk's page of notices. This was sent automatically; nobody reads answers to it.\n",
}
INSTEAD = frozenset({Channel.PUSH, Channel.WECHAT})
"""Ways of which a text takes the place where they fail: it, or they, and never both."""
NO_ADDRESS = {"zh": "查询页", "en": "the page where you follow it"}
TRIED = "deliveries.tried"
FOLLOW = "/follow/{number:016d}"
"""The page of a case for its people; its number alone opens nothing."""
DESK = "/desk/cases/{number}"
"""The same for staff."""


_others: dict[str, Send] = {}


def sends_to(recipients: str, how: Send) -> None:
    """Registers who writes and sends what goes to recipients of this kind (``follow:...``); once, at start."""
    _others[recipients] = how


def send(sending: Sending) -> None:
    """Sends one delivery through its channel. Raises Refusing when it was certainly not sent."""
    kind, _colon, rest = sending.recipient.partition(":")
    if kind == "post":
        _send_to_staff(sending)
    elif kind in _others:
        _others[kind](sending)
    else:
        _send_to_party(sending, int(rest.split(":")[0]))


def _send_to_party(sending: Sending, n: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(OF_CASE, [sending.recipient, n, sending.position, sending.case_id])
        row = cursor.fetchone()
    if row is None or row[4] is None:
        raise Refusing("the contact was erased", again=False, why=Why.ERASED)
    number, procedure, version, wrapped, sealed, state, way, address, texted = row
    if texted and sending.channel in INSTEAD:
        raise Refusing("it came by text instead", again=False, why=Why.OTHER_WAY)
    way = way or Channel.SMS
    try:
        contact = open_contact(sending.case_id, n, key=keyring().unwrap(bytes(wrapped)), sealed=sealed)
    except Unreadable:
        raise Refusing("the contact cannot be read: a key is missing", again=True, why=Why.NO_KEY) from None
    phone = contact.get("phone")
    if way != sending.channel:
        # Chosen since, or the browser is gone: it goes the way of now. Where it was tried that way before, this is what is left.
        there = way != Way.PAGE and (way != Channel.SMS or phone)
        if not there or add(sending, [(sending.recipient, sending.at)], channel=way):
            raise Refusing("they are told another way since", again=False, why=Why.OTHER_WAY)
    message = write(
        sending,
        number,
        registry.get_procedure(procedure, version),
        state,
        language=str(contact.get("language") or "zh"),
    )
    to = (
        phone
        if sending.channel == Channel.SMS
        else open_address(sending.case_id, n, address, key=wrapped, way=sending.channel)
    )
    try:
        hand_over(to, message, sending)
    except Refusing as refusing:
        over = not refusing.again or sending.tries >= TRIES
        if over and phone and sending.channel in INSTEAD:
            add(sending, [(sending.recipient, sending.at)], channel=Channel.SMS)
        if isinstance(refusing, Gone):
            drop_told(sending.case_id, n, address)
        raise


def _send_to_staff(sending: Sending) -> None:
    """A notice to whoever of an office wants it, in the deployment's language."""
    post = int(sending.recipient.removeprefix("post:"))
    account = person_of_post(post, at=sending.at)
    if account is None:
        raise Refusing("they hold the post no longer, or are away", again=False, why=Why.LEFT)
    language = settings.LANGUAGE_CODE
    if sending.key == daily.KEY:
        message = daily.write(sending, language=language)
    else:
        message = _write_to_staff(sending, post, language=language)
    if sending.channel == Channel.PUSH:
        hand_to_screens(account, message, sending)
        return
    if sending.channel == Channel.DINGTALK:
        user = get_user(account)
        try:
            hand_over(user, message, sending)
        except Gone:
            forget_user(account, user)
            raise
        return
    try:
        address = get_wish(account).address
    except Unreadable:
        raise Refusing("the address cannot be read: a key is missing", again=True, why=Why.NO_KEY) from None
    hand_over(address, message, sending)


def _write_to_staff(sending: Sending, post: int, *, language: str) -> Message:
    """Of the cases that the post sees now: since the notice was held back one may have moved, or be about its own office. Raises Refusing."""
    by = actor_of(Post.objects.select_related("organisation").get(pk=post), at=sending.at)
    with connection.cursor() as cursor:
        cursor.execute(OF_STAFF, [[sending.position, *sending.beside]])
        rows = cursor.fetchall()
    seen = visible_among(by, [row[0] for row in rows], known=current())
    told = [row for row in rows if row[0] in seen]
    if not told:
        raise Refusing("the case is not theirs to see any more", again=False, why=Why.NOT_THEIRS)
    if len(told) > 1:
        return write_many(sending, len(told), language=language)
    _id, number, procedure, version, state, urgent = told[0]
    known = registry.get_procedure(procedure, version)
    return write(sending, number, known, state, language=language, page=DESK, urgent=urgent)


def hand_to_screens(account: int, message: Message, sending: Sending) -> None:
    """To each browser of a member of staff; taken when one takes it. Raises Refusing."""
    answers: list[Refusing | None] = []
    for id, given in browsers_of(account, at=sending.at):
        try:
            hand_over(given, message, sending)
        except Gone:
            end_browser(id)
        except Refusing as refusing:
            answers.append(refusing)
        else:
            answers.append(None)
    if not answers:
        raise Refusing("they have no browser that is told any more", again=False, why=Why.GONE)
    refused = [each for each in answers if each is not None]
    if len(refused) == len(answers):
        raise max(refused, key=lambda each: each.again)


def try_out(channel: Channel, to: str, *, at: datetime) -> None:
    """Sends a test to oneself and notes that the carrier took it. Raises NotSent or Unknown."""
    text = TRY[_tongue(settings.LANGUAGE_CODE)]
    message = Message(line="Anlan", text=text, url="", about="", reference=f"test-{int(at.timestamp())}")
    carrier = carrier_of(channel)
    if isinstance(carrier, WrittenDown):
        raise NotSent(f"no carrier of {channel} is set up", again=False)
    carrier.carry(read_phone(to) if channel == Channel.SMS else to, message, at=at)
    record(None, TRIED, before=None, after={"channel": str(channel)}, at=at)


def last_tried(channel: Channel) -> datetime | None:
    """When a test last went out by this channel."""
    lines = AdminLine.objects.filter(what=TRIED, after={"channel": str(channel)})
    return lines.order_by("-seq").values_list("at", flat=True).first()


def write(
    sending: Sending,
    number: int,
    procedure: Procedure,
    state: str,
    *,
    language: str,
    page: str = FOLLOW,
    urgent: bool = False,
) -> Message:
    """What is said of a case: its number, its public state, and where the rest is read."""
    tongue = _tongue(language)
    where = page.format(number=number)
    form = (
        (STAFF if page == DESK else MAIL)
        if sending.channel == Channel.EMAIL
        else SHORT[Channel(sending.channel)]
    )
    return Message(
        line=SUBJECT[tongue].format(number=show_number(number)),
        text=form[tongue].format(
            number=show_number(number),
            state=procedure.state(state).public.in_language(language),
            where=f"{settings.ANLAN_ADDRESS}{where}" if settings.ANLAN_ADDRESS else NO_ADDRESS[tongue],
        ),
        url=where,
        about=str(number),
        reference=sending.reference,
        urgent=urgent,
    )


def write_many(sending: Sending, n: int, *, language: str) -> Message:
    """Several notices to one person's screens, as a number."""
    tongue = _tongue(language)
    return Message(
        line=MANY[tongue].format(n=n),
        text=MANY_TEXT[tongue],
        url=daily.INBOX,
        about="notices",
        reference=sending.reference,
    )


class Gone(Refusing):
    """There is no such receiver any more."""


def hand_over(to: Any, message: Message, sending: Sending) -> None:
    """By whoever carries this channel's messages. Raises Refusing, Gone."""
    if not isinstance(to, str) or not to:
        raise Refusing(f"there is no address for {sending.channel}", again=False, why=Why.NO_ADDRESS)
    try:
        carrier_of(sending.channel).carry(to, message, at=sending.at)
    except Ended as ended:
        raise Gone(str(ended), again=False, why=Why.GONE) from None
    except NoCarrier as none:
        raise Refusing(str(none), again=False, why=Why.NO_CARRIER) from None
    except NotSent as refused:
        raise Refusing(str(refused), again=refused.again, after=refused.after) from None


def _tongue(language: str) -> str:
    return "zh" if language.startswith("zh") else "en"

# SPDX-License-Identifier: Apache-2.0
"""What travels outside, and by which carrier: the case number, its public state and the way to the page, nothing else.

Neither the kind of a matter nor a place or a name is in it: a message lies on a table, is read by a carrier, and stays.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from anlan.base.ids import show_number
from anlan.base.keys import Unreadable, keyring
from anlan.cases import daily, registry
from anlan.cases.define import Channel, Procedure
from anlan.cases.deliver import Refusing, Sending
from anlan.cases.sealed import open_contact
from anlan.cases.telling import open_address
from anlan.people.carriers import NotSent
from anlan.people.log import record
from anlan.people.models import AdminLine
from anlan.people.phones import read_phone
from anlan.people.sms import gateway
from anlan.people.staffmail import wish_of_post

OF_CASE = """
SELECT c.number, c.procedure, c.version, c.key, p.sealed, e.to_state, t.way, t.sealed
  FROM cases_case c
  JOIN cases_party p ON p.case_id = c.id AND p.n = %s
  LEFT JOIN cases_telling t ON t.case_id = c.id AND t.n = p.n
  JOIN cases_journal j ON j.position = %s
  JOIN cases_entry e ON e.case_id = j.case_id AND e.seq = j.seq
 WHERE c.id = %s"""

OF_STAFF = """
SELECT c.number, c.procedure, c.version, e.to_state FROM cases_case c
  JOIN cases_journal j ON j.position = %s
  JOIN cases_entry e ON e.case_id = j.case_id AND e.seq = j.seq
 WHERE c.id = %s"""

SUBJECT = {"zh": "安澜 {number}", "en": "Anlan {number}"}
SMS = {
    "zh": "【安澜】事项 {number}：{state}。详情和通知设置：{where}",
    "en": "[Anlan] Case {number}: {state}. Details, and how you are told: {where}",
}
MAIL = {
    "zh": "事项 {number}：{state}。\n\n详情，以及改变通知方式：{where}\n\n本邮件自动发出，请勿回复。\n",
    "en": "Case {number}: {state}.\n\nDetails, and how you are told: {where}\n\nThis was sent automatically; nobody reads answers to it.\n",
}
TRY = {
    "zh": "【安澜】这是一条测试消息，收到说明发送正常。",
    "en": "[Anlan] This is a test: if you read it, sending works.",
}
STAFF = {
    "zh": "事项 {number}：{state}。\n\n{where}\n\n哪些提醒发邮件，在工作台“提醒”页更改。本邮件自动发出，请勿回复。\n",
    "en": "Case {number}: {state}.\n\n{where}\n\nWhich notices come by mail is changed on the desk's page of notices. This was sent automatically; nobody reads answers to it.\n",
}
NO_ADDRESS = {"zh": "查询页", "en": "the page where you follow it"}
TRIED = "deliveries.tried"
FOLLOW = "/follow/{number:016d}"
"""The page of a case for its people; its number alone opens nothing."""
DESK = "/desk/cases/{number}"
"""The same for staff."""


def send(sending: Sending) -> None:
    """Sends one delivery through its channel. Raises Refusing when it was certainly not sent."""
    if sending.recipient.startswith("post:"):
        _send_to_staff(sending)
        return
    n = int(sending.recipient.split(":")[1])
    with connection.cursor() as cursor:
        cursor.execute(OF_CASE, [n, sending.position, sending.case_id])
        row = cursor.fetchone()
    if row is None or row[4] is None:
        raise Refusing("the contact was erased", again=False)
    number, procedure, version, wrapped, sealed, state, way, address = row
    if (way or Channel.SMS) != sending.channel:
        raise Refusing("they chose to be told another way since", again=False)
    try:
        contact = open_contact(sending.case_id, n, key=keyring().unwrap(bytes(wrapped)), sealed=sealed)
    except Unreadable:
        raise Refusing("the contact cannot be read: a key is missing", again=True) from None
    language = str(contact.get("language") or "zh")
    text = write(
        MAIL if sending.channel == Channel.EMAIL else SMS,
        number,
        registry.get_procedure(procedure, version),
        state,
        language=language,
    )
    if sending.channel == Channel.SMS:
        text_to(contact.get("phone"), text, sending)
    elif sending.channel == Channel.EMAIL:
        mail_to(
            open_address(sending.case_id, n, address, key=wrapped),
            subject(number, language=language),
            text,
            sending,
        )
    else:
        raise Refusing(f"no carrier for {sending.channel}", again=False)


def _send_to_staff(sending: Sending) -> None:
    """A notice by mail to whoever of an office wants it, in the deployment's language."""
    try:
        wish = wish_of_post(int(sending.recipient.removeprefix("post:")), at=sending.at)
    except Unreadable:
        raise Refusing("the address cannot be read: a key is missing", again=True) from None
    if wish is None or not wish.address:
        raise Refusing("they want no mail any more, or hold the post no longer", again=False)
    language = settings.LANGUAGE_CODE
    if sending.key == daily.KEY:
        about, text = daily.write(sending, language=language)
        mail_to(wish.address, about, text, sending)
        return
    with connection.cursor() as cursor:
        cursor.execute(OF_STAFF, [sending.position, sending.case_id])
        number, procedure, version, state = cursor.fetchone()
    text = write(
        STAFF, number, registry.get_procedure(procedure, version), state, language=language, page=DESK
    )
    mail_to(wish.address, subject(number, language=language), text, sending)


def try_out(channel: Channel, to: str, *, at: datetime) -> None:
    """Sends a test to oneself and notes that the carrier took it. Raises NotSent or Unknown."""
    text, reference = TRY[_tongue(settings.LANGUAGE_CODE)], f"test-{int(at.timestamp())}"
    if channel == Channel.SMS:
        way = gateway()
        if way is None or way.shows:
            raise NotSent("no SMS gateway is set up", again=False)
        way.send(read_phone(to), text, reference=reference, at=at)
    else:
        if not settings.ANLAN_MAIL:
            raise NotSent("no mail server is set up", again=False)
        settings.ANLAN_MAIL.send(to, "Anlan", f"{text}\n", reference=reference, at=at)
    record(None, TRIED, before=None, after={"channel": str(channel)}, at=at)


def last_tried(channel: Channel) -> datetime | None:
    """When a test last went out by this channel."""
    lines = AdminLine.objects.filter(what=TRIED, after={"channel": str(channel)})
    return lines.order_by("-seq").values_list("at", flat=True).first()


def write(
    form: dict[str, str], number: int, procedure: Procedure, state: str, *, language: str, page: str = FOLLOW
) -> str:
    """One message about a case: its number, its public state, and where the rest is read."""
    tongue = _tongue(language)
    where = f"{settings.ANLAN_ADDRESS}{page.format(number=number)}" if settings.ANLAN_ADDRESS else ""
    return form[tongue].format(
        number=show_number(number),
        state=procedure.state(state).public.in_language(language),
        where=where or NO_ADDRESS[tongue],
    )


def subject(number: int, *, language: str) -> str:
    """What a mailbox lists: the number, so that mails of one case lie together."""
    return SUBJECT[_tongue(language)].format(number=show_number(number))


def text_to(phone: Any, text: str, sending: Sending) -> None:
    """By SMS. Raises Refusing."""
    if not isinstance(phone, str) or not phone:
        raise Refusing("there is no phone number", again=False)
    if settings.ANLAN_DEMO:
        _write_down(phone, text)
        return
    carrier = gateway()
    if carrier is None:
        raise Refusing("no SMS gateway is set up", again=False)
    try:
        carrier.send(phone, text, reference=sending.reference, at=sending.at)
    except NotSent as refused:
        raise Refusing(str(refused), again=refused.again) from None


def mail_to(address: Any, about: str, text: str, sending: Sending) -> None:
    """By e-mail. Raises Refusing."""
    if not isinstance(address, str) or "@" not in address:
        raise Refusing("there is no e-mail address", again=False)
    if settings.ANLAN_DEMO:
        _write_down(address, text)
        return
    carrier = settings.ANLAN_MAIL
    if not carrier:
        raise Refusing("no mail server is set up", again=False)
    try:
        carrier.send(address, about, text, reference=sending.reference, at=sending.at)
    except NotSent as refused:
        raise Refusing(str(refused), again=refused.again) from None


def _tongue(language: str) -> str:
    return "zh" if language.startswith("zh") else "en"


def _write_down(recipient: str, text: str) -> None:
    """The demo's carrier: a file in the deployment's home, with the recipient's last digits only."""
    with (Path(settings.ANLAN_HOME) / "sent.log").open("a", encoding="utf-8") as file:
        file.write(f"…{recipient[-4:]} {' '.join(text.split())}\n")

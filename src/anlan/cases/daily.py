# SPDX-License-Identifier: Apache-2.0
"""One mail each morning to staff who want their notices so: how many wait unread since yesterday, and where. No case is named.

It is a delivery like any other, tried again and sent once; its position is the journal's end that morning, so a day on which
nothing happened writes to nobody.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from anlan.cases.define import Channel
from anlan.cases.deliver import Refusing, Sending, Why
from anlan.people.carriers import Message
from anlan.people.holding import WORKING
from anlan.people.may import NEIGHBOURS, actor_of
from anlan.people.models import Post

KEY = "daily"
NO_CASE = UUID(int=0)
SINCE = timedelta(days=1)

UNREAD = """
  FROM people_post p JOIN people_staffmail m ON m.account_id = p.account_id
  JOIN cases_notice n ON n.organisation_id = p.organisation_id AND n.at > %s AND n.at <= %s AND n.read_at IS NULL
  JOIN cases_entry e ON e.case_id = n.case_id AND e.seq = n.seq
 WHERE 'daily' = CASE WHEN e.actor = 'system' THEN m.pressing ELSE m.rest END"""
WISH = f"""
INSERT INTO cases_delivery (position, recipient, channel, case_id, key, outcome, tries, at)
SELECT (SELECT max(position) FROM cases_journal), 'post:' || told.post, %s, %s, %s, 'waiting', 0, %s
  FROM (SELECT DISTINCT ON (p.organisation_id, p.account_id) p.id AS post {UNREAD}
           AND p.role = ANY(%s) AND p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to > %s)
         ORDER BY p.organisation_id, p.account_id, p.role = ANY(%s), p.id) told
ON CONFLICT DO NOTHING"""
COUNT = f"""
SELECT count(*), count(*) FILTER (WHERE e.actor = 'system') {UNREAD} AND p.id = %s
   AND (%s::text[] IS NULL OR (SELECT c.procedure FROM cases_case c WHERE c.id = n.case_id) = ANY(%s))"""
"""Of what the post's own page of notices lists."""

SUBJECT = {"zh": "安澜：每日提醒", "en": "Anlan: your notices"}
TEXT = {
    "zh": "昨天以来有 {n} 条未读提醒，其中 {pressing} 条是报警或时限。\n\n{where}\n\n哪些提醒发邮件，在工作台“提醒”页更改。本邮件自动发出，请勿回复。\n",
    "en": "Since yesterday {n} notices wait unread, {pressing} of them alarms or limits.\n\n{where}\n\nWhich notices come by mail is changed on the desk's page of notices. This was sent automatically; nobody reads answers to it.\n",
}
NO_ADDRESS = {"zh": "工作台“提醒”页", "en": "The desk's page of notices"}
INBOX = "/desk/notices"


def wish_daily(*, at: datetime) -> int:
    """Wishes this morning's mails; how many. Called twice it wishes none twice."""
    with connection.cursor() as cursor:
        neighbours = sorted(map(str, NEIGHBOURS))
        cursor.execute(WISH, [Channel.EMAIL, NO_CASE, KEY, at, at - SINCE, at, WORKING, at, at, neighbours])
        return int(cursor.rowcount)


def write(sending: Sending, *, language: str) -> Message:
    """The mail, counted when it is sent. Raises Refusing when all was read meanwhile."""
    tongue = "zh" if language.startswith("zh") else "en"
    post = int(sending.recipient.removeprefix("post:"))
    by = actor_of(Post.objects.select_related("organisation").get(pk=post), at=sending.at)
    kinds = None if by.procedures is None else sorted(by.procedures)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [sending.at - SINCE, sending.at, post, kinds, kinds])
        n, pressing = cursor.fetchone()
    if not n:
        raise Refusing("everything was read meanwhile", again=False, why=Why.READ)
    where = f"{settings.ANLAN_ADDRESS}{INBOX}" if settings.ANLAN_ADDRESS else NO_ADDRESS[tongue]
    return Message(
        line=SUBJECT[tongue],
        text=TEXT[tongue].format(n=n, pressing=pressing, where=where),
        url=INBOX,
        about=KEY,
        reference=sending.reference,
    )

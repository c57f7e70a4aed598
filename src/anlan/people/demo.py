# SPDX-License-Identifier: Apache-2.0
"""Made-up people for the demo: every post in 西溪街道 and 文三社区, and enough elsewhere that work goes on everywhere.

All have one known password and skip the second factor, and none can sign in outside of the demo
(`Account.demo`, checked at every sign-in). Nothing here runs in a real deployment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import connections, transaction

from anlan.people.log import record
from anlan.people.may import Role
from anlan.people.models import Account, AccountKind, Organisation, Post
from anlan.people.models import OrganisationKind as Kind
from anlan.people.seed import DEPARTMENTS
from anlan.places.codes import pad
from anlan.places.models import PlaceCode

GUESTS = {
    "resident": "",
    "neighbour": "",
    "grid_worker": "wensan-grid",
    "dispatcher": "xixi-town",
    "county": "xihu-centre",
    "mediator": "wensan-mediator",
    "assessor": "xihu-assessor",
    "handler": "xihu-enforcement",
    "supervisor": "xihu-supervisor",
    "auditor": "auditor",
    "administrator": "system",
    "developer": "",
}
"""Whom a guest can be with one click, and the username of those who work here; the others are residents, or nobody."""
USERNAMES = GUESTS | {"province": "zhejiang-supervisor", "government": "xihu-government"}
"""The same with whom only the tour needs: its first stop is the whole province, its last a decision."""
RESIDENTS = ("resident", "neighbour")

DEMO_PASSWORD = "anlan-demo"  # noqa: S105  shown on the demo's sign-in page
COUNTY, TOWN, VILLAGE = "330106", "330106004", "330106004066"


PHONES = {
    f"village:{VILLAGE}": "0571-0000 0066",
    f"town:{TOWN}": "0571-0000 0004",
    f"county:{COUNTY}": "0571-0000 0106",
    f"dept:{COUNTY}:housing": "0571-0000 0201",
    f"dept:{COUNTY}:enforcement": "0571-0000 0202",
}
"""Numbers that nobody can have: no local number begins with 0."""


@dataclass(frozen=True, kw_only=True)
class DemoPost:
    """One post of one made-up person: `place` is a code, by default the organisation's; `phone` is shown to everybody."""

    username: str
    name: str
    role: Role
    organisation: str
    place: str | None = None
    phone: str = ""


def demo_posts() -> Iterator[DemoPost]:
    """The people whom a guest of the demo can be, in the order of the sign-in page."""
    village, town, county = f"village:{VILLAGE}", f"town:{TOWN}", f"county:{COUNTY}"
    yield DemoPost(
        username="wensan-grid",
        name="王小满",
        role=Role.GRID_WORKER,
        organisation=village,
        phone="0571-0000 0601",
    )
    yield DemoPost(
        username="wensan-grid-2",
        name="陈立夏",
        role=Role.GRID_WORKER,
        organisation=village,
        place=f"{VILLAGE}001",
        phone="0571-0000 0602",
    )
    yield DemoPost(username="wensan-clerk", name="李谷雨", role=Role.VILLAGE_CLERK, organisation=village)
    yield DemoPost(username="xixi-town", name="张清明", role=Role.DISPATCHER, organisation=town)
    yield DemoPost(username="xixi-town-2", name="周芒种", role=Role.DISPATCHER, organisation=town)
    for word, (short, _zh, _en) in DEPARTMENTS.items():
        username = f"xihu-{word.replace('_', '-')}"
        yield DemoPost(
            username=username, name=f"{short}承办", role=Role.HANDLER, organisation=f"dept:{COUNTY}:{word}"
        )
    yield DemoPost(
        username="wensan-mediator",
        name="何处暑",
        role=Role.MEDIATOR,
        organisation=village,
        phone="0571-0000 0603",
    )
    yield DemoPost(
        username="xixi-mediator",
        name="许小雪",
        role=Role.MEDIATOR,
        organisation=town,
        phone="0571-0000 0604",
    )
    yield DemoPost(
        username="xixi-mediator-2",
        name="沈大暑",
        role=Role.MEDIATOR,
        organisation=town,
        phone="0571-0000 0605",
    )
    yield DemoPost(
        username="xihu-mediator",
        name="韩夏至",
        role=Role.MEDIATOR,
        organisation=county,
        phone="0571-0000 0606",
    )
    yield DemoPost(username="xihu-assessor", name="杨春分", role=Role.ASSESSOR, organisation=county)
    yield DemoPost(
        username="xihu-government", name="秦立秋", role=Role.HANDLER, organisation=f"government:{COUNTY}"
    )
    yield DemoPost(username="xihu-centre", name="吴白露", role=Role.COUNTY_DISPATCHER, organisation=county)
    yield DemoPost(username="xihu-hotline", name="郑秋分", role=Role.HOTLINE_AGENT, organisation=county)
    yield DemoPost(username="xihu-supervisor", name="孙霜降", role=Role.SUPERVISOR, organisation=county)
    yield DemoPost(
        username="hangzhou-supervisor", name="赵立冬", role=Role.SUPERVISOR, organisation="city:3301"
    )
    yield DemoPost(
        username="zhejiang-supervisor", name="钱冬至", role=Role.SUPERVISOR, organisation="province:33"
    )
    yield DemoPost(username="auditor", name="冯小寒", role=Role.AUDITOR, organisation="province:33")
    yield DemoPost(username="system", name="褚大寒", role=Role.SYSTEM_ADMIN, organisation="province:33")
    yield DemoPost(username="security", name="卫雨水", role=Role.SECURITY_ADMIN, organisation="province:33")
    yield DemoPost(username="security-2", name="蒋惊蛰", role=Role.SECURITY_ADMIN, organisation="province:33")


ELSEWHERE = """
INSERT INTO people_account (kind, username, name, password, is_active, demo, password_due, made_at)
SELECT 'staff', who.username, who.name, %(password)s, true, true, false, %(at)s FROM ({who}) who
ON CONFLICT (username) DO NOTHING
"""

# One account for the posts of one role in a county (or a town), so that guests can look anywhere with few accounts.
WHO = """
SELECT DISTINCT {prefix} || '-{suffix}' AS username, '{name}' AS name
  FROM people_organisation o WHERE o.kind = '{kind}' AND o.valid_to IS NULL
"""

POSTS = """
INSERT INTO people_post (account_id, role, organisation_id, place_id, valid_from)
SELECT a.id, %(role)s, o.id, o.place_id, %(since)s
  FROM people_organisation o JOIN people_account a ON a.username = {prefix} || '-{suffix}' AND a.demo
 WHERE o.kind = '{kind}' AND o.valid_to IS NULL
   AND NOT EXISTS (SELECT FROM people_post p WHERE p.organisation_id = o.id AND p.role = %(role)s)
"""

OF_COUNTY, OF_TOWN = "substr(split_part(o.key, ':', 2), 1, 6)", "substr(split_part(o.key, ':', 2), 1, 9)"
OWN = "split_part(o.key, ':', 2)"
BULK: tuple[tuple[Kind, Role, str, str, str], ...] = (
    (Kind.VILLAGE_COMMITTEE, Role.GRID_WORKER, OF_TOWN, "grid", "网格员"),
    (Kind.TOWN_ROOM, Role.DISPATCHER, OF_COUNTY, "towns", "镇街指挥员"),
    (Kind.COUNTY_DEPARTMENT, Role.HANDLER, OF_COUNTY, "departments", "部门承办"),
    (Kind.COUNTY_CENTRE, Role.COUNTY_DISPATCHER, OWN, "centre", "县级指挥员"),
    (Kind.CITY_SUPERVISION, Role.SUPERVISOR, OWN, "supervisor", "市级督办"),
)
"""For every place: kind of organisation, role, whose account, and the end of its username, e.g. 330108-towns."""


def demo_seed(*, since: datetime, at: datetime) -> int:
    """Makes the demo's accounts and posts, in force from `since`; how many posts. Does nothing the second time.

    Not through `people.grants`: a demo has no second person. One line of the log says so.
    """
    password = make_password(DEMO_PASSWORD)
    with transaction.atomic():
        if Account.objects.filter(demo=True).exists():
            return 0
        _make_named(password, since=since, at=at)
        Account.objects.bulk_create(
            Account(kind=AccountKind.RESIDENT, demo=True, made_at=at, used_at=at) for _guest in RESIDENTS
        )
        with connections["default"].cursor() as cursor:
            for kind, role, prefix, suffix, name in BULK:
                words = {"prefix": prefix, "suffix": suffix, "name": name, "kind": str(kind)}
                who = WHO.format(**words)
                cursor.execute(ELSEWHERE.format(who=who), {"password": password, "at": at})
                cursor.execute(POSTS.format(**words), {"role": str(role), "since": since})
        made = Post.objects.count()
        record(None, "demo.seed", before=None, after={"posts": made}, at=at)
    return made


def absent() -> list[str]:
    """The usernames of the demo's people who are not here: another version made this demo, and their stories are not in it either."""
    wanted = {post.username for post in demo_posts()}
    return sorted(
        wanted - set(Account.objects.filter(username__in=wanted).values_list("username", flat=True))
    )


def demo_resident(guest: str) -> int:
    """The account of a made-up resident of `RESIDENTS`. Raises Account.DoesNotExist outside of a demo."""
    accounts = Account.objects.filter(demo=True, kind=AccountKind.RESIDENT).order_by("pk")
    found = accounts.values_list("pk", flat=True)[RESIDENTS.index(guest) : RESIDENTS.index(guest) + 1].first()
    if found is None:
        raise Account.DoesNotExist
    return found


def _make_named(password: str, *, since: datetime, at: datetime) -> None:
    posts = list(demo_posts())
    names = {post.username: post.name for post in posts}
    accounts = Account.objects.bulk_create(
        Account(
            kind=AccountKind.STAFF, username=username, name=name, password=password, demo=True, made_at=at
        )
        for username, name in names.items()
    )
    ids = {account.username: account.pk for account in accounts}
    keys = {post.organisation for post in posts}
    organisations = {each.key: each for each in Organisation.objects.filter(key__in=keys)}
    codes = {post.place for post in posts if post.place}
    places = dict(
        PlaceCode.objects.filter(code__in=[pad(code) for code in codes], valid_to__isnull=True).values_list(
            "code", "place_id"
        )
    )
    Post.objects.bulk_create(
        Post(
            account_id=ids[post.username],
            role=post.role,
            organisation=organisations[post.organisation],
            place_id=places[pad(post.place)] if post.place else organisations[post.organisation].place_id,
            valid_from=since,
            published_name=post.name if post.phone or post.role == Role.MEDIATOR else "",
            published_phone=post.phone,
        )
        for post in posts
    )
    for key, phone in PHONES.items():
        Organisation.objects.filter(key=key).update(phone=phone)

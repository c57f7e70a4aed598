# SPDX-License-Identifier: Apache-2.0
"""People for tests: accounts, posts and actors in a real corner of Zhejiang."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password

from anlan.people.may import Actor, Role, actor_of
from anlan.people.models import Account, AccountKind, Organisation, Post

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Hangzhou, an ordinary working Monday
SINCE = AT - timedelta(days=30)
PASSWORD = "a good long secret"
VILLAGE, TOWN, COUNTY = "village:330106004066", "town:330106004", "county:330106"
HOUSING, CITY, PROVINCE = "dept:330106:housing", "city:3301", "province:33"


@cache
def hashed(password: str) -> str:
    return make_password(password)


def organisation(key: str) -> Organisation:
    return Organisation.objects.get(key=key)


def staff(username: str, *, password: str = PASSWORD, **given: Any) -> Account:
    return Account.objects.create(
        kind=AccountKind.STAFF,
        username=username,
        name=given.pop("name", username),
        password=hashed(password),
        made_at=SINCE,
        **given,
    )


def post(role: Role, key: str, *, account: Account | None = None, **given: Any) -> Post:
    """A post put into the table directly: how posts come to be is tests/people/test_grants.py."""
    where = organisation(key)
    number = Post.objects.count()
    return Post.objects.create(
        account=account or staff(f"{role}-{number}"),
        role=role,
        organisation=where,
        place_id=given.pop("place_id", where.place_id),
        valid_from=given.pop("valid_from", SINCE),
        **given,
    )


def actor(role: Role, key: str, **given: Any) -> Actor:
    return actor_of(post(role, key, **given), at=AT)


def security(key: str = PROVINCE) -> Actor:
    return actor(Role.SECURITY_ADMIN, key)


def system(key: str = PROVINCE) -> Actor:
    return actor(Role.SYSTEM_ADMIN, key)

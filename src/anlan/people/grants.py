# SPDX-License-Identifier: Apache-2.0
"""Staff accounts and posts: made, granted, ended. Each writes its line; granting takes a second person.

The security administrator does this, for organisations within the own places, never for the own account. The operator
at the machine (`by` None) may appoint the first administrators alone; once two security administrators are in force
the operator's grants wait for a second person too.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.boundary import check_words
from anlan.base.errors import Conflict, Invalid, NotAllowed, NotFound
from anlan.people.changes import Change, Data, Done, change_configuration, offer
from anlan.people.log import record
from anlan.people.may import (
    ADMINISTRATORS,
    Actor,
    Role,
    covers,
    fit_together,
    may_manage,
    needs_second_person,
)
from anlan.people.models import (
    Absence,
    Account,
    AccountKind,
    AdminLine,
    Organisation,
    PendingChange,
    Post,
    Token,
)
from anlan.people.models import OrganisationKind as Kind
from anlan.people.staffmail import forget_wish
from anlan.people.staffpush import forget_push
from anlan.places import find

FIRST_ADMINISTRATORS = 2
WORK_PHONE = re.compile(r"\+?[0-9][0-9 \-()]{2,30}")
ABOVE = frozenset({Kind.COUNTY_CENTRE, Kind.CITY_SUPERVISION, Kind.PROVINCE_SUPERVISION})
FITS: dict[Role, frozenset[Kind]] = {
    Role.GRID_WORKER: frozenset({Kind.VILLAGE_COMMITTEE, Kind.TOWN_ROOM}),
    Role.VILLAGE_CLERK: frozenset({Kind.VILLAGE_COMMITTEE}),
    Role.DISPATCHER: frozenset({Kind.TOWN_ROOM}),
    Role.COUNTY_DISPATCHER: frozenset({Kind.COUNTY_CENTRE}),
    Role.HANDLER: frozenset({Kind.COUNTY_DEPARTMENT, Kind.GOVERNMENT, Kind.OUTSIDE_UNIT, Kind.TOWN_ROOM}),
    Role.HOTLINE_AGENT: ABOVE,
    Role.MEDIATOR: frozenset(
        {Kind.VILLAGE_COMMITTEE, Kind.TOWN_ROOM, Kind.COUNTY_CENTRE, Kind.COUNTY_DEPARTMENT}
    ),
    Role.ASSESSOR: ABOVE | {Kind.TOWN_ROOM, Kind.COUNTY_DEPARTMENT, Kind.GOVERNMENT},
    Role.SUPERVISOR: ABOVE,
    Role.AUDITOR: ABOVE,
    Role.SYSTEM_ADMIN: ABOVE,
    Role.SECURITY_ADMIN: ABOVE,
}
"""In which organisations a role has its posts."""


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """An account just made, and the password to hand over: shown once, to be replaced at the first sign-in."""

    account: Account
    password: str


def make_account(username: str, *, name: str, by: Actor | None, at: datetime) -> NewAccount:
    """Makes a staff account without any post. Raises NotAllowed, Invalid, Conflict."""
    if by is not None and not may_manage(by, 0):
        raise NotAllowed
    username, name = username.strip().lower(), name.strip()
    if not 3 <= len(username) <= 64 or not username.replace("-", "").replace(".", "").isalnum():
        raise Invalid(fields={"username": _("Use 3 to 64 letters, digits, dots and dashes.")})
    if not 1 <= len(name) <= 64:
        raise Invalid(fields={"name": _("Please give the name, at most 64 characters.")})
    password = secrets.token_urlsafe(12)
    account = Account(
        kind=AccountKind.STAFF,
        username=username,
        name=name,
        password=make_password(password),
        password_due=True,
        made_at=at,
    )
    try:
        with transaction.atomic():
            account.save(force_insert=True)
            record(by, "account.make", before=None, after={"account": account.pk}, at=at)
    except IntegrityError:
        raise Conflict(_("This username is taken.")) from None
    return NewAccount(account=account, password=password)


def lock_account(account_id: int, *, by: Actor | None, at: datetime) -> AdminLine:
    """Ends all sign-in of a staff account at once. Raises NotAllowed, NotFound."""
    return _switch(account_id, active=False, by=by, at=at)


def unlock_account(account_id: int, *, by: Actor | None, at: datetime) -> AdminLine:
    """Lets a locked staff account sign in again. Raises NotAllowed, NotFound."""
    return _switch(account_id, active=True, by=by, at=at)


def reset_password(account_id: int, *, by: Actor | None, at: datetime) -> str:
    """A new password to hand over, shown once; open sessions of the account end. Raises NotAllowed, NotFound."""
    with transaction.atomic():
        account = _staff(account_id, by=by)
        password = secrets.token_urlsafe(12)
        account.password, account.password_due = make_password(password), True
        account.save(update_fields=["password", "password_due"])
        record(by, "account.reset_password", before=None, after={"account": account_id}, at=at)
    return password


def choose_password(account_id: int, password: str) -> None:
    """The person's own choice. Raises Invalid saying what is wrong with it."""
    account = Account.objects.get(pk=account_id, kind=AccountKind.STAFF)
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid(fields={"password": " ".join(error.messages)}) from None
    account.password, account.password_due = make_password(password), False
    account.save(update_fields=["password", "password_due"])


def change_own_password(password: str, *, by: Actor, at: datetime) -> None:
    """Another password of one's own, from the post in use. Raises Invalid saying what is wrong with it."""
    with transaction.atomic():
        choose_password(by.account, password)
        record(by, "account.change_password", before=None, after={"account": by.account_id}, at=at)


def grant_post(
    account_id: int,
    *,
    role: Role,
    organisation_id: int,
    place_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    deputy_for: int | None = None,
    by: Actor | None,
    at: datetime,
) -> PendingChange | AdminLine:
    """Asks for a post, from `since` (default now) to `until`; the place defaults to the organisation's.

    Waits for a second person, except for the operator's first administrators. Raises NotAllowed, NotFound, Invalid.
    """
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFound
    data: dict[str, Any] = {
        "account": account_id,
        "role": str(role),
        "organisation": organisation_id,
        "place": place_id or organisation.place_id,
        "since": (since or at).isoformat(),
        "until": until.isoformat() if until else None,
        "deputy_for": deputy_for,
    }
    return change_configuration("post.grant", data, by=by, at=at)


def revoke_post(post_id: int, *, by: Actor | None, at: datetime) -> AdminLine:
    """Ends a post now, with its deputies and tokens. Raises NotAllowed, NotFound, Conflict."""
    with transaction.atomic():
        post = Post.objects.select_for_update().filter(pk=post_id).first()
        if post is None:
            raise NotFound
        _check_manages(by, post.account_id, post.organisation_id, at=at)
        if post.valid_to is not None and post.valid_to <= at:
            raise Conflict(_("This post has ended already."))
        before = _show(post)
        ended = Post.objects.filter(Q(pk=post_id) | Q(deputy_for=post_id))
        for each in ended.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at)):
            each.valid_to = max(at, each.valid_from)
            each.save(update_fields=["valid_to"])
            Token.objects.filter(post=each, ended_at__isnull=True).update(ended_at=at)
        post.refresh_from_db()
        return record(by, "post.revoke", before=before, after=_show(post), at=at)


def publish_contact(post_id: int, *, name: str, phone: str, by: Actor | None, at: datetime) -> AdminLine:
    """Sets the name and phone of work that anybody may read; empty takes them off. Raises NotAllowed, NotFound, Invalid.

    The line of the log says what is shown, not the words: what is taken off is gone.
    """
    name, phone = name.strip(), phone.strip()
    if phone and not WORK_PHONE.fullmatch(phone):
        raise Invalid(fields={"published_phone": _("Please give a phone number: digits, spaces and dashes.")})
    check_words(name, where="post.published_name")
    with transaction.atomic():
        post = Post.objects.select_for_update().filter(pk=post_id).first()
        if post is None:
            raise NotFound
        _check_manages(by, post.account_id, post.organisation_id, at=at)
        before = _show_published(post)
        post.published_name, post.published_phone = name, phone
        post.save(update_fields=["published_name", "published_phone"])
        return record(by, "post.publish", before=before, after=_show_published(post), at=at)


def set_absence(post_id: int, *, since: datetime, until: datetime, by: Actor, at: datetime) -> Absence:
    """Says that a post's person is away; the person says so, or a security administrator. Raises NotAllowed, Invalid."""
    post = Post.objects.current(at).filter(pk=post_id).first()
    if post is None:
        raise NotFound
    if by.account_id != post.account_id:
        _check_manages(by, post.account_id, post.organisation_id, at=at)
    if until <= max(since, at):
        raise Invalid(fields={"until": _("The absence must end later than it begins, and not in the past.")})
    return Absence.objects.create(post=post, since=since, until=until)


def end_absence(absence_id: int, *, by: Actor, at: datetime) -> None:
    """The person is back. Raises NotAllowed, NotFound."""
    absence = Absence.objects.select_related("post").filter(pk=absence_id, until__gt=at).first()
    if absence is None:
        raise NotFound
    if by.account_id != absence.post.account_id:
        _check_manages(by, absence.post.account_id, absence.post.organisation_id, at=at)
    if absence.since >= at:
        absence.delete()
    else:
        absence.until = at
        absence.save(update_fields=["until"])


def _switch(account_id: int, *, active: bool, by: Actor | None, at: datetime) -> AdminLine:
    with transaction.atomic():
        account = _staff(account_id, by=by)
        before = {"account": account_id, "active": account.is_active}
        account.is_active = active
        account.save(update_fields=["is_active"])
        if not active:
            forget_wish(account_id)
            forget_push(account_id)
        what = "account.unlock" if active else "account.lock"
        return record(by, what, before=before, after={"account": account_id, "active": active}, at=at)


def _staff(account_id: int, *, by: Actor | None) -> Account:
    if by is not None and not may_manage(by, account_id):
        raise NotAllowed
    account = Account.objects.select_for_update().filter(pk=account_id, kind=AccountKind.STAFF).first()
    if account is None:
        raise NotFound
    return account


def _check_manages(by: Actor | None, account_id: int, organisation_id: int, *, at: datetime) -> None:
    if by is None:
        return
    if not may_manage(by, account_id):
        raise NotAllowed(_("Security administrators manage the accounts of others, never their own."))
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    area = find.area_of(organisation.place_id, at=at) if organisation else None
    if area is None or not covers(by.scope, area):
        raise NotAllowed(_("This organisation lies outside your places."))


def founding(at: datetime) -> bool:
    """Whether the deployment still lacks the administrators who could second one another."""
    held = Post.objects.current(at).filter(role=Role.SECURITY_ADMIN)
    return held.values("account").distinct().count() < FIRST_ADMINISTRATORS


def _may_ask(by: Actor, data: Data, at: datetime) -> bool:
    try:
        _check_manages(by, data["account"], data["organisation"], at=at)
    except NotAllowed:
        return False
    return True


def _check(data: Data, at: datetime) -> None:
    role = Role(data["role"])
    account = Account.objects.filter(pk=data["account"], kind=AccountKind.STAFF, is_active=True).first()
    if account is None:
        raise Invalid(fields={"account": _("There is no such staff account in use.")})
    organisation = Organisation.objects.get(pk=data["organisation"])
    if organisation.kind not in FITS[role]:
        raise Invalid(fields={"role": _("Organisations of this kind have no such posts.")})
    whole, part = find.area_of(organisation.place_id, at=at), find.area_of(data["place"], at=at)
    if whole is None or part is None or not covers(find.scope(organisation.place_id, at=at), part):
        raise Invalid(fields={"place": _("The place must lie within the organisation's.")})
    since, until = _times(data)
    if until is not None and until <= max(since, at):
        raise Invalid(fields={"until": _("The post must end later than it begins, and not in the past.")})
    others = Post.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at), account=account)
    if not fit_together([role, *(Role(each) for each in others.values_list("role", flat=True))]):
        raise Invalid(fields={"role": _("Administrators and auditors hold no other posts.")})
    if data["deputy_for"] is not None:
        principal = Post.objects.current(at).filter(pk=data["deputy_for"]).first()
        same = principal is not None and (principal.role, principal.organisation_id, principal.place_id) == (
            str(role),
            organisation.pk,
            data["place"],
        )
        if principal is None or not same or principal.account_id == account.pk or until is None:
            raise Invalid(
                fields={
                    "deputy_for": _(
                        "A deputy has the same role, organisation and place, is another person, and has an end."
                    )
                }
            )


def _apply(data: Data, at: datetime) -> Done:
    since, until = _times(data)
    # Account rows are locked so that two grants to one person cannot each pass alone what does not fit together.
    Account.objects.select_for_update().get(pk=data["account"])
    _check(data, at)
    post = Post.objects.create(
        account_id=data["account"],
        role=data["role"],
        organisation_id=data["organisation"],
        place_id=data["place"],
        valid_from=max(since, at),
        valid_to=until,
        deputy_for_id=data["deputy_for"],
    )
    return Done(before=None, after=_show(post))


def _times(data: Data) -> tuple[datetime, datetime | None]:
    return datetime.fromisoformat(data["since"]), (
        datetime.fromisoformat(data["until"]) if data["until"] else None
    )


def _show(post: Post) -> dict[str, Any]:
    return {
        "post": post.pk,
        "account": post.account_id,
        "role": post.role,
        "organisation": post.organisation_id,
        "place": post.place_id,
        "since": post.valid_from,
        "until": post.valid_to,
        "deputy_for": post.deputy_for_id,
    }


def _show_published(post: Post) -> dict[str, Any]:
    return {"post": post.pk, "name": bool(post.published_name), "phone": bool(post.published_phone)}


def _second(by: Actor | None, data: Data, at: datetime) -> bool:
    role = Role(data["role"])
    return needs_second_person(role) and not (by is None and role in ADMINISTRATORS and founding(at))


def _about(data: Data) -> int:
    return int(data["account"])


GRANT = Change(
    key="post.grant",
    apply=_apply,
    may_ask=_may_ask,
    second=_second,
    about=_about,
    check=_check,
    configures=False,
)
offer(GRANT)

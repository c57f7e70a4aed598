# SPDX-License-Identifier: Apache-2.0
"""Organisations and posts of a region's folder, as `anlan setup` takes them."""

from django.utils.translation import gettext_lazy as _

from anlan.base.errors import say
from anlan.config.setup_files import ORGANISATIONS, POSTS, Row
from anlan.config.setup_run import CHANGED, NEW, SAME, WAITS, Run
from anlan.people import grants
from anlan.people import organisations as changes
from anlan.people.may import Role
from anlan.people.models import Account, AccountKind, Organisation, OrganisationKind, PendingChange, Post


def organisations(run: Run) -> None:
    """Whoever is above comes first."""
    waiting = run.rows(ORGANISATIONS)
    known = set(Organisation.objects.values_list("key", flat=True))
    keys = {row["key"] for row in waiting}
    while waiting:
        ready = [row for row in waiting if row["upper"] in known | {""} or row["upper"] not in keys]
        if not ready:
            for row in waiting:
                words = _("“%(key)s” is below itself: follow the column “upper” from line to line.")
                run.fault(row.file, row.line, say(words, key=row["key"]))
            return
        for row in ready:
            run.take(row, lambda row=row: organisation(run, row))  # type: ignore[misc]
            known.add(row["key"])
        taken = {row["key"] for row in ready}
        waiting = [row for row in waiting if row["key"] not in taken]


def organisation(run: Run, row: Row) -> str:
    """Adds one, or changes what may change."""
    upper = Organisation.objects.filter(key=row["upper"]).first() if row["upper"] else None
    if row["upper"] and upper is None:
        if row["upper"] not in run.named[ORGANISATIONS.file]:
            run.fault(row.file, row.line, say(_("No organisation has the key %(key)s."), key=row["upper"]))
        return SAME
    if row["kind"] not in set(OrganisationKind):
        words = _("A kind of organisation is one of %(all)s.")
        run.fault(row.file, row.line, say(words, all=", ".join(OrganisationKind)))
        return SAME
    found = Organisation.objects.filter(key=row["key"]).first()
    if found is not None and (found.kind, found.department) != (row["kind"], row["department"]):
        words = _("What an organisation is never changes: give the new one another key, and end this one.")
        run.fault(row.file, row.line, words)
        return SAME
    english = row["name_en"] or row["name"]
    told = {
        "name": row["name"],
        "name_en": english,
        "phone": row["phone"],
        "upper": upper.pk if upper else None,
    }
    if found is not None:
        changed = {
            key: value
            for key, value in told.items()
            if value != getattr(found, "upper_id" if key == "upper" else key)
        }
        if not changed:
            return SAME
        run.change(changes.CHANGE.key, {"organisation": found.pk, **changed})
        return CHANGED
    place = run.place(row)
    if place is not None:
        given = {
            "key": row["key"],
            "kind": row["kind"],
            "department": row["department"],
            "place": place.place_id,
        }
        run.change(changes.ADD.key, {**told, **given, "valid_from": run.today()})
    return NEW


def posts(run: Run) -> None:
    """In the order of the file: the first security administrators approve the others."""
    for row in run.rows(POSTS):
        run.take(row, lambda row=row: post(run, row))  # type: ignore[misc]


def post(run: Run, row: Row) -> str:
    """Asks for a post, making the account where there is none."""
    office = Organisation.objects.filter(key=row["organisation"]).first()
    if office is None:
        if row["organisation"] not in run.named.get(ORGANISATIONS.file, ()):
            words = _("No organisation has the key %(key)s.")
            run.fault(row.file, row.line, say(words, key=row["organisation"]))
        return SAME
    if row["role"] not in set(Role):
        run.fault(row.file, row.line, say(_("A role is one of %(all)s."), all=", ".join(Role)))
        return SAME
    where = run.place(row) if row["place"] else None
    if row["place"] and where is None:
        return SAME
    place = where.place_id if where else office.place_id
    username = row["username"].lower()
    account = Account.objects.filter(kind=AccountKind.STAFF, username=username).first()
    if account is None:
        made = grants.make_account(username, name=row["name"], by=None, at=run.at)
        account = made.account
        run.outcome.passwords.append((username, made.password))
    asked = {"account": account.pk, "role": row["role"], "organisation": office.pk, "place": place}
    held = Post.objects.current(run.at).filter(
        account=account, role=row["role"], organisation=office, place=place
    )
    if held.exists():
        return SAME
    if PendingChange.objects.filter(
        what=grants.GRANT.key, state=PendingChange.WAITING, data__contains=asked
    ).exists():
        return WAITS
    done = grants.grant_post(
        account.pk,
        role=Role(row["role"]),
        organisation_id=office.pk,
        place_id=place,
        by=None,
        at=run.at,
    )
    return WAITS if isinstance(done, PendingChange) else NEW

# SPDX-License-Identifier: Apache-2.0
"""What of people/ Django's admin shows: organisations, staff accounts, posts, waiting changes, and what auditors read.

Residents are not listed, searched or opened. How these pages keep to roles and to the log is `configuration`.
"""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from anlan.base.clock import now
from anlan.base.errors import Invalid
from anlan.people import admin_tokens, changes, grants, organisations
from anlan.people.configuration import ConfigurationAdmin, Doing, actor, site
from anlan.people.configuration_choosing import SeveralChosen
from anlan.people.configuration_words import (
    KINDS,
    PERSON,
    STATES,
    among,
    say_change,
    say_data,
    say_department,
    say_role,
    say_term,
    say_where,
)
from anlan.people.may import Role
from anlan.people.models import (
    Account,
    AccountKind,
    AdminLine,
    BoundaryRefusal,
    Organisation,
    PendingChange,
    Post,
)
from anlan.people.seed import DEPARTMENTS


class OwnPassword(AdminPasswordChangeForm):
    """Judged by Django's form, which asks for the old one; written with its line of the administration log."""

    request: HttpRequest

    def save(self, commit: bool = True) -> Any:  # noqa: ARG002, FBT001, FBT002  the signature is Django's
        """Through the function that writes the log."""
        grants.change_own_password(self.cleaned_data["new_password1"], by=actor(self.request), at=now())
        self.user.refresh_from_db()
        return self.user


site.password_form = OwnPassword
REGISTERED = (admin_tokens.TokenAdmin, admin_tokens.TerminalAdmin)
"""Pages of their own file; Django looks for them through this one."""


class NewOrganisation(Doing):
    """Adds an organisation."""

    class Meta:
        """What is asked."""

        model = Organisation
        fields = ("key", "kind", "department", "name", "name_en", "place", "upper", "phone", "valid_from")

    def do(self, data: dict[str, Any]) -> str:
        """Through the change that writes the log."""
        given = {name: data[name] for name in ("key", "kind", "department", "name", "name_en", "phone")}
        given |= {
            "place": data["place"].pk,
            "upper": data["upper"].pk if data["upper"] else None,
            "valid_from": data["valid_from"].isoformat(),
        }
        changes.change_configuration(organisations.ADD.key, given, by=actor(self.request), at=now())
        return str(_("Added."))


class OldOrganisation(Doing):
    """Renames an organisation, gives it another upper one, or ends it after saying what its end will do."""

    successors = forms.ModelMultipleChoiceField(
        label=_("who goes on with its work"),
        help_text=_(
            "When it ends: each takes over the open cases of its own place, the first one the rest. Left empty, the one above."
        ),
        queryset=Organisation.objects.filter(valid_to=None),
        required=False,
        widget=SeveralChosen(Organisation._meta.get_field("upper"), site),
    )
    sure = forms.BooleanField(
        label=_("I have read what its end will do"),
        help_text=_("Only to end it: save once without ticking, and read."),
        required=False,
    )

    class Meta:
        """What may change."""

        model = Organisation
        fields = ("name", "name_en", "phone", "upper", "valid_to")

    def do(self, data: dict[str, Any]) -> str:
        """One line for what changed, one for the end."""
        by, at = actor(self.request), now()
        changed = {name: data[name] for name in organisations.CHANGEABLE if name in self.changed_data}
        if "upper" in self.changed_data:
            changed["upper"] = data["upper"].pk if data["upper"] else None
        if changed:
            changed["organisation"] = self.instance.pk
            changes.change_configuration(organisations.CHANGE.key, changed, by=by, at=at)
        if "valid_to" in self.changed_data and data["valid_to"]:
            heirs = [int(each) for each in cast("QueryDict", self.data).getlist("successors")]
            ended = {
                "organisation": self.instance.pk,
                "valid_to": data["valid_to"].isoformat(),
                "successors": heirs,
            }
            if not data["sure"]:
                told = organisations.preview(self.instance, heirs, data["valid_to"], at=at)
                words = _("This will happen. Tick here to do it:")
                raise Invalid(fields={"sure": " ".join((str(words), *told))})
            changes.change_configuration(organisations.END.key, ended, by=by, at=at)
        return str(_("Changed."))


@admin.register(Organisation, site=site)
class OrganisationAdmin(ConfigurationAdmin):
    """Organisations: system administrators change them."""

    called = _("organisation"), _("Organisations")
    values = {"kind": among(KINDS), "department": say_department}
    options = {"department": DEPARTMENTS.keys}
    changers = frozenset({Role.SYSTEM_ADMIN})
    adds_with, changes_with = NewOrganisation, OldOrganisation
    list_display = ("key", "name", "name_en", "kind", "department", "phone", "valid_from", "valid_to")
    list_filter = ("kind", "department")
    search_fields = ("key", "name", "name_en")
    ordering = ("key",)
    autocomplete_fields = ("place", "upper")


class NewAccount(Doing):
    """Makes a staff account."""

    class Meta:
        """What is asked."""

        model = Account
        fields = ("username", "name")

    def do(self, data: dict[str, Any]) -> str:
        """The password is shown this once."""
        made = grants.make_account(
            data["username"] or "", name=data["name"], by=actor(self.request), at=now()
        )
        return _shown_once(made.account, made.password)


def _shown_once(account: Account, password: str) -> str:
    words = _("First password of %(username)s, shown only now: %(password)s")
    return str(words % {"username": account.username, "password": password})


@admin.register(Account, site=site)
class AccountAdmin(ConfigurationAdmin):
    """Staff accounts. Residents are not listed, searched or opened here."""

    called = _("staff account"), _("Staff accounts")
    words = PERSON
    viewers = frozenset({Role.SECURITY_ADMIN})
    changers = actions_by = frozenset({Role.SECURITY_ADMIN})
    adds_with = NewAccount
    list_display = ("username", "name", "is_active", "made_at", "used_at")
    search_fields = ("username", "name")
    ordering = ("username",)
    actions = ("lock", "unlock", "reset_password")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        """Staff only."""
        return super().get_queryset(request).filter(kind=AccountKind.STAFF)

    @admin.action(description=_("End sign-in of the chosen accounts"))
    def lock(self, request: HttpRequest, rows: QuerySet[Account]) -> None:
        """Ends sign-in."""
        by = actor(request)
        self.each(request, rows, lambda row: grants.lock_account(row.pk, by=by, at=now()), _("Ended."))

    @admin.action(description=_("Allow sign-in of the chosen accounts"))
    def unlock(self, request: HttpRequest, rows: QuerySet[Account]) -> None:
        """Allows sign-in again."""
        by = actor(request)
        self.each(request, rows, lambda row: grants.unlock_account(row.pk, by=by, at=now()), _("Allowed."))

    @admin.action(description=_("Give a new first password"))
    def reset_password(self, request: HttpRequest, rows: QuerySet[Account]) -> None:
        """Shown once."""
        by = actor(request)
        self.each(
            request,
            rows,
            lambda row: _shown_once(row, grants.reset_password(row.pk, by=by, at=now())),
            "",
        )


class NewPost(Doing):
    """Asks for a post."""

    class Meta:
        """What is asked."""

        model = Post
        fields = ("account", "role", "organisation", "place", "valid_from", "valid_to", "deputy_for")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Beginning and place have defaults."""
        super().__init__(*args, **kwargs)
        for name in ("place", "valid_from", "valid_to", "deputy_for"):
            self.fields[name].required = False

    def do(self, data: dict[str, Any]) -> str:
        """It waits for a second person."""
        asked = grants.grant_post(
            data["account"].pk,
            role=Role(data["role"]),
            organisation_id=data["organisation"].pk,
            place_id=data["place"].pk if data["place"] else None,
            since=data["valid_from"],
            until=data["valid_to"],
            deputy_for=data["deputy_for"].pk if data["deputy_for"] else None,
            by=actor(self.request),
            at=now(),
        )
        waits = isinstance(asked, PendingChange)
        return str(_("Asked for. Another administrator must approve it.") if waits else _("Granted."))


SHOWN = ("published_name", "published_phone")


class PublishedContact(Doing):
    """What anybody may read of a post; the rest of it never changes."""

    class Meta:
        """What may change."""

        model = Post
        fields = SHOWN

    def do(self, data: dict[str, Any]) -> str:
        """Through the function that writes the log."""
        grants.publish_contact(
            self.instance.pk,
            name=data["published_name"],
            phone=data["published_phone"],
            by=actor(self.request),
            at=now(),
        )
        return str(_("Changed."))


@admin.register(Post, site=site)
class PostAdmin(ConfigurationAdmin):
    """Posts: asked for and ended by security administrators, who say what of them is published."""

    called = _("post"), _("Posts")
    values = {"role": say_role}
    changers = actions_by = frozenset({Role.SECURITY_ADMIN})
    adds_with, changes_with = NewPost, PublishedContact
    list_display = (
        "account",
        "role",
        "organisation",
        "place",
        "valid_from",
        "valid_to",
        "deputy_for",
        *SHOWN,
    )
    list_filter = ("role",)
    ordering = ("-pk",)
    list_select_related = ("account", "organisation", "place", "deputy_for")
    search_fields = ("account__username", "organisation__key", "organisation__name")
    autocomplete_fields = ("account", "organisation", "place", "deputy_for")
    actions = ("revoke",)

    def in_full(self, row: Post) -> str:
        """With who has it."""
        return f"{row.account.name or row.account.username} · {row}"

    @admin.action(description=_("End the chosen posts now"))
    def revoke(self, request: HttpRequest, rows: QuerySet[Post]) -> None:
        """Ends them."""
        by = actor(request)
        self.each(request, rows, lambda row: grants.revoke_post(row.pk, by=by, at=now()), _("Ended."))


@admin.register(PendingChange, site=site)
class PendingChangeAdmin(ConfigurationAdmin):
    """What waits for a second person, and what became of it."""

    called = _("waiting change"), _("Waiting changes")
    values = {"what": say_change, "state": among(STATES), "data": say_data}
    actions_by = frozenset({Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN})
    list_display = (
        "what",
        "data",
        "about",
        "asked_by",
        "asked_at",
        "state",
        "decided_by",
        "decided_at",
        "why",
    )
    list_filter = ("state",)
    list_select_related = ("about", "asked_by__organisation", "decided_by__organisation")
    ordering = ("-asked_at",)
    actions = ("approve", "turn_down")

    def in_full(self, row: PendingChange) -> str:
        """What is asked for."""
        return say_change(row.what)

    @admin.action(description=_("Approve the chosen changes"))
    def approve(self, request: HttpRequest, rows: QuerySet[PendingChange]) -> None:
        """As the second person."""
        by = actor(request)
        self.each(request, rows, lambda row: changes.approve(row.pk, by=by, at=now()), _("Approved."))

    @admin.action(description=_("Turn the chosen changes down"))
    def turn_down(self, request: HttpRequest, rows: QuerySet[PendingChange]) -> None:
        """As the second person, or taken back by who asked."""
        by, why = actor(request), str(_("Turned down in the list of waiting changes."))
        self.each(
            request, rows, lambda row: changes.turn_down(row.pk, why=why, by=by, at=now()), _("Turned down.")
        )


@admin.register(AdminLine, site=site)
class AdminLineAdmin(ConfigurationAdmin):
    """The administration log, for auditors."""

    called = _("line of the administration log"), _("Administration log")
    values = {"what": say_change}
    viewers = frozenset({Role.AUDITOR})
    list_display = ("seq", "at", "post_id", "what", "before", "after")
    search_fields = ("what",)
    ordering = ("-seq",)

    def in_full(self, row: AdminLine) -> str:
        """Which line, and what was done."""
        return f"{row.seq} · {say_change(row.what)}"


@admin.register(BoundaryRefusal, site=site)
class BoundaryRefusalAdmin(ConfigurationAdmin):
    """What the boundary refused, for auditors."""

    called = _("refused attempt"), _("Refused attempts")
    viewers = frozenset({Role.AUDITOR})
    values = {"where": say_where, "term": say_term}
    list_display = ("at", "post_id", "where", "term")
    ordering = ("-at",)

    def in_full(self, row: BoundaryRefusal) -> str:
        """Where it was tried."""
        return say_where(row.where)

# SPDX-License-Identifier: Apache-2.0
"""What the configuration shows of programs and phones that act for a post, and how they are ended."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from anlan.base.clock import now
from anlan.people import terminals, tokens
from anlan.people.configuration import ConfigurationAdmin, actor, site
from anlan.people.may import Role
from anlan.people.models import Terminal, Token


@admin.register(Token, site=site)
class TokenAdmin(ConfigurationAdmin):
    """API tokens: who has which, and ending them."""

    called = _("API token"), _("API tokens")
    viewers = frozenset({Role.SECURITY_ADMIN, Role.AUDITOR})
    actions_by = frozenset({Role.SECURITY_ADMIN})
    list_display = ("label", "post", "place", "procedures", "allowed", "made_at", "expires_at", "ended_at")
    actions = ("end",)
    list_select_related = ("post__organisation", "place")
    ordering = ("-pk",)

    @admin.display(description=_("Actions"))
    def allowed(self, row: Token) -> str:
        """What the token may do; `actions` is Django's own word."""
        return ", ".join(row.actions)

    @admin.action(description=_("End the chosen tokens now"))
    def end(self, request: HttpRequest, rows: QuerySet[Token]) -> None:
        """Ends them."""
        by = actor(request)
        self.each(request, rows, lambda row: tokens.end_token(row.pk, by=by, at=now()), _("Ended."))


@admin.register(Terminal, site=site)
class TerminalAdmin(ConfigurationAdmin):
    """Field apps that posts signed in on: which are out of date or hold acts that were not sent, and ending or erasing them."""

    called = _("terminal"), _("Terminals")
    viewers = actions_by = frozenset({Role.SECURITY_ADMIN})
    list_display = (
        "__str__",
        "post",
        "version",
        "heard_on",
        "waiting",
        "ended",
        "erase_at",
        "told_at",
    )
    list_filter = ("version",)
    list_select_related = ("token__post__organisation", "token__post__account")
    ordering = ("heard_on", "pk")
    actions = ("revoke", "erase")

    @admin.display(description=_("post"))
    def post(self, row: Terminal) -> str:
        """Whose it is."""
        return f"{row.token.post.account.name or row.token.post.account.username} · {row.token.post}"

    @admin.display(description=_("ended at"))
    def ended(self, row: Terminal) -> str:
        """When somebody ended it."""
        at = row.token.ended_at
        return localize(localtime(at)) if at else ""

    @admin.action(description=_("End the chosen terminals now"))
    def revoke(self, request: HttpRequest, rows: QuerySet[Terminal]) -> None:
        """Ends them; what they hold stays sealed on the phone."""
        by = actor(request)
        self.each(request, rows, lambda row: terminals.revoke(row.pk, by=by, at=now()), _("Ended."))

    @admin.action(description=_("End and erase the chosen terminals"))
    def erase(self, request: HttpRequest, rows: QuerySet[Terminal]) -> None:
        """For a phone that is lost."""
        by = actor(request)
        self.each(
            request,
            rows,
            lambda row: terminals.erase(row.pk, by=by, at=now()),
            _("It will be told when it next asks."),
        )

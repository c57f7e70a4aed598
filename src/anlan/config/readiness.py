# SPDX-License-Identifier: Apache-2.0
"""What is still missing before people can rely on this deployment, each with the page or command that mends it.

A check is a function of the instant that says what it misses; `CHECKS` lists them. Nothing here changes anything, and
no check names a person.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.base.clock import now
from anlan.cases.carry import last_tried as last_message
from anlan.cases.define import Channel
from anlan.cases.models import Category, LimitRow, RouteRow
from anlan.config.proof import last_proof
from anlan.config.runs import last_run, last_tried
from anlan.people.may import Role
from anlan.people.models import Organisation, OrganisationKind, Post
from anlan.places.codes import Level
from anlan.places.find import load_calendar
from anlan.places.region import region
from anlan.procedures.report.catalogue import PROCEDURE
from anlan.procedures.report.kinds import KINDS
from anlan.web.gate import open_to
from anlan.web.staff_frame import frame, language

EACH_ROLE = (Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR)
FEWEST = 2
SHOWN = 3
CALENDAR, BACKUP, TRIED = timedelta(days=90), timedelta(days=7), timedelta(days=90)

# Grids where no grid worker in force serves the grid, its village or its town.
GRIDS = """
WITH served AS (
  SELECT pc.code FROM people_post p JOIN people_account a ON a.id = p.account_id AND a.is_active
    JOIN places_placecode pc ON pc.place_id = p.place_id AND pc.valid_to IS NULL
   WHERE p.role = 'grid_worker' AND p.valid_from <= %(at)s AND (p.valid_to IS NULL OR p.valid_to > %(at)s))
SELECT count(*) FROM places_placecode c JOIN places_place g ON g.id = c.place_id AND g.level = %(grid)s
 WHERE c.valid_to IS NULL AND g.valid_to IS NULL
   AND c.code NOT IN (SELECT code FROM served)
   AND c.code / 1000 * 1000 NOT IN (SELECT code FROM served)
   AND c.code / 1000000 * 1000000 NOT IN (SELECT code FROM served)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that is missing, in the present language, and where it is mended: a page, or else the words say a command."""

    words: str
    url: str = ""


Check = Callable[[datetime], Iterator[Missing]]


def missing(*, at: datetime) -> list[Missing]:
    """Everything that is missing now."""
    return [each for check in CHECKS for each in check(at)]


@open_to("staff", roles=(str(Role.SYSTEM_ADMIN), str(Role.SECURITY_ADMIN)))
@never_cache
@require_safe
def readiness(request: HttpRequest) -> HttpResponse:
    """The list for administrators."""
    found = missing(at=now())
    context = {
        **frame(request, here="readiness"),
        "here": [each for each in found if each.url],
        "elsewhere": [each for each in found if not each.url],
    }
    return render(request, "config/readiness.html", context)


def _rooms(at: datetime) -> Iterator[Missing]:
    """Rooms that take reports and have nobody to dispatch them."""
    dispatchers = Post.objects.current(at).filter(role=Role.DISPATCHER, organisation=OuterRef("pk"))
    rooms = Organisation.objects.filter(kind=OrganisationKind.TOWN_ROOM, valid_to__isnull=True)
    names = [each.in_language(language()) for each in rooms.filter(~Exists(dispatchers)).order_by("key")]
    if not rooms.exists():
        yield Missing(
            words=_("No office takes what is reported: a town room is missing."),
            url=reverse("admin:people_organisation_add"),
        )
    elif names:
        words = _("%(n)s rooms have no dispatcher: %(names)s")
        yield Missing(
            words=words % {"n": len(names), "names": _some(names)}, url=reverse("admin:people_post_add")
        )


def _grids(at: datetime) -> Iterator[Missing]:
    if region().layer(Level.GRID) is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(GRIDS, {"at": at, "grid": int(Level.GRID)})
        (count,) = cursor.fetchone()
    if count:
        yield Missing(
            words=_("%(n)s grids have no worker.") % {"n": count}, url=reverse("admin:people_post_add")
        )


def _routes(at: datetime) -> Iterator[Missing]:
    day = at.astimezone(region().zone).date()
    routes = RouteRow.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=day), procedure=PROCEDURE, category=None, area=0
    )
    there = set(routes.values_list("group", flat=True))
    without = (
        [] if "" in there else [words.in_language(language()) for key, words in KINDS if key not in there]
    )
    if without:
        words = _("Kinds that no route names an office for: %(names)s")
        yield Missing(words=words % {"names": _some(without)}, url=reverse("admin:cases_routerow_add"))


def _limits(at: datetime) -> Iterator[Missing]:
    day = at.astimezone(region().zone).date()
    handle = LimitRow.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=day), procedure=PROCEDURE, stage="handle"
    )
    if handle.filter(category=None, condition=None).exists():
        return
    categories = Category.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day))
    without = categories.filter(~Exists(handle.filter(category=OuterRef("pk"))))
    names = [str(each) for each in without.order_by("scheme", "code")]
    if names:
        words = _("%(n)s categories have no limit of their own; the procedure's own holds: %(names)s")
        yield Missing(
            words=words % {"n": len(names), "names": _some(names)}, url=reverse("admin:cases_limitrow_add")
        )


def _calendar(at: datetime) -> Iterator[Missing]:
    calendar = load_calendar()
    if calendar.horizon - at.astimezone(calendar.zone).date() < CALENDAR:
        words = _(
            "Holidays are known to %(day)s only. Load the next ones: anlan places holidays FILE --horizon DAY"
        )
        yield Missing(words=words % {"day": calendar.horizon.isoformat()})


def _administrators(at: datetime) -> Iterator[Missing]:
    for role in EACH_ROLE:
        count = Post.objects.current(at).filter(role=role).values("account").distinct().count()
        if count < FEWEST:
            words = _("There are fewer than two persons with the role %(role)s: %(n)s")
            yield Missing(
                words=words % {"role": role.in_language(language()), "n": count},
                url=reverse("admin:people_post_add"),
            )


def _backups(at: datetime) -> Iterator[Missing]:
    last = last_run(settings.ANLAN_HOME)
    if last is None or at - last.at > BACKUP:
        words = _("Last backup: %(day)s. Make one at least once a week: anlan backup FOLDER")
        yield Missing(words=words % {"day": _day(last.at if last else None)})
    tried = max(filter(None, (last_tried(settings.ANLAN_HOME), last_proof())), default=None)
    if tried is None or at - tried > TRIED:
        words = _(
            "Last restore of a backup, as a test: %(day)s. Try one in another home: anlan restore FOLDER. Tried on another machine, show its restored.json here: anlan restore --proof FILE"
        )
        yield Missing(words=words % {"day": _day(tried)})


def _settings(_at: datetime) -> Iterator[Missing]:
    given = settings.ENVIRONMENT
    if not given.keys:
        yield Missing(words=_("The data keys lie beside the data. Keep them elsewhere and set ANLAN_KEYS."))
    if not given.https:
        yield Missing(words=_("Pages are not served over HTTPS. Put a proxy in front and set ANLAN_HTTPS=1."))
    if (given.sms_url or given.mail_host) and not given.address:
        yield Missing(words=_("Messages say no address where to read on. Set ANLAN_ADDRESS."))


def _messages(at: datetime) -> Iterator[Missing]:
    """Each way out was tried lately by somebody who looked whether it arrived."""
    given = settings.ENVIRONMENT
    if not given.sms_url:
        yield Missing(words=_("No text messages are sent, so nobody signs in by phone. Set ANLAN_SMS_URL."))
    for channel, there, words in (
        (
            Channel.SMS,
            given.sms_url,
            _(
                "Last text message sent as a test: %(day)s. Send one to yourself: anlan deliveries --try-phone NUMBER"
            ),
        ),
        (
            Channel.EMAIL,
            given.mail_host,
            _(
                "Last e-mail sent as a test: %(day)s. Send one to yourself: anlan deliveries --try-mail ADDRESS"
            ),
        ),
    ):
        last = last_message(channel) if there else at
        if last is None or at - last > TRIED:
            yield Missing(words=words % {"day": _day(last)})


def _day(at: datetime | None) -> str:
    return at.astimezone(region().zone).date().isoformat() if at else _("never")


def _some(names: list[str]) -> str:
    shown = ("、" if language().startswith("zh") else ", ").join(names[:SHOWN])
    return shown + (" …" if len(names) > SHOWN else "")


CHECKS: tuple[Check, ...] = (
    _administrators,
    _rooms,
    _grids,
    _routes,
    _limits,
    _calendar,
    _backups,
    _settings,
    _messages,
)
"""What is asked, in this order. Another room's check is one line here."""

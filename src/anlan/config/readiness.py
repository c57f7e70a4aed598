# SPDX-License-Identifier: Apache-2.0
"""What is still missing before people can rely on this deployment, each with the page or command that mends it.

A check is a function of the instant that says what it misses; `CHECKS` lists them. Nothing here changes anything, and
no check names a person.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.base.clock import now
from anlan.cases import undelivered
from anlan.cases.carry import last_tried as last_message
from anlan.cases.define import Channel
from anlan.cases.models import Category, LimitRow, RouteRow
from anlan.config.proof import last_proof
from anlan.config.runs import last_run, last_tried
from anlan.config.setup_templates import EXAMPLE
from anlan.people import changes
from anlan.people.grants import GRANT
from anlan.people.may import Role
from anlan.people.models import Organisation, OrganisationKind, Post
from anlan.places.codes import Level
from anlan.places.find import load_calendar
from anlan.places.region import Text, region
from anlan.places.region_files import BUILT_IN, read_region
from anlan.procedures.report.catalogue import PROCEDURE
from anlan.procedures.report.kinds import KINDS
from anlan.web.gate import open_to
from anlan.web.staff_frame import actor_in, frame, language

EACH_ROLE = (Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR)
FEWEST = 2
SHOWN = 3
CALENDAR, BACKUP, TRIED = timedelta(days=90), timedelta(days=7), timedelta(days=90)
UNSENT = timedelta(days=7)

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
    """One thing that is missing, in the present language, and what mends it: a page for the roles in `by`, or else `do` says
    a command or a setting.
    """

    words: str
    do: str
    url: str = ""
    by: tuple[Role, ...] = ()


Check = Callable[[datetime], Iterator[Missing]]


def missing(*, at: datetime) -> list[Missing]:
    """Everything that is missing now."""
    return [each for check in CHECKS for each in check(at)]


@open_to("staff", roles=(str(Role.SYSTEM_ADMIN), str(Role.SECURITY_ADMIN)))
@never_cache
@require_safe
def readiness(request: HttpRequest) -> HttpResponse:
    """The list for administrators."""
    found, role = missing(at=now()), actor_in(request).role
    context = {
        **frame(request, here="readiness"),
        "mine": [each for each in found if role in each.by],
        "others": [
            (each, each.by[0].in_language(language())) for each in found if each.by and role not in each.by
        ],
        "elsewhere": [each for each in found if not each.by],
    }
    return render(request, "config/readiness.html", context)


def _waiting(_at: datetime) -> Iterator[Missing]:
    """What somebody asked for and nobody has decided."""
    count = changes.waiting().count()
    if count:
        yield Missing(
            words=_("%(n)s changes wait for a second person.") % {"n": count},
            do=_("Read and approve them, or turn them down. Nobody approves what they asked for themselves."),
            url=reverse("admin:people_pendingchange_changelist") + "?state__exact=waiting",
            by=(Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN),
        )


def _asked_for(role: Role) -> list[dict[str, Any]]:
    """Posts of a role that wait to be approved: with them nothing is missing but the approval."""
    asked = changes.waiting().filter(what=GRANT.key, data__role=role)
    return list(asked.values_list("data", flat=True))


def _post(role: Role, organisation: int | None = None) -> str:
    """The page that asks for a post, filled in as far as is known."""
    given = {"role": str(role)} | ({"organisation": organisation} if organisation else {})
    return f"{reverse('admin:people_post_add')}?{urlencode(given)}"


def _profile(_at: datetime) -> Iterator[Missing]:
    """What the region profile still has of the example that a new one begins as: another city's name, days and laws."""
    ours, example = region(), read_region(BUILT_IN / EXAMPLE)
    if ours.key == example.key:
        return
    same = (
        (ours.name == example.name, _("the name")),
        (ours.calendar.name == example.calendar.name, _("the working calendar")),
        (_shares(ours.legal, example.legal), _("the words of law")),
        (_shares(ours.laws or {}, example.laws or {}), _("what limits rest on")),
    )
    kept = [words for is_same, words in same if is_same]
    if kept:
        apart = "、" if language().startswith("zh") else ", "
        yield Missing(
            words=_("The region profile still says what the example %(name)s says: %(what)s.")
            % {"name": example.name.in_language(language()), "what": apart.join(kept)},
            do=_("Write your own in region.toml, then run again: anlan setup FOLDER"),
        )


def _shares(ours: Mapping[str, Text], others: Mapping[str, Text]) -> bool:
    return any(ours.get(key) == text for key, text in others.items())


def _rooms(at: datetime) -> Iterator[Missing]:
    """Rooms that take reports and have nobody to dispatch them."""
    dispatchers = Post.objects.current(at).filter(role=Role.DISPATCHER, organisation=OuterRef("pk"))
    rooms = Organisation.objects.filter(kind=OrganisationKind.TOWN_ROOM, valid_to__isnull=True)
    if not rooms.exists():
        yield Missing(
            words=_("No office takes what is reported: a town room is missing."),
            do=_("Add one for each town or ward."),
            url=reverse("admin:people_organisation_add"),
            by=(Role.SYSTEM_ADMIN,),
        )
        return
    asked = [data["organisation"] for data in _asked_for(Role.DISPATCHER)]
    without = list(rooms.filter(~Exists(dispatchers)).exclude(pk__in=asked).order_by("key"))
    if without:
        words = _("%(n)s rooms have no dispatcher: %(names)s")
        yield Missing(
            words=words
            % {"n": len(without), "names": _some([each.in_language(language()) for each in without])},
            do=_("Ask for a post of a dispatcher in each, beginning with the first."),
            url=_post(Role.DISPATCHER, without[0].pk),
            by=(Role.SECURITY_ADMIN,),
        )


def _grids(at: datetime) -> Iterator[Missing]:
    if region().layer(Level.GRID) is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(GRIDS, {"at": at, "grid": int(Level.GRID)})
        (count,) = cursor.fetchone()
    if count:
        yield Missing(
            words=_("%(n)s grids have no worker.") % {"n": count},
            do=_("Ask for a post of a grid worker for each, or for the village or town they are in."),
            url=_post(Role.GRID_WORKER),
            by=(Role.SECURITY_ADMIN,),
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
        yield Missing(
            words=words % {"names": _some(without)},
            do=_("Add a route for each, or one without a kind for all of them."),
            url=reverse("admin:cases_routerow_add"),
            by=(Role.SYSTEM_ADMIN,),
        )


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
            words=words % {"n": len(names), "names": _some(names)},
            do=_("Add limits for them, or one without a category for all."),
            url=reverse("admin:cases_limitrow_add"),
            by=(Role.SYSTEM_ADMIN,),
        )


def _calendar(at: datetime) -> Iterator[Missing]:
    calendar = load_calendar()
    if calendar.horizon - at.astimezone(calendar.zone).date() < CALENDAR:
        yield Missing(
            words=_("Holidays are known to %(day)s only.") % {"day": calendar.horizon.isoformat()},
            do=_("Add the next version here, or on the machine: anlan places holidays FILE --horizon DAY"),
            url=reverse("admin:places_calendarversion_add"),
            by=(Role.SYSTEM_ADMIN,),
        )


def _administrators(at: datetime) -> Iterator[Missing]:
    for role in EACH_ROLE:
        persons = set(Post.objects.current(at).filter(role=role).values_list("account", flat=True))
        persons |= {data["account"] for data in _asked_for(role)}
        if len(persons) < FEWEST:
            words = _("There are fewer than two persons with the role %(role)s: %(n)s")
            yield Missing(
                words=words % {"role": role.in_language(language()), "n": len(persons)},
                do=_("Add an account if the person has none, then ask for the post."),
                url=_post(role),
                by=(Role.SECURITY_ADMIN,),
            )


def _backups(at: datetime) -> Iterator[Missing]:
    last = last_run(settings.ANLAN_HOME)
    if last is None or at - last.at > BACKUP:
        yield Missing(
            words=_("Last backup: %(day)s.") % {"day": _day(last.at if last else None)},
            do=_("Make one at least once a week: anlan backup FOLDER"),
        )
    tried = max(filter(None, (last_tried(settings.ANLAN_HOME), last_proof())), default=None)
    if tried is None or at - tried > TRIED:
        yield Missing(
            words=_("Last restore of a backup, as a test: %(day)s.") % {"day": _day(tried)},
            do=_(
                "Try one in another home: anlan restore FOLDER. Tried on another machine, show its restored.json here: anlan restore --proof FILE"
            ),
        )


def _settings(_at: datetime) -> Iterator[Missing]:
    given = settings.ENVIRONMENT
    if not given.keys:
        yield Missing(
            words=_("The data keys lie beside the data."), do=_("Keep them elsewhere and set ANLAN_KEYS.")
        )
    if not given.https:
        yield Missing(
            words=_("Pages are not served over HTTPS."), do=_("Put a proxy in front and set ANLAN_HTTPS=1.")
        )
    if (given.sms_url or given.mail_host) and not given.address:
        yield Missing(words=_("Messages say no address where to read on."), do=_("Set ANLAN_ADDRESS."))


def _messages(at: datetime) -> Iterator[Missing]:
    """Each way out was tried lately by somebody who looked whether it arrived."""
    given = settings.ENVIRONMENT
    if not given.sms_url:
        yield Missing(
            words=_("No text messages are sent, so nobody signs in by phone."), do=_("Set ANLAN_SMS_URL.")
        )
    for channel, there, words, do in (
        (
            Channel.SMS,
            given.sms_url,
            _("Last text message sent as a test: %(day)s."),
            _("Send one to yourself: anlan deliveries --try-phone NUMBER"),
        ),
        (
            Channel.EMAIL,
            given.mail_host,
            _("Last e-mail sent as a test: %(day)s."),
            _("Send one to yourself: anlan deliveries --try-mail ADDRESS"),
        ),
    ):
        last = last_message(channel) if there else at
        if last is None or at - last > TRIED:
            yield Missing(words=words % {"day": _day(last)}, do=do)


def _undelivered(at: datetime) -> Iterator[Missing]:
    """What certainly was not sent in the last week, and could be now."""
    _n, useful = undelivered.count(undelivered.Which(since=at - UNSENT))
    if useful:
        words = ngettext("%(n)s message was not sent.", "%(n)s messages were not sent.", useful)
        yield Missing(
            words=words % {"n": useful},
            do=_("See why, then send again or drop."),
            url=reverse("desk:deliveries"),
            by=(Role.SYSTEM_ADMIN,),
        )


def _day(at: datetime | None) -> str:
    return at.astimezone(region().zone).date().isoformat() if at else _("never")


def _some(names: list[str]) -> str:
    shown = ("、" if language().startswith("zh") else ", ").join(names[:SHOWN])
    return shown + (" …" if len(names) > SHOWN else "")


CHECKS: tuple[Check, ...] = (
    _waiting,
    _profile,
    _administrators,
    _rooms,
    _grids,
    _routes,
    _limits,
    _calendar,
    _backups,
    _settings,
    _messages,
    _undelivered,
)
"""What is asked, in this order. Another room's check is one line here."""

# SPDX-License-Identifier: Apache-2.0
"""Accounts, organisations, posts, and the log of who changed them.

An account is a way to sign in and no register entry: a resident's holds a sealed phone number and nothing else.
Organisations and posts are dated and never deleted. There are no superusers and no permissions outside of roles.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import get_language

from anlan.people.may import Role
from anlan.people.models_push import PlaceFollow as PlaceFollow  # noqa: PLC0414 - a table of people
from anlan.people.models_terminals import Terminal as Terminal  # noqa: PLC0414 - another
from anlan.places.find import ZONE
from anlan.places.models import Place

NOTHING = ""


class AccountKind(StrEnum):
    """Whose account it is."""

    STAFF = "staff"
    RESIDENT = "resident"


class OrganisationKind(StrEnum):
    """What an organisation is in the tree of levels."""

    VILLAGE_COMMITTEE = "village_committee"
    TOWN_ROOM = "town_room"  # 综合信息指挥室
    COUNTY_CENTRE = "county_centre"  # 社会治理中心
    COUNTY_DEPARTMENT = "county_department"
    GOVERNMENT = "government"  # 人民政府: makes major decisions, handles no report
    CITY_SUPERVISION = "city_supervision"
    PROVINCE_SUPERVISION = "province_supervision"
    OUTSIDE_UNIT = "outside_unit"  # a utility, a contractor: sees only what it is given


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts; making them is `people.grants` and `people.signin`, so that no short cut makes a superuser."""


class Account(AbstractBaseUser):
    """A way to sign in. Staff have a username and a name; residents a phone number, sealed, found by its blind index.

    `key` is the account's own wrapped key; without it the phone cannot be read. `used_at` is the last sign-in.
    A number that was unused for long goes to a new account: the old one keeps its cases and loses the number.
    """

    last_login = None
    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in AccountKind])
    username = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001  unique among staff, none for residents
    name = models.CharField(max_length=64, default=NOTHING, blank=True)
    key = models.BinaryField(null=True)
    phone = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True, unique=True, max_length=32)
    is_active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False)
    password_due = models.BooleanField(
        default=False
    )  # was given to them; they choose their own at the next sign-in
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["kind", "made_at"]

    class Meta:
        """Staff have a username, residents have none and no name."""

        constraints = [
            models.CheckConstraint(
                name="account_is_one_kind",
                condition=Q(kind="staff", username__isnull=False, phone_index__isnull=True)
                | Q(kind="resident", username__isnull=True, name=NOTHING),
            ),
            models.CheckConstraint(
                name="account_phone_whole",
                condition=Q(phone__isnull=True, phone_index__isnull=True)
                | Q(phone__isnull=False, phone_index__isnull=False, key__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Never a phone number."""
        return self.username or f"resident {self.pk}"

    @property
    def is_staff(self) -> bool:
        """Whether this is a staff account. Opens nothing by itself: every door asks the post in use."""
        return self.kind == AccountKind.STAFF

    def has_perm(self, _perm: str, _obj: object = None) -> bool:
        """No account has permissions of its own: roles have (`people.may`, `people.admin`)."""
        return False

    def has_module_perms(self, _label: str) -> bool:
        """As has_perm."""
        return False


class Organisation(models.Model):
    """An organisation that holds cases. `upper` is where its work goes when it cannot; `valid_to` is the first day without it."""

    id = models.AutoField(primary_key=True)
    key = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=24, choices=[(kind, kind) for kind in OrganisationKind])
    department = models.CharField(max_length=24, default=NOTHING, blank=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    upper = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="lower")
    phone = models.CharField(max_length=32, default=NOTHING, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        """A department's organisation has its word; ends come after beginnings."""

        constraints = [
            models.CheckConstraint(
                name="organisation_department", condition=Q(kind="county_department") ^ Q(department=NOTHING)
            ),
            models.CheckConstraint(
                name="organisation_ends_later",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        """The name, in the reader's language."""
        return self.in_language(get_language() or "zh")

    def in_language(self, code: str) -> str:
        """The name for a language tag such as ``zh-hans``; anything that is not Chinese reads English."""
        return self.name if code.startswith("zh") else self.name_en


class OrganisationSuccession(models.Model):
    """Who goes on with the work of an organisation that ended; of several, the one that serves a case's place.

    `main` names the one for what lies in none of their places.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="successors")
    successor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="predecessors")
    main = models.BooleanField()

    class Meta:
        """One main successor at most, and nobody succeeds itself."""

        constraints = [
            models.UniqueConstraint(
                name="organisation_succession_once", fields=["organisation", "successor"]
            ),
            models.UniqueConstraint(
                name="organisation_succession_main", fields=["organisation"], condition=Q(main=True)
            ),
            models.CheckConstraint(
                name="organisation_succession_other", condition=~Q(organisation=F("successor"))
            ),
        ]

    def __str__(self) -> str:
        """Which became which."""
        return f"{self.organisation_id} -> {self.successor_id}"


class PostQuerySet(models.QuerySet["Post"]):
    """Posts by date."""

    def current(self, at: datetime) -> "PostQuerySet":
        """Posts in force at `at`, of accounts in use and organisations that exist."""
        day = at.astimezone(ZONE).date()
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=at),
            Q(organisation__valid_to__isnull=True) | Q(organisation__valid_to__gt=day),
            valid_from__lte=at,
            account__is_active=True,
            organisation__valid_from__lte=day,
        )

    def present(self, at: datetime) -> "PostQuerySet":
        """Of those, the posts whose person is not absent."""
        away = Absence.objects.filter(post=models.OuterRef("pk"), since__lte=at, until__gt=at)
        return self.current(at).filter(~models.Exists(away))


class Post(models.Model):
    """A person's role in an organisation for a place, from one instant up to, not including, another.

    A deputy is a post of its own with `deputy_for` and both dates; grants, ends and what is published go through
    `people.grants`.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=24, choices=[(role.value, role.en) for role in Role])
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    deputy_for = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="deputies")
    # What anybody may read of who works here; empty is shown nowhere. Never a private number.
    published_name = models.CharField(max_length=64, default=NOTHING, db_default=NOTHING, blank=True)
    published_phone = models.CharField(max_length=32, default=NOTHING, db_default=NOTHING, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        """Deputies have an end; ends come after beginnings or cut a post off at its beginning."""

        indexes = [models.Index(fields=["organisation", "role"], name="post_organisation_role")]
        constraints = [
            models.CheckConstraint(
                name="post_ends_later", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="post_deputy_ends", condition=Q(deputy_for__isnull=True) | Q(valid_to__isnull=False)
            ),
            models.CheckConstraint(name="post_role", condition=Q(role__in=[role.value for role in Role])),
        ]

    def __str__(self) -> str:
        """The role and where, in the reader's language."""
        return f"{Role(self.role).in_language(get_language() or 'zh')} · {self.organisation}"


class Absence(models.Model):
    """A post's person is away from `since` up to, not including, `until`. No reason is kept."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="absences")
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        """An absence has a length."""

        indexes = [models.Index(fields=["post", "until"], name="absence_post_until")]
        constraints = [models.CheckConstraint(name="absence_ends_later", condition=Q(until__gt=F("since")))]

    def __str__(self) -> str:
        """The post and until when."""
        return f"{self.post_id} {self.until}"


class AdminLine(models.Model):
    """A line of the administration log, chained by digests. Written by `people.log` only; the database refuses changes.

    `post_id` is the post that acted, 0 the operator at the machine. Holds ids and configuration, never a resident.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    post_id = models.BigIntegerField()
    what = models.CharField(max_length=64)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    algorithm = models.SmallIntegerField()
    prev = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        """Position and what."""
        return f"{self.seq} {self.what}"


class PendingChange(models.Model):
    """A change that waits for a second person. `about` is the staff account it concerns, if it concerns one."""

    WAITING, APPROVED, REFUSED = "waiting", "approved", "refused"

    what = models.CharField(max_length=64)
    data = models.JSONField()
    about = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, default=WAITING)
    decided_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=400, default=NOTHING)

    class Meta:
        """Decided means decided by somebody, and not by who asked."""

        indexes = [models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="pending_waiting")]
        constraints = [
            models.CheckConstraint(
                name="pending_decided",
                condition=Q(state="waiting", decided_by__isnull=True, decided_at__isnull=True)
                | Q(state__in=("approved", "refused"), decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="pending_second_person",
                condition=Q(asked_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(decided_by=F("asked_by"))
                | Q(state="refused"),
            ),
        ]

    def __str__(self) -> str:
        """What and how it stands."""
        return f"{self.what} {self.state}"


class Token(models.Model):
    """An API token of a post: only its digest is kept. Empty lists of `procedures` and `actions` allow nothing."""

    digest = models.BinaryField(unique=True, max_length=32)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=64)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    procedures = ArrayField(models.CharField(max_length=64))
    actions = ArrayField(models.CharField(max_length=64))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """What it is for."""
        return self.label


class SignInCode(models.Model):
    """A one-time code that was sent: keyed digests of number and code, never the number or the code."""

    phone_index = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    tries = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Found by number, the newest first."""

        indexes = [models.Index(fields=["phone_index", "-sent_at"], name="code_of_phone")]

    def __str__(self) -> str:
        """Nothing of the number."""
        return str(self.pk)


class StaffMail(models.Model):
    """Which notices of their offices a member of staff gets by mail. `sealed` is their address of work under the row's `key`.

    Written by `people.staffmail` only; who wants none has no row.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")
    key = models.BinaryField()
    sealed = models.BinaryField()
    pressing = models.CharField(max_length=8)
    rest = models.CharField(max_length=8)

    def __str__(self) -> str:
        """Nothing of the address."""
        return str(self.account_id)


class RateCounter(models.Model):
    """Counts shared by all processes, in an unlogged table: lost in a crash of the database, which only starts them anew."""

    key = models.BinaryField(primary_key=True, max_length=32)
    n = models.IntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        """Old rows are swept by `until`."""

        indexes = [models.Index(fields=["until"], name="rate_until")]

    def __str__(self) -> str:
        """The count."""
        return str(self.n)


class BoundaryRefusal(models.Model):
    """An attempt that the boundary refused, for the auditor: where and which term, not what was typed."""

    at = models.DateTimeField(db_default=Now())
    post_id = models.BigIntegerField(null=True)
    where = models.CharField(max_length=200)
    term = models.CharField(max_length=64)

    def __str__(self) -> str:
        """Where it was tried."""
        return self.where

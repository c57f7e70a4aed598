# SPDX-License-Identifier: Apache-2.0
"""How long each kind of row is kept, on what ground, and what is erased of it when that time has ended.

Every table from which the serving role may delete, and every column that holds something sealed, belongs to a class here:
tests/config/test_retention.py. What is in no class is the record itself and the configuration: they name nobody.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection

from anlan.cases import erase, feed, lapse, registry
from anlan.cases.queries_feed import KEPT
from anlan.duty import patrols, roster
from anlan.parts.documents import finding
from anlan.people import codes, follows, rates, sealed, staffpush, texts
from anlan.people.models import Absence, RateCounter, SignInCode
from anlan.procedures.alert.answers import count_lapsed, forget_lapsed
from anlan.procedures.assessment import comments
from anlan.procedures.mediation import register

Step = Callable[[datetime], int]
"""Takes the moment before which rows have lapsed; how many there are, or were."""

MINIMUM = "PIPL art. 19: no longer than the purpose needs"
SECURITY = "Cybersecurity law art. 21 (3): logs of the network's running at least six months"
OLD_JOBS = """
 FROM procrastinate_jobs WHERE status IN ('failed', 'cancelled', 'aborted')
  AND NOT EXISTS (SELECT FROM procrastinate_events e WHERE e.job_id = procrastinate_jobs.id AND e.at >= %s)"""


@dataclass(frozen=True, kw_only=True)
class RetentionClass:
    """One kind of row. `after` counts from its own end (`until` says which); without it the row ends with something else."""

    key: str
    tables: tuple[str, ...]
    until: str
    basis: str
    after: timedelta | None = None
    count: Step | None = None
    erase: Step | None = None


def _sessions(before: datetime) -> int:
    return Session.objects.filter(expire_date__lt=before).count()


def _end_sessions(before: datetime) -> int:
    ended = _sessions(before)
    SessionStore.clear_expired()
    return ended


def _jobs(before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {OLD_JOBS}", [before])
        return int(cursor.fetchone()[0])


def _forget_jobs(before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE {OLD_JOBS}", [before])
        return int(cursor.rowcount)


NOTHING = timedelta(0)
STANDING: tuple[RetentionClass, ...] = (
    RetentionClass(
        key="sessions",
        tables=("django_session",),
        until="the session's end: half an hour idle for staff, a day for residents; drafts signed for it end with it",
        basis=MINIMUM,
        after=NOTHING,
        count=_sessions,
        erase=_end_sessions,
    ),
    RetentionClass(
        key="sign-in codes",
        tables=("people_signincode",),
        until="the code is no longer good",
        basis=MINIMUM,
        after=NOTHING,
        count=lambda before: SignInCode.objects.filter(expires_at__lte=before).count(),
        erase=lambda before: codes.sweep(at=before),
    ),
    RetentionClass(
        key="counters",
        tables=("people_ratecounter",),
        until="the count no longer matters: a day at most",
        basis=MINIMUM,
        after=NOTHING,
        count=lambda before: RateCounter.objects.filter(until__lte=before).count(),
        erase=lambda before: rates.sweep(at=before),
    ),
    RetentionClass(
        key="claims",
        tables=("cases_claim",),
        until="the claim lapsed, or what was opened counts as open no longer",
        basis=MINIMUM,
        after=timedelta(hours=1),
        count=lambda before: lapse.count_claims(before=before),
        erase=lambda before: lapse.forget_claims(before=before),
    ),
    RetentionClass(
        key="held acts",
        tables=("cases_heldact",),
        until="the act was refused in the end; one that was done or taken back is gone at once, all with the case's words",
        basis=MINIMUM,
        after=timedelta(days=7),
        count=lambda before: lapse.count_refused(before=before),
        erase=lambda before: lapse.forget_refused(before=before),
    ),
    RetentionClass(
        key="filters and replies",
        tables=("desk_savedfilter", "desk_cannedreply"),
        until="their post or office removes them; they hold no case and no person",
        basis=MINIMUM,
    ),
    RetentionClass(
        key="deliveries",
        tables=("cases_delivery",),
        until="the sending ended, however it did",
        basis=SECURITY,
        after=timedelta(days=180),
        count=lambda before: lapse.count_deliveries(before=before),
        erase=lambda before: lapse.forget_deliveries(before=before),
    ),
    RetentionClass(
        key="absences",
        tables=("people_absence",),
        until="the person is back",
        basis=MINIMUM,
        after=timedelta(days=90),
        count=lambda before: Absence.objects.filter(until__lt=before).count(),
        erase=lambda before: Absence.objects.filter(until__lt=before).delete()[0],
    ),
    RetentionClass(
        key="shifts",
        tables=("duty_shift",),
        until="the shift ended, or the post did: who was to be told, never what somebody did",
        basis=MINIMUM,
        after=timedelta(days=30),
        count=lambda before: roster.count_lapsed(before=before),
        erase=lambda before: roster.forget_lapsed(before=before),
    ),
    RetentionClass(
        key="grids walked",
        tables=("duty_patrol",),
        until="the day of the walk: which grid, which office, never who",
        basis=MINIMUM,
        after=patrols.KEPT,
        count=lambda before: patrols.count_lapsed(before=before),
        erase=lambda before: patrols.forget_lapsed(before=before),
    ),
    RetentionClass(
        key="register of mediators",
        tables=("mediation_mediator",),
        until="the post ended: then it says nothing any more of who mediated there",
        basis=MINIMUM,
        after=timedelta(days=30),
        count=lambda before: register.count_lapsed(before=before),
        erase=lambda before: register.forget_lapsed(before=before),
    ),
    RetentionClass(
        key="jobs",
        tables=(
            "procrastinate_jobs",
            "procrastinate_events",
            "procrastinate_periodic_defers",
            "procrastinate_workers",
        ),
        until="a job failed; one that succeeded is gone at once. They hold names of sweeps and times",
        basis=MINIMUM,
        after=timedelta(days=30),
        count=_jobs,
        erase=_forget_jobs,
    ),
    RetentionClass(
        key="uploads that no action named",
        tables=(),
        until="a day after the upload, by the nightly sweep of files",
        basis=MINIMUM,
    ),
    RetentionClass(
        key="uploads sent ahead",
        tables=("cases_upload",),
        until="its last piece came: which post sent a file under which digest, so that sending again stores nothing again",
        basis=MINIMUM,
        after=timedelta(days=7),
        count=lambda before: lapse.count_uploads(before=before),
        erase=lambda before: lapse.forget_uploads(before=before),
    ),
    RetentionClass(
        key="marks of pictures",
        tables=("cases_picturemark",),
        until="staff showed with the picture what they found or did; with the file when that is erased",
        basis=MINIMUM,
        after=timedelta(days=180),
        count=lambda before: lapse.count_marks(before=before),
        erase=lambda before: lapse.forget_marks(before=before),
    ),
    RetentionClass(
        key="documents given out",
        tables=("documents_given",),
        until="a paper of a case was given out: which and by which office, under digests; no words, no person",
        basis="Civil Procedure Law art. 250 and Civil Code art. 188: longer than what it says can be enforced, so that a holder can verify it",
        after=finding.KEPT,
        count=finding.count_lapsed,
        erase=finding.forget_lapsed,
    ),
    RetentionClass(
        key="comments on drafts",
        tables=("assessment_comment", "assessment_answer"),
        until="the words of their case were erased: ten years after a decision's end",
        basis=MINIMUM,
        after=NOTHING,
        count=comments.count_erased,
        erase=comments.forget_erased,
    ),
    RetentionClass(
        key="confirmed alerts",
        tables=("alert_acknowledgement",),
        until="the alert ended: which post said that it had read it, counted by place",
        basis="GB/T 39044: who was told, and when, is part of the file; of a post no longer than to look back on the event",
        after=timedelta(days=90),
        count=count_lapsed,
        erase=forget_lapsed,
    ),
    RetentionClass(
        key="search",
        tables=("cases_searchrow",),
        until="the case's words are erased; the row goes with them",
        basis=MINIMUM,
    ),
    RetentionClass(
        key="figures",
        tables=("indicators_casefact", "indicators_tally"),
        until="they are derived anew: what kind of case was where and when, and counts of it; no words, no person",
        basis=MINIMUM,
    ),
    RetentionClass(
        key="what changed where",
        tables=("cases_feed",),
        until="the case ended and changed no more; which case changed in which place, no words, no person",
        basis=MINIMUM,
        after=KEPT,
        count=lambda before: feed.count_feed(before=before),
        erase=lambda before: feed.forget_feed(before=before),
    ),
    RetentionClass(
        key="residents' accounts",
        tables=("people_account", "case_account"),
        until="the person erases it or the case; a number unused for long goes to its next owner's new account",
        basis="PIPL art. 15, 47: erased when asked; what ties an account to a case is erased with the case's parties",
    ),
    RetentionClass(
        key="staff's mail addresses",
        tables=("people_staffmail",),
        until="the person wants no mail any more, or the account is locked",
        basis=MINIMUM,
    ),
    RetentionClass(
        key="staff's browsers",
        tables=("people_staffbrowser", "people_staffpush"),
        until="the person or the push service ends it, the account is locked, its sign-in ended or its last post did; the id at DingTalk with it",
        basis=MINIMUM,
        after=NOTHING,
        count=staffpush.count_lapsed,
        erase=staffpush.forget_lapsed,
    ),
    RetentionClass(
        key="followed places",
        tables=("people_placefollow",),
        until="a year after it was wished, or at once when the person or the push service ends it: a place and a sealed address",
        basis=MINIMUM,
        after=NOTHING,
        count=follows.count_lapsed,
        erase=follows.forget_lapsed,
    ),
    RetentionClass(
        key="places followed by text",
        tables=("people_placetext",),
        until="a year after it was wished, or at once by the link in each message: a place and a sealed number",
        basis=MINIMUM,
        after=NOTHING,
        count=texts.count_lapsed,
        erase=texts.forget_lapsed,
    ),
    RetentionClass(
        key="sealed acts",
        tables=("people_sealedact", "people_sealedphoto"),
        until="it arrived from a phone that was wiped; at once when its post takes it over or drops it",
        basis=MINIMUM,
        after=sealed.LASTS,
        count=lambda before: sealed.count_lapsed(before=before),
        erase=lambda before: sealed.forget_lapsed(before=before),
    ),
    RetentionClass(
        key="second factors",
        tables=("mfa_authenticator",),
        until="the person takes it out or the account is locked",
        basis="GB/T 22239-2019: two factors for staff",
    ),
    RetentionClass(
        key="tokens",
        tables=("people_token",),
        until="its end; what stays is a digest that opens nothing and in whose name it acted",
        basis=SECURITY,
    ),
    RetentionClass(
        key="looks",
        tables=("cases_access",),
        until="the case itself goes: a post, a time and a reason, for the person to read",
        basis="PIPL art. 44: the right to know; the row names no person",
    ),
    RetentionClass(
        key="requests",
        tables=("cases_request",),
        until="the case itself goes: a keyed digest, so that nothing is done twice; it names nobody",
        basis=MINIMUM,
    ),
    RetentionClass(
        key="notices",
        tables=("cases_notice",),
        until="the case itself goes: which notice, to which office or party number; no words",
        basis="GB/T 39044: who was told, and when, is part of the file",
    ),
)


def classes() -> Iterator[RetentionClass]:
    """All: what each procedure keeps, and the rest."""
    for key, procedure in registry.newest().items():
        yield RetentionClass(
            key=f"cases of {key}",
            tables=("cases_content", "cases_party", "cases_telling", "cases_attachment"),
            until=f"{procedure.retention.years} years after closing: words, parties and files; the entries stay",
            basis=procedure.retention.basis.en,
            after=NOTHING,  # the years are counted by the sweep
            count=lambda at, key=key: erase.erase_ended(at=at, dry_run=True, only=key)[key].done,  # type: ignore[misc]
            erase=lambda at, key=key: erase.erase_ended(at=at, only=key)[key].done,  # type: ignore[misc]
        )
    yield from STANDING


def lapsed(*, at: datetime, erasing: bool) -> Iterator[tuple[RetentionClass, int]]:
    """Each class that has a time of its own, with how many rows have lapsed; erases them when told to."""
    for one in classes():
        step = one.erase if erasing else one.count
        if step is not None and one.after is not None:
            yield one, step(at - one.after)

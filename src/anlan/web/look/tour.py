# SPDX-License-Identifier: Apache-2.0
"""The guided tour of the demo: thirteen stops in some minutes, each opening as the right person at the right page.

The page at /demo/ shows them all; the bar shows the one that a guest is at, on whatever page that leads them to.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from anlan.web.look.demo import WORDS

STOP = "anlan_stop"
"""Where the session keeps which stop a guest is at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A button of a stop: as whom it opens which page. `jump` moves the clock on instead and stays where one is; `alters`
    shows an alteration on a copy.
    """

    word: Any
    guest: str = ""
    page: str = ""
    jump: str = ""
    alters: bool = False

    @property
    def who(self) -> Any:
        """As whom, in words."""
        return WORDS.get(self.guest, "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """One stop: what is to be seen, and what to do there. `code` is a command that does the same without a browser."""

    n: int
    title: Any
    words: Any
    ways: tuple[Way, ...]
    code: str = ""

    @property
    def of(self) -> int:
        """How many there are."""
        return len(STOPS)

    @property
    def after(self) -> "Stop | None":
        """The next one."""
        return STOPS[self.n] if self.n < len(STOPS) else None


STOPS = (
    Stop(
        n=1,
        title=_("The province on the wall"),
        words=_(
            "Press a place on the map or in the table: a city, a county, a town, down to one grid. Press a number: it opens exactly the cases that it counts."
        ),
        ways=(
            Way(word=_("The wall of the province"), guest="province", page="/desk/wall"),
            Way(word=_("The same as an overview"), guest="province", page="/desk/overview"),
        ),
    ),
    Stop(
        n=2,
        title=_("A report from a phone"),
        words=_(
            "No account needed. Write one sentence, look up 文三社区 as the place, and send. You get a number, who has it, and by when."
        ),
        ways=(
            Way(word=_("Report something"), guest="resident", page="/report"),
            Way(word=_("The same as on a phone"), guest="resident", page="/demo/phone?page=/report"),
        ),
    ),
    Stop(
        n=3,
        title=_("It is on the town's desk"),
        words=_(
            "With why it came here, the limit, and what may be the same. J and Enter open a case; Enter does what the rules propose and opens the next; where it opens a form, Ctrl and Enter send it. For ten seconds U takes it back."
        ),
        ways=(Way(word=_("The town's desk"), guest="dispatcher", page="/desk/?state=reported&sort=newest"),),
    ),
    Stop(
        n=4,
        title=_("A grid worker settles it"),
        words=_(
            "On a phone, with one hand: look at what an office says is done, on the spot, and say whether it holds; or report what you settled there yourself."
        ),
        ways=(Way(word=_("The grid worker's tasks"), guest="grid_worker", page="/field/"),),
    ),
    Stop(
        n=5,
        title=_("The clock jumps over a holiday"),
        words=_(
            "Open a case: its limit is explained day by day. Then move the clock past the holiday: the holiday does not count, and what is overdue is told to the level above."
        ),
        ways=(
            Way(word=_("Cases due soonest"), guest="dispatcher", page="/desk/"),
            Way(word=_("Past the next holiday"), jump="holiday"),
            Way(word=_("What the supervisor is told"), guest="supervisor", page="/desk/notices"),
        ),
    ),
    Stop(
        n=6,
        title=_("Who looked at my information"),
        words=_(
            "Open one of the closed reports: it says which office looked at it, when and why. The auditor sees the same looks by post and reason."
        ),
        ways=(
            Way(word=_("My cases"), guest="resident", page="/mine"),
            Way(word=_("All looks"), guest="auditor", page="/desk/audit"),
        ),
    ),
    Stop(
        n=7,
        title=_("One line is altered"),
        words=_(
            "One line of a case is changed on a copy in memory, and the copy is verified: the case and the line are named. The whole database is verified by this command:"
        ),
        ways=(Way(word=_("Alter a copy and verify it"), alters=True),),
        code=".venv/bin/anlan verify",
    ),
    Stop(
        n=8,
        title=_("The same report by a program"),
        words=_(
            "Everything that people do here, programs can do, with the same rules. This command reports what you reported by hand, and answers with the number and the code."
        ),
        ways=(Way(word=_("The command, and what it answers"), guest="developer", page="/demo/program"),),
    ),
    Stop(
        n=9,
        title=_("A report without signal"),
        words=_(
            "The field app: choose a PIN, then press “As if there were no signal” on top, report something with a photo, close the page and open it again. It waits under “Sent”; with the signal back it goes by itself, and the town's desk shows it within seconds."
        ),
        ways=(
            Way(word=_("The field app"), guest="grid_worker", page="/field/app"),
            Way(word=_("The town's desk"), guest="dispatcher", page="/desk/?state=reported&sort=newest"),
        ),
    ),
    Stop(
        n=10,
        title=_("Something else happened first"),
        words=_(
            "In the field app without signal, check a case: it is not done. At the town's desk, in another window, send the same case back. With the signal back the app shows both side by side, and the grid worker decides: do it again where it can still be done, keep it as a note, or drop it."
        ),
        ways=(
            Way(word=_("The field app"), guest="grid_worker", page="/field/app#/tasks/check"),
            Way(word=_("Cases to be checked"), guest="dispatcher", page="/desk/?state=checking"),
        ),
    ),
    Stop(
        n=11,
        title=_("A red alert"),
        words=_(
            "The county centre writes a red alert for all of 西湖区, its supervisor releases it: two people. It stands within seconds on the wall, on every open desk and in the field app, within half a minute on the residents' pages, and ends by itself."
        ),
        ways=(
            Way(word=_("Write it"), guest="county", page="/desk/alerts/new"),
            Way(word=_("Release it"), guest="supervisor", page="/desk/alerts"),
            Way(word=_("The wall of the county"), guest="supervisor", page="/desk/wall"),
            Way(word=_("As a resident sees it"), guest="resident", page="/"),
        ),
    ),
    Stop(
        n=12,
        title=_("A signed agreement is verified"),
        words=_(
            "Two neighbours have settled a noise with a mediator near them. Open the neighbour's case and its sealed agreement: a code stands in the foot of each page. Type it into the second page: it says whether the paper is real and stands; with the file, whether a letter was changed."
        ),
        ways=(
            Way(word=_("The neighbour's case"), guest="neighbour", page="/mine"),
            Way(word=_("Verify a document"), guest="neighbour", page="/verify"),
        ),
    ),
    Stop(
        n=13,
        title=_("A decision that waits for its risk"),
        words=_(
            "The county wants a waste transfer station. The risk that is left is medium, so nobody can decide: the case says what is missing. On the public page drafts are open to everybody's comments, and each is answered."
        ),
        ways=(
            Way(
                word=_("The decision on the government's desk"),
                guest="government",
                page="/desk/?state=deciding",
            ),
            Way(word=_("Drafts before the public"), guest="neighbour", page="/consultations"),
        ),
    ),
)


def stop_at(given: str) -> Stop | None:
    """The stop of this number."""
    return STOPS[int(given) - 1] if given in {str(stop.n) for stop in STOPS} else None


def stop_of(request: HttpRequest | None) -> Stop | None:
    """Where on the tour a guest is; None for who looks around on their own."""
    session = getattr(request, "session", None)
    return stop_at(str(session.get(STOP, ""))) if session is not None else None

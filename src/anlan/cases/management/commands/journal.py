# SPDX-License-Identifier: Apache-2.0
"""`anlan journal`: does the acts that were held, numbers the entries, lets the followers read them, sends what is to be sent.

One thread each for held acts, the leader, every follower, the sender and the listener; a database that goes away is waited for.
Several processes may run this at once: each piece of work is done by one of them.
"""

import gc
import logging
import signal
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, connection, connections

from anlan.base.clock import now
from anlan.cases import follow, journal
from anlan.cases.carry import send
from anlan.cases.catalogue import current
from anlan.cases.deliver import deliver, give_up_lost
from anlan.cases.held import BATCH, send_due
from anlan.places.find import tree

log = logging.getLogger("anlan.journal")

IDLE = 0.2  # seconds between looks into an empty tray: how late followers may be
HELD = 1.0  # seconds between looks for acts whose time to be taken back has passed
LISTEN = 2.0  # seconds after which a follower looks even when nobody woke it
LONGEST_PAUSE = 10.0
DRAIN = 15.0


class Loop(threading.Thread):
    """Repeats `step` until told to stop; after a fault it waits, longer each time, on a fresh connection."""

    def __init__(self, name: str, step: Callable[[], bool], *, stop: threading.Event, idle: float) -> None:
        """`step` says whether there may be more to do at once; `idle` seconds pass when there is not."""
        super().__init__(name=name, daemon=True)
        self.step, self.stop, self.idle = step, stop, idle
        self.wake = threading.Event()

    def run(self) -> None:
        """The loop; ends with its database connection closed."""
        pause = 0.25
        while not self.stop.is_set():
            try:
                if not self.step():
                    self.wake.wait(self.idle)
                    self.wake.clear()
                pause = 0.25
            except (OperationalError, InterfaceError, psycopg.Error) as error:
                log.warning("%s waits for the database: %s", self.name, type(error).__name__)
                self._rest(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception:
                log.exception("%s failed and tries again", self.name)
                self._rest(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        connections.close_all()

    def _rest(self, seconds: float) -> None:
        connections.close_all()
        self.stop.wait(seconds)


class Command(BaseCommand):
    """Leads the journal until SIGTERM, then finishes the batches at hand."""

    help = "Numbers entries, feeds followers, sends notices."
    requires_system_checks: list[str] = []  # they were made when the deployment was set up

    def add_arguments(self, parser: CommandParser) -> None:
        """One pass for tests and scripts; a rebuild of one deriving follower."""
        parser.add_argument("--once", action="store_true", help="stop when nothing is left to do")
        parser.add_argument(
            "--rebuild", metavar="NAME", help="read everything again into this deriving follower"
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Runs the loops, or one pass."""
        follow.take_seats()
        if options["rebuild"]:
            try:
                follow.rebuild(options["rebuild"])
            except (KeyError, ValueError) as error:
                raise CommandError(f"Cannot rebuild {options['rebuild']}: {error}") from None
        if options["once"] or options["rebuild"]:
            pass_once()
            return
        self.run_until_told()

    def run_until_told(self) -> None:
        """Loops in threads; this one waits for the signal. A thread that ended by itself ends the process."""
        tree()
        current()
        # What is there now stays: the collector need not go through a province of places again and again.
        gc.collect()
        gc.freeze()
        stop = threading.Event()

        def leave(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, leave)
        signal.signal(signal.SIGINT, leave)
        readers = [Loop(one.name, partial(_read, one), stop=stop, idle=LISTEN) for one in follow.followers()]
        sender = Loop("sender", _send, stop=stop, idle=LISTEN)
        listener = Loop("listener", partial(_listen, [*readers, sender], stop), stop=stop, idle=0)
        held = Loop("held acts", _do_held, stop=stop, idle=HELD)
        loops = [Loop("leader", _lead, stop=stop, idle=IDLE), held, *readers, sender, listener]
        connections.close_all()
        for loop in loops:
            loop.start()
        while not stop.wait(1.0):
            dead = [loop.name for loop in loops if not loop.is_alive()]
            if dead:
                raise CommandError(f"{', '.join(dead)} ended unexpectedly")
        for loop in loops:
            loop.wake.set()
        for loop in loops:
            loop.join(DRAIN)


def pass_once() -> None:
    """Does what is due, numbers all there is, lets every follower catch up, and sends what waits."""
    while _do_held():
        pass
    while journal.number(at=now()):
        pass
    for one in follow.followers():
        while follow.advance(one):
            pass
    while _send():
        pass


def _lead() -> bool:
    numbered = journal.number(at=now())
    return numbered is not None and numbered >= journal.BATCH


def _do_held() -> bool:
    return send_due(at=now()) >= BATCH


def _read(one: follow.Follows) -> bool:
    return follow.advance(one) >= follow.BATCH


def _send() -> bool:
    give_up_lost(at=now())
    return deliver(send, at=now()) > 0


def _listen(wake: list[Loop], stop: threading.Event) -> bool:
    """Wakes the loops at every numbered batch, whoever numbered it; comes back when told to stop."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as listening:
        listening.execute(f"LISTEN {journal.CHANNEL}")
        while not stop.is_set():
            for _notify in listening.notifies(timeout=1.0, stop_after=1):
                for loop in wake:
                    loop.wake.set()
    return True

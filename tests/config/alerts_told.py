# SPDX-License-Identifier: Apache-2.0
"""Alerts told as a deployment tells them: what the journal numbers is read by their follower, and what it wishes is sent."""

from datetime import datetime

from anlan.cases import follow, journal
from anlan.cases.carry import send
from anlan.cases.deliver import deliver
from anlan.cases.follow import Follows
from anlan.cases.models import Follower
from anlan.config.wiring import tell_of_alerts
from tests.cases.world import MONDAY

FOLLOWER = Follows(name="alerts", handler=tell_of_alerts, sends=True)


def read_all(at: datetime = MONDAY) -> None:
    """Everything that has happened is read; nothing is sent."""
    Follower.objects.get_or_create(name=FOLLOWER.name, sends=True)
    while journal.number(at=at):
        pass
    while follow.advance(FOLLOWER):
        pass


def go(at: datetime = MONDAY) -> None:
    """The same, and what is due at that moment is sent."""
    read_all(at)
    while deliver(send, at=at):
        pass

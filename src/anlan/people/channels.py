# SPDX-License-Identifier: Apache-2.0
"""The channels of this deployment behind one protocol (`people.carriers.Carrier`): which there are follows from the settings.

A demo sends nothing by SMS or mail, it writes down what it would have sent; a browser that subscribed to it is told.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from anlan.base.errors import Invalid
from anlan.people import push
from anlan.people.carriers import Carrier, Ended, Message, NoCarrier
from anlan.people.dingtalk import DingTalk
from anlan.people.mail import Mailer
from anlan.people.sms import Gateway, gateway
from anlan.people.wechat import WeChat

SMS, EMAIL, PUSH, DINGTALK, WECHAT = "sms", "email", "push", "dingtalk", "wechat"


@dataclass(frozen=True, kw_only=True)
class ByText:
    """By SMS: `to` is a number."""

    gateway: Gateway

    def carry(self, to: str, message: Message, *, at: datetime) -> None:
        """Raises NotSent, Unknown."""
        self.gateway.send(to, message.text, reference=message.reference, at=at)


@dataclass(frozen=True, kw_only=True)
class ByMail:
    """By e-mail: `to` is an address."""

    mailer: Mailer

    def carry(self, to: str, message: Message, *, at: datetime) -> None:
        """Raises NotSent, Unknown."""
        self.mailer.send(to, message.line, message.text, reference=message.reference, at=at)


class ByPush:
    """To a browser: `to` is a subscription as JSON."""

    def carry(self, to: str, message: Message, *, at: datetime) -> None:
        """Raises Ended, NotSent."""
        try:
            given = push.read_subscription(to)
        except Invalid:
            raise Ended("its push service is not one of ours any more") from None
        push.send(given, message, at=at)


@dataclass(frozen=True, kw_only=True)
class ByDingTalk:
    """As a work notice: `to` is DingTalk user ids, separated by commas."""

    application: DingTalk

    def carry(self, to: str, message: Message, *, at: datetime) -> None:  # noqa: ARG002 - as the others
        """Raises Ended, NotSent, Unknown."""
        self.application.send(to.split(","), message)


@dataclass(frozen=True, kw_only=True)
class ByWeChat:
    """From the official account: `to` is an openid."""

    account: WeChat

    def carry(self, to: str, message: Message, *, at: datetime) -> None:
        """Raises Ended, NotSent, Unknown."""
        self.account.send(to, message, at=at)


class WrittenDown:
    """A demo's: a file in the deployment's home, with the receiver's last characters only."""

    def carry(self, to: str, message: Message, *, at: datetime) -> None:  # noqa: ARG002 - as the others
        """Adds a line."""
        with (Path(settings.ANLAN_HOME) / "sent.log").open("a", encoding="utf-8") as file:
            file.write(f"…{to[-4:]} {' '.join(message.text.split())}\n")


def carrier_of(channel: str) -> Carrier:
    """Who carries this channel's messages here. Raises NoCarrier where nobody does."""
    if channel == PUSH and push.offered():
        return ByPush()
    if channel == WECHAT and settings.ANLAN_WECHAT:
        return ByWeChat(account=settings.ANLAN_WECHAT)
    if settings.ANLAN_DEMO and channel in {SMS, EMAIL, DINGTALK}:
        return WrittenDown()
    if channel == SMS and (way := gateway()) is not None:
        return ByText(gateway=way)
    if channel == EMAIL and settings.ANLAN_MAIL:
        return ByMail(mailer=settings.ANLAN_MAIL)
    if channel == DINGTALK and settings.ANLAN_DINGTALK:
        return ByDingTalk(application=settings.ANLAN_DINGTALK)
    raise NoCarrier(f"no carrier of {channel} is set up")

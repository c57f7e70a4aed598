# SPDX-License-Identifier: Apache-2.0
"""The carriers of messages that the settings describe; what would fail at the first message is refused at the start."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from anlan.config.environment import Environment, SettingError
from anlan.people.dingtalk import DingTalk
from anlan.people.mail import Mailer
from anlan.people.quiet import Quiet, read_quiet
from anlan.people.sms_form import BadForm, SmsForm, read_form
from anlan.people.wechat import WeChat

HOST = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?")


def mailer_of(environment: Environment) -> Mailer | None:
    """The mail server; None without one. Raises SettingError."""
    if not environment.mail_host:
        return None
    try:
        return Mailer(
            host=environment.mail_host,
            port=environment.mail_port,
            tls=environment.mail_tls,
            user=environment.mail_user,
            password=environment.mail_password,
            sender=environment.mail_from,
        )
    except ValueError as wrong:
        raise SettingError(str(wrong)) from None


def push_services_of(environment: Environment) -> tuple[str, ...]:
    """The hosts of push services. Raises SettingError for what is no host name."""
    if environment.push_services == "none":
        return ()
    names = tuple(each.strip().lower() for each in environment.push_services.split(","))
    for name in names:
        if not HOST.fullmatch(name):
            raise SettingError(f"ANLAN_PUSH_SERVICES: {name!r} is no host name")
    return names


def dingtalk_of(environment: Environment) -> DingTalk | None:
    """The application at DingTalk; None without one. Raises SettingError."""
    if not environment.dingtalk_key:
        return None
    try:
        return DingTalk(
            url=environment.dingtalk_url,
            key=environment.dingtalk_key,
            secret=environment.dingtalk_secret,
            agent=environment.dingtalk_agent,
        )
    except ValueError as wrong:
        raise SettingError(str(wrong)) from None


def wechat_of(environment: Environment) -> WeChat | None:
    """The official account at WeChat; None without one. Raises SettingError."""
    if not environment.wechat_id:
        return None
    if not environment.address.startswith("https://"):
        raise SettingError(
            "ANLAN_WECHAT_ID needs an ANLAN_ADDRESS that begins with https://: there WeChat sends people back to"
        )
    try:
        return WeChat(
            url=environment.wechat_url,
            id=environment.wechat_id,
            secret=environment.wechat_secret,
            template=environment.wechat_template,
            fields=tuple(each.strip() for each in environment.wechat_fields.split(",")),
            name=environment.wechat_name,
        )
    except ValueError as wrong:
        raise SettingError(str(wrong)) from None


def quiet_of(environment: Environment) -> Quiet | None:
    """The hours in which residents are left in peace. Raises SettingError."""
    try:
        return None if environment.quiet == "none" else read_quiet(environment.quiet)
    except ValueError:
        raise SettingError(
            f"ANLAN_QUIET is {environment.quiet!r}: write two times of the day, 22:00-07:00, or none."
        ) from None


def sms_form_of(environment: Environment) -> SmsForm:
    """How the SMS gateway wants to be asked. Raises SettingError, for an address without HTTPS too."""
    if environment.sms_url and urlsplit(environment.sms_url).scheme != "https":
        raise SettingError("ANLAN_SMS_URL must begin with https://")
    try:
        return read_form(Path(environment.sms_form)) if environment.sms_form else SmsForm()
    except BadForm as bad:
        raise SettingError(f"ANLAN_SMS_FORM: {bad}") from None

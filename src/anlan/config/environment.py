# SPDX-License-Identifier: Apache-2.0
"""What a deployment may set from outside: each variable once, typed, with its default and meaning.

docs/settings.md is tested against this list. A value that cannot be read is refused by name at start, never guessed.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


class SettingError(Exception):
    """An environment variable has a value that cannot be used; the message names it."""


def _named(name: str, meaning: str, default: Any) -> Any:
    return field(default=default, metadata={"name": name, "meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The variables of one process, read once."""

    home: str = _named(
        "ANLAN_HOME", "Folder of this deployment's own files; default var/ of the checkout.", ""
    )
    region: str = _named(
        "ANLAN_REGION",
        "Folder of the region profile, or a built-in one by name: zhejiang, port-aurel; default what `anlan setup` kept.",
        "",
    )
    database_url: str = _named(
        "ANLAN_DATABASE_URL",
        "PostgreSQL 15+ of one's own, as role anlan_app; default the embedded server.",
        "",
    )
    owner_database_url: str = _named(
        "ANLAN_OWNER_DATABASE_URL", "The same database as role anlan_owner, which migrates.", ""
    )
    pg_bin: str = _named("ANLAN_PG_BIN", "Folder of other PostgreSQL programs for the embedded server.", "")
    port: int = _named("ANLAN_PORT", "TCP port of the web server.", 8000)
    live_port: int = _named("ANLAN_LIVE_PORT", "TCP port of the live service; 0 the one after ANLAN_PORT.", 0)
    live_workers: int = _named(
        "ANLAN_LIVE_WORKERS",
        "Processes of the live service; 0 for none: then pages show what changed when they are opened.",
        2,
    )
    listen: str = _named(
        "ANLAN_LISTEN",
        "Address the web server listens on; 0.0.0.0 opens a demo to phones in the same network.",
        "127.0.0.1",
    )
    hosts: str = _named("ANLAN_HOSTS", "Host names served, separated by commas.", "127.0.0.1,localhost,[::1]")
    https: bool = _named(
        "ANLAN_HTTPS", "1 when a proxy in front speaks HTTPS and says so in X-Forwarded-Proto.", False
    )
    proxies: int = _named("ANLAN_PROXIES", "How many proxies of one's own append to X-Forwarded-For.", 0)
    threads: int = _named(
        "ANLAN_THREADS",
        "Requests that each web process works on at a time; what exceeds it waits a moment or gets 503.",
        8,
    )
    workers: int = _named("ANLAN_WORKERS", "Web processes.", 2)
    pool: int = _named(
        "ANLAN_POOL", "Database connections each process keeps ready; 0 opens one when needed.", 0
    )
    statement_seconds: int = _named(
        "ANLAN_STATEMENT_SECONDS", "Longest statement of the app's role, seconds.", 30
    )
    flood: int = _named(
        "ANLAN_FLOOD",
        "Reports of residents in ten minutes above which a phone must compute for some seconds before each, unless signed in.",
        2000,
    )
    api_network: int = _named(
        "ANLAN_API_NETWORK",
        "Calls a minute that one network may make to the API without a token; 0 for no caps at all, where a gateway counts.",
        600,
    )
    api_token: int = _named("ANLAN_API_TOKEN", "Calls a minute of one API token; 0 for no cap.", 6000)
    signing_key: str = _named("ANLAN_SIGNING_KEY", "Key that signs sessions; default made in the home.", "")
    keys: str = _named(
        "ANLAN_KEYS", "Ring of data keys, id:base64, the first encrypts; default made in the home.", ""
    )
    digest: str = _named("ANLAN_DIGEST", "Digest of new entries: sha256 or sm3.", "sha256")
    cipher: str = _named("ANLAN_CIPHER", "Cipher of new contents: aes256gcm or sm4gcm.", "aes256gcm")
    sms_url: str = _named(
        "ANLAN_SMS_URL",
        "HTTPS address of the relay that sends one-time codes; without it no sign-in by phone.",
        "",
    )
    sms_key: str = _named(
        "ANLAN_SMS_KEY", "Key of that relay: bearer token, and what requests are signed with.", ""
    )
    sms_form: str = _named(
        "ANLAN_SMS_FORM",
        "TOML file that says how another SMS provider wants to be asked (docs/deployment.md); default the plain manner.",
        "",
    )
    sms_rate: int = _named(
        "ANLAN_SMS_RATE",
        "Texts of alerts a second, to all numbers together: at most what the SMS provider takes. 0: as many as it takes.",
        100,
    )
    mail_host: str = _named("ANLAN_MAIL_HOST", "Mail server that sends notices; without it no e-mail.", "")
    mail_port: int = _named("ANLAN_MAIL_PORT", "Its port: 587 with starttls, 465 with tls.", 587)
    mail_tls: str = _named(
        "ANLAN_MAIL_TLS",
        "starttls, tls, or none for a server on this machine; none takes no password.",
        "starttls",
    )
    mail_user: str = _named("ANLAN_MAIL_USER", "Name to sign in there; empty: it asks for none.", "")
    mail_password: str = _named("ANLAN_MAIL_PASSWORD", "Password of that name.", "")
    mail_from: str = _named(
        "ANLAN_MAIL_FROM", "In whose name mail is sent: Anlan <anlan@example.gov.cn>.", ""
    )
    address: str = _named(
        "ANLAN_ADDRESS",
        "Address people reach this deployment at, https://anlan.example.gov.cn: what messages link to; empty: no links.",
        "",
    )
    push_services: str = _named(
        "ANLAN_PUSH_SERVICES",
        "Hosts of the services through which browsers may be told, separated by commas, *. for all below a name; none for no push.",
        "fcm.googleapis.com,updates.push.services.mozilla.com,web.push.apple.com,*.notify.windows.com",
    )
    dingtalk_key: str = _named(
        "ANLAN_DINGTALK_KEY",
        "AppKey of the organisation's DingTalk application that sends work notices to staff; empty: none are sent.",
        "",
    )
    dingtalk_secret: str = _named("ANLAN_DINGTALK_SECRET", "AppSecret of that application.", "")
    dingtalk_agent: str = _named("ANLAN_DINGTALK_AGENT", "AgentId of that application.", "")
    dingtalk_url: str = _named(
        "ANLAN_DINGTALK_URL",
        "Where DingTalk's API is: a government cloud has an address of its own.",
        "https://oapi.dingtalk.com",
    )
    wechat_id: str = _named(
        "ANLAN_WECHAT_ID",
        "AppID of the deployment's WeChat official account (服务号), which tells residents who choose it; empty: it tells nobody.",
        "",
    )
    wechat_secret: str = _named("ANLAN_WECHAT_SECRET", "AppSecret of that account.", "")
    wechat_template: str = _named(
        "ANLAN_WECHAT_TEMPLATE", "Id of the registered template that its messages are of.", ""
    )
    wechat_fields: str = _named(
        "ANLAN_WECHAT_FIELDS",
        "All fields of that template, separated by commas: a thing says that there is news, a time or date says when.",
        "thing1,time2",
    )
    wechat_name: str = _named(
        "ANLAN_WECHAT_NAME", "Name of that account, by which residents find and follow it.", ""
    )
    wechat_url: str = _named(
        "ANLAN_WECHAT_URL",
        "Where WeChat's API is, or a relay in front of it.",
        "https://api.weixin.qq.com",
    )
    quiet: str = _named(
        "ANLAN_QUIET",
        "Hours, in the region's time, in which residents get no text or push message but alerts; they get it after; none for none.",
        "22:00-07:00",
    )
    metrics_token: str = _named(
        "ANLAN_METRICS_TOKEN",
        "Bearer token that reads /metrics and /readyz from elsewhere; without it they are read on this machine only.",
        "",
    )
    undo_seconds: int = _named(
        "ANLAN_UNDO_SECONDS",
        "Seconds in which the desk's acts can be taken back before they are done; 0 does them at once.",
        10,
    )
    clock_offset: int = _named(
        "ANLAN_CLOCK_OFFSET", "Seconds the demo's clock is ahead; 0 outside demo and tests.", 0
    )
    demo: bool = _named(
        "ANLAN_DEMO", "1 in the processes of `anlan demo`: made-up data, banner, local only.", False
    )
    demo_live: bool = _named(
        "ANLAN_DEMO_LIVE",
        "1 lets made-up people act in a demo, every three seconds, for an hour and a half.",
        False,
    )
    debug: bool = _named(
        "ANLAN_DEBUG", "1 shows errors in full to who develops; never with real data.", False
    )


def read_environment(source: Mapping[str, str] = os.environ) -> Environment:
    """Reads the variables; an empty one counts as not set. Raises SettingError naming what cannot be read."""
    values = {}
    for each in fields(Environment):
        name = each.metadata["name"]
        text = source.get(name, "").strip()
        if text:
            values[each.name] = _read(name, text, type(each.default))
    unknown = sorted(
        name
        for name in source
        if name.startswith("ANLAN_") and name not in known_names() and not name.startswith("ANLAN_TEST_")
    )
    if unknown:
        raise SettingError(f"Unknown setting: {', '.join(unknown)}. docs/settings.md lists those there are.")
    return Environment(**values)


def known_names() -> frozenset[str]:
    """The names of all variables."""
    return frozenset(each.metadata["name"] for each in fields(Environment))


def _read(name: str, text: str, kind: type) -> Any:
    if kind is bool:
        if text not in {"0", "1"}:
            raise SettingError(f"{name} is {text!r}: write 0 or 1.")
        return text == "1"
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise SettingError(f"{name} is {text!r}: write a whole number.") from None
    return text

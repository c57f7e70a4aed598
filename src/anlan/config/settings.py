# SPDX-License-Identifier: Apache-2.0
"""Django's settings. What differs between deployments comes from anlan.config.environment; the rest is decided here.

`default` is the role anlan_app, which serves and has no DDL; `owner` is the same database as anlan_owner, which migrates.
"""

import secrets as randomness
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from anlan.config import carriers, database, network, programs
from anlan.config import home as homes
from anlan.config.environment import SettingError, read_environment
from anlan.places.region_files import folder_of, read_region

ENVIRONMENT = read_environment()
PACKAGE = Path(__file__).resolve().parents[1]

ANLAN_HOME = homes.home()
ANLAN_REGION = read_region(folder_of(ENVIRONMENT.region or homes.find_region(ANLAN_HOME)))
ANLAN_DEMO = ENVIRONMENT.demo
ANLAN_ATTACHMENTS = ANLAN_HOME / "attachments"
ANLAN_ERASURES = ANLAN_HOME / "erasures.jsonl"
ANLAN_HEADS = ANLAN_HOME / "heads.jsonl"
ANLAN_LOG_HEADS = ANLAN_HOME / "log-heads.jsonl"
ANLAN_UNDO_SECONDS = ENVIRONMENT.undo_seconds
ANLAN_CLOCK_OFFSET = ENVIRONMENT.clock_offset
# Only the demo's clock can be moved, and only a demo that listens to its network tells phones where it is.
ANLAN_CLOCK_OFFSET_FILE = str(ANLAN_HOME / "clock-offset") if ANLAN_DEMO else ""
ANLAN_DEMO_ADDRESS = network.address_in_network(ENVIRONMENT) if ANLAN_DEMO else ""
ANLAN_DIGEST = ENVIRONMENT.digest
ANLAN_CIPHER = ENVIRONMENT.cipher
ANLAN_PROXIES = ENVIRONMENT.proxies
ANLAN_LIVE_PORT = (ENVIRONMENT.live_port or ENVIRONMENT.port + 1) if ENVIRONMENT.live_workers else 0
ANLAN_FLOOD = ENVIRONMENT.flood
ANLAN_SMS_URL = ENVIRONMENT.sms_url
ANLAN_SMS_KEY = ENVIRONMENT.sms_key
ANLAN_SMS_FORM = carriers.sms_form_of(ENVIRONMENT)
ANLAN_SMS_RATE = ENVIRONMENT.sms_rate
ANLAN_MAIL = carriers.mailer_of(ENVIRONMENT)
ANLAN_DINGTALK = carriers.dingtalk_of(ENVIRONMENT)
ANLAN_WECHAT = carriers.wechat_of(ENVIRONMENT)
ANLAN_QUIET = carriers.quiet_of(ENVIRONMENT)
ANLAN_PUSH_SERVICES = carriers.push_services_of(ENVIRONMENT)
# A demo is where it runs, so its papers and messages say so.
ANLAN_ADDRESS = ENVIRONMENT.address.rstrip("/") or (
    (ANLAN_DEMO_ADDRESS or f"http://127.0.0.1:{ENVIRONMENT.port}") if ANLAN_DEMO else ""
)

_secrets = homes.find_secrets(ANLAN_HOME)
ANLAN_KEYS = ENVIRONMENT.keys or (_secrets.keys if _secrets else "")
# Before the first start nothing was signed yet, so a key that lives as long as the process is enough.
SECRET_KEY = ENVIRONMENT.signing_key or (_secrets.signing if _secrets else randomness.token_urlsafe(48))

DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = [host for host in ENVIRONMENT.hosts.split(",") if host]
if ANLAN_DEMO_ADDRESS:
    ALLOWED_HOSTS.append(urlsplit(ANLAN_DEMO_ADDRESS).hostname or "")
ROOT_URLCONF = "anlan.config.urls"
WSGI_APPLICATION = "anlan.config.wsgi.application"

INSTALLED_APPS = [
    "anlan.config",
    "anlan.web.look",
    "anlan.web.public",
    "anlan.web.resident",
    "anlan.web.desk",
    "anlan.web.field",
    "anlan.web.unit",
    "anlan.web.api",
    "anlan.web.demo",
    "anlan.procedures.alert",
    "anlan.procedures.assessment",
    "anlan.procedures.mediation",
    "anlan.procedures.report",
    "anlan.parts.documents",
    "anlan.parts.suggestions",
    "anlan.duty",
    "anlan.indicators",
    "anlan.cases",
    "anlan.people",
    "anlan.places",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "ninja",
]

MIDDLEWARE = [
    "anlan.config.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "anlan.web.headers.HeadersMiddleware",
    "anlan.config.shed.ShedMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "anlan.people.session.ActorMiddleware",
    "anlan.web.plain.WrongMethodMiddleware",
    "anlan.web.gate.GateMiddleware",
    "anlan.web.resident.grants.SlipMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "anlan.web.look.context.look",
            ],
        },
    },
]


def _database(url: str, *, role: str, password: str, options: str) -> dict[str, Any]:
    given: dict[str, Any] = {
        "host": str(programs.socket_folder(ANLAN_HOME)),
        "user": role,
        "password": password,
        "dbname": database.DATABASE,
    }
    if url:
        given = dict(conninfo_to_dict(url))
    named = {name: given.pop(key, "") for name, key in _NAMES.items()}
    given["options"] = f"{given.get('options', '')} {options}".strip()
    # Django forbids prepared statements unless told otherwise: then base.prepared would plan each statement every time.
    given["prepare_threshold"] = PREPARE_ON_REQUEST
    return {"ENGINE": "django.db.backends.postgresql", "TIME_ZONE": "UTC", "OPTIONS": given, **named}


PREPARE_ON_REQUEST = 2**31 - 1
"""After how many repetitions psycopg prepares by itself: never; statements that ask for it are prepared at once."""
_NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}

if bool(ENVIRONMENT.database_url) != bool(ENVIRONMENT.owner_database_url):
    raise SettingError(
        "Set both ANLAN_DATABASE_URL (role anlan_app) and ANLAN_OWNER_DATABASE_URL (role anlan_owner)."
    )

DATABASES: dict[str, dict[str, Any]] = {
    "default": _database(
        ENVIRONMENT.database_url,
        role=database.APP,
        password=_secrets.app if _secrets else "",
        options=f"-c lock_timeout=2s -c statement_timeout={ENVIRONMENT.statement_seconds}s"
        " -c idle_in_transaction_session_timeout=60s -c plan_cache_mode=force_generic_plan",
    ),
    "owner": _database(
        ENVIRONMENT.owner_database_url,
        role=database.OWNER,
        password=_secrets.owner if _secrets else "",
        options="-c lock_timeout=10s",
    )
    | {"TEST": {"MIRROR": "default"}},
}
if ENVIRONMENT.pool:
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": min(2, ENVIRONMENT.pool),
        "max_size": ENVIRONMENT.pool,
        "timeout": 5,
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["ATOMIC_REQUESTS"] = False
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
# Staff sign in by name, residents by phone; nobody by e-mail.
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

MFA_ADAPTER = "anlan.people.totp.Adapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.https else None
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN" if ANLAN_DEMO else "DENY"  # the demo shows its own pages as on a phone
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

LANGUAGE_CODE = ANLAN_REGION.languages[0]
LANGUAGES = [(code, {"zh-hans": "简体中文", "en": "English"}[code]) for code in ANLAN_REGION.languages]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = ANLAN_REGION.zone.key
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "anlan.web.look.storage.BuiltStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
FORM_RENDERER = "anlan.web.look.renderer.Renderer"

_MADE_UP = DEBUG or ANLAN_DEMO
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "anlan.config.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line" if _MADE_UP else "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "anlan": {"level": "INFO"},
        "anlan.request": {"level": "WARNING" if _MADE_UP else "INFO"},
        "django.request": {"level": "ERROR"},  # a line for each request is there already
    },
}

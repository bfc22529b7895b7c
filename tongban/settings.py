"""Settings. What a deployment may change is read from the environment here and nowhere else;
docs/reference/settings.md lists every name (tested)."""

import os
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tongban import embedded, vault

ROOT = Path(__file__).resolve().parent.parent


def environment(name: str, default: str = "") -> str:
    return os.environ.get(f"TONGBAN_{name}", default)


def whole_number(name: str, text: str) -> int:
    if not re.fullmatch("0*[1-9][0-9]*", text):
        raise ImproperlyConfigured(f"TONGBAN_{name} must be a whole number above 0, not {text!r}.")
    return int(text)


def vault_of(key: str) -> vault.SoftwareVault:
    try:
        return vault.from_text(key)
    except ValueError:  # its words are not shown: the key may be right but for a slip
        raise ImproperlyConfigured("TONGBAN_MASTER_KEY must be 32 bytes in base64.") from None


def whom_the_proxy_saw(request) -> str | None:
    """The proxy appends the address; what stands before it, the client may have made up."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
    return forwarded.rpartition(",")[2].strip() if forwarded else request.META.get("REMOTE_ADDR")


def where_alone(username, ip_address, user_agent, path_info, request) -> str:
    """What the log says of a failed log-in: who it was stands in the database, for the
    administrators' eyes."""
    return path_info


STATE = Path(environment("STATE", str(Path.cwd() / ".state"))).resolve()
DEMO = environment("DEMO") == "1"  # demo accounts, loopback only, keys made here
DEBUG = False

VAULT = (
    vault_of(environment("MASTER_KEY"))
    if environment("MASTER_KEY")
    else vault.from_file(STATE / "keys" / "master")
)
SECRET_KEY = VAULT.digest("django", "secret key").hex()

PUBLIC_URL = environment("PUBLIC_URL").rstrip("/")
ALLOWED_HOSTS = environment("HOSTS", "" if PUBLIC_URL else "127.0.0.1,localhost").split(",")
if PUBLIC_URL:  # a proxy with TLS stands in front; without this no forwarded header is believed
    if not re.fullmatch(r"https://[a-z0-9.-]+(:\d+)?", PUBLIC_URL):
        raise ImproperlyConfigured(
            "TONGBAN_PUBLIC_URL must be https:// and a host name in small letters, without a path."
        )
    if DEMO:
        raise ImproperlyConfigured("TONGBAN_DEMO is for loopback: unset it or TONGBAN_PUBLIC_URL.")
    ALLOWED_HOSTS = [urlsplit(PUBLIC_URL).hostname, *filter(None, ALLOWED_HOSTS)]
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
    AXES_CLIENT_IP_CALLABLE = whom_the_proxy_saw

DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(os.environ.get("DATABASE_URL") or embedded.url(STATE))
}
if "postgresql" not in DATABASES["default"]["ENGINE"]:
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database.")
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = False
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Limits on log-ins are counted here, by all processes together; no ordinary page asks it anything.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LAKE_URL = environment("LAKE_URL", str(STATE / "lake"))
SCRATCH = Path(environment("SCRATCH", str(STATE / "scratch")))
ENGINE_MEMORY = environment("ENGINE_MEMORY", "2GB")
ENGINE_THREADS = whole_number(
    "ENGINE_THREADS", environment("ENGINE_THREADS", str(os.cpu_count() or 1))
)
AUDIT_ANCHOR = Path(environment("AUDIT_ANCHOR", str(STATE / "audit" / "anchors")))
PORT = whole_number("PORT", environment("PORT", "8000"))

AUTH_USER_MODEL = "people.User"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "procrastinate.contrib.django",
    *[f"tongban.base.{app}" for app in ("audit", "people", "calendar", "jobs", "notices")],
    *[
        f"tongban.data.{app}"
        for app in (
            *("lake", "standards", "pipelines", "registers"),
            *("catalog", "exchange", "dashboards"),
        )
    ],
    *[
        f"tongban.business.{app}"
        for app in (
            *("items", "certificates", "ledgers", "cases"),
            *("sharing", "offers", "supervision"),
        )
    ],
    *[f"tongban.web.{app}" for app in ("ui", "portal", "workbench", "opendata", "api")],
    "tongban.commands",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tongban.web.ui.middleware.SlidingSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tongban.web.ui.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "tongban" / "web" / "ui" / "templates"],  # before allauth's own
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tongban.web.ui.context.chrome",
            ]
        },
    }
]
ROOT_URLCONF = "tongban.urls"
WSGI_APPLICATION = "tongban.wsgi.application"

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("英文"))]
LOCALE_PATHS = [ROOT / "tongban" / "locale"]

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tongban.web.ui.assets.BuiltAssets"},
}
# The front end's build hashes and compresses, so that nothing is collected or written here.
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"/ui/dist/\w+\.[0-9a-f]{12}\.\w+$"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "tongban.base.people.accounts.ClosedRegistration"
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "50/m/ip,10/5m/key"}
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_SENSITIVE_PARAMETERS = ["password", "login"]
AXES_VERBOSE = False
AXES_CLIENT_STR_CALLABLE = where_alone
AXES_LOCKOUT_TEMPLATE = "ui/locked.html"
SESSION_COOKIE_AGE = 15 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
# Uploads are sealed before they are stored; Django would put the large ones on disk as they came.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

# The code of every job is most of a start; only who works on jobs waits for it.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = (
    "jobs" if {"worker", "procrastinate"} & set(sys.argv[1:2]) else None
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment("LOG_LEVEL", "WARNING")},
}

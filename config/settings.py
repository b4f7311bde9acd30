"""Settings, all from the environment. Unset, everything runs embedded: SQLite and files under `var/`.

Every variable is documented in `docs/operations.md`.
"""

from pathlib import Path
from typing import Any

import dj_database_url
from celery.schedules import schedule
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.text("COPYDESK_VAR", str(BASE_DIR / "var"))).resolve()

DEBUG = env.flag("COPYDESK_DEBUG", default=False)
SECRET_KEY = env.secret_key("COPYDESK_SECRET_KEY", VAR / "secret_key")
ALLOWED_HOSTS = env.words("COPYDESK_ALLOWED_HOSTS", ("127.0.0.1", "localhost", "[::1]"))
CSRF_TRUSTED_ORIGINS = env.words("COPYDESK_CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "tenants",
    "creatives",
    "compliance",
    "tenants.admin_app.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tenants.middleware.ScopeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "creatives.workbench.context.desk",
            ],
        },
    },
]

# SQLite needs IMMEDIATE: read-then-write transactions otherwise fail with "database is locked" as
# soon as a worker and the web write together, whatever the timeout.
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
# Only what the operator wrote is read as a URL: a path of ours may hold #, ? or %.
_DATABASE_URL = env.text("COPYDESK_DATABASE_URL")
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(_DATABASE_URL, conn_max_age=60)
    if _DATABASE_URL
    else {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(VAR / "copydesk.sqlite3"),
        "CONN_MAX_AGE": 60,
    }
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = _SQLITE_OPTIONS
    # A file, as in production: a database in memory cannot be shared by threads or processes.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
    VAR.mkdir(parents=True, exist_ok=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "tenants.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "queue"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = env.text("COPYDESK_LANGUAGE", "zh-hans")
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = env.text("COPYDESK_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of one that is not there
# Files are served from the packages themselves, so a fresh clone needs no collectstatic step.
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR / "assets"
RULE_CACHE = VAR / "cache" / "rules.json"  # what one process found out of the rules for the next
# Rule packs of the operator's own; a pack here stands in for the shipped one of the same name.
RULE_PACKS = Path(env.text("COPYDESK_RULE_PACKS", str(VAR / "packs")))

# Which installed plugin reads the text in pictures.
PICTURE_READER = env.text("COPYDESK_READER", "rapidocr")

# Security. HTTPS is the operator's switch: the embedded default is http on the loopback address.
HTTPS = env.flag("COPYDESK_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

# The job row. A lease is renewed every third of its length.
LEASE_S = env.number("COPYDESK_LEASE_S", 60)
SWEEP_EVERY_S = env.number("COPYDESK_SWEEP_EVERY_S", 10)
MAX_ATTEMPTS = env.whole("COPYDESK_MAX_ATTEMPTS", 3)
WORKER_SEEN_S = env.number("COPYDESK_WORKER_SEEN_S", 5)
FEED_ROOT = VAR / "feed"

# Celery is the doorbell; the run's row is the job. One ring lost or doubled costs at most one sweep.
_BROKER_FOLDER = VAR / "broker"
CELERY_BROKER_URL = env.text("COPYDESK_BROKER_URL", "copydesk-files://localhost")
if CELERY_BROKER_URL.startswith("copydesk-files:"):
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "data_folder_in": str(_BROKER_FOLDER / "queue"),
        "data_folder_out": str(_BROKER_FOLDER / "queue"),
        "processed_folder": str(_BROKER_FOLDER / "processed"),
        "control_folder": str(_BROKER_FOLDER / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = (
        {"confirm_publish": True} if CELERY_BROKER_URL.startswith("amqp") else {}
    )
CELERY_TASK_DEFAULT_QUEUE = "cpu"
CELERY_TASK_DEFAULT_QUEUE_TYPE = "quorum" if CELERY_BROKER_URL.startswith("amqp") else "classic"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # a ring needs no redelivery: the sweeper rings again
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_POOL_START_METHOD = "spawn"  # a process that holds a model is never forked
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "creatives.tasks.sweep", "schedule": schedule(SWEEP_EVERY_S)},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("COPYDESK_LOG_LEVEL", "WARNING")},
}

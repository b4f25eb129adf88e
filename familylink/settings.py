"""One file of settings, from the environment, with strict readers. A bare machine needs none of them.

Every variable is listed in docs/operations.md.
"""

import datetime as dt
from pathlib import Path

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from kombu import Exchange, Queue

from familylink import embedded, menu

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = embedded.state_folder()

# A bare machine: no database was named, so the servers from wheels and the demo's own keys are used.
IS_BARE = "DATABASE_URL" not in env.ENVIRON or env.bool("FAMILYLINK_BARE", default=False)
if "FAMILYLINK_KEYS_FILE" in env.ENVIRON:
    env.read_env(env.str("FAMILYLINK_KEYS_FILE"))
elif "FAMILYLINK_KEYS" not in env.ENVIRON and IS_BARE:
    env.read_env(embedded.keys_file(STATE_DIR))

# --- secrets: never in the database, never in the repository
SECRET_KEY = env.str("DJANGO_SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("DJANGO_SECRET_KEY_FALLBACKS", default=[])
SEALING_KEYS = env.str("FAMILYLINK_KEYS")  # "k2:<base64>,k1:<base64>": the first seals, all open
INDEX_KEY = env.str("FAMILYLINK_INDEX_KEY")  # blind indexes and blocking keys

# --- sending: off unless it says exactly "send"
SENDING = env.str("FAMILYLINK_SENDING", default="hold")
TRANSPORT_CLASSES = {
    "sink": "notifications.transports.sink.SinkTransport",
    "smtp": "notifications.transports.email_smtp.SmtpTransport",
    "mailgun": "notifications.transports.email_mailgun.MailgunTransport",
    "twilio": "notifications.transports.sms_twilio.TwilioTransport",
    "gateway": "notifications.transports.sms_gateway.GatewayTransport",
    "memory": "notifications.transports.memory.MemoryTransport",
}
# The usual one first; the next gets only what the one before has certainly not taken.
TRANSPORTS = {
    "sms": [TRANSPORT_CLASSES[name] for name in env.list("FAMILYLINK_SMS_TRANSPORT", default=["sink"])],
    "email": [TRANSPORT_CLASSES[name] for name in env.list("FAMILYLINK_EMAIL_TRANSPORT", default=["sink"])],
}
# Whoever posted a message says right before the call whether it is still true; news without a gate never leaves.
MESSAGE_GATES = {"news": "matching.news.gate.refusal", "checked": "matching.news.gate.checked_refusal"}
# Where families that are owed news can be reached now.
FAMILIES_TO_CALL = "familylink.portal.calling.families_of"
# Who of the staff looked at a family's address or answer.
RECORD_VIEW = "familylink.reports.privacy.record_view"
# By the clock of the recipient: what can wait does not wake anybody. Good news and answers do not wait for it.
QUIET_HOURS = tuple(
    map(dt.time.fromisoformat, env.list("FAMILYLINK_QUIET_HOURS", default=["21:00", "08:00"]))
)
MAX_PER_HOUR = env.int("FAMILYLINK_MAX_PER_HOUR", default=10_000)  # beyond it everything stops
# Networks that the other side reads (Russia, Belarus): a person decides how such a family hears.
BLOCKED_PREFIXES = env.list("FAMILYLINK_BLOCKED_PREFIXES", default=["+73", "+74", "+78", "+79", "+375"])
# Minutes after which somebody calls: no message has arrived; one has, and the family has not answered.
CALL_AFTER_MINUTES = env.int("FAMILYLINK_CALL_AFTER_MINUTES", default=30)
CALL_SILENT_AFTER_MINUTES = env.int("FAMILYLINK_CALL_SILENT_AFTER_MINUTES", default=180)
LEASE_SECONDS = env.float("FAMILYLINK_LEASE_SECONDS", default=60.0)  # of a claim; a call takes 15 s at most
IN_FLIGHT = max(1, env.int("FAMILYLINK_IN_FLIGHT", default=8))  # calls of one process at once
SWEEP_SECONDS = env.float("FAMILYLINK_SWEEP_SECONDS", default=5.0)  # of every worker; 0 leaves it to beat
# So long an address counts as a family's own since it last typed a code sent there.
PROVEN_FOR_DAYS = env.int("FAMILYLINK_PROVEN_FOR_DAYS", default=90)
KEEP_TEXT_DAYS = env.int("FAMILYLINK_KEEP_TEXT_DAYS", default=30)  # of messages that have ended
KEEP_BACKUPS_DAYS = env.int("FAMILYLINK_KEEP_BACKUPS_DAYS", default=30)  # what the families' pages promise
SERVICE_NAME = env.str("FAMILYLINK_NAME", default="FamilyLink")
SERVICE_PHONE = env.str("FAMILYLINK_PHONE", default="0 800 000 000")
PUBLIC_URL = env.str("FAMILYLINK_URL", default="http://127.0.0.1:8000").rstrip("/")
TRANSPORT_OPTIONS = {
    "sms": {
        "base_url": env.str("TWILIO_URL", default="https://api.twilio.com"),
        "account_sid": env.str("TWILIO_ACCOUNT_SID", default=""),
        "auth_token": env.str("TWILIO_AUTH_TOKEN", default=""),
        "sender": env.str("TWILIO_FROM", default=""),
        "messaging_service_sid": env.str("TWILIO_MESSAGING_SERVICE_SID", default=""),
        "callback_url": env.str("TWILIO_CALLBACK_URL", default=""),
        **env.json("SMS_GATEWAY", default={}),
    },
    "email": {
        "host": env.str("SMTP_HOST", default="localhost"),
        "port": env.int("SMTP_PORT", default=25),
        "username": env.str("SMTP_USERNAME", default=""),
        "password": env.str("SMTP_PASSWORD", default=""),
        "use_tls": env.bool("SMTP_STARTTLS", default=True),
        "sender": env.str("SMTP_FROM", default="noreply@localhost"),
        "mailgun_api_key": env.str("MAILGUN_API_KEY", default=""),
        "mailgun_domain": env.str("MAILGUN_DOMAIN", default=""),
        "mailgun_url": env.str("MAILGUN_URL", default="https://api.eu.mailgun.net/v3"),
        "mailgun_signing_key": env.str("MAILGUN_SIGNING_KEY", default=""),
    },
}

# No person answers all the questions of a report in less.
REPORT_LEAST_SECONDS = 5
# Within an hour: from one address, from its network (familylink/portal/limits.py says why so many).
LIMITS = {"filing": (200, 2000), "codes": (300, 3000), "tries": (600, 6000)}

# --- Django
DEBUG = env.bool("DJANGO_DEBUG", default=False)
ALLOWED_HOSTS = env.list("DJANGO_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("DJANGO_CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "familylink.urls"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
WSGI_APPLICATION = "familylink.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Europe/Kyiv"
LANGUAGE_CODE = "uk"
LANGUAGES = [("uk", "Українська"), ("en", "English"), ("ru", "Русский")]
LOCALE_PATHS = [BASE_DIR / "familylink" / "locale"]
FORMAT_MODULE_PATH = "familylink.formats"

INSTALLED_APPS = [
    "unfold",
    # The desk is looked for where its addresses are (urls.py): workers and commands start in 3/4 of the time.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "pgtrigger",
    "familylink",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "familylink.reports",
    "familylink.portal",
    "matching",
    "notifications",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "familylink.middleware.ContentSecurityPolicy",
    "familylink.middleware.NoStore",
    "familylink.middleware.PermissionsPolicy",
    "familylink.middleware.NoNullCharacter",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "familylink.idle.IdleDesk",
    "familylink.second_factor.SecondFactor",
    "familylink.whence.FromWhere",
    "familylink.damage.DamageOnTheDesk",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the admin theme's, whose base page ours completes.
        "DIRS": [BASE_DIR / "familylink" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=embedded.database_url())}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
    # A worker that hangs inside a transaction must not hold up the others for ever.
    "options",
    "-c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c statement_timeout=60s",
)
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["ENGINE"] = "familylink.postgresql"
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# Codes shown once and tries counted, for all web processes together. In PostgreSQL: nobody stays outside because a
# broker is down.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "familylink_cache"}
}

# --- Celery: wake-up calls only (docs/architecture.md); kombu's own recovery is a second net
REDIS_URL = env.str("REDIS_URL", default=embedded.redis_url())
CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 45
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,  # above kombu's polling interval, else an idle worker times out
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
# Two queues, so that a long wave of matching never stands before a message that may go out.
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in ("delivery", "matching")]
CELERY_TASK_DEFAULT_QUEUE = "matching"
CELERY_TASK_ROUTES = {"notifications.*": {"queue": "delivery"}}
_EVERY_SECONDS = {
    "notifications.tasks.sweep": 5,  # deliver what is due
    "matching.tasks.sweep": 5,  # match what waits
    "matching.tasks.watch": 60,  # look for what may never be
    "matching.tasks.try_again": 600,  # what failed
    "matching.tasks.count_names": 600,
    "familylink.reports.tasks.sweep": 60,  # do what is due for reports
}
# A sweep that nobody took up before the next one is due is worth nothing.
CELERY_BEAT_SCHEDULE = {
    task: {"task": task, "schedule": float(seconds), "options": {"expires": seconds}}
    for task, seconds in _EVERY_SECONDS.items()
}

# --- security
USES_HTTPS = env.bool("FAMILYLINK_HTTPS", default=not IS_BARE)
SECURE_SSL_REDIRECT = USES_HTTPS
SECURE_HSTS_SECONDS = 63_072_000 if USES_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = USES_HTTPS
SECURE_HSTS_PRELOAD = USES_HTTPS
# Nothing to other sites. Not "no-referrer": browsers then send "Origin: null", and no form could be posted.
SECURE_REFERRER_POLICY = "same-origin"
IS_BEHIND_PROXY = env.bool("FAMILYLINK_BEHIND_PROXY", default=False)
# The proxy in front must strip this header from clients: docs/operations.md.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_BEHIND_PROXY else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = USES_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_AGE = 24 * 3600  # as long as a draft: the families' pages promise that nothing is kept longer
X_FRAME_OPTIONS = "DENY"
# Nobody may use these on our pages, ourselves included; photos are chosen in a window of the browser's own.
_POWERS = "camera microphone geolocation payment usb bluetooth midi display-capture browsing-topics"
PERMISSIONS_POLICY = ", ".join(f"{power}=()" for power in _POWERS.split())
CSRF_FAILURE_VIEW = "familylink.portal.errors.form_expired"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# --- the staff's second factor (familylink/second_factor.py) and passwords that somebody tries
# A desk without a hand on it closes (familylink/idle.py), and a sitting ends with the session's age at the latest.
STAFF_IDLE_SECONDS = 60 * env.int("FAMILYLINK_STAFF_IDLE_MINUTES", default=30)
STAFF_IDLE_WARNING_SECONDS = 300
# What may tell a family asks for the second factor again where it was shown longer ago (familylink/second_factor.py).
STAFF_SECOND_FACTOR_SECONDS = 60 * env.int("FAMILYLINK_STAFF_SECOND_FACTOR_MINUTES", default=60)
STAFF_NEED_SECOND_FACTOR = not env.bool("FAMILYLINK_DEMO_WITHOUT_SECOND_FACTOR", default=False)
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "familylink.rights.RightsOfRoles"]
ACCOUNT_ADAPTER = "familylink.second_factor.StaffAccounts"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_LOGOUT_REDIRECT_URL = "admin:login"
MFA_ADAPTER = "familylink.second_factor.SealedSecrets"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = SERVICE_NAME
# Half a minute: a code that changed while it was typed is no wrong one (RFC 6238, 5.2).
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = IS_BARE  # a machine of one's own has no certificate
# By name and address together: nobody locks a colleague out from elsewhere, and no lock is for ever.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "familylink.whence.client_address"
AXES_LOCKOUT_TEMPLATE = "staff/locked.html"
# `next` is the page that was asked for before signing in: what somebody searched for stands in it.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "password", "next"]
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# The admin theme runs Alpine, which evaluates expressions and styles elements in place.
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
}

# --- uploads: a list is a few thousand rows, not a film
MAX_LIST_BYTES = 20 * 1024 * 1024
MAX_LIST_ROWS = 200_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = MAX_LIST_BYTES
# Personal data stays in memory until it is sealed: no temporary file on the disk.
FILE_UPLOAD_HANDLERS = ["familylink.uploads.InMemoryOrRefused"]

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("DJANGO_STATIC_ROOT", default=str(STATE_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Compressing takes 16 s of a first start; a machine of one's own has no use for it.
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        if IS_BARE
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.DjangoModelPermissions"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}

# Ids only: no request line with a query string, no SQL parameters, no local variables.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "familylink.logs.WithoutData",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.db.backends": {"level": "WARNING"}},
}

UNFOLD = menu.UNFOLD  # the staff's menu, and what the admin theme loads

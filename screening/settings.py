"""Every setting, in one file. The environment is read once, here; what is missing stops the program (fail
closed).

docs/deploy.md lists the variables. With DEMO or DEBUG the pages are served over plain http on this computer;
otherwise everything assumes https.
"""

from __future__ import annotations

from pathlib import Path
from zoneinfo import available_timezones

from csp.constants import NONE, SELF
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from screening.environment import ENV_FILE, Environment, read_database_url

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"
env = Environment.read(ENV_FILE)

# What is being run ------------------------------------------------------------------------------------------

DEBUG = env.on("DEBUG", default=False)
DEMO = env.on("DEMO", default=False)
PLAIN_HTTP = DEBUG or DEMO
REQUIRE_MFA = env.on("REQUIRE_MFA", default=True) or not PLAIN_HTTP
"""Staff need a second factor. Can be off only where no real patient is."""

_WHERE_KEYS_COME_FROM = (
    "run `make run` for a demo, or put the lines of `python manage.py generate_keys` into .env"
)
SECRET_KEY = env.required("SECRET_KEY", _WHERE_KEYS_COME_FROM)
SECRET_KEY_FALLBACKS = env.words("OLD_SECRET_KEYS")
"""Keys that SECRET_KEY had before: `verify_audit` needs them for what was recorded then."""
ANSWER_KEYS = env.required("ANSWER_KEYS", _WHERE_KEYS_COME_FROM)

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if PLAIN_HTTP else "")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

ROOT_URLCONF = "screening.urls"
WSGI_APPLICATION = "screening.wsgi.application"

INSTALLED_APPS = [
    "screening.apps.ScreeningConfig",
    "questionnaire.apps.QuestionnaireConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "crispy_forms",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "screening.core.middleware.RequestIdMiddleware",
    "screening.core.health.HealthMiddleware",
    "screening.core.middleware.ReadWholeRequestMiddleware",
    "screening.core.middleware.PrivacyHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "screening.accounts.middleware.StaffSessionMiddleware",
]

# Storage ----------------------------------------------------------------------------------------------------

DATABASES = {"default": read_database_url(env.text("DATABASE_URL"), default=VAR / "beforehand.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
"""In the database, so that every process counts the same failed sign-ins; so large that a flood of addresses
does not push out what was counted."""

DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# Pages ------------------------------------------------------------------------------------------------------

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
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
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_TEMPLATE_PACK = "beforehand"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["beforehand"]
CRISPY_FAIL_SILENTLY = False

STATIC_URL = "/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = env.one_of("TIME_ZONE", available_timezones(), "UTC")

CLINIC_DEFAULTS = {
    "name": env.text("CLINIC_NAME"),
    "phone": env.text("CLINIC_PHONE"),
    "emergency_number": env.text("EMERGENCY_NUMBER", "911"),
    "crisis_number": env.text("CRISIS_NUMBER", "988"),
}
"""What patients are told before an administrator has set anything, and when the database does not answer."""

# Signing in -------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/staff/"
LOGOUT_REDIRECT_URL = "/accounts/login/?left=1"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60
"""How long an invitation's link works."""
ACCOUNT_ADAPTER = "screening.accounts.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_FORMS = {"login": "screening.accounts.forms.SignInForm"}
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "screening.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "screening.accounts.forms.SecondFactorForm",
    "reauthenticate": "screening.accounts.forms.ConfirmWithCodeForm",
    "authenticate_webauthn": "screening.accounts.passkeys.PasskeyForm",
    "reauthenticate_webauthn": "screening.accounts.passkeys.ConfirmWithPasskeyForm",
    "add_webauthn": "screening.accounts.passkeys.NewPasskeyForm",
    "edit_webauthn": "screening.accounts.passkeys.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
"""A code also counts half a minute early or late: phones' clocks differ."""
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PLAIN_HTTP

# E-mail to staff (see actions/staff_mail.py): without a mail server it waits; in a demo it is printed -------

EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.whole("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.on("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "beforehand@localhost")
_WITHOUT_SERVER = "console" if PLAIN_HTTP else "dummy"
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else _WITHOUT_SERVER}.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Security ---------------------------------------------------------------------------------------------------

_HOST_ONLY = "" if PLAIN_HTTP else "__Host-"
SESSION_ENGINE = "screening.core.sessions"
SESSION_COOKIE_NAME = f"{_HOST_ONLY}session"
SESSION_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{_HOST_ONLY}csrf"
CSRF_COOKIE_SECURE = not PLAIN_HTTP
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "screening.error_pages.csrf_failure"
LANGUAGE_COOKIE_SECURE = not PLAIN_HTTP

SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
_PROXY_HEADER = env.text("PROXY_HTTPS_HEADER")
"""Where a proxy that we trust says "https", for example X-Forwarded-Proto. Unset: no header is believed."""
SECURE_PROXY_SSL_HEADER = (
    (f"HTTP_{_PROXY_HEADER.upper().replace('-', '_')}", "https") if _PROXY_HEADER else None
)
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole("TRUSTED_PROXY_COUNT", 0)

SECURE_REFERRER_POLICY = "same-origin"
"""Not "no-referrer": browsers would then send `Origin: null` with our own forms, and no POST could pass the
CSRF check. Other sites learn nothing either way."""
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"

# Log: one JSON line an event, on stderr; paths without query strings, never an answer -----------------------

DEFAULT_EXCEPTION_REPORTER_FILTER = "screening.core.logs.NoAnswersFilter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "screening.core.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {
        "handlers": ["stderr"],
        "level": env.one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
    },
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
    },
}

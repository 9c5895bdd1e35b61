"""Settings: everything that differs per installation comes from the environment or from `.env` (or `ENV_FILE`).

Without `DEMO=yes` this is production, which refuses to start until it is told its secrets. `bin/run` writes a
`.env` with `DEMO=yes` for a machine on which somebody only wants to look around.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from pluspunt.databases import only_reading, tuned
from pluspunt.logs import hide_addresses

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))

DEMO = env.bool("DEMO", default=False)


def required(name: str, sentence: str) -> str:
    """The value of a variable that production cannot do without; a demo may."""
    value = env.str(name, default="")
    if not value and not DEMO:
        raise ImproperlyConfigured(f"{name} ontbreekt: {sentence}")
    return value


def required_with(setting: str, name: str) -> str:
    """The value of a variable that belongs to another one that is set."""
    if value := env.str(name, default=""):
        return value
    raise ImproperlyConfigured(f"{name} ontbreekt: die hoort bij {setting}.")


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = required("SECRET_KEY", "geef een geheim van minstens 50 willekeurige tekens.") or "demo-" * 12
# Keys of texts that are sealed in the database (pluspunt/encryption.py); the demo's key is no secret.
FIELD_KEYS = (
    required("FIELD_KEYS", "geef een sleutel als id:base64 van 32 willekeurige bytes.")
    or "demo:ZGVtby1rZXktb2YtMzItYnl0ZXMtbm8tc2VjcmV0ISE="
).split(",")
# Keys with which the rows of the access log are signed (privacy/services/signing.py), apart from all others.
LOG_KEYS = (
    required("LOG_KEYS", "geef een sleutel als id:base64 van 32 willekeurige bytes.")
    or "demo:ZGVtby1sb2cta2V5LW9mLTMyLWJ5dGVzLW5vLXNlY3I="
).split(",")
# Where the worker keeps what it sealed, outside the database; empty: only in the log of the server.
LOG_CHECKPOINT_DIR = env.str("LOG_CHECKPOINT_DIR", default="")
# Keys of backups (privacy/services/backups/sealing.py), apart from all others: only who makes backups needs them.
BACKUP_KEYS = env.list("BACKUP_KEYS", default=["demo:ZGVtby1iYWNrdXAta2V5LW9mLTMyLWJ5dGVzLW5vdCE="] if DEMO else [])
BACKUP_FOLDER = Path(env.str("BACKUP_FOLDER", default=str(BASE_DIR / "var" / "backups")))
# Of so many days, weeks and months one backup stays.
BACKUP_KEEP = tuple(env.list("BACKUP_KEEP", cast=int, default=[7, 4, 6]))
# What stands sealed in the columns of a library (`pluspunt.resealing.SealedPlace`).
SEALED_ELSEWHERE = ["accounts.services.factors.SEALED_SECRETS"]
ALLOWED_HOSTS = required(
    "ALLOWED_HOSTS", "noem de namen waaronder deze site bereikbaar is, met komma's ertussen."
).split(",")
if DEMO and ALLOWED_HOSTS == [""]:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
DATABASE_URL = required("DATABASE_URL", "geef het adres van de database, bijvoorbeeld postgres:///pluspunt.")

INSTALLED_APPS = [
    "accounts",
    "partners",
    "participants",
    "workshops",
    "impact",
    "privacy",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "simple_history",
    "whitenoise.runserver_nostatic",
    "pluspunt.apps.ListsAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "pluspunt.middleware.tell_log",
    "pluspunt.headers.safe_headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pluspunt.middleware.not_kept",
    "pluspunt.uploads.not_too_large",
    "pluspunt.middleware.database_away",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionAgeMiddleware",
    "accounts.middleware.SignInMiddleware",
    "accounts.middleware.screen_lock",
    "accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "pluspunt.middleware.method_not_allowed",
    "pluspunt.middleware.follow_moved",
    "pluspunt.middleware.gone_for_good",
    "pluspunt.middleware.no_such_number",
    "privacy.middleware.nothing_unlogged",
]

ROOT_URLCONF = "pluspunt.urls"
WSGI_APPLICATION = "pluspunt.wsgi.application"

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
                "pluspunt.navigation.navigation",
            ],
            "builtins": ["pluspunt.templatetags.words"],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database -------------------------------------------------------------------------------------------------

DATABASES = {"default": tuned(env.db_url_config(DATABASE_URL or f"sqlite:///{BASE_DIR / 'var' / 'pluspunt.sqlite3'}"))}
# A copy that follows, from which figures and documents are read.
if replica_url := env.str("DATABASE_REPLICA_URL", default=""):
    DATABASES["replica"] = only_reading(tuned(env.db_url_config(replica_url)))
DATABASE_ROUTERS = ["pluspunt.replica.ReplicaRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The throttling of sign-in must be shared by all web processes, so it lives in the database as well.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
# Work outside the request: the database is the queue, `manage.py worker` does it.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# What a higher floor adds to the list of what needs somebody (`workshops.services.attention`).
ATTENTION_FROM_ABOVE = ["impact.services.attention.SOURCES"]

# What the apps tell `privacy` about their people (`privacy.registry`): modules of ours.
PRIVACY_FROM_APPS = [
    "participants.services.privacy",
    "participants.services.erasing",
    "workshops.services.privacy",
    "workshops.services.erasing",
    "impact.services.erasing",
]
# Whether a key in an address was that of somebody who was erased (`pluspunt.middleware.gone_for_good`).
IS_ERASED = "privacy.services.proofs.is_erased_key"

# --- Language -------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "nl"
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = True

# --- Sign-in --------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.permissions.RoleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.validators.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.validators.NotWellKnown"},
    {"NAME": "accounts.validators.NotAboutYou", "OPTIONS": {"user_attributes": ["name", "email"]}},
    {
        "NAME": "accounts.validators.NotOurWords",
        "OPTIONS": {
            "words": ["pluspunt", "rotterdam", "werkplaats", "wachtwoord", "password", "welkom", "qwerty", "admin"],
            "named": ["workshops.Workshop", "workshops.Location"],
        },
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.StaffAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = False
# Per account, never per address: the whole centre shares one. A limit that is empty is none.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/5m/key",
    "reset_password": "5/5m/key",
    "reauthenticate": "10/5m/user",
    "change_password": "5/5m/user",
    "login": "",
    "reset_password_from_key": "",
    "signup": "",
    "request_login_code": "",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.tokens.PasswordLinks"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60  # for who has no password yet; see the generator
SECOND_FACTOR_TYPES = env.list("SECOND_FACTOR_TYPES", default=["totp", "webauthn", "recovery_codes"])
# Only a demo does without, where people look around with invented people.
SECOND_FACTOR_REQUIRED = bool(SECOND_FACTOR_TYPES) and env.bool("SECOND_FACTOR_REQUIRED", default=not DEMO)
# Reserve codes are our own: the library would keep them readable.
MFA_SUPPORTED_TYPES = [kind for kind in SECOND_FACTOR_TYPES if kind != "recovery_codes"]
MFA_ADAPTER = "accounts.adapter.StaffMfaAdapter"
MFA_FORMS = {
    "activate_totp": "accounts.forms.CoupleAppForm",
    "authenticate": "accounts.forms.SecondStepForm",
    "reauthenticate": "accounts.forms.ProveAgainForm",
    "authenticate_webauthn": "accounts.forms.KeyStepForm",
    "login_webauthn": "accounts.forms.KeySignInForm",
    "reauthenticate_webauthn": "accounts.forms.KeyProveAgainForm",
    "add_webauthn": "accounts.forms.KeyAddForm",
    "edit_webauthn": "accounts.forms.KeyRenameForm",
}
MFA_TOTP_ISSUER = "Pluspunt"
MFA_TOTP_PERIOD = 30
MFA_TOTP_TOLERANCE = 1  # who types slowly, or whose phone is half a minute off
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an administrator types the address; nobody signs up
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": ""}

# Signing in with the account of the organisation (Microsoft 365, Google): off until the issuer is named.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="")
OIDC_NAME = env.str("OIDC_NAME", default="je werkaccount")
# Whether it asks for a second step itself; else ours is asked for.
OIDC_ASKS_SECOND_FACTOR = env.bool("OIDC_ASKS_SECOND_FACTOR", default=False)
SOCIALACCOUNT_ADAPTER = "accounts.adapter.WorkAccountAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: a form that leads elsewhere is refused by the policy below
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": "werk",
            "name": OIDC_NAME,
            "client_id": required_with("OIDC_ISSUER", "OIDC_CLIENT_ID"),
            "secret": required_with("OIDC_ISSUER", "OIDC_CLIENT_SECRET"),
            "settings": {
                "server_url": OIDC_ISSUER,
                "oauth_pkce_enabled": True,
                # Microsoft vouches for the addresses of one's own organisation without saying so.
                "verified_email": env.bool("OIDC_EMAIL_IS_VERIFIED", default=False),
            },
        }
    ]

# --- Safety ---------------------------------------------------------------------------------------------------

if not DEMO:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
# Pages take the token from their forms.
CSRF_COOKIE_HTTPONLY = True
# Where a request says from which address it came; behind a proxy that sets X-Real-IP itself: HTTP_X_REAL_IP.
CLIENT_ADDRESS_KEY = env.str("CLIENT_ADDRESS_KEY", default="REMOTE_ADDR")
TABLET_COOKIE_NAME = "tablet" if DEMO else "__Host-tablet"
# Sentences for the next page stay on the server: they may hold a name.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# In seconds (accounts/services/sessions.py): from signing in, without doing anything, and in which somebody who just
# signed in or typed the password again may do what weighs more.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE_AGE = 15 * 60
RECENT_SIGN_IN_AGE = ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# So many bytes may be sent at once, files included; they stay in memory. A proxy in front refuses the same.
LARGEST_REQUEST = 20 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = LARGEST_REQUEST
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
DEFAULT_EXCEPTION_REPORTER = "pluspunt.error_reports.BareReporter"

# --- Files, mail, log -----------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Pluspunt <pluspunt@localhost>")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"addresses": {"()": "django.utils.log.CallbackFilter", "callback": hide_addresses}},
    "formatters": {"lines": {"()": "pluspunt.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["addresses"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
if not DEMO:
    LOGGING["handlers"]["console"]["formatter"] = "lines"
    # Each request, and each seal of the access log: a checkpoint that the database does not hold.
    LOGGING["loggers"] = {name: {"level": "INFO"} for name in ("pluspunt.requests", "pluspunt.seals")}

"""All settings, read from the environment. A missing variable says what to do.

`AQB_MODE=demo` (default) serves from this machine with demo data; `AQB_MODE=production` demands every secret.
"""

import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from aqb import database, headers, logs, mail
from aqb.accounts.factor import obligation
from aqb.accounts.sign_on import provider
from aqb.environment import host_names, listed, local_secret, public_address, required, secret, whole_number

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL = BASE_DIR / ".local"

MODE = os.environ.get("AQB_MODE", "demo")
if MODE not in {"demo", "production"}:
    raise ImproperlyConfigured(f"AQB_MODE ist „{MODE}“; möglich sind „demo“ und „production“.")
PRODUCTION = MODE == "production"
DEBUG = False  # also in the demo: people see the pages that production shows
SECRET_KEY = (
    secret("AQB_SECRET_KEY", "ein zufälliger Wert von mindestens 50 Zeichen", least=50)
    if PRODUCTION
    else local_secret(LOCAL)
)
SECRET_KEY_FALLBACKS = listed("AQB_SECRET_KEY_FALLBACKS")  # former keys: what they have signed or hidden stays readable
ALLOWED_HOSTS = host_names("AQB_HOSTS") if PRODUCTION else ["127.0.0.1", "localhost", "testserver"]
# Address printed on the paper and used in mails; the short address of a document is this plus /d/<number>.
BASE_URL = (
    public_address("AQB_BASE_URL")
    if PRODUCTION
    else os.environ.get("AQB_BASE_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}").rstrip("/")
)
# Documents lie in a folder, or in an S3 store when a bucket is named; its keys come from the usual AWS environment.
S3_BUCKET = os.environ.get("AQB_S3_BUCKET", "")
FILES = Path(
    required("AQB_FILES", "der Ordner der Dokumente (oder AQB_S3_BUCKET)")
    if PRODUCTION and not S3_BUCKET
    else os.environ.get("AQB_FILES", LOCAL / "files")
)
# Virus scanner that is asked about every upload: "host:port" or the path of its socket; empty: none is asked.
CLAMD = os.environ.get("AQB_CLAMD", "")
if CLAMD and not re.fullmatch(r"/.+|\S+:\d{1,5}", CLAMD):
    raise ImproperlyConfigured(f"AQB_CLAMD ist „{CLAMD}“; gebraucht wird „rechner:port“ oder der Pfad eines Sockets.")
# Certificates (PEM or DER) of those whose word about a signer's identity counts; without the folder nobody's does.
TRUST_ROOTS = Path(folder) if (folder := os.environ.get("AQB_TRUST_ROOTS")) else None
# The seal on fair copies: its key in a file (PKCS#12) or a module (PKCS#11). Without one a demo makes a test seal.
SEAL_P12, SEAL_PKCS11 = os.environ.get("AQB_SEAL_P12", ""), os.environ.get("AQB_SEAL_PKCS11", "")
SEAL_TOKEN, SEAL_LABEL = os.environ.get("AQB_SEAL_TOKEN", ""), os.environ.get("AQB_SEAL_LABEL", "")
SEAL_PASSPHRASE = os.environ.get("AQB_SEAL_PASSPHRASE", "")
SEAL_PASSPHRASE_FILE = os.environ.get("AQB_SEAL_PASSPHRASE_FILE", "")
SEAL_CHAIN = os.environ.get("AQB_SEAL_CHAIN", "")
SEAL_FOLDER = LOCAL / "seal"
# Where the seal gets the time, and whether it asks the issuers of certificates that none of them is revoked.
TSA_URL = os.environ.get("AQB_TSA_URL", "")
if TSA_URL and not re.fullmatch(r"https?://[^\s/]+\S*", TSA_URL):
    raise ImproperlyConfigured(f"AQB_TSA_URL ist „{TSA_URL}“; gebraucht wird eine Adresse mit https:// oder http://.")
SEAL_REVOCATION = os.environ.get("AQB_SEAL_REVOCATION", "1") == "1"
SEAL_TIMEOUT = 10  # seconds for each answer of these services
# Years after which a closed account loses name and address (0: never), and whom the privacy page names for questions.
ANONYMISE_AFTER_YEARS = whole_number("AQB_ANONYMISE_AFTER_YEARS", 10)
NOTICE_DAYS = whole_number("AQB_NOTICE_DAYS", 365) or 365  # so long people find again what they were told
PRIVACY_CONTACT = os.environ.get("AQB_PRIVACY_CONTACT", "")
# Who offers the site and how to reach them: the public pages name them, reports of barriers go to the address.
OPERATOR = os.environ.get("AQB_OPERATOR", "")
CONTACT_PHONE = os.environ.get("AQB_CONTACT_PHONE", "")
CONTACT_MAIL = os.environ.get("AQB_CONTACT_MAIL", "" if PRODUCTION else "barrierefreiheit@ministerium.example")
if CONTACT_MAIL and not re.fullmatch(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+", CONTACT_MAIL):
    raise ImproperlyConfigured(f"AQB_CONTACT_MAIL ist „{CONTACT_MAIL}“; gebraucht wird eine einzelne E-Mail-Adresse.")
# Folder of files that everybody may fetch under their names, such as gebaerdensprache.mp4; whitenoise serves them.
PUBLIC_FILES = Path(folder) if (folder := os.environ.get("AQB_PUBLIC_FILES")) else None
WHITENOISE_ROOT = PUBLIC_FILES
# The bar "Offizielle Website" may stand only on sites that are one (KERN Kopfzeile).
OFFICIAL_SITE = os.environ.get("AQB_OFFICIAL_SITE", "") == "1"

INSTALLED_APPS = [
    "aqb.apps.AqbConfig",  # before allauth and admin: our templates win
    "agreements.apps.AgreementsConfig",
    "projects.apps.ProjectsConfig",
    "reporting.apps.ReportingConfig",
    "aqb.apps.BackOfficeConfig",  # django.contrib.admin with our own site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "aqb.apps.StaticFiles",  # all but the stylesheet of the paper
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "crispy_forms",
    "django_filters",
    "pgtrigger",
    "pghistory",
    "django_tasks_db",
]

MIDDLEWARE = [
    "aqb.errors.NumberMiddleware",  # everything below happens in a request that has a number
    "aqb.headers.HeadersMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "aqb.accounts.session.sessions.SessionMiddleware",  # ends sessions, keeps what comes too late, asks for a fresh login
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # closed by default; public views say so
    "django.contrib.messages.middleware.MessageMiddleware",
    "aqb.accounts.factor.second_factor.SecondFactorMiddleware",  # first of all set one up, if the role has to have one
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pghistory.middleware.HistoryMiddleware",  # who and on which page, beside every recorded change
    "aqb.refusals.RefusalMiddleware",  # a refusal becomes a page that says why
]

ROOT_URLCONF = "aqb.urls"
WSGI_APPLICATION = "aqb.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["aqb.templatetags.aqb"],  # euro, amount, badge: used on nearly every page
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.csp",
                "aqb.navigation.context",
            ],
        },
    }
]

DATABASES = {
    "default": {
        **database.configuration(LOCAL),
        "CONN_MAX_AGE": 60,  # a connection per worker instead of one per request
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": f"test_{os.environ.get('AQB_TEST_DB', 'aqb')}"},  # one each for people who test side by side
    }
}
if PRODUCTION:
    required("DATABASE_URL", "die Adresse der PostgreSQL-Datenbank")
# Attempts are counted here, so that all worker processes count together; a table in memory would be one per process.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "aqb_cache",  # made by a migration
        "KEY_FUNCTION": "aqb.attempts.cache_key",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
# What goes on after the page has answered (aqb/work): the queue is a table, so it is filled in the transaction of the page.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
TASK_WORKERS = whole_number("AQB_TASK_WORKERS", os.cpu_count() or 1)  # how many `manage.py serve` starts
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "aqb.User"
AUTHENTICATION_BACKENDS = ["aqb.accounts.adapter.Backend"]  # allauth's, one query less
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "aqb.accounts.adapter.Adapter"
ACCOUNT_FORMS = {
    "login": "aqb.accounts.forms.LoginForm",
    "reset_password": "aqb.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "aqb.accounts.forms.NewPasswordForm",
    "change_password": "aqb.accounts.forms.ChangePasswordForm",
    "reauthenticate": "aqb.accounts.forms.AgainForm",
}
SECOND_FACTOR = obligation.from_environment(production=PRODUCTION)  # the roles that have to sign in with one
MFA_ADAPTER = "aqb.accounts.factor.factors.Factors"
MFA_FORMS = obligation.FORMS
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # the device asks for finger, face or PIN: a passkey alone is two factors
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "AQB"
MFA_TOTP_TOLERANCE = 1  # half a minute, so far may the clock of a phone be wrong
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are given by people who know the person
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by people who know the person, not by signing up
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
SIGN_ON = provider.from_environment(production=PRODUCTION)  # the administration's sign-on service, if there is one
SOCIALACCOUNT_ADAPTER = "aqb.accounts.sign_on.oidc.Adapter"
INVITATION_DAYS = whole_number("AQB_INVITATION_DAYS", 14) or 1  # so long the link in the mail opens an account
UNUSED_DAYS = whole_number("AQB_UNUSED_DAYS", 365)  # then the daily job closes an account; 0: never
DRAFT_DAYS = whole_number("AQB_DRAFT_DAYS", 90) or 1  # then the daily job forgets what was typed and never sent
ACCOUNT_RATE_LIMITS = {  # attempts/time/whose; the page that refuses names 5 minutes (aqb/attempts.py)
    "login": "30/m/ip",  # a whole authority may sit behind one address
    "login_failed": "10/5m/ip,5/5m/key",  # password, code of the app, recovery code
    "reset_password": "20/5m/ip,3/5m/key",
    "reset_password_from_key": "20/5m/ip",
    "reauthenticate": "10/5m/user",
    "change_password": "10/5m/user",
    "invitation": "20/5m/ip",  # links to invitations that nobody knows
    "calendar": "20/5m/ip",  # addresses of calendars that nobody has
    "document_check": "20/5m/ip",  # the public check (reporting/public.py) counts like allauth does
    "barrier_report": "10/5m/ip",  # and so does the form for reporting a barrier
}
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}
# How many of our own servers stand in front and add to X-Forwarded-For; without them a visitor's address is not seen.
ALLAUTH_TRUSTED_PROXY_COUNT = whole_number("AQB_TRUSTED_PROXIES", 1 if PRODUCTION else 0)

LANGUAGE_CODE = "de"
TIME_ZONE = "Europe/Berlin"
USE_I18N = True  # Django's, allauth's and the admin's own sentences come in German

STATIC_URL = "/static/"
STATIC_ROOT = LOCAL / "static" if not PRODUCTION else Path(os.environ.get("AQB_STATIC", BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("kern", BASE_DIR / "node_modules" / "@kern-ux" / "native" / "dist"),
    ("htmx", BASE_DIR / "node_modules" / "htmx.org" / "dist"),
]
STORAGES = {
    "default": {
        "BACKEND": "aqb.bucket.BucketStorage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": os.environ.get("AQB_S3_ENDPOINT"),
            "region_name": os.environ.get("AQB_S3_REGION"),
            "retention_days": whole_number("AQB_S3_RETENTION_DAYS", 3650),  # papers of grants are kept for ten years
        },
    }
    if S3_BUCKET
    else {"BACKEND": "aqb.files.ContentStorage", "OPTIONS": {"location": FILES}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Documents and spreadsheets only. What comes in stays in memory until somebody has looked at it (aqb/uploads.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 4
FILE_UPLOAD_HANDLERS = ["aqb.uploads.InMemory"]

CRISPY_ALLOWED_TEMPLATE_PACKS = ["kern"]
CRISPY_TEMPLATE_PACK = "kern"

SECURE_CSP = headers.content_policy(production=PRODUCTION, sign_on=os.environ.get("AQB_OIDC_SERVER", ""))
PERMISSIONS_POLICY = headers.PERMISSIONS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_IDLE = (whole_number("AQB_IDLE_MINUTES", 30) or 1) * 60  # seconds without a request until a session ends
SESSION_WARNING = min(120, SESSION_IDLE // 2)  # seconds before that end the page warns
SESSION_LONGEST = 12 * 60 * 60  # seconds after the last login that it ends at all events
SESSION_COOKIE_AGE = 24 * 60 * 60  # what was typed too late is kept for a day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # a cookie would carry names to the browser
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    if ALLAUTH_TRUSTED_PROXY_COUNT:  # without a server of ours in front a visitor could claim it
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"  # browsers take such a cookie from this host only, and only encrypted
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    CSRF_TRUSTED_ORIGINS = [BASE_URL]

MAILERS = mail.mailers(production=PRODUCTION, local=LOCAL)
DEFAULT_FROM_EMAIL = os.environ.get("AQB_MAIL_FROM", "aqb@localhost")

TABLE_ROWS = whole_number("AQB_TABLE_ROWS", 5_000)  # below the heading of a spreadsheet that is read
TABLE_COLUMNS = whole_number("AQB_TABLE_COLUMNS", 60)
SLOW_SECONDS = whole_number("AQB_SLOW_SECONDS", 3)  # a page that takes longer stands in the log
LOGGING = logs.configuration(production=PRODUCTION)

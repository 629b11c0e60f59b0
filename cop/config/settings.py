"""Settings: one file; the environment chooses. Each COP_ name is documented in docs/settings.md."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from cop.config import env
from cop.config.outside import outside

DEBUG = False
ALLOWED_HOSTS = env.a_list("COP_HOSTS", "localhost,127.0.0.1,[::1]")

COP_REFERENCE = env.a_folder("COP_REFERENCE")
COP_DATA = Path(env.a_text("COP_DATA")) if env.a_text("COP_DATA") else None
COP_ROLE = env.a_choice("COP_ROLE", ("", "public", "desk"))
# The public process signs nothing that outlives it, and never reads the key that seals what staff keep.
SECRET_KEY = env.a_kept_key(None) if COP_ROLE == "public" else env.a_long_secret("COP_SECRET_KEY") or env.a_kept_key(COP_DATA)
COP_TODAY = env.a_day("COP_TODAY")
COP_ADDRESS = env.a_text(
    "COP_ADDRESS", f"https://{ALLOWED_HOSTS[0]}" if env.a_flag("COP_HTTPS") else "http://localhost:8000"
).rstrip("/")
COP_DESK_ADDRESS = env.a_text("COP_DESK_ADDRESS", COP_ADDRESS).rstrip("/")
COP_OWN_COUNTRY = env.a_text("COP_COUNTRY").upper()
COP_CONTACT = env.a_text("COP_CONTACT")
COP_EXIT = env.a_text("COP_EXIT", "https://www.un.org/")
COP_CACHED_PAGES = env.a_number("COP_CACHED_PAGES", 2000)
COP_DEMO = env.a_flag("COP_DEMO")
COP_MAIL = env.a_mail_server("COP_MAIL")
COP_KEYS = Path(env.a_text("COP_KEYS")) if env.a_text("COP_KEYS") else COP_DATA / "keys" if COP_DATA else None
COP_HOTLINE_ELSEWHERE = env.an_organisation("COP_HOTLINE_ELSEWHERE")
COP_HOTLINE_PROOF_OF_WORK = env.a_switch("COP_HOTLINE_PROOF_OF_WORK")
COP_HOTLINE_OVERLOAD = env.a_choice("COP_HOTLINE_OVERLOAD", ("auto", "on"))
COP_HOTLINE_RATE_LIMIT = env.a_switch("COP_HOTLINE_RATE_LIMIT")
COP_TRACE = outside(demo=COP_DEMO)

# What may be opened from the first page of the desk: permission, label in English, address. Each room adds its own.
COP_DESK_ROOMS = [
    ("people.manage", "People", "/desk/people/"),
    ("people.see_matrix", "Roles", "/desk/roles/"),
    ("answers.see", "Rounds", "/desk/rounds/"),
    ("case.see", "Hotline", "/desk/hotline/"),
    ("questionnaire.edit", "Questionnaires", "/desk/questionnaires/"),
    ("audit.see", "Audit trail", "/desk/audit/"),
    ("outbox.see", "Outbox", "/desk/outbox/"),
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "cop.ground",
    "cop.accounts",
    "cop.observatory",
    "cop.guidance",
    "cop.hotline",
    "cop.front",
]
MIDDLEWARE = [
    "cop.config.middleware.PageCache",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cop.config.middleware.Headers",
    "cop.config.middleware.ErrorPages",
    # The next ones do nothing outside /desk/: public pages have no session, no cookie and ask no database for one.
    "cop.config.desk.Sessions",
    "cop.config.desk.Tokens",
    "cop.config.desk.Forms",
    "cop.config.desk.People",
    "cop.config.desk.Languages",  # after People: forms speak the language of who is signed in
    "cop.config.desk.Gate",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "cop.config.urls"
WSGI_APPLICATION = "cop.config.wsgi.application"
DATABASES = {"default": env.a_database("COP_DATABASE_URL", COP_DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_I18N = True  # messages of forms under /desk/; pages have their own catalogues
LANGUAGE_CODE = "en"
LANGUAGES = [(code, code) for code in ("en", "fr", "es", "ar", "zh-hans", "ru")]
USE_TZ = True
TIME_ZONE = "UTC"
APPEND_SLASH = False

# The public is not watched: no third party, no script, no frame, no referrer to others.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = env.a_flag("COP_HTTPS")
SECURE_HSTS_SECONDS = 31536000 if env.a_flag("COP_HTTPS") else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.a_flag("COP_PROXY") else None
X_FRAME_OPTIONS = "DENY"

TEMPLATES = [{"BACKEND": "cop.config.desk_templates.RoomTemplates", "NAME": "rooms", "DIRS": [], "APP_DIRS": False, "OPTIONS": {}}]

# Sign-in: people, sessions, second factor. Sessions and cookies exist only under /desk/.
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["cop.accounts.signin.passwords.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
COP_SESSION_IDLE_MINUTES = env.a_number("COP_SESSION_IDLE_MINUTES", 30)
COP_SESSION_HOURS = env.a_number("COP_SESSION_HOURS", 8)
SESSION_ENGINE = "cop.accounts.models.sessions"
SESSION_COOKIE_NAME = "desk"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/desk/"
SESSION_COOKIE_AGE = COP_SESSION_HOURS * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.a_flag("COP_HTTPS")
CSRF_FAILURE_VIEW = "cop.config.problems.not_sent_from_here"
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "/desk/accounts/login/"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_ADAPTER = "cop.accounts.signin.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/desk/accounts/login/"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = False  # they keep network addresses; ours are blinded
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_ADAPTER = "cop.accounts.signin.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not env.a_flag("COP_HTTPS")  # browsers allow passkeys on http://localhost only
MFA_TOTP_ISSUER = "COP Centre"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RATE_LIMITS = False
MFA_FORMS = {
    "authenticate": "cop.accounts.signin.second_factor.PatientAuthenticateForm",
    "reauthenticate": "cop.accounts.signin.second_factor.PatientReauthenticateForm",
    "activate_totp": "cop.accounts.signin.second_factor.PatientActivateForm",
    "add_webauthn": "cop.accounts.signin.second_factor.GuardedAddForm",
    "edit_webauthn": "cop.accounts.signin.second_factor.GuardedEditForm",
    "login_webauthn": "cop.accounts.signin.second_factor.GuardedLoginForm",
    "authenticate_webauthn": "cop.accounts.signin.second_factor.GuardedAuthenticateForm",
    "reauthenticate_webauthn": "cop.accounts.signin.second_factor.GuardedReauthenticateForm",
}

# A workbook of facts stays in memory and is forgotten with the answer; larger requests are refused.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

# Log lines name what failed and never an address of a visitor, nor a key that stands in an address of ours.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without keys": {"()": "cop.config.log_lines.WithoutKeys"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["without keys"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}},
}

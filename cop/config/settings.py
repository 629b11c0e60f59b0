"""Settings: one file; the environment chooses. Each COP_ name is documented in docs/settings.md."""

from __future__ import annotations

import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from cop.config import env

DEBUG = False
# Nothing is signed yet; a deployment that will sign something names a file.
SECRET_KEY = env.a_secret("COP_SECRET_KEY") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = env.a_list("COP_HOSTS", "localhost,127.0.0.1,[::1]")

COP_REFERENCE = env.a_folder("COP_REFERENCE")
COP_DATA = Path(env.a_text("COP_DATA")) if env.a_text("COP_DATA") else None
COP_TODAY = env.a_day("COP_TODAY")
COP_OWN_COUNTRY = env.a_text("COP_COUNTRY").upper()
COP_CONTACT = env.a_text("COP_CONTACT")
COP_EXIT = env.a_text("COP_EXIT", "https://www.un.org/")
COP_CACHED_PAGES = env.a_number("COP_CACHED_PAGES", 2000)
COP_DEMO = env.a_flag("COP_DEMO")

INSTALLED_APPS = [
    "django.contrib.postgres",
    "cop.ground",
    "cop.accounts",
    "cop.observatory",
    "cop.guidance",
    "cop.front",
]
MIDDLEWARE = [
    "cop.config.middleware.PageCache",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cop.config.middleware.Headers",
    "cop.config.middleware.ErrorPages",
]
ROOT_URLCONF = "cop.config.urls"
WSGI_APPLICATION = "cop.config.wsgi.application"
DATABASES = {"default": env.a_database("COP_DATABASE_URL", COP_DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_I18N = False
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

# A workbook of facts stays in memory and is forgotten with the answer; larger requests are refused.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

# Log lines name what failed and never an address of a visitor.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}},
}

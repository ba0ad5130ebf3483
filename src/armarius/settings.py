"""Django's settings, made from our own table in `config`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from armarius import config
from armarius.errors import BadInput

HOME = config.home()
PACKAGE = Path(__file__).parent


def _secret_key() -> str:
    given = config.text("ARMARIUS_SECRET_KEY")
    if given:
        if len(given) < 32:
            raise BadInput(
                "ARMARIUS_SECRET_KEY is shorter than 32 characters. Leave it empty to have one made."
            )
        return given
    path = HOME / "secret"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(
                os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
            ) as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    return path.read_text("ascii").strip()


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise BadInput(
            f"ARMARIUS_DATABASE_URL begins with “{parts.scheme}”; it must be postgresql://."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or "armarius",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "127.0.0.1",
        "PORT": str(parts.port or 5432),
        "CONN_MAX_AGE": 300,  # a connection stays with its thread: docs/decisions/0011
        "CONN_HEALTH_CHECKS": True,
    }


def _database_url() -> str:
    """The given server, else the embedded one, whose address its supervisor leaves in a file."""
    given = config.text("ARMARIUS_DATABASE_URL")
    address = HOME / "database" / "url"
    if not given and address.exists():
        return address.read_text("utf-8").strip()
    return given or "postgresql://armarius@127.0.0.1:1/armarius"


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = config.names("ARMARIUS_HOSTS")
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "ninja",  # its API documentation, from our own server
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",  # its tables belong to those of the next one
    "allauth.socialaccount",  # OpenID Connect: the protocol, and who is who there
    "allauth.socialaccount.providers.openid_connect",
    "armarius.apps.ArmariusConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "armarius.api.edges.security_headers",
    "armarius.api.edges.compression",
    "armarius.api.edges.problem_form",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
]  # for the API's documentation page only
ROOT_URLCONF = "armarius.urls"
AUTH_USER_MODEL = "armarius.User"
AUTHENTICATION_BACKENDS = ["armarius.ops.signing.Backend"]
PASSWORD_RESET_TIMEOUT = 3600
DATABASES = {"default": _database(_database_url())}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

STATIC_URL = "/static/"
# The build puts a hash of the content into every name there.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/"
WHITENOISE_USE_FINDERS = True  # served from the package: no collecting step
LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "UTC"
APPEND_SLASH = False

SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = config.flag("ARMARIUS_HTTPS")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
FILE_UPLOAD_HANDLERS = ["armarius.api.receiving.Capped"]
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024

# Mail is sent by a worker, never while somebody waits for an answer.
EMAIL_HOST = config.text("ARMARIUS_MAIL_HOST")
EMAIL_PORT = config.number("ARMARIUS_MAIL_PORT")
EMAIL_HOST_USER = config.text("ARMARIUS_MAIL_USER")
EMAIL_HOST_PASSWORD = config.text("ARMARIUS_MAIL_PASSWORD")
_SECURITY = config.choice("ARMARIUS_MAIL_SECURITY", "starttls", "tls", "none")
EMAIL_USE_TLS, EMAIL_USE_SSL = _SECURITY == "starttls", _SECURITY == "tls"
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = config.text("ARMARIUS_MAIL_FROM")
EMAIL_FILE_PATH = HOME / "outbox"
EMAIL_BACKEND = "django.core.mail.backends." + (
    "smtp.EmailBackend" if EMAIL_HOST else "filebased.EmailBackend"
)

# allauth speaks OpenID Connect for us; what becomes of a sign-in is decided in `api.openid`.
SOCIALACCOUNT_ADAPTER = "armarius.api.openid.Door"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "openid",
                "name": config.text("ARMARIUS_OIDC_LABEL"),
                "client_id": config.text("ARMARIUS_OIDC_CLIENT_ID"),
                "secret": config.text("ARMARIUS_OIDC_CLIENT_SECRET"),
                "settings": {
                    "server_url": config.text("ARMARIUS_OIDC_ISSUER"),
                    "oauth_pkce_enabled": True,
                },
            }
        ]
        if config.text("ARMARIUS_OIDC_ISSUER")
        else []
    }
}

"""All settings: one table, read from the environment, then from one file, then the default.

The file is ``armarius.conf`` in `ARMARIUS_HOME`: lines of ``NAME=value``, ``#`` starts a
comment. Knows no Django, so that the command line without a database can use it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from armarius.errors import BadInput


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting with its default, as text, and one line of help."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting(
        "ARMARIUS_HOME",
        "",
        "Folder of all data; default ~/.local/share/armarius, for root /var/lib/armarius.",
    ),
    Setting(
        "ARMARIUS_DATABASE_URL",
        "",
        "postgresql://user:password@host:port/name; empty: our own embedded server.",
    ),
    Setting(
        "ARMARIUS_SECRET_KEY",
        "",
        "Key that signs sessions; empty: made once and kept in ARMARIUS_HOME/secret.",
    ),
    Setting("ARMARIUS_LISTEN", "127.0.0.1", "Address that the web server listens on."),
    Setting("ARMARIUS_PORT", "8420", "Port that the web server listens on."),
    Setting(
        "ARMARIUS_HOSTS",
        "localhost,127.0.0.1,[::1]",
        "Host names under which the site is reached, with commas.",
    ),
    Setting(
        "ARMARIUS_ADDRESS",
        "",
        "Address of the site in letters and sign-in, https://…; empty: http://127.0.0.1 and the port.",
    ),
    Setting("ARMARIUS_WEB_PROCESSES", "1", "Web server processes."),
    Setting("ARMARIUS_WEB_THREADS", "8", "Threads per web process for ordinary requests."),
    Setting("ARMARIUS_HTTPS", "no", "yes: cookies only over HTTPS (behind a TLS proxy)."),
    Setting(
        "ARMARIUS_MAIL_HOST",
        "",
        "Server that sends mail; empty: letters are put into ARMARIUS_HOME/outbox.",
    ),
    Setting("ARMARIUS_MAIL_PORT", "587", "Port of the mail server."),
    Setting(
        "ARMARIUS_MAIL_SECURITY", "starttls", "How it is spoken to: starttls, tls or none."
    ),
    Setting("ARMARIUS_MAIL_USER", "", "User name at the mail server."),
    Setting("ARMARIUS_MAIL_PASSWORD", "", "Password at the mail server."),
    Setting("ARMARIUS_MAIL_FROM", "armarius@localhost", "Sender of all letters."),
    Setting(
        "ARMARIUS_OIDC_ISSUER",
        "",
        "Issuer of OpenID Connect for signing in, https://…; empty: not offered.",
    ),
    Setting("ARMARIUS_OIDC_CLIENT_ID", "armarius", "Our client id at the issuer."),
    Setting("ARMARIUS_OIDC_CLIENT_SECRET", "", "Our secret at the issuer."),
    Setting("ARMARIUS_OIDC_LABEL", "University login", "What the button says."),
    Setting(
        "ARMARIUS_OIDC_DOMAINS",
        "",
        "Domains of mail addresses that may come in by it, with commas; empty: all.",
    ),
    Setting(
        "ARMARIUS_OIDC_JOIN",
        "invited",
        "Who gets an account by it: invited people only, or everybody.",
    ),
    Setting("ARMARIUS_MAX_MEGAPIXELS", "150", "Largest page image, in millions of pixels."),
    Setting("ARMARIUS_MAX_FILE_MB", "500", "Largest single image file, in MB."),
    Setting("ARMARIUS_MAX_XML_MB", "50", "Largest ALTO or PAGE file, in MB."),
    Setting("ARMARIUS_MAX_UPLOAD_MB", "20000", "Largest upload (ZIP, PDF), in MB."),
    Setting("ARMARIUS_MAX_PAGES", "5000", "Most pages of one PDF or TIFF."),
    Setting("ARMARIUS_MAX_MEMBERS", "20000", "Most files of one ZIP archive."),
    Setting(
        "ARMARIUS_MAX_UNPACKED_MB", "100000", "Most that one ZIP archive may unpack to, in MB."
    ),
    Setting(
        "ARMARIUS_BIN_DAYS",
        "30",
        "Days for which deleted projects, documents, pages, layers and models, and former images, can be brought back; 0: for ever.",
    ),
    Setting(
        "ARMARIUS_EXPORT_DAYS",
        "14",
        "Days after which an export leaves the list, with its link.",
    ),
    Setting("ARMARIUS_PDF_DPI", "300", "Resolution at which PDF pages become images."),
    Setting(
        "ARMARIUS_ENGINE_IDLE_S", "600", "Seconds after which an idle engine process ends."
    ),
    Setting("ARMARIUS_ENGINE_MEMORY_MB", "8000", "Memory that one engine process may use."),
    Setting(
        "ARMARIUS_DISK_GB_PER_USER",
        "",
        "Disk that one person may use, in GB, unless they have a limit of their own; empty: no limit.",
    ),
    Setting(
        "ARMARIUS_CPU_MINUTES_PER_USER",
        "",
        "Minutes of CPU that one person's jobs may take in 30 days; empty: no limit.",
    ),
    Setting(
        "ARMARIUS_GPU_MINUTES_PER_USER",
        "",
        "Minutes of GPU that one person's jobs may take in 30 days; empty: no limit.",
    ),
    Setting("ARMARIUS_JOBS_PER_USER", "100", "Open jobs that one user may have."),
    Setting(
        "ARMARIUS_LOST_AFTER_S",
        "30",
        "Seconds without a sign of life after which a worker's batch goes to another one.",
    ),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def home() -> Path:
    """The data folder; not created here."""
    given = os.environ.get("ARMARIUS_HOME", "")
    if given:
        return Path(given).expanduser().absolute()
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/armarius")
    return Path("~/.local/share/armarius").expanduser()


def text(name: str) -> str:
    """The value of a setting.

    Raises:
        KeyError: there is no such setting in the table.
    """
    setting = _BY_NAME[name]
    return (
        os.environ.get(name)
        or _from_file(home() / "armarius.conf").get(name)
        or setting.default
    )


def number(name: str) -> int:
    """The value of a setting that is a whole number above 0.

    Raises:
        BadInput: it is something else.
    """
    value = text(name)
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise BadInput(f"{name} is “{value}”; it must be a whole number above 0.")
    return int(value)


def amount(name: str) -> int | None:
    """The value of a setting that is a whole number, None where it is empty.

    Raises:
        BadInput: it is something else.
    """
    value = text(name)
    if value and (not value.isascii() or not value.isdigit()):
        raise BadInput(f"{name} is “{value}”; it must be a whole number, or empty.")
    return int(value) if value else None


def flag(name: str) -> bool:
    """The value of a setting that is yes or no.

    Raises:
        BadInput: it is something else.
    """
    value = text(name)
    try:
        return _YES_NO[value.lower()]
    except KeyError:
        raise BadInput(f"{name} is “{value}”; it must be yes or no.") from None


def choice(name: str, *allowed: str) -> str:
    """The value of a setting that is one of some words.

    Raises:
        BadInput: it is something else.
    """
    value = text(name)
    if value not in allowed:
        raise BadInput(f"{name} is “{value}”; it must be one of: {', '.join(allowed)}.")
    return value


def names(name: str) -> list[str]:
    """The value of a setting that is a list with commas."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def _from_file(path: Path) -> dict[str, str]:
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return {}
    return _parsed(path, changed)


@lru_cache(4)
def _parsed(path: Path, changed: int) -> dict[str, str]:
    values: dict[str, str] = {}
    for number_, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.partition("=")
        if not equals or name.strip() not in _BY_NAME:
            raise BadInput(
                f"{path}, line {number_}: “{name.strip()}” is not a setting. See docs/settings.md."
            )
        values[name.strip()] = value.strip().strip("\"'")
    return values

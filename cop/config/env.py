"""Readers of the environment that fail loudly."""

from __future__ import annotations

import contextlib
import os
import secrets
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url

from cop.ground.exchange.mail import MailServer, Tls


class BadSetting(Exception):
    """A setting that can't be used; the message names it and says what is accepted."""


def a_text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def a_list(name: str, default: str = "") -> list[str]:
    """Words parted by commas."""
    return [word.strip() for word in a_text(name, default).split(",") if word.strip()]


def a_flag(name: str, default: bool = False) -> bool:
    text = a_text(name, "1" if default else "0")
    if text not in ("0", "1"):
        raise BadSetting(f"{name} is {text!r}; write 0 or 1")
    return text == "1"


def an_organisation(name: str) -> tuple[str, str] | None:
    """A name and an address of the web, parted by a space: Partner Hotline https://report.partner.example/."""
    text = a_text(name).strip()
    if not text:
        return None
    said, _, address = text.rpartition(" ")
    parts = urlsplit(address)
    if not said.strip() or parts.scheme != "https" or not parts.hostname or not address.isascii():
        raise BadSetting(f"{name} is {text!r}; write a name and an address such as Partner Hotline https://report.partner.example/")
    return said.strip(), address


def a_choice(name: str, accepted: tuple[str, ...]) -> str:
    """One of the accepted words, the first of them unless another is set."""
    text = a_text(name, accepted[0])
    if text not in accepted:
        raise BadSetting(f"{name} is {text!r}; write one of {', '.join(word or 'nothing' for word in accepted)}")
    return text


def a_switch(name: str) -> bool:
    """Something that is on unless it is switched off: on or off."""
    text = a_text(name, "on")
    if text not in ("on", "off"):
        raise BadSetting(f"{name} is {text!r}; write on or off")
    return text == "on"


def a_number(name: str, default: int) -> int:
    text = a_text(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise BadSetting(f"{name} is {text!r}; write a whole number")
    return int(text)


def a_day(name: str) -> date | None:
    text = a_text(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadSetting(f"{name} is {text!r}; write a day such as 2026-11-22") from None


def a_folder(name: str) -> Path | None:
    """A folder that must exist when it is named."""
    text = a_text(name)
    if text and not Path(text).is_dir():
        raise BadSetting(f"{name} is {text!r}, which is no folder")
    return Path(text) if text else None


def a_secret(name: str) -> str:
    """A secret in the file that NAME_FILE names; empty when none is named. Secrets never stand in the environment itself."""
    named = a_text(f"{name}_FILE")
    if not named:
        return ""
    try:
        held = Path(named).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise BadSetting(f"{name}_FILE is {named!r}: {why}") from None
    if not held:
        raise BadSetting(f"{name}_FILE is {named!r}: the file is empty")
    return held


LEAST_KEY = 40


def a_long_secret(name: str) -> str:
    """A secret that a person can't have thought up; empty where no file is named."""
    held = a_secret(name)
    if held and len(held) < LEAST_KEY:
        raise BadSetting(f"{name}_FILE holds {len(held)} signs; write at least {LEAST_KEY} random ones")
    return held


def a_kept_key(folder: Path | None) -> str:
    """The secret key of this centre, made at the first start in the data folder and readable by its owner only.

    Without a data folder the key lasts as long as the process.
    """
    if folder is None:
        return secrets.token_urlsafe(50)
    file = folder / "secret.key"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            fresh = folder / f"secret.key.{secrets.token_hex(8)}"
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
                out.write(secrets.token_urlsafe(50))
                out.flush()
                os.fsync(out.fileno())
            with contextlib.suppress(FileExistsError):  # another process was first: its key is the centre's
                os.link(fresh, file)
            fresh.unlink()
        key = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSetting(
            f"the secret key {file} can't be read or made: {error.strerror}; name another in COP_SECRET_KEY_FILE"
        ) from None
    if len(key) < LEAST_KEY:
        raise BadSetting(f"the secret key {file} is too short; delete it and a new one is made at the next start")
    return key


_SQLITE = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=10000;"


def a_database(name: str, folder: Path | None) -> dict[str, Any]:
    """The database that an address such as postgres://cop@localhost/cop names; without one, an embedded SQLite in `folder`.

    A password stands in the file that NAME_PASSWORD_FILE names, never in the address.
    """
    address = a_text(name)
    if address:
        try:
            found: dict[str, Any] = dict(dj_database_url.parse(address, conn_max_age=60, conn_health_checks=True))
        except (ValueError, KeyError) as error:
            raise BadSetting(f"{name} can't be read as the address of a database: {error}") from None
        if found["ENGINE"] not in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
            raise BadSetting(f"{name} names no SQLite or PostgreSQL database; write sqlite:///path or postgres://user@host/name")
        if found.get("PASSWORD"):
            raise BadSetting(f"{name} holds a password; put it into a file and name that in {name}_PASSWORD_FILE")
        if password := a_secret(f"{name}_PASSWORD"):
            found["PASSWORD"] = password
    else:
        file = folder / "centre.sqlite3" if folder is not None else ":memory:"
        found = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)}
    if found["ENGINE"].endswith("sqlite3"):
        found["CONN_MAX_AGE"] = 60
        found["OPTIONS"] = {"init_command": _SQLITE, "transaction_mode": "IMMEDIATE", "timeout": 10}
    return found


_HERE = ("localhost", "127.0.0.1", "::1")


def a_mail_server(name: str) -> MailServer | None:
    """The mail server that an address such as smtp://user@mail.example:587 names; None where none is named.

    The sender stands in NAME_FROM, the password in the file that NAME_PASSWORD_FILE names, NAME_TLS is starttls, implicit or off.
    """
    address = a_text(name)
    if not address:
        return None
    tls = a_text(f"{name}_TLS", "starttls")
    if tls not in set(Tls):
        raise BadSetting(f"{name}_TLS is {tls!r}; write starttls, implicit or off")
    try:
        parts = urlsplit(address)
        port = parts.port or (465 if tls == "implicit" else 587)
    except ValueError:
        raise BadSetting(f"{name} can't be read; write smtp://host:port or smtp://user@host:port") from None
    if parts.scheme != "smtp" or not parts.hostname or parts.path.strip("/") or parts.query:
        raise BadSetting(f"{name} can't be read; write smtp://host:port or smtp://user@host:port")
    if parts.password:
        raise BadSetting(f"{name} holds a password; put it into a file and name that in {name}_PASSWORD_FILE")
    if tls == "off" and parts.hostname not in _HERE:
        raise BadSetting(f"{name}_TLS is off, which only a mail server on this machine may have; write starttls or implicit")
    sender = a_text(f"{name}_FROM")
    if sender.count("@") != 1 or not sender.isascii() or not sender.isprintable() or " " in sender:
        raise BadSetting(f"{name}_FROM is {sender!r}; write the address that mails come from")
    return MailServer(parts.hostname, port, sender, Tls(tls), unquote(parts.username or ""), a_secret(f"{name}_PASSWORD"))

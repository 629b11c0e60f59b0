"""Letters of a round, in the language of the country. They carry an address of the desk and never an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cop.ground.core.door import BY_CODE, Words, words


@dataclass(frozen=True)
class Letter:
    """Subject and text of a mail."""

    subject: str
    body: str


def title_in(title: Mapping[str, str], code: str) -> str:
    """The title of a round in a language, else in English."""
    return title.get(code) or title.get("en", "")


def _words(code: str) -> Words:
    return words(code if code in BY_CODE else "en")


def preview_letter(title: Mapping[str, str], until: datetime, code: str, path: str) -> Letter:
    """Tells a country that it can see its page before it is public, and may reply."""
    t = _words(code)
    name, day = title_in(title, code), t.date(until.date())
    return Letter(
        t("Preview of your page: %(round)s", round=name),
        "\n\n".join((
            t("Your country can see its page of the round %(round)s before it is public, until %(date)s.", round=name, date=day),
            t("You may reply to it in any of the six languages, in up to 300 words. The reply is printed with the page."),
            t("Silence is not consent. It does not hold back the public texts of laws."),
            path,
        )),
    )  # fmt: skip


def reminder_letter(title: Mapping[str, str], deadline: datetime, code: str, path: str, about: str) -> Letter:
    """Reminds a country of a deadline; `about` is answers or preview."""
    t = _words(code)
    name = title_in(title, code)
    day = t.date(deadline.date())
    if about == "preview":
        first = t("Your country can reply to its page of the round %(round)s until %(date)s.", round=name, date=day)
    else:
        first = t("The round %(round)s is open for the answers of your country until %(date)s.", round=name, date=day)
    return Letter(
        t("Reminder: %(round)s", round=name),
        "\n\n".join((first, t("What was written is kept; you can go on from any device."), path)),
    )


def returned_letter(title: Mapping[str, str], code: str, path: str, asked: int) -> Letter:
    """Tells a country that its answers came back with questions."""
    t = _words(code)
    name = title_in(title, code)
    return Letter(
        t("Answers returned: %(round)s", round=name),
        "\n\n".join((
            t("The answers of your country to %(round)s came back. Questions that wait for you: %(n)s.", round=name, n=asked),
            path,
        )),
    )  # fmt: skip


def signed_letter(title: Mapping[str, str], code: str, sha256: str, number: int) -> Letter:
    """Confirms a signature with the hash of what was signed."""
    t = _words(code)
    name = title_in(title, code)
    return Letter(
        t("Signed: %(round)s", round=name),
        "\n\n".join((
            t("The answers of your country to %(round)s were signed. This is signature number %(n)s.", round=name, n=number),
            t("Fingerprint (SHA-256) of what was signed: %(sha256)s", sha256=sha256),
            t("If this is wrong, write to the secretariat at once."),
        )),
    )  # fmt: skip

"""The words of a notice, a referral, reports passed on, and the mail that leads to a sealed page: in English, then in the
contact's language.

A notice holds what Article 16(2) of Regulation (EU) 2022/2065 (DSA) asks for: (a) why it is illegal, (b) where exactly it is,
(c) who we are, though it frees notices of sexual abuse of children from that, and (d) that we believe this in good faith.
"""

from __future__ import annotations

from collections.abc import Callable

from cop.ground.core.door import BY_CODE, Words, mark, words
from cop.hotline.core.addresses import defang_in, defanged
from cop.hotline.core.codes import CONCERNS, SITE_TYPES
from cop.hotline.core.notice import PASSING, Letter, Line
from cop.hotline.core.passing import Passed

SUBJECTS: dict[str, str] = {
    "first": mark("Notice of illegal content %(number)s"),
    "reminder": mark("Reminder: notice of illegal content %(number)s"),
    "escalation": mark("Notice of illegal content that is still there %(number)s"),
    "referral": mark("Referral to the police %(number)s"),
    PASSING: mark("Reports passed on %(number)s"),
}
_KINDS: dict[str, str] = {
    "baseline": mark("Sexual abuse or exploitation of a child shown; illegal in nearly every country."),
    "national": mark("Illegal under our national law on the protection of children."),
}
_LEGAL = mark("Law: %(law)s")
_OPENINGS: dict[str, str] = {
    "first": mark("We tell you of content that is illegal and that you host, carry or can act on."),
    "reminder": mark("We told you of this content before. It was still there when we last looked."),
    "escalation": mark("Others were told of this content and it is still there. You can act on it."),
    "referral": mark("We refer this to you. We have kept no copy of the content and have not fetched it."),
    PASSING: mark("We pass these reports on to you. Nobody here has assessed them."),
}
_REASON = mark(
    "Why it is illegal: two trained people of our hotline, one after the other, assessed what stands at each location below. "
    "What each of them found is written beside it."
)
_REASON_ONE = mark("One of our people read the report. A child may be in danger now, so it was not held back for a second look.")
_WHERE = mark(
    "Where it is: each location is written so that it can't be opened by mistake; read hxxp as http, [.] as a dot and [:] as a "
    "colon. The exact locations stand in the list that comes with this."
)
_FAITH = mark("We state in good faith that what is said here is accurate and complete as far as we know.")
_ASK = mark(
    "What we ask: remove the content or close access to it without delay; where your law says so, preserve it and the data "
    "about it for the police first; don't warn whoever put it there; confirm that you received this, and tell us your decision "
    "and the means of redress. Name the reference number. Don't send us any of the content."
)
_ASK_POLICE = mark("What we ask: tell us your receipt number and, later, what came of it. Name the number above.")
_DANGER = mark("A child may be in danger now.")
_OF_REPORTER = mark("The reporter agreed that you may write or call: %(contact)s")
_SIGNED = mark("%(name)s, hotline, %(mail)s")
_LINE = mark("Reference %(reference)s, assessed on %(day)s")
_FOUND_AT = mark("Hosted in %(country)s, network %(network)s")
_RECEIVED = mark("Reference %(reference)s, received %(moment)s")
_SAYS_CHILD = mark("The reporter says that they are under 18.")
_SAYS_DANGER = mark("The report says that a child is in danger now.")
_LEFT_OUT = mark("Further messages of the reporter that are too long or do not open: %(n)s")
_FIND = mark("To find it: %(extra)s")
_PAGE = mark(
    "A notice of illegal content waits for you on a page of ours. Open %(page)s, paste the code below and press the button. It "
    "opens three times within 14 days, and nobody else can open it. This mail holds none of the content and no address of it."
)
_PAGE_OF_REPORTS = mark(
    "Reports from the public wait for you on a page of ours. Open %(page)s, paste the code below and press the button. It opens "
    "three times within 14 days, and nobody else can open it. This mail holds nothing of what the reports say."
)
_EXACT = mark(
    "Addresses are written so that they can't be opened by mistake; read hxxp as http, [.] as a dot and [:] as a colon. The exact "
    "words stand in the JSON file that comes with this."
)
_ASK_REPORTS = mark(
    "What we ask: assess the reports and act on them; tell us your receipt number and, later, what came of them. Name the number "
    "above. Don't send us any content."
)
_CODE = mark("Code: %(code)s")
_LOCKED = mark(
    "What we write is encrypted to your OpenPGP key %(key)s, in the attached files. This mail holds no address of content."
)


def subject(letter: Letter) -> str:
    """The subject of the mail, in English: never with an address of content."""
    return SUBJECTS[letter.kind] % {"number": letter.number}


def write(letter: Letter, language: str = "en") -> str:
    """The whole text in English and, where the contact has another of the six languages, in that too."""
    text = _text_of_reports if letter.kind == PASSING else _text
    return _in_both(language, lambda t: text(letter, t))


def leading_to(letter: Letter, page: str, code: str, language: str = "en") -> str:
    """The mail that leads to the sealed page: address of the page and code, and nothing of the content."""

    def text(t: Words) -> str:
        where = _PAGE_OF_REPORTS if letter.kind == PASSING else _PAGE
        return "\n\n".join((_title(letter, t), t(where, page=page), t(_CODE, code=code), _signature(letter, t)))

    return _in_both(language, text)


def covering(letter: Letter, key: str, language: str = "en") -> str:
    """The mail around an encrypted file. `key` is the fingerprint that it was encrypted to."""
    return _in_both(language, lambda t: "\n\n".join((_title(letter, t), t(_LOCKED, key=key), _signature(letter, t))))


def listed(letter: Letter) -> str:
    """The exact locations as a text to download: reference, tabulator, location, one a line."""
    return "".join(f"{line.reference}\t{' '.join(line.address.split())}\n" for line in letter.lines)


def _in_both(language: str, text: Callable[[Words], str]) -> str:
    return "\n\n----------\n\n".join(text(words(code)) for code in dict.fromkeys(("en", language))) + "\n"


def _text(letter: Letter, t: Words) -> str:
    police = letter.kind == "referral"
    second = all(line.outcome for line in letter.lines)
    parts = [
        _title(letter, t),
        t.date(letter.on),
        t(_OPENINGS[letter.kind]),
        t(_DANGER) if letter.danger else "",
        t(_REASON if second else _REASON_ONE),
        t(_WHERE),
        *(_line(line, t) for line in letter.lines),
        t(_OF_REPORTER, contact=letter.contact_of_reporter) if police and letter.contact_of_reporter else "",
        t(_ASK_POLICE if police else _ASK),
        t(_FAITH),
        _signature(letter, t),
    ]
    return "\n\n".join(part for part in parts if part)


def _text_of_reports(letter: Letter, t: Words) -> str:
    parts = [
        _title(letter, t),
        t.date(letter.on),
        t(_OPENINGS[letter.kind]),
        t(_EXACT),
        *(_report(one, t) for one in letter.reports),
        t(_ASK_REPORTS),
        _signature(letter, t),
    ]
    return "\n\n".join(parts)


def _report(one: Passed, t: Words) -> str:
    """One report. What the reporter wrote is quoted, so that no words of it pass for ours."""
    named = (
        (mark("Address"), defanged(one.address) if one.address else ""),
        (mark("Place"), _in_line(one.place)),
        (mark("Kind of concern"), t(CONCERNS.get(one.concern, ""))),
        (mark("Kind of site"), t(SITE_TYPES.get(one.site_type, ""))),
        (mark("Language"), BY_CODE[one.language].name if one.language in BY_CODE else ""),
        (mark("The reporter agreed that you may write or call"), _in_line(one.contact)),
    )
    rows = [
        t(_RECEIVED, reference=one.reference, moment=f"{one.received[:10]} {one.received[11:16]} UTC"),
        t(_SAYS_DANGER) if one.danger else "",
        t(_SAYS_CHILD) if one.child else "",
        *(f"{t(label)}{t.colon}{text}" for label, text in named if text),
        *_quoted(mark("Words of the reporter"), one.note, t),
        *(row for text in one.added for row in _quoted(mark("Added by the reporter later"), text, t)),
        t(_LEFT_OUT, n=one.left_out) if one.left_out else "",
    ]
    return "\n".join(f"  {row}" for row in rows if row)


def _quoted(label: str, text: str, t: Words) -> list[str]:
    return [t(label) + t.colon.rstrip(), *(f"| {row}" for row in defang_in(text).splitlines())] if text else []


def _in_line(text: str) -> str:
    return " ".join(defang_in(text).split())


def _line(line: Line, t: Words) -> str:
    rows = [
        t(_LINE, reference=line.reference, day=t.date(line.assessed_on)),
        defanged(line.address) if line.kind != "words" else line.address,
        t(_KINDS[line.outcome]) if line.outcome in _KINDS else "",
        t(_LEGAL, law=line.law) if line.law else "",
        t(_FOUND_AT, country=line.country, network=line.network or "-") if line.country else "",
        t(_FIND, extra=line.extra) if line.extra else "",
    ]
    return "\n".join(f"  {row}" for row in rows if row)


def _title(letter: Letter, t: Words) -> str:
    return t(SUBJECTS[letter.kind], number=letter.number)


def _signature(letter: Letter, t: Words) -> str:
    return t(_SIGNED, name=letter.sender.name, mail=letter.sender.mail)

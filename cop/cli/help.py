"""`cop help confirm | withdraw | show`: the operator's own word on the numbers of the help finder."""

from __future__ import annotations

import argparse
from datetime import date

from cop.cli.failures import Misused
from cop.cli.places import data_folder, own_folder, reference_root, today
from cop.ground.core.door import Ground, ground
from cop.guidance.core.door import Word, add_word, digits, guidance, lasts_until, read_own_word

HELP = "the operator's own word on helpline and emergency numbers"
KINDS = ("helpline", "missing_children", "suicide", "all", "police", "ambulance", "fire")
# What a confirmation may say beside the number; what is left out is taken from the packaged list where the number stands there.
OPTIONAL = ("organisation", "number_type", "hours", "cost", "channels", "details", "languages", "ages", "url")


def add_options(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="confirm|withdraw|show", required=True)
    confirm = actions.add_parser("confirm", help="show a number: a person of the centre checked it; lasts six months")
    withdraw = actions.add_parser("withdraw", help="show a number no more, from this second on, on every page")
    for command in (confirm, withdraw):
        command.add_argument("area", metavar="CR", help="ISO code of the area")
        command.add_argument("--number", required=True)
        command.add_argument(
            "--kind", choices=KINDS, default="helpline", help="all, police, ambulance and fire are emergency numbers"
        )
        command.add_argument("--source", required=True, help="what the person read or whom the person asked")
        command.add_argument("--person", required=True, help="who of the centre vouches; kept in the file, never shown")
        command.add_argument("--date", default=None, help="the day of the check (default: today)")
    confirm.add_argument("--organisation", help="who answers")
    confirm.add_argument("--number-type", choices=("short", "national", "tollfree", "international"))
    confirm.add_argument("--hours", help="24/7, or hours in words")
    confirm.add_argument("--cost", choices=("free",), help="only where it is free on every network")
    confirm.add_argument("--channels", help="some of: phone chat text email app whatsapp")
    confirm.add_argument("--details", help="networks, privacy, from abroad")
    confirm.add_argument("--languages")
    confirm.add_argument("--ages")
    confirm.add_argument("--url", help="the provider's own page, https://...")
    confirm.add_argument("--expires", help="at the latest six months after the check (default: six months)")
    show = actions.add_parser("show", help="every number that is held for an area, and whether it is shown")
    show.add_argument("area", metavar="CR")


def run(options: argparse.Namespace) -> int:
    held = ground(reference_root())
    area = guidance(reference_root(), own_folder()).area(options.area)
    if options.action == "show":
        return _show(held, area.iso2)
    said = _day("--date", options.date) if options.date else today()
    if said > today():
        raise Misused(f"--date {said} lies in the future")
    try:
        word = _word(options, held, area.iso2, said.isoformat())
        if word.verdict == "confirmed" and _day("--expires", word.expires) < today():
            raise Misused(f"a check of {said} has expired on {word.expires}; check the number again")
        if word.verdict == "withdrawn":
            _must_be_held(word, held)
        add_word(data_folder(), word, held.places)
    except ValueError as error:
        raise Misused(str(error)) from None
    if word.verdict == "confirmed":
        print(f"{area.iso2} {word.number} ({word.organisation or word.kind}) is shown as confirmed until {word.expires}")
    else:
        print(f"{area.iso2} {word.number} is withdrawn and no longer shown")
    return 0


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misused(f"{option} is {text!r}; write a day such as 2026-11-22") from None


def _must_be_held(word: Word, held: Ground) -> None:
    """A number that nobody holds can't be withdrawn: a slip would leave the right one on every page."""
    own = read_own_word(own_folder(), held.places)
    known = {(s.kind, digits(s.number)) for s in held.services.of(word.iso2) if s.number}
    known |= {(n.service, digits(n.number)) for n in held.services.emergency_listed(word.iso2)}
    known |= {(w.kind, digits(w.number)) for w in own.words if w.iso2 == word.iso2}
    if (word.kind, digits(word.number)) not in known:
        there = ", ".join(f"{number} ({kind})" for kind, number in sorted(known)) or "none"
        raise Misused(f"{word.iso2} has no {word.kind} number {word.number}; held are: {there}")


def _word(options: argparse.Namespace, held: Ground, iso2: str, said: str) -> Word:
    known = dict.fromkeys(OPTIONAL, "")
    if options.kind in KINDS[3:]:
        known["number_type"] = "short"
    for service in held.services.of(iso2, options.kind):
        if service.number and digits(service.number) == digits(options.number):
            known = {name: getattr(service, name) for name in OPTIONAL} | {"channels": " ".join(service.channels)}
            known["number_type"] = str(service.number_type)
    if options.action == "confirm":
        known |= {name: value for name in OPTIONAL if (value := getattr(options, name)) is not None}
    known = {name: " ".join(str(value).split()) for name, value in known.items()}
    return Word(
        verdict="confirmed" if options.action == "confirm" else "withdrawn", iso2=iso2, kind=options.kind,
        number=options.number.strip(),
        source=" ".join(options.source.split()), person=" ".join(options.person.split()), date=said,
        expires=getattr(options, "expires", None) or lasts_until(said), **known,
    )  # fmt: skip


def _show(held: Ground, iso2: str) -> int:
    own = read_own_word(own_folder(), held.places)
    for problem in own.problems:
        print(f"not trusted, so nothing is shown: {problem}")
    for word in own.words:
        if word.iso2 == iso2:
            lasts = f", until {word.expires}" if word.verdict == "confirmed" else ""
            print(f"{word.verdict:<10} {word.kind:<17} {word.number:<18} by {word.person} on {word.date}{lasts}: {word.source}")
    answer = guidance(reference_root(), own_folder()).help(iso2, today())
    shown = {(line.kind, digits(line.number)) for line in (*answer.helplines, *answer.other_lines)}
    shown |= {(number.service, digits(number.number)) for number in answer.emergency}
    for line in held.services.of(iso2, *KINDS[:3]):
        state = "shown" if (line.kind, digits(line.number)) in shown else "not shown"
        print(f"{state:<10} {line.kind:<17} {line.number:<18} {line.organisation}; {line.provenance.source}, {line.as_of}")
    for number in held.services.emergency_listed(iso2):
        state = "shown" if (number.service, digits(number.number)) in shown else "not shown"
        print(f"{state:<10} {number.service:<17} {number.number:<18} {number.provenance.source}, {number.as_of}")
    return 0

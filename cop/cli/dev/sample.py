"""A centre for pictures and tests in a browser: the demonstration's people and round, two sample rounds, two releases.

The demonstration's round has real countries and what sources say of them. Every answer beyond that is invented, and given by
invented countries in rounds that say so. `prepared(folder)` makes it all in a folder of its own, with a list of countries that
has the invented ones; the releases are built from answers to the packaged survey.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cop.cli.dev.invented import INVENTED, add_invented
from cop.ground.core.tables import PACKAGE

ROUND, OPEN = "sample-2026", "sample-open"
TITLE = "Sample round, every answer invented"
OPEN_TITLE = "Open sample round, every answer invented"
SIGNED = ("XAA", "XAB", "XAC")
PEOPLE = (("focal.point@ministry.example", "focal_point"), ("superior@ministry.example", "superior"))
EMAIL = "second.factor@centre.example"
PASSWORD = "correct horse staple tree"  # noqa: S105 of an invented person
CODE = "import cop.cli.dev.sample as sample; sample.main()"


def prepared(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Make the sample centre in `folder`; returns the settings for `centre()` and the one-time links by who they sign in."""
    settings = {"COP_DATA": str(folder / "data"), "COP_REFERENCE": str(add_invented(folder / "reference")), "COP_DEMO": "1"}
    (folder / "data").mkdir()
    environment = os.environ | {"COP_TODAY": "2026-11-22", "DJANGO_SETTINGS_MODULE": "cop.config.settings"} | settings
    command = [sys.executable, "-c", CODE]
    done = subprocess.run(command, cwd=PACKAGE.parent, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    links: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return settings, links


def main() -> None:
    """Fill the data folder of the environment and print the links as JSON."""
    import django  # slow, and only here

    django.setup()
    from django.core.management import call_command  # slow, and needs Django set up
    from django.test.utils import override_settings  # slow, and needs Django set up

    call_command("migrate", verbosity=0)
    from cop.accounts.public import demonstration_links  # slow, and needs Django set up
    from cop.ground.public import now, reference  # slow, and needs Django set up
    from cop.hotline.public import demonstration as open_hotline  # slow, and needs Django set up
    from cop.observatory.actions.demonstration import COUNTRY  # slow, and needs Django set up
    from cop.observatory.actions.demonstration import ROUND as ROUND_OF_DEMONSTRATION  # slow, and needs Django set up
    from cop.observatory.actions.invitations import accept_invitation  # slow, and needs Django set up
    from cop.observatory.actions.rounds import add_questionnaire  # slow, and needs Django set up
    from cop.observatory.core.questionnaires.packaged import packaged  # slow, and needs Django set up
    from cop.observatory.public import demonstration  # slow, and needs Django set up

    at = now()
    with override_settings(COP_REFERENCE=None):  # its countries are the real ones
        demonstration(at)
    accept_invitation(round_id=ROUND_OF_DEMONSTRATION, iso3=COUNTRY, at=at, actor="p-sample")
    links = dict(demonstration_links(at))
    survey = packaged(reference().reference)
    number = add_questionnaire(questionnaire=survey, at=at, actor="system")
    _make_open_round(number, at)
    _make_releases(survey, number, at)
    open_hotline(at)
    print(json.dumps(links | _people(at) | _casework(at)))


def _casework(at: datetime) -> dict[str, str]:
    """A case in the hands of the lead with all that a case can have, a danger that waits, a station; answers how to get there."""
    from cop.accounts.public import hotline_team  # slow, and needs Django set up
    from cop.hotline.actions import cases  # slow, and needs Django set up
    from cop.hotline.actions.drafts import propose  # slow, and needs Django set up
    from cop.hotline.actions.items import describe  # slow, and needs Django set up
    from cop.hotline.actions.stations import register_station  # slow, and needs Django set up
    from cop.hotline.core.facts import ItemFacts  # slow, and needs Django set up
    from cop.hotline.models import CaseAddress  # slow, and needs Django set up
    from cop.hotline.public import PASSPHRASE, keystore  # slow, and needs Django set up
    from cop.hotline.queries.rings import unlocked_by  # slow, and needs Django set up

    store, (first, _, lead) = keystore(), hotline_team()
    if store is None:
        raise RuntimeError("the sample centre has no folder for keys")
    number = _report(at - timedelta(hours=30), "A sample: seen on https://another.example/77 too.")
    _report(at - timedelta(minutes=20), "A sample: a child is said to be in danger.", danger=True)
    unlocked = unlocked_by(lead.id, PASSPHRASE)
    for person in (first, lead):
        who: dict[str, Any] = {"number": number, "by": person, "at": at}
        cases.take(**who)
        cases.first_open(**who, unlocked=unlocked, keystore=store)
        name = CaseAddress.objects.filter(case=number).earliest("pk").name
        if person is first:
            cases.assess(**who, name=name, outcome="baseline")
            describe(**who, name=name, facts=ItemFacts(children=1, age="unknown", content="image"))
            propose(report=number, phrase="received", text="", keystore=store, by=person, at=at)
            propose(report=number, phrase="", text="A sample of words of their own.", keystore=store, by=person, at=at)
            cases.add_address(**who, text="https://moved.example/album/78", unlocked=unlocked, keystore=store)
            cases.give_back(**who)
        else:
            cases.second(**who, name=name, agrees=True)
            cases.place_hold(**who, officer="Officer Sample", reason="A sample.", until=at + timedelta(hours=48))
    station = register_station(label="Sample room 2", ends_on=at.date() + timedelta(days=30), by=lead, at=at)
    until = (at.date() + timedelta(days=7)).isoformat()
    return {"case": str(number), "passphrase": PASSPHRASE, "station": station, "until": until}


def _report(at: datetime, note: str, *, danger: bool = False) -> int:
    """A report that came in at a moment; answers its number."""
    from cop.hotline.actions.intake import receive  # slow, and needs Django set up
    from cop.hotline.core.body import read_body  # slow, and needs Django set up
    from cop.hotline.core.receipt import new_seed, opened, receipt_of  # slow, and needs Django set up
    from cop.hotline.models import Report  # slow, and needs Django set up
    from cop.hotline.public import keystore  # slow, and needs Django set up

    store, seed = keystore(), new_seed()
    if store is None:
        raise RuntimeError("the sample centre has no folder for keys")
    store.prepare(at)
    given = {"address": "https://sample-host.example/album/77", "concern": "abuse_material", "note": note, "reporter": "adult",
             "language": "en"}  # fmt: skip
    receive(body=read_body(given), seed=seed, keys=store.keys(at), at=at, danger=danger)
    return int(Report.objects.values_list("pk", flat=True).get(lookup=opened(receipt_of(seed)).lookup.hex()))


def _people(at: datetime) -> dict[str, str]:
    """Somebody with password and second factor, an invitation, and whose page is shown."""
    from allauth.mfa.adapter import get_adapter  # slow, and needs Django set up
    from allauth.mfa.models import Authenticator  # slow, and needs Django set up

    from cop.accounts.actions.invitations import make_person  # slow, and needs Django set up
    from cop.accounts.public import invite  # slow, and needs Django set up

    person = make_person(email=EMAIL, name="Sam Ple", language="en", at=at)
    person.set_password(PASSWORD)
    person.save()
    secret = {"secret": get_adapter().encrypt("JBSWY3DPEHPK3PXP")}
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data=secret)
    invitation = invite(email="pass@key.example", role="administrator", scope="", at=at, actor="system", language="en")
    return {"email": EMAIL, "password": PASSWORD, "person": person.pseudonym, "invitation": invitation}


def _make_open_round(questionnaire: int, at: datetime) -> None:
    """An open round in which the first invented country has written an answer and is asked about it."""
    from cop.accounts.actions.grants import give  # slow, and needs Django set up
    from cop.accounts.models import Person  # slow, and needs Django set up
    from cop.observatory.actions.answers import Entry, save_answers  # slow, and needs Django set up
    from cop.observatory.actions.clarifications import ask  # slow, and needs Django set up
    from cop.observatory.actions.invitations import accept_invitation, invite_country  # slow, and needs Django set up
    from cop.observatory.actions.locks import release_section  # slow, and needs Django set up
    from cop.observatory.core.rounds.saving import Content  # slow, and needs Django set up

    opens = datetime(at.year, at.month, at.day, tzinfo=UTC)
    _make_round(OPEN, OPEN_TITLE, questionnaire, opens)
    where: dict[str, Any] = {"round_id": OPEN, "iso3": SIGNED[0], "at": at, "actor": "p-sample"}
    invite_country(
        official=PEOPLE[0][0], alternate="", language="en", letter=b"%PDF-1.7 a sample of a letter %%EOF",
        letter_name="sample.pdf", designated_on=at.date(), **where,
    )  # fmt: skip
    accept_invitation(**where)
    said = [Entry("law_csam", 0, Content("partly", note="A sample: some acts only."), confirm=True)]
    save_answers(section="law", entries=said, name="Sample person", **where)
    release_section(section="law", **where)
    ask(question_id="law_csam", text="A sample: which acts are not covered yet?", proposed="yes", **where)
    for email, role in PEOPLE:
        person = Person.objects.get(email=email)
        give(person_id=person.pk, role=role, scope=f"round/{OPEN}/{SIGNED[0]}", at=at, actor="system")


def _make_round(round_id: str, title: str, questionnaire: int, opens: datetime) -> Any:
    """A sample round of all invented countries, open; returns its days."""
    from cop.observatory.actions.rounds import create_round, move_round  # slow, and needs Django set up
    from cop.observatory.core.rounds.stages import Calendar, Stage  # slow, and needs Django set up

    days = Calendar(opens, opens + timedelta(days=100), opens + timedelta(days=150), opens + timedelta(days=160))
    create_round(
        round_id=round_id, title={"en": title}, questionnaire_id=questionnaire, days=days, countries=[*INVENTED],
        at=opens - timedelta(days=9), actor="system", sample=True,
    )  # fmt: skip
    for stage in (Stage.REVIEW, Stage.OPEN):
        move_round(round_id=round_id, to=stage, at=opens, actor="system")
    return days


def _make_releases(survey: Any, questionnaire: int, at: datetime) -> None:
    from cop.observatory.actions.releases import publish_release  # slow, and needs Django set up
    from cop.observatory.actions.rounds import move_round  # slow, and needs Django set up
    from cop.observatory.core.rounds.stages import Stage  # slow, and needs Django set up

    days = _make_round(ROUND, TITLE, questionnaire, datetime(2026, 7, 1, tzinfo=UTC))
    for stage in (Stage.CLOSED, Stage.PREVIEW):
        move_round(round_id=ROUND, to=stage, at=days.closes, actor="system")
    for turn in (1, 2):
        publish_release(inputs=_inputs(survey, turn, at - timedelta(days=9 - turn)), at=at, actor="system")


def _inputs(survey: Any, number: int, published: datetime) -> Any:
    from cop.ground.public import root  # slow, and needs Django set up
    from cop.observatory.core.door import observatory  # slow, and needs Django set up
    from cop.observatory.core.release import CountryReply, SignedCountry  # slow, and needs Django set up
    from cop.observatory.core.releases.build import ReleasePlan  # slow, and needs Django set up
    from cop.observatory.core.releases.inputs import ReleaseInputs, kept_question  # slow, and needs Django set up

    plan = ReleasePlan(
        ROUND, number, TITLE, published, None, observatory(root()).methods["cop-2026"],
        f"{survey.id} {survey.version}", survey.sha256, tuple(kept_question(question) for question in survey.questions),
        False, "A sample: every answer is invented.", {"en": TITLE},
    )  # fmt: skip
    signed = tuple(
        SignedCountry(iso3, "5" * 64, published, _answers(survey, shift + number), institution="Ministry of Examples")
        for shift, iso3 in enumerate(SIGNED)
    )
    reply = CountryReply(
        SIGNED[0],
        "Respuesta de ejemplo: no la escribió ningún país.",
        "es",
        date(2026, 11, 2),
        "A sample decision.",
        date(2026, 11, 9),
    )
    return ReleaseInputs(plan, signed, (reply,) if number > 1 else ())


def _answers(survey: Any, shift: int) -> tuple[Any, ...]:
    """Invented answers to every question of a kind that a value can be made up for without looking."""
    from cop.observatory.core.release import Evidence, SignedAnswer  # slow, and needs Django set up

    law = (Evidence("Act 1 of Examples on the safety of children", "https://law.example/1", place="art. 3", language="en"),)
    made = []
    for place, question in enumerate(survey.questions):
        kind, turn = str(question.kind), place + shift
        value = {
            "state": ("yes", "partly", "no", "unknown", "yes", "yes")[turn % 6],
            "number": 3 + turn % 40,
            "text": "A sample text.",
            "one": question.choices[turn % len(question.choices)].code if question.choices else None,
            "several": [choice.code for choice in question.choices[: 1 + turn % 3]],
        }.get(kind)
        if value is not None:
            evidence = law if kind == "state" and turn % 6 == 0 else ()
            made.append(SignedAnswer(question.id, value, date(2026, 10, 1), evidence=evidence))
    return tuple(made)

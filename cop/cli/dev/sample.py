"""A centre for pictures and tests in a browser: the demonstration's people and round, a round in preview, two releases.

Every answer of the second round and its releases is invented, and they say so; nothing of it is ever shown elsewhere.
`prepared(folder)` makes it in a folder of its own; the releases are built from answers to the packaged survey.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cop.ground.core.tables import PACKAGE

ROUND = "sample-2026"
TITLE = "Sample round, every answer invented"
EMAIL = "second.factor@centre.example"
PASSWORD = "correct horse staple tree"  # noqa: S105 of an invented person
CODE = "import cop.cli.dev.sample as sample; sample.main()"


def prepared(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Make the sample centre in `folder`; returns the settings for `centre()` and the one-time links by who they sign in."""
    settings = {"COP_DATA": str(folder), "COP_DEMO": "1"}
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

    call_command("migrate", verbosity=0)
    from cop.accounts.public import demonstration_links  # slow, and needs Django set up
    from cop.ground.public import now  # slow, and needs Django set up
    from cop.observatory.public import demonstration  # slow, and needs Django set up

    at = now()
    demonstration(at)
    _write_in_the_open_round(at)
    _make_releases(at)
    print(json.dumps(dict(demonstration_links(at)) | _people(at)))


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


def _write_in_the_open_round(at: datetime) -> None:
    from cop.observatory.actions.answers import Entry, save_answers  # slow, and needs Django set up
    from cop.observatory.actions.clarifications import ask  # slow, and needs Django set up
    from cop.observatory.actions.invitations import accept_invitation  # slow, and needs Django set up
    from cop.observatory.actions.locks import release_section  # slow, and needs Django set up
    from cop.observatory.core.rounds.saving import Content  # slow, and needs Django set up

    where: dict[str, Any] = {"round_id": "cop-2026", "iso3": "CRI", "at": at, "actor": "p-sample"}
    accept_invitation(**where)
    said = [Entry("law_csam", 0, Content("partly", note="A sample: some acts only."), confirm=True)]
    save_answers(section="law", entries=said, name="Sample person", **where)
    release_section(section="law", **where)
    ask(question_id="law_csam", text="A sample: which acts are not covered yet?", proposed="yes", **where)


def _make_releases(at: datetime) -> None:
    from cop.ground.public import reference  # slow, and needs Django set up
    from cop.observatory.actions.releases import publish_release  # slow, and needs Django set up
    from cop.observatory.actions.rounds import add_questionnaire, create_round, move_round  # slow, and needs Django set up
    from cop.observatory.core.questionnaires.packaged import packaged  # slow, and needs Django set up
    from cop.observatory.core.rounds.stages import Calendar, Stage  # slow, and needs Django set up

    survey = packaged(reference().reference)
    number = add_questionnaire(questionnaire=survey, at=at, actor="system")
    opens = datetime(2026, 7, 1, tzinfo=UTC)
    days = Calendar(opens, opens + timedelta(days=100), opens + timedelta(days=150), opens + timedelta(days=160))
    create_round(
        round_id=ROUND, title={"en": TITLE}, questionnaire_id=number, days=days, countries=["CRI", "URY", "KEN"],
        at=opens - timedelta(days=9), actor="system",
    )  # fmt: skip
    for stage, then in ((Stage.REVIEW, opens), (Stage.OPEN, opens), (Stage.CLOSED, days.closes), (Stage.PREVIEW, days.closes)):
        move_round(round_id=ROUND, to=stage, at=then, actor="system")
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
        for shift, iso3 in enumerate(("CRI", "KEN", "URY"))
    )
    reply = CountryReply(
        "CRI", "Respuesta de ejemplo: no la escribió ningún país.", "es", date(2026, 11, 2), "A sample decision.", date(2026, 11, 9)
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

"""A round from its draft to the signature, without a browser."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cop.ground.models import AuditEntry, Mail
from cop.observatory.actions.clarifications import return_responses
from cop.observatory.actions.prefill import prefill_round
from cop.observatory.actions.signoff import correct, sign, submit
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.models import AnswerSource, AnswerValue, Participation, Signoff
from cop.observatory.queries.rounds import round_card, signed_countries
from cop.observatory.queries.snapshots import snapshot_of
from tests.survey import AT, a_round, say, taking_part

pytestmark = pytest.mark.django_db


def test_a_round_runs_from_invitation_to_a_signature_that_a_release_can_read():
    a_round("CRI", "FRA")
    taking_part()
    say("law_csam", "no")
    say("resp_publish", "yes", section="respondent")
    submit(round_id="test-2026", iso3="CRI", at=AT, actor="p-one")
    seen = snapshot_of("test-2026", "CRI")
    number = sign(round_id="test-2026", iso3="CRI", sha256=seen.sha256, name="Ana Example", title="Vice-minister", language="en",
                  at=AT, actor="p-two")  # fmt: skip
    assert number == 1
    (country,) = signed_countries("test-2026")
    assert (country.iso3, country.snapshot_sha256, str(country.consent)) == ("CRI", seen.sha256, "all")
    assert {answer.question_id: answer.value for answer in country.answers} == {"law_csam": "no", "resp_publish": "yes"}
    assert round_card("test-2026").rate == 50
    assert AuditEntry.objects.filter(verb="sign answers", thing="round/test-2026/CRI").count() == 1
    assert "Fingerprint" in Mail.objects.get(kind="signed").body


def test_a_later_correction_makes_a_second_signature_and_keeps_the_first_RND_17():
    test_a_round_runs_from_invitation_to_a_signature_that_a_release_can_read()
    with pytest.raises(Refused, match="RND-07"):
        say("law_csam", "unknown", base=1)
    correct(round_id="test-2026", iso3="CRI", why="The bill was adopted.", at=AT, actor="p-one")
    say("law_csam", "unknown", base=1)
    submit(round_id="test-2026", iso3="CRI", at=AT, actor="p-one")
    seen = snapshot_of("test-2026", "CRI")
    sign(round_id="test-2026", iso3="CRI", sha256=seen.sha256, name="Ana Example", title="Vice-minister", language="ar",
         at=AT + timedelta(days=1), actor="p-two")  # fmt: skip
    one, two = Signoff.objects.order_by("number")
    assert seen.replaces == one.sha256
    assert two.sha256 != one.sha256
    (correction,) = two.participation.corrections.all()
    assert (correction.question_id, correction.before, correction.after) == ("law_csam", "no", "unknown")


def test_the_log_prints_the_reason_of_the_country_and_nothing_that_is_not_public_RND_17():
    test_a_round_runs_from_invitation_to_a_signature_that_a_release_can_read()
    correct(round_id="test-2026", iso3="CRI", why="The bill was adopted.", at=AT, actor="p-one")
    say("law_csam", "unknown", base=1)
    say("law_age", "unknown", public=False)
    submit(round_id="test-2026", iso3="CRI", at=AT, actor="p-one")
    return_responses(round_id="test-2026", countries=["CRI"], text="Between us: look at article 3.", at=AT, actor="p-reviewer")
    submit(round_id="test-2026", iso3="CRI", at=AT, actor="p-one")
    sha256 = snapshot_of("test-2026", "CRI").sha256
    sign(round_id="test-2026", iso3="CRI", sha256=sha256, name="A", title="B", language="en", at=AT, actor="p-two")
    correct(round_id="test-2026", iso3="CRI", why="It is public now.", at=AT, actor="p-one")
    say("law_age", "no", base=1)
    submit(round_id="test-2026", iso3="CRI", at=AT, actor="p-one")
    sha256 = snapshot_of("test-2026", "CRI").sha256
    sign(round_id="test-2026", iso3="CRI", sha256=sha256, name="A", title="B", language="en", at=AT, actor="p-two")
    (line,) = Participation.objects.get(iso3="CRI").corrections.all()
    assert (line.question_id, line.why) == ("law_csam", "The bill was adopted.")


def test_every_country_is_filled_with_the_rows_held_and_nothing_else():
    a_round("CRI", "FRA")
    used = prefill_round(round_id="test-2026", at=AT, actor="system")
    assert AnswerSource.objects.count() == sum(used.values())
    assert prefill_round(round_id="test-2026", at=AT, actor="system") == {}
    assert not AnswerValue.objects.exclude(confirmed_at=None).exists()
    assert Participation.objects.get(iso3="CRI").answers.get(question_id="law_opsc").value == "yes"

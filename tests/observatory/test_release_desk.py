"""From a signed round to its release: publication, preview of a country, correction and withdrawal at the desk."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cop.cli.main import main
from cop.observatory.actions.releases import NotPublished, publish
from cop.observatory.core.questionnaire import Choice, Group, Kind, Question, Questionnaire
from cop.observatory.core.rounds.snapshot import Given, Proof, Snapshot
from cop.observatory.models import Participation, QuestionnaireVersion, Reply, Round, Signoff, StoredFile
from cop.observatory.queries import releases as queries
from cop.observatory.queries import verification
from tests.desk import signed_in
from tests.observatory.release_samples import past_the_triggers

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 0, tzinfo=UTC)
ASKED = Questionnaire(
    "cop-national", "2026", {"en": "COP national survey"}, ("en",),
    (
        Group("law", "1", {"en": "Law"}, items=(Question("law_csam", "1.1", Kind.STATE, {"en": "A law?"}, feeds=("P1-01",)),)),
        Group("other", "2", {"en": "Other"}, items=(
            Question("need_problems", "6.1", Kind.RANKED, {"en": "Problems?"}, feeds=("P4-08",),
                     choices=(Choice("csam", {"en": "Abuse material", "fr": "Images d'abus"}), Choice("fraud", {"en": "Fraud"}))),
            Question("prac_text", "8.4", Kind.TEXT, {"en": "What was done?"}),
        )),
    ),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _fixed_day(settings):
    settings.COP_TODAY = date(2026, 11, 22)


def a_round(stage: str = "published", **more) -> Round:
    body = ASKED.canonical
    asked, _ = QuestionnaireVersion.objects.get_or_create(
        sha256=ASKED.sha256, defaults={"key": ASKED.id, "version": "2026", "content": body, "added_at": NOW}
    )
    given = {"title": {"en": "Round of tests", "fr": "Cycle d'essai"}, "questionnaire": asked, "created_at": NOW, "state": stage}
    past = NOW - timedelta(days=60)
    days = {"opens_at": past, "closes_at": past, "preview_until": past, "embargo_until": NOW - timedelta(days=1)}
    return Round.objects.create(id="tests-2026", **(given | days | more))


def sign(row: Round, iso3: str, number: int = 1, consent: str = "all", **values) -> Participation:
    part, _ = Participation.objects.get_or_create(round=row, iso3=iso3)
    proof = Proof("Ley 1", "link", "https://law.example/1", language="es", public=True, facts={"in_force": "2009-05-01"})
    given = tuple(Given(key, value, "2026-10-01", evidence=(proof,) if key == "law_csam" else ()) for key, value in values.items())
    made = Snapshot(row.pk, iso3, ASKED.id, "2026", ASKED.sha256, consent, given, "Ministry of Examples", row.confidential)
    paper, _ = StoredFile.objects.get_or_create(sha256="c" * 64, defaults={"kind": "pdf", "size": 1, "stored_at": NOW})
    Signoff.objects.create(
        participation=part, number=number, snapshot=made.text, sha256=made.sha256, document=paper, name="N", title="T",
        signed_by="p-1", language="en", at=NOW - timedelta(days=3),
    )  # fmt: skip
    return part


def test_a_round_is_published_with_what_its_countries_signed_last_rel_01():
    row = a_round()
    sign(row, "CRI", law_csam="no")
    part = sign(row, "CRI", number=2, law_csam="yes", need_problems=["fraud", "csam"], prac_text="A clinic")
    Reply.objects.create(
        participation=part, text="Gracias.", language="es", written_by="p-1", written_at=NOW - timedelta(days=2), decide_by=NOW
    )
    assert publish(round_id="tests-2026", at=NOW - timedelta(hours=1), actor="system") == "tests-2026.1"
    (one,) = queries.published(NOW)
    here = queries.country(one, "CRI")
    assert (here.of("P1-01").state, here.of("P1-01").since, here.of("P1-01").evidence[0].title) == ("yes", "2009-05-01", "Ley 1")
    assert here.reply.text == "Gracias."
    header = queries.header(one)
    assert header.name("fr") == "Cycle d'essai"
    assert header.questions_by_id["need_problems"].words(["csam"], "fr") == "Images d'abus"
    assert verification.rebuilt(one.id) == ()


def test_a_later_signature_becomes_a_release_of_its_own_rel_06():
    row = a_round()
    sign(row, "CRI", law_csam="no")
    publish(round_id="tests-2026", at=NOW - timedelta(hours=2), actor="system")
    sign(row, "CRI", number=2, law_csam="yes")
    assert (
        publish(round_id="tests-2026", at=NOW - timedelta(hours=1), actor="system", note="A gazette was found.") == "tests-2026.2"
    )
    new, old = queries.published(NOW)
    assert [queries.country(one, "CRI").of("P1-01").state for one in (old, new)] == ["no", "yes"]
    assert queries.header(new).note == "A gazette was found."


def test_before_the_embargo_ends_a_release_is_kept_and_not_served_rel_14():
    sign(a_round(embargo_until=NOW + timedelta(days=5)), "CRI", law_csam="yes")
    publish(round_id="tests-2026", at=NOW, actor="system")
    assert queries.published(NOW) == ()
    assert [one.id for one in queries.published(NOW + timedelta(days=5))] == ["tests-2026.1"]


@pytest.mark.parametrize(("made", "why"), [({"sample": True}, "sample round"), ({"method": "cop-1999"}, "names the method")])
def test_what_can_not_be_published_is_refused_in_a_sentence_rel_15(made, why):
    a_round(**made)
    with pytest.raises(NotPublished, match=why):
        publish(round_id="tests-2026", at=NOW, actor="system")
    with pytest.raises(NotPublished, match="no round nowhere"):
        publish(round_id="nowhere", at=NOW, actor="system")


def test_a_country_sees_its_preview_alone_and_nobody_else_does_rel_25(client):
    row = a_round("country_preview", embargo_until=NOW + timedelta(days=30))
    sign(row, "CRI", law_csam="yes", prac_text="A clinic for pictures")
    sign(row, "URY", law_csam="no", prac_text="Known to Uruguay alone")
    here = "/desk/rounds/tests-2026/CRI/preview/"
    assert client.get(here).status_code in (302, 303)
    point = signed_in("focal_point", "round/tests-2026/CRI")
    page = point.get(here)
    assert page.status_code == 200
    text = page.content.decode()
    assert "A clinic for pictures" in text
    assert "/desk/rounds/tests-2026/CRI/reply/" in text
    assert "Known to Uruguay alone" not in text
    assert page["Cache-Control"] == "no-store"
    assert point.get("/desk/rounds/tests-2026/URY/preview/").status_code == 404
    assert queries.published(NOW) == ()
    Round.objects.update(state="open")
    assert point.get(here).status_code == 404


def test_an_officer_publishes_a_correction_and_withdraws_it_with_a_reason_rel_15():
    row = a_round()
    sign(row, "CRI", law_csam="no")
    publish(round_id="tests-2026", at=NOW - timedelta(hours=2), actor="system")
    officer = signed_in("programme_officer")
    address = "/desk/rounds/tests-2026/releases/"
    assert officer.get(address).status_code == 200
    assert officer.post(address, {"act": "publish", "note": "Corrected."}).status_code == 302
    assert [one.id for one in queries.every()] == ["tests-2026.2", "tests-2026.1"]
    refused = officer.post(address, {"act": "withdraw", "release": "tests-2026.2", "why": ""})
    assert refused.status_code == 400
    assert officer.post(address, {"act": "withdraw", "release": "tests-2026.2", "why": "Wrong."}).status_code == 302
    assert queries.every()[0].withdrawn_why == "Wrong."
    assert signed_in("focal_point", "round/tests-2026/CRI").get(address).status_code == 404


def test_figures_are_listed_shown_and_verified_from_the_command_line_rel_13(capsys, own_data):
    row = a_round()
    sign(row, "CRI", law_csam="no")
    publish(round_id="tests-2026", at=NOW - timedelta(hours=2), actor="system")
    assert main(["figures", "list"]) == 0
    assert main(["figures", "show", "tests-2026.1"]) == 0
    assert main(["figures", "verify"]) == 0
    assert main(["figures", "show", "nowhere.1"]) == 1
    said = capsys.readouterr()
    assert "equal" in said.out
    assert "1 releases, 0 wrong" in said.out
    assert "there are tests-2026.1" in said.err
    past_the_triggers(("DELETE FROM observatory_releasecountry WHERE iso3 = 'CRI'", []))
    assert main(["figures", "verify", "--release", "tests-2026.1"]) == 1
    assert "WRONG" in capsys.readouterr().out

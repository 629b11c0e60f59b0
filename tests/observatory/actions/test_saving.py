"""Nobody loses a word, a kill leaves the old or the new, and what changed is known (RND-02, RND-09, RND-10, RND-15, RND-16)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cop.ground.models import AuditEntry, Mail
from cop.observatory.actions import signoff
from cop.observatory.actions.answers import Entry, receipt_of, save_answers, settle_pending
from cop.observatory.actions.calendar import bring_on
from cop.observatory.actions.clarifications import answer, ask, return_responses, settle
from cop.observatory.actions.locks import ask_for_section, release_section, take_section
from cop.observatory.actions.replies import appeal, decide_reply, record_panel, write_reply
from cop.observatory.actions.rounds import move_round, set_days
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.replies import Outcome, Panelist
from cop.observatory.core.rounds.saving import Content
from cop.observatory.core.rounds.stages import Calendar, Stage
from cop.observatory.models import (
    AnswerChange,
    AnswerValue,
    Participation,
    PendingText,
    QuestionnaireVersion,
    Reminder,
    Round,
    Signoff,
)
from cop.observatory.queries.files import FileDamaged, path_of, stored_bytes
from cop.observatory.queries.rounds import replies, signed_countries
from cop.observatory.queries.snapshots import snapshot_of
from tests.desk import a_person
from tests.survey import AT, DAYS, a_round, say, taking_part

pytestmark = pytest.mark.django_db
HERE = {"round_id": "test-2026", "iso3": "CRI"}


@pytest.fixture(autouse=True)
def _open(tmp_path, settings) -> None:
    settings.COP_DATA = tmp_path
    a_round("CRI", "FRA")
    taking_part()


def test_two_people_save_one_answer_and_the_second_sees_both_RND_09():
    assert say("law_csam", "yes", note="Penal code", actor="p-one").saved == ("law_csam",)
    release_section(**HERE, section="law", at=AT, actor="p-one")
    second = say("law_csam", "no", note="Nothing found", actor="p-two")
    assert second.waiting == ("law_csam",)
    kept = AnswerValue.objects.get(question_id="law_csam")
    waiting = PendingText.objects.get()
    assert (kept.value, kept.note) == ("yes", "Penal code")
    assert (waiting.given["value"], waiting.given["note"], waiting.by) == ("no", "Nothing found", "p-two")
    with pytest.raises(Refused, match="RND-15"):
        signoff.submit(**HERE, at=AT, actor="p-one")
    settle_pending(**HERE, question_id="law_csam", pending_id=waiting.pk, take=True, at=AT, actor="p-one")
    assert [row.after["value"] for row in AnswerChange.objects.order_by("version")] == ["yes", "no"]
    with pytest.raises(Refused, match="RND-09"):
        settle_pending(**HERE, question_id="law_csam", pending_id=waiting.pk, take=True, at=AT, actor="p-one")


def test_two_people_who_change_different_parts_of_an_answer_are_merged_RND_09():
    say("law_csam", "yes", actor="p-one")
    say("law_csam", "yes", note="Article 173", base=1, actor="p-one")
    release_section(**HERE, section="law", at=AT, actor="p-one")
    assert say("law_csam", "yes", public=False, base=1, actor="p-two").saved == ("law_csam",)
    kept = AnswerValue.objects.get(question_id="law_csam")
    assert (kept.note, kept.public, kept.version) == ("Article 173", False, 3)


def test_a_form_that_was_open_for_long_does_not_undo_what_others_wrote_RND_09():
    say("law_csam", "yes", actor="p-one")
    say("law_csam", "no", base=1, actor="p-one")
    assert say("law_csam", "yes", base=1, actor="p-one").saved == ()
    assert AnswerValue.objects.get(question_id="law_csam").value == "no"


def test_what_is_written_without_the_lock_waits_and_the_lock_is_handed_over_RND_10():
    take_section(**HERE, section="law", at=AT, actor="p-one", name="One")
    assert say("law_crc", "yes", actor="p-two").waiting == ("law_crc",)
    with pytest.raises(Refused, match="RND-10"):
        take_section(**HERE, section="law", at=AT, actor="p-two", name="Two")
    ask_for_section(**HERE, section="law", at=AT, actor="p-two", name="Two")
    release_section(**HERE, section="law", at=AT, actor="p-one")
    assert say("law_csam", "yes", actor="p-two").saved == ("law_csam",)
    with pytest.raises(Refused, match="RND-10"):
        release_section(**HERE, section="law", at=AT, actor="p-one")


def test_a_receipt_names_the_entry_of_the_audit_trail():
    saved = say("law_csam", "yes")
    entry = AuditEntry.objects.get(verb="save answers")
    assert saved.receipt == receipt_of(entry.number)
    assert receipt_of(36**4) == "r-10000"
    assert "yes" not in entry.details


def test_questions_of_another_section_and_reasons_that_are_none_are_refused_RND_13():
    for entry in (Entry("rep_point", 0, Content("yes")), Entry("law_csam", 0, Content(None, why="because"))):
        with pytest.raises(Refused, match="RND-13"):
            save_answers(**HERE, section="law", entries=[entry], at=AT, actor="p-one")


def test_nothing_is_written_after_the_round_closed_RND_06():
    move_round(round_id="test-2026", to=Stage.CLOSED, at=AT, actor="system")
    Participation.objects.filter(iso3="CRI").update(state="in_progress")
    with pytest.raises(Refused, match="RND-06"):
        say("law_csam", "yes")


def test_a_frozen_questionnaire_keeps_its_day_RND_02():
    assert QuestionnaireVersion.objects.get().frozen_at is not None


class Killed(BaseException):
    """A kill at the worst moment."""


def signed() -> None:
    say("law_csam", "no")
    signoff.submit(**HERE, at=AT, actor="p-one")
    sha256 = snapshot_of("test-2026", "CRI").sha256
    signoff.sign(**HERE, sha256=sha256, name="Ana", title="Minister", language="en", at=AT, actor="p-two")


@pytest.mark.django_db(transaction=True)
def test_a_kill_while_signing_leaves_the_old_or_the_new_RND_16(monkeypatch):
    say("law_csam", "no")
    signoff.submit(**HERE, at=AT, actor="p-one")
    sha256 = snapshot_of("test-2026", "CRI").sha256
    before = AuditEntry.objects.count()

    def killed(**_named: object) -> int:
        raise Killed

    real = signoff.record
    monkeypatch.setattr(signoff, "record", killed)
    with pytest.raises(Killed):
        signoff.sign(**HERE, sha256=sha256, name="Ana", title="Minister", language="en", at=AT, actor="p-two")
    assert (Signoff.objects.count(), Mail.objects.filter(kind="signed").count(), AuditEntry.objects.count()) == (0, 0, before)
    assert Participation.objects.get(iso3="CRI").state == "submitted"
    monkeypatch.setattr(signoff, "record", real)
    assert signoff.sign(**HERE, sha256=sha256, name="Ana", title="Minister", language="en", at=AT, actor="p-two") == 1


def test_another_hash_than_the_one_seen_is_not_signed_RND_16():
    say("law_csam", "no")
    signoff.submit(**HERE, at=AT, actor="p-one")
    for sha256, name, title in (("0" * 64, "Ana", "Minister"), (snapshot_of("test-2026", "CRI").sha256, " ", "Minister")):
        with pytest.raises(Refused, match="RND-16"):
            signoff.sign(**HERE, sha256=sha256, name=name, title=title, language="en", at=AT, actor="p-two")


def test_a_stored_file_that_was_changed_is_not_handed_out_RND_18():
    signed()
    sha256 = Signoff.objects.get().document_id
    assert stored_bytes(sha256).startswith(b"%PDF")
    path_of(sha256).write_bytes(b"%PDF other")
    with pytest.raises(FileDamaged):
        stored_bytes(sha256)


def test_a_yes_needs_evidence_and_a_partly_a_reason_before_it_is_handed_in_RND_15():
    say("law_csam", "yes")
    say("law_crc", "partly")
    with pytest.raises(Refused, match="3"):
        signoff.submit(**HERE, at=AT, actor="p-one")


def test_a_thread_is_asked_answered_settled_and_keeps_a_contested_value_RND_14():
    say("law_csam", "no")
    with pytest.raises(Refused, match="RND-14"):
        ask(**HERE, question_id="law_csam", text=" ", at=AT, actor="p-rev")
    ask(**HERE, question_id="law_csam", text="Which law?", proposed="yes", at=AT, actor="p-rev")
    with pytest.raises(Refused, match="RND-15"):
        signoff.submit(**HERE, at=AT, actor="p-one")
    answer(**HERE, question_id="law_csam", text="None.", at=AT, actor="p-one")
    contested = {"value": "yes", "source": "Gazette", "as_of": "2020-01-01", "reason": "The gazette names it.", "headline": False}
    with pytest.raises(Refused, match="RND-14"):
        settle(**HERE, question_id="law_csam", text="", contested={**contested, "reason": ""}, at=AT, actor="p-rev")
    settle(**HERE, question_id="law_csam", text="", contested=contested, at=AT, actor="p-rev")
    signoff.submit(**HERE, at=AT, actor="p-one")
    return_responses(round_id="test-2026", countries=["CRI"], text="Please look again.", at=AT, actor="p-rev")
    assert Mail.objects.filter(kind="returned").count() == 1
    with pytest.raises(Refused, match="RND-07"):
        return_responses(round_id="test-2026", countries=["CRI"], text="Again.", at=AT, actor="p-rev")
    signoff.submit(**HERE, at=AT, actor="p-one")
    sha256 = snapshot_of("test-2026", "CRI").sha256
    signoff.sign(**HERE, sha256=sha256, name="Ana", title="Minister", language="en", at=AT, actor="p-two")
    (country,) = signed_countries("test-2026")
    (one,) = country.answers
    assert (one.value, one.contested.value, one.contested.headline) == ("no", "yes", False)


def test_the_calendar_closes_the_round_previews_embargoes_and_publishes_once_RND_05_RND_23():
    signed()
    told = list(bring_on(at=DAYS.closes - timedelta(days=2)))
    assert told == []  # the one country that is left was never invited: nobody is reminded
    list(bring_on(at=DAYS.closes))
    assert Round.objects.get().state == "closed"
    move_round(round_id="test-2026", to=Stage.PREVIEW, at=DAYS.closes + timedelta(days=1), actor="p")
    assert Mail.objects.filter(kind="preview").count() == 1
    list(bring_on(at=DAYS.preview_until - timedelta(days=3)))
    assert Reminder.objects.filter(about="preview").count() == 1
    told = list(bring_on(at=DAYS.embargo_until - timedelta(seconds=1)))
    assert Round.objects.get().state == "embargoed"
    told = list(bring_on(at=DAYS.embargo_until))
    assert told == ["the round test-2026 is now: published"]
    assert Round.objects.get().releases.count() == 1
    assert list(bring_on(at=DAYS.embargo_until + timedelta(days=1))) == []


def test_a_reply_is_decided_appealed_and_decided_by_a_panel_without_staff_RND_20_RND_22():
    signed()
    move_round(round_id="test-2026", to=Stage.CLOSED, at=DAYS.closes, actor="p")
    move_round(round_id="test-2026", to=Stage.PREVIEW, at=DAYS.closes, actor="p")
    at = DAYS.closes + timedelta(days=2)
    write_reply(**HERE, text="Nous ne sommes pas d'accord.", language="fr", at=at, actor="p-one")
    decide_reply(**HERE, outcome=Outcome.REFUSED, text="The gazette says so.", at=at, actor="p-officer")
    with pytest.raises(Refused, match="RND-21"):
        decide_reply(**HERE, outcome=Outcome.ACCEPTED, text="No.", at=at, actor="p-officer")
    with pytest.raises(Refused, match="RND-21"):
        write_reply(**HERE, text="Once more.", language="en", at=at, actor="p-one")
    appeal(**HERE, text="The gazette was misread.", at=at, actor="p-one")
    staff = a_person("programme_officer")
    panel = [Panelist(f"Person {n}", "University", f"p{n}@panel.example") for n in range(3)]
    with pytest.raises(Refused, match="RND-22"):
        record_panel(
            **HERE, panel=[*panel, Panelist("X", "Y", staff.email)], outcome=Outcome.ACCEPTED, text="Yes.", at=at, actor="p"
        )
    record_panel(**HERE, panel=panel, outcome=Outcome.ACCEPTED, text="It was misread.", at=at, actor="p-officer")
    (reply,) = replies("test-2026")
    assert (reply.iso3, reply.language, reply.decision) == ("CRI", "fr", "accepted: It was misread.")


def test_days_that_are_over_stay_as_they_are_RND_03():
    with pytest.raises(Refused, match="RND-03"):
        set_days(round_id="test-2026", days=Calendar(AT, DAYS.closes, DAYS.preview_until, DAYS.embargo_until), at=AT, actor="p")
    later = Calendar(
        DAYS.opens, DAYS.closes + timedelta(days=5), DAYS.preview_until + timedelta(days=5), DAYS.embargo_until + timedelta(days=5)
    )
    set_days(round_id="test-2026", days=later, at=AT, actor="p")
    assert Round.objects.get().closes_at == later.closes


def test_a_round_that_can_not_be_published_holds_up_no_other_RND_05():
    a_round(round_id="a-stuck", method="cop-1999")
    a_round(round_id="b-whole")
    Round.objects.update(state=Stage.EMBARGOED, preview_from=DAYS.closes)
    told = list(bring_on(at=DAYS.embargo_until))
    assert [line for line in told if "a-stuck" in line and "cop-1999" in line]
    assert "the round b-whole is now: published" in told
    assert Round.objects.get(pk="a-stuck").state == Stage.EMBARGOED

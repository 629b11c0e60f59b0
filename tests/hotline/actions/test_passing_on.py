"""Reports that others assess: passed on unseen in one sealed notice, once each, and back in the queue where it never arrived."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pysequoia import Tsk, decrypt

from cop.ground.models import AuditEntry, Mail
from cop.ground.public import NotAnyMore, NotNow, now
from cop.hotline.actions import cases
from cop.hotline.actions.contacts import withdraw_contact
from cop.hotline.actions.drafts import DraftRefused, decide
from cop.hotline.actions.follow import PageGone, acknowledge, follow_mails, mark_bounced, open_notice_page, record_decision
from cop.hotline.actions.intake import add_message, receive
from cop.hotline.actions.passing_on import let_messages_go, pass_on
from cop.hotline.core.addresses import defang_in
from cop.hotline.core.body import Body, read_body
from cop.hotline.core.case import Case as Held
from cop.hotline.core.case import NotAllowed, Subject
from cop.hotline.core.case import pass_on as pass_on_case
from cop.hotline.core.passing import FIELDS, MOST_ADDED, MOST_BYTES, MOST_REPORTS, Passed, exact, fitting, has_agreed, passed
from cop.hotline.core.portal import PortalRules
from cop.hotline.core.receipt import new_seed, opened, receipt_of
from cop.hotline.core.yearly import counts_of
from cop.hotline.models import Case, CaseAddress, CaseEvent, Draft, Erasure, Message, Notice, NoticeLine, Report
from cop.hotline.public import open_outgoing
from cop.hotline.queries.figures import case_facts, notice_facts
from cop.hotline.queries.opening import rules
from cop.hotline.queries.passing_on import next_waiting, waiting
from cop.hotline.queries.threads import thread
from cop.hotline.queries.verification import notice_faults
from tests.hotline.casework import a_contact, a_report, desk_of, somebody
from tests.hotline.passing import KIND, a_recipient, declare, declared, long_ago, read_page

pytestmark = pytest.mark.django_db
AT = now().replace(microsecond=0)
MODES = ["portal", "police"]
FULL = {
    "address": "https://bad.example/page?x=1", "place": "canary-place", "place_kind": "site", "concern": "grooming",
    "site_type": "forum", "note": "canary-note on http://other.example/x\nand a second line", "contact": "canary@reporter.example",
    "may_contact": "yes", "may_pass_on": "yes", "reporter": "adult", "language": "fr",
}  # fmt: skip


def refusal(code: str):
    return pytest.raises(NotAllowed, match=code)


@pytest.fixture(params=MODES)
def mode(request, centre):
    declare(request.param, long_ago(AT))
    return request.param


def press(centre, contact, at=AT, by="first"):
    return pass_on(contact=contact, desk=desk_of(centre), by=somebody(by), at=at)


def told(name):
    """What a contact reads: the text, and the exact words."""
    parcel = read_page(name)
    (file,) = parcel.files
    return parcel.body, json.loads(file.text)


def everything():
    """All rows in which words could lie open."""
    tables = (Mail, Notice, NoticeLine, Case, CaseAddress, CaseEvent, AuditEntry, Report, Message, Draft)
    return "".join(str(list(table.objects.values())) for table in tables)


def test_what_waits_goes_to_who_assesses_in_one_sealed_notice(centre, mode):
    """PORTAL-04 PORTAL-05 PORTAL-06 PORTAL-08 NOTICE-10"""
    calm = a_report(centre, FULL, AT - timedelta(hours=2))
    danger = a_report(centre, {"note": "canary-words he waits for her", "reporter": "adult"}, AT - timedelta(hours=1), danger=True)
    found = press(centre, a_recipient(mode, AT, language="fr"))
    assert (found.reports, found.unopened) == (2, 0)
    row, mail = Notice.objects.get(), Mail.objects.get()
    assert (row.kind, row.state, bytes(row.sealed), mail.kind, mail.body) == ("pass_on", "queued", b"", "pass_on", "")
    assert mail.subject == f"Reports passed on {row.number}"
    body, held = told(found.notice)
    assert [(one["danger"], one["note"][:12]) for one in held["reports"]] == [(True, "canary-words"), (False, "canary-note ")]
    assert (held["format"], held["number"], held["assessed"]) == ("cop-pass-on-1", row.number, False)
    assert body.count("----------") == 1
    assert "Nobody here has assessed them." in body
    assert "hxxps://bad[.]example/page?x=1" in body
    assert "| canary-note on hxxp://other[.]example/x\n  | and a second line" in body
    assert "The report says that a child is in danger now." in body
    assert "http://" not in body
    reason = {"portal": "handed_to_partner", "police": "referred_to_police"}[mode]
    assert {(case.reason, case.report.state, case.referred) for case in Case.objects.all()} == {(reason, "closed", False)}
    assert [line.address.case_id for line in NoticeLine.objects.order_by("reference")] == [danger, calm]
    assert {one.kind for one in CaseAddress.objects.all()} == {"web", "words"}
    assert waiting(AT).reports == 0
    with refusal("PORTAL-05"):
        press(centre, a_recipient(mode, AT))
    assert list(notice_faults()) == []


def test_nothing_of_what_reports_say_lies_open_and_nobody_is_said_to_have_looked(centre, mode):
    """PORTAL-05 NOTICE-10 CASE-15: neither in the outbox, nor in a case, nor in the audit trail"""
    number = a_report(centre, FULL, AT)
    press(centre, a_recipient(mode, AT))
    text = everything()
    for word in ("canary", "bad.example", "bad[.]example", "second line", "reporter.example"):
        assert word not in text, word
    for row in (*Mail.objects.all(), *Notice.objects.all()):
        assert b"canary" not in bytes(row.sealed)
        assert b"canary" not in bytes(getattr(row, "page", b""))
    verbs = list(CaseEvent.objects.filter(case=number).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["add address", "pass on", "prepare notice", "send notice"]
    passed_on = json.loads(CaseEvent.objects.get(verb="pass on").details)
    assert passed_on == {
        "concern": "grooming", "notice": Notice.objects.get().number,
        "reason": {"portal": "handed_to_partner", "police": "referred_to_police"}[mode],
    }  # fmt: skip
    assert AuditEntry.objects.filter(verb="pass on", thing=f"hotline/case/{number}").count() == 1
    assert not AuditEntry.objects.filter(verb="look at case").exists()


def test_the_exact_words_have_these_fields_and_no_others(centre, mode):
    """PORTAL-06"""
    number = a_report(centre, FULL, AT)
    found = press(centre, a_recipient(mode, AT))
    _, held = told(found.notice)
    assert set(held) == {"format", "number", "sender", "passed_on", "assessed", "reports"}
    (one,) = held["reports"]
    assert tuple(one) == FIELDS == (
        "reference", "received", "danger", "child", "address", "place", "concern", "site_type", "note", "language", "contact", "added", "left_out",
    )  # fmt: skip
    assert one == {
        "reference": f"{held['number']}-1", "received": f"{AT:%Y-%m-%dT%H:%MZ}", "danger": False, "child": FULL.get("reporter") == "child", "address": FULL["address"],
        "place": FULL["place"], "concern": "grooming", "site_type": "forum", "note": FULL["note"], "language": "fr",
        "contact": FULL["contact"], "added": [], "left_out": 0,
    }  # fmt: skip
    assert Report.objects.get(pk=number).reference not in json.dumps(held)
    assert somebody("first").pseudonym not in json.dumps(held)


TEXTS = st.text(max_size=80)


@given(st.builds(Body, **{one.name: TEXTS for one in fields(Body)}), st.booleans(), st.booleans(), st.lists(st.none() | TEXTS))
def test_whatever_a_report_says_only_listed_fields_leave(body, agreed, danger, added):
    """PORTAL-06 PORTAL-07"""
    one = passed(body, reference="N-1-1", received_at=AT, danger=danger, agreed=agreed, added=added)
    held = json.loads(exact("N-1", "Centre", "a@centre.example", AT, [one]))["reports"][0]
    assert tuple(held) == FIELDS
    for name in ("address", "place", "concern", "site_type", "note", "language"):
        assert held[name] == getattr(body, name)
    assert held["contact"] == (body.contact if agreed and body.may_pass_on == "yes" else "")
    assert held["added"] == [text for text in added if text]
    assert held["left_out"] == sum(text is None for text in added)


def test_what_the_reporter_added_goes_too_as_far_as_there_is_room(centre, mode):
    """PORTAL-06, OVER-03"""
    seed = new_seed()
    receive(body=read_body({"address": "https://bad.example/"}), seed=seed, keys=centre.keystore.keys(AT), at=AT)
    for text in ("canary-later", *(f"{n} " + "word " * 999 for n in range(6))):
        assert add_message(receipt=receipt_of(seed), body=Body(note=text), at=AT)
    Message.objects.filter(pk=Message.objects.latest("pk").pk).update(for_desk=b"x")
    body, held = told(press(centre, a_recipient(mode, AT)).notice)
    (one,) = held["reports"]
    assert one["added"][0] == "canary-later"
    assert (len(one["added"]), one["left_out"]) == (5, 2)
    assert sum(map(len, one["added"])) <= MOST_ADDED
    assert "  Added by the reporter later:\n  | canary-later" in body


def test_what_a_reporter_adds_after_that_waits_and_goes_with_the_whole_report_once_more(centre, mode):
    """PORTAL-05 PORTAL-08"""
    seed = new_seed()
    receive(body=read_body(FULL), seed=seed, keys=centre.keystore.keys(AT), at=AT)
    contact = a_recipient(mode, AT)
    first = press(centre, contact)
    assert waiting(AT).reports == 0
    later = AT + timedelta(minutes=10)
    assert add_message(receipt=receipt_of(seed), body=Body(note="canary-later he comes tomorrow"), at=later)
    assert waiting(later).reports == 1
    second = press(centre, contact, at=later + timedelta(minutes=1))
    (one,) = told(second.notice)[1]["reports"]
    assert (one["note"], one["added"]) == (FULL["note"], ["canary-later he comes tomorrow"])
    assert waiting(later + timedelta(minutes=2)).reports == 0
    assert Case.objects.get().state == "closed"
    assert "canary" not in everything()
    lost("refused", first.notice)  # the second tells of all
    assert waiting(later + timedelta(minutes=2)).reports == 0
    lost("refused", second.notice)
    assert waiting(later + timedelta(minutes=2)).reports == 1
    assert counts_of(case_facts(AT), AT.year)["reports/passed_on"] == 0


@pytest.mark.parametrize("consent", ["yes", ""])
def test_the_contact_goes_only_where_the_reporter_agreed(centre, mode, consent):
    """PORTAL-07"""
    a_report(centre, FULL | {"may_pass_on": consent}, AT)
    body, held = told(press(centre, a_recipient(mode, AT)).notice)
    assert held["reports"][0]["contact"] == (FULL["contact"] if consent else "")
    assert ("canary@reporter[.]example" in body) == bool(consent)


@pytest.mark.parametrize(
    ("shown", "goes"),
    [("hotline", "police"), ("police", "police"), ("portal", "police"), ("hotline", "portal"), ("other partner", "portal")],
)
def test_a_consent_holds_for_whom_the_form_named(centre, shown, goes):
    """PORTAL-07"""
    declare(
        "portal" if "partner" in shown else shown, AT - timedelta(days=2), **({"partner": "Another"} if "partner" in shown else {})
    )
    a_report(centre, FULL, AT - timedelta(days=1))
    declare(goes, long_ago(AT))
    _, held = told(press(centre, a_recipient(goes, AT)).notice)
    assert bool(held["reports"][0]["contact"]) == (goes == "police" and shown != "portal")


def test_in_the_minute_of_another_declaration_a_consent_is_not_taken_for_sure(centre):
    """PORTAL-07"""
    minute = AT.replace(second=0)
    declare("hotline", minute - timedelta(days=1))
    declare("portal", minute + timedelta(seconds=30))
    a_report(centre, FULL, minute + timedelta(seconds=40))
    _, held = told(press(centre, a_recipient("portal", AT), at=minute + timedelta(minutes=1)).notice)
    assert held["reports"][0]["contact"] == ""
    partner, police = PortalRules("portal", "A", "a"), PortalRules("hotline")
    assert has_agreed([partner], partner)
    assert not has_agreed([], partner)
    assert not has_agreed([partner, police], partner)


def test_fifty_at_once_danger_first_and_the_rest_next_time(centre):
    """PORTAL-05"""
    declare("portal", long_ago(AT))
    numbers = [a_report(centre, {"note": f"words {n}"}, AT, danger=n == 51) for n in range(52)]
    contact = a_recipient("portal", AT)
    assert press(centre, contact).reports == MOST_REPORTS
    closed = set(Case.objects.filter(state="closed").values_list("pk", flat=True))
    assert closed == {numbers[51], *numbers[:49]}
    assert NoticeLine.objects.order_by("pk").first().address.case_id == numbers[51]
    assert press(centre, contact).reports == 2
    assert NoticeLine.objects.count() == len(set(NoticeLine.objects.values_list("address__case", flat=True))) == 52


def test_what_waits_is_found_with_as_many_questions_however_much_waits(centre, django_assert_num_queries):
    """PORTAL-05"""
    declare("portal", long_ago(AT))
    for count in (1, 4):
        numbers = [a_report(centre, {"note": f"words {n}"}, AT, danger=n == 2) for n in range(count)]
        with django_assert_num_queries(3):
            waits = waiting(AT)
        with django_assert_num_queries(3):
            found = [one.number for one in next_waiting(AT, 3)]
    assert (waits.reports, waits.danger) == (5, 1)
    assert (found[0], len(found), found[1:]) == (numbers[2], 3, sorted(found[1:]))


@given(st.lists(st.integers(0, 2 * MOST_BYTES), max_size=120))
def test_no_more_goes_into_one_notice_than_fits(sizes):
    """PORTAL-05"""
    count = fitting(sizes)
    assert count <= min(len(sizes), MOST_REPORTS)
    assert count >= min(len(sizes), 1)
    assert count <= 1 or sum(sizes[:count]) <= MOST_BYTES
    if count < min(len(sizes), MOST_REPORTS):
        assert sum(sizes[: count + 1]) > MOST_BYTES


def test_the_longest_reports_fit_into_what_a_mail_may_hold(centre):
    """PORTAL-05: also where each sign takes much room, in two languages, encrypted"""
    declare("police", long_ago(AT))
    key = Tsk.generate("unit <unit@police.example>")
    for n in range(3):
        fields = {"address": "https://bad.example/" + "." * 4000 + str(n), "note": ".\n" * 2400 + "é\n" * 20, "place": "." * 500}
        seed = new_seed()
        receive(body=read_body(fields), seed=seed, keys=centre.keystore.keys(AT), at=AT)
        for more in range(4):
            add_message(receipt=receipt_of(seed), body=Body(note=str(more) + "文\n" * 2400), at=AT)
    contact = a_recipient("police", AT, way="openpgp", openpgp=str(key.extract_certificate()), language="ar")
    found = press(centre, contact)
    assert found.reports >= 2
    assert 0 < len(Mail.objects.get().sealed) < 2_000_000
    body, files = open_outgoing("pass_on", f"notice/{found.notice}", bytes(Mail.objects.get().sealed))
    assert "bad" not in body
    plain = {file.name: decrypt(file.content, key.decryptor()).bytes.decode() for file in files}
    number = Notice.objects.get().number
    assert set(plain) == {f"{number}.txt.asc", f"{number}.json.asc"}
    assert len(json.loads(plain[f"{number}.json.asc"])["reports"]) == found.reports
    assert "Nobody here has assessed them." in plain[f"{number}.txt.asc"]


def test_only_an_approved_contact_of_the_right_kind_and_never_by_plain_mail(centre, mode):
    """PORTAL-04 NOTICE-01 NOTICE-13"""
    a_report(centre, FULL, AT)
    other = {"portal": "police", "police": "partner"}[mode]
    wrong = {
        "PORTAL-04": [a_contact(AT, kind=other, way="page"), a_contact(AT, kind="host", way="page")],
        "NOTICE-13": [a_recipient(mode, AT, way="mail")],
        "NOTICE-01": [a_contact(AT, approved=False, kind=KIND[mode], way="page"), a_recipient(mode, AT)],
    }
    withdraw_contact(contact=wrong["NOTICE-01"][1], by=somebody("lead"), at=AT)
    for code, contacts in wrong.items():
        for contact in contacts:
            with refusal(code):
                press(centre, contact)
    assert not Mail.objects.exists()
    assert not Case.objects.exists()
    assert waiting(AT).reports == 1


def test_nothing_is_passed_on_where_reports_are_assessed_or_the_basis_has_ended(centre):
    """PORTAL-04, S-01"""
    contact = a_recipient("portal", AT)
    with refusal("PORTAL-04"):
        press(centre, contact)
    declare("hotline", AT - timedelta(days=2))
    a_report(centre, FULL, AT)
    with refusal("PORTAL-04"):
        press(centre, contact)
    declare("portal", AT, until=date(2026, 11, 30))
    later = AT + timedelta(days=20)
    assert rules(AT).may_pass_on
    assert not rules(later).may_pass_on
    with refusal("PORTAL-04"):
        press(centre, contact, at=later)
    assert press(centre, contact).reports == 1


def test_what_waits_in_the_outbox_leaves_only_while_the_declaration_says_so(centre, monkeypatch):
    """PORTAL-04"""
    from cop.hotline import public

    declare("portal", long_ago(AT))
    a_report(centre, FULL, AT)
    found = press(centre, a_recipient("portal", AT))
    assert read_page(found.notice)
    monkeypatch.setattr(public, "now", lambda: AT + timedelta(days=60))
    with pytest.raises(NotNow, match="basis"):
        read_page(found.notice)
    monkeypatch.undo()
    for other in ("hotline", "police"):
        declare(other, AT)
        with pytest.raises(NotAnyMore, match="elsewhere"):
            read_page(found.notice)


def test_what_somebody_works_on_or_assessed_or_the_police_hold_does_not_go(centre):
    """PORTAL-05 CASE-06"""
    declare("hotline", AT - timedelta(days=2))
    taken, assessed, held, plain = (a_report(centre, {"address": f"https://bad.example/{n}"}, AT) for n in range(4))
    who = {"by": somebody("second"), "at": AT}
    for number in (taken, assessed, held):
        cases.take(number=number, **who)
        cases.first_open(number=number, unlocked=centre.unlocked, keystore=centre.keystore, **who)
    cases.assess(number=assessed, name=CaseAddress.objects.get(case=assessed).name, outcome="unable", **who)
    cases.give_back(number=held, **who)
    cases.place_hold(number=held, officer="Insp. Example", reason="arrest", until=AT + timedelta(hours=72), **who)
    declare("police", AT)
    contact = a_recipient("police", AT)
    assert press(centre, contact).reports == 1
    assert set(Case.objects.filter(state="closed").values_list("pk", flat=True)) == {plain}
    assert press(centre, contact, at=AT + timedelta(hours=1)).reports == 1  # nobody works on it any more
    assert set(Case.objects.filter(state="closed").values_list("pk", flat=True)) == {plain, taken}
    with refusal("PORTAL-05"):
        pass_on_case(Held((Subject("a", "baseline"),)), "referred_to_police")


def test_what_does_not_open_holds_nothing_up_and_still_waits(centre, mode):
    """PORTAL-05"""
    broken, ended, good = (a_report(centre, {"note": f"words {n}"}, AT) for n in range(3))
    Report.objects.filter(pk=broken).update(body=b"x")
    contact = a_recipient(mode, AT)
    Erasure.objects.create(month="2026-10", erased_at=AT, by="system", keys="", reports=1, reason="term ended")
    Report.objects.filter(pk=ended).update(month="2026-10")
    found = press(centre, contact)
    assert (found.reports, found.unopened) == (1, 1)
    assert set(Case.objects.values_list("pk", flat=True)) == {good}
    assert waiting(AT).reports == 1
    with refusal("PORTAL-05"):
        press(centre, contact)


def lost(how, name, at=AT):
    """A notice that never arrives, in each of the ways that there are."""
    mail = Mail.objects.filter(key=f"notice/{name}")
    if how == "bounced":
        mail.update(state="delivered", sealed=b"", changed_at=at)
        follow_mails(at=at)
        mark_bounced(notice=name, by=somebody("lead"), at=at)
    elif how == "withdrawn":
        withdraw_contact(contact=Notice.objects.get(name=name).contact_id, by=somebody("lead"), at=at)
        with pytest.raises(NotAnyMore):
            open_outgoing("pass_on", f"notice/{name}", bytes(mail.get().sealed))
        mail.update(state="dropped", sealed=b"", changed_at=at)
        follow_mails(at=at)
    else:
        mail.update(state=how, changed_at=at)
        follow_mails(at=at)


@pytest.mark.parametrize("how", ["refused", "dropped", "bounced", "withdrawn"])
def test_what_never_arrived_waits_again_and_can_be_passed_on_anew(centre, mode, how):
    """PORTAL-08"""
    number = a_report(centre, FULL | {"reporter": "child"}, AT)
    first = press(centre, a_recipient(mode, AT))
    page_code = (
        open_outgoing("pass_on", f"notice/{first.notice}", bytes(Mail.objects.get().sealed))[0].split("Code: ")[1].split()[0]
    )
    assert Draft.objects.get().sent is None
    lost(how, first.notice)
    case, row = Case.objects.get(), Notice.objects.get()
    assert (case.state, case.reason, case.closed_at, case.report.state) == ("new", "", None, "received")
    assert case.due_at is not None
    assert row.state == ("failed" if how == "bounced" else "dropped")
    assert bytes(row.page) == b""
    with pytest.raises(PageGone):
        open_notice_page(code=page_code, at=AT)
    assert Draft.objects.get().sent is False
    assert waiting(AT).reports == 1
    Mail.objects.update(state="pending")  # somebody lets it go out again from the outbox
    with pytest.raises(NotAnyMore):
        open_outgoing("pass_on", f"notice/{first.notice}", bytes(Mail.objects.get().sealed))
    again = press(centre, a_recipient(mode, AT, name="Another"))
    assert Case.objects.get(pk=number).state == "closed"
    assert NoticeLine.objects.filter(address__case=number).count() == 2
    assert CaseAddress.objects.count() == 1
    assert told(again.notice)[1]["reports"][0]["note"] == FULL["note"]
    assert Draft.objects.filter(sent=None).count() == 1
    follow_mails(at=AT)
    assert Case.objects.get(pk=number).state == "closed"  # what the first notice tells now counts no more


def test_a_mail_that_is_tried_on_keeps_what_it_passed_on(centre, mode):
    """PORTAL-08"""
    a_report(centre, FULL, AT)
    found = press(centre, a_recipient(mode, AT))
    for state in ("failed", "pending", "unknown", "sending", "delivered"):
        Mail.objects.update(state=state, changed_at=AT)
        follow_mails(at=AT)
        assert Case.objects.get().state == "closed"
    assert Notice.objects.get(name=found.notice).state == "sent"
    mail = Mail.objects.get()
    assert mail.state == "delivered"


def test_what_was_erased_meanwhile_does_not_wait_again(centre, mode):
    """PORTAL-08, S-30"""
    number = a_report(centre, FULL, AT)
    found = press(centre, a_recipient(mode, AT))
    Erasure.objects.create(
        month=Report.objects.get(pk=number).month, erased_at=AT, by="system", keys="", reports=1, reason="term ended"
    )
    lost("dropped", found.notice)
    assert Notice.objects.get().state == "dropped"
    assert Case.objects.get().state == "closed"


def test_what_they_answer_is_kept(centre, mode):
    """NOTICE-13"""
    a_report(centre, FULL, AT)
    found = press(centre, a_recipient(mode, AT))
    lead = somebody("lead")
    acknowledge(notice=found.notice, receipt="T-17", by=lead, at=AT)
    with refusal("NOTICE-04"):
        record_decision(notice=found.notice, decision="removed", by=lead, at=AT)
    record_decision(notice=found.notice, decision="investigating", by=lead, at=AT)
    row = Notice.objects.get()
    assert (row.state, row.receipt, row.decision) == ("decided", "T-17", "investigating")


def said_to(seed, centre):
    found = thread(opened(receipt_of(seed)), centre.keystore)
    return [one.text for one in found.messages]


def test_an_adult_reads_with_the_receipt_where_the_report_went(centre, mode):
    """PORTAL-09 PHRASE-01"""
    seed = new_seed()
    body = read_body(FULL | {"language": "en"})
    receive(body=body, seed=seed, keys=centre.keystore.keys(AT), at=AT)
    Report.objects.update(language="en")
    first = press(centre, a_recipient(mode, AT))
    (text,) = said_to(seed, centre)
    assert {"portal": "our partner hotline", "police": "the police"}[mode] in text
    assert "help page" in text
    lost("dropped", first.notice)
    press(centre, a_recipient(mode, AT, name="Another"))
    assert said_to(seed, centre) == [text]  # once is enough


def test_who_may_be_a_child_reads_it_once_a_second_person_lets_it_and_help_comes_first(centre, mode):
    """PORTAL-09 PHRASE-04 MSG-01"""
    seed = new_seed()
    receive(body=read_body({"note": "canary"}), seed=seed, keys=centre.keystore.keys(AT), at=AT)
    press(centre, a_recipient(mode, AT))
    assert said_to(seed, centre) == []
    draft = Draft.objects.get()
    with pytest.raises(DraftRefused):
        decide(draft=draft.pk, send=True, own=b"", keystore=centre.keystore, by=somebody("first"), at=AT)
    assert let_messages_go(keystore=centre.keystore, by=somebody("first"), at=AT) == 0
    assert let_messages_go(keystore=centre.keystore, by=somebody("second"), at=AT) == 1
    (text,) = said_to(seed, centre)
    assert "the help page of this site lists people who listen" in text
    assert let_messages_go(keystore=centre.keystore, by=somebody("second"), at=AT) == 0


def test_what_is_passed_on_counts_as_received_and_as_nothing_else(centre, mode):
    """PORTAL-10 FIG-02"""
    a_report(centre, FULL, AT)
    a_report(centre, {"note": "words"}, AT)
    found = press(centre, a_recipient(mode, AT))
    Mail.objects.update(state="delivered", sealed=b"", changed_at=AT)
    follow_mails(at=AT)
    counts = counts_of(case_facts(AT), AT.year)
    wanted = {
        "reports/received": 2, "reports/not_confirmed": 2, "reports/not_judged": 2, "reports/passed_on": 2, "kind/contact": 1,
        "kind/grooming": 1, "kind/rest": 1, "kind/unknown": 1,
    }  # fmt: skip
    assert {code: value for code, value in counts.items() if value} == wanted
    assert notice_facts(AT) == []
    mark_bounced(notice=found.notice, by=somebody("lead"), at=AT)
    counts = counts_of(case_facts(AT), AT.year)
    assert (counts["reports/passed_on"], counts["reports/waiting"]) == (0, 2)


@given(TEXTS)
def test_addresses_within_words_are_defanged_twice_as_once(text):
    """TRACE-02"""
    assert defang_in(defang_in(text)) == defang_in(text)
    assert "http://" not in defang_in("see http://bad.example/x, and \u202ewww.bad.example")
    assert "\u202e" not in defang_in("\u202e" + text)


def test_a_reports_words_never_pass_for_ours(centre, mode):
    """PORTAL-06: each line of a reporter is quoted"""
    note = "hello\n\n----------\n\nReference N-0, received never\nWe state that nothing happened.\u2028Signed, the hotline"
    a_report(centre, {"note": note, "place": "a\nb"}, AT)
    body, held = told(press(centre, a_recipient(mode, AT)).notice)
    assert held["reports"][0]["note"] == note
    assert body.count("\n----------\n") == 0
    assert all(line.startswith("  | ") for line in body.splitlines() if "nothing happened" in line or "Signed, the" in line)
    assert "  Place: a b\n" in body


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_pass_nothing_on_twice(centre):
    """PORTAL-05: on a server that lets them press at the same moment"""
    if connection.vendor == "sqlite":
        return
    declare("portal", long_ago(AT))
    contact = a_recipient("portal", AT)
    people = ("first", "second", "lead")
    for name in people:
        somebody(name)
    for count in (1, 7, 55):
        numbers = {a_report(centre, {"note": f"words {n}"}, AT) for n in range(count)}
        found, ready = [], Barrier(len(people))

        def one(name, found=found, ready=ready):
            ready.wait()
            try:
                found.append(press(centre, contact, by=name))
            except Exception as error:
                found.append(error)
            finally:
                connection.close()

        threads = [Thread(target=one, args=(name,)) for name in people]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        refused = [each for each in found if isinstance(each, Exception)]
        assert all(isinstance(each, NotAllowed) and each.code == "PORTAL-05" for each in refused), found
        assert sum(each.reports for each in found if not isinstance(each, Exception)) == count
        lines = list(NoticeLine.objects.filter(address__case__in=numbers).values_list("address__case", flat=True))
        assert sorted(lines) == sorted(numbers)


def test_a_declaration_of_a_portal_reads_as_one():
    """PORTAL-04"""
    assert Passed("N-1-1", "2026-11-22T10:00Z", False, note="é").size == 2
    assert "[portal]" in declared("portal")

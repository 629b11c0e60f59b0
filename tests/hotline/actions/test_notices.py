"""Notices from the desk to the outbox: who may be told of what, and what is kept of it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from pysequoia import Tsk, decrypt

from cop.ground.models import AuditEntry, Mail
from cop.ground.public import NotAnyMore, NotNow, NotReadable, now
from cop.hotline.actions import cases
from cop.hotline.actions.contacts import BadContact, approve_contact, propose_contact, withdraw_contact
from cop.hotline.actions.escalations import decline_escalation, propose_escalations
from cop.hotline.actions.follow import acknowledge, follow_mails, mark_bounced, record_decision
from cop.hotline.actions.notices import Wanted, drop_notice, prepare_notices, refer_to_police, send_notice
from cop.hotline.core.case import NotAllowed, PoliceRules
from cop.hotline.core.notice import CONTACT_KINDS
from cop.hotline.models import Case, CaseAddress, CaseEvent, Contact, Escalation, Notice, Trace
from cop.hotline.public import open_outgoing
from cop.hotline.queries.notices import contacts, notices, proposals, sender, traces
from cop.hotline.queries.verification import notice_faults
from tests.hotline.casework import AFTER, a_contact, a_notice, a_report, an_address, desk_of, somebody, traced

pytestmark = pytest.mark.django_db
AT = now().replace(microsecond=0)
WEB = {"address": "http://bad.example/page?x=1"}


def refusal(code: str):
    return pytest.raises(NotAllowed, match=code)


def send(name: str, at=AT, rules=AFTER, **more):
    send_notice(notice=name, rules=rules, by=somebody("lead"), at=at, **more)


def arrived(name: str, at=AT) -> None:
    """What the worker would have done."""
    Mail.objects.filter(key=f"notice/{name}").update(state="delivered", sealed=b"", changed_at=at)
    follow_mails(at=at)


def opened(name: str):
    mail = Mail.objects.get(key=f"notice/{name}")
    return open_outgoing(mail.kind, mail.key, bytes(mail.sealed))


def test_a_notice_goes_from_the_desk_to_the_outbox_sealed_and_the_worker_alone_reads_it(centre):
    """NOTICE-10"""
    address, contact = an_address(centre, WEB, AT), a_contact(AT, language="fr")
    traced(address, AT)
    name = a_notice(centre, CaseAddress.objects.get(pk=address.pk), contact, AT, law="Invented Act, art. 9", extra="third picture")
    send(name)
    row, mail = Notice.objects.get(name=name), Mail.objects.get()
    assert (row.state, bytes(row.sealed), mail.body, mail.kind) == ("queued", b"", "", "notice")
    body, files = opened(name)
    assert "hxxp://bad[.]example/page?x=1" in body
    assert body.count("----------") == 1
    assert [file.name for file in files] == [f"{row.number}-locations.txt", f"{row.number}-1.json"]
    assert json.loads(files[1].content)["url"] == "http://bad.example/page?x=1"
    everything = str(list(Mail.objects.values())) + str(list(Notice.objects.values())) + str(list(AuditEntry.objects.values()))
    assert "bad.example" not in everything
    assert "bad[.]example" not in everything
    assert CaseAddress.objects.get().step == "notified"


def test_what_was_sealed_is_kept_as_a_commitment_alone_once_it_went_out(centre):
    """NOTICE-10"""
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    name = a_notice(centre, address, contact, AT)
    row = Notice.objects.get(name=name)
    assert row.commitment == row.committed()
    assert row.commitment in str(AuditEntry.objects.get(verb="prepare notice").details)
    send(name)
    assert Notice.objects.get(name=name).commitment == row.commitment


def test_notices_are_grouped_by_contact(centre):
    rows = [an_address(centre, {"address": f"http://bad.example/{place}"}, AT) for place in range(3)]
    one, two = a_contact(AT), a_contact(AT, name="Other", mail="abuse@other.example")
    wanted = [Wanted(row.case_id, row.name, contact) for row, contact in zip(rows, (one, two, one), strict=True)]
    names = prepare_notices(wanted=wanted, kind="first", desk=desk_of(centre), by=somebody("second"), at=AT)
    assert [Notice.objects.get(name=name).lines.count() for name in names] == [2, 1]
    assert [row.lines for row in notices()] == [1, 2]


def test_no_notice_without_an_approved_same_country_freshly_traced_contact(centre):
    """NOTICE-01 NOTICE-02 NOTICE-03"""
    address = an_address(centre, WEB, AT)
    contact = a_contact(AT, approved=False)
    name = a_notice(centre, address, contact, AT)
    assert Notice.objects.get(name=name).state == "draft"
    with refusal("NOTICE-01"):
        send(name)
    with refusal("NOTICE-14"):
        approve_contact(contact=contact, by=somebody("first"), at=AT)
    approve_contact(contact=contact, by=somebody("lead"), at=AT)
    assert Notice.objects.get(name=name).state == "ready"
    with refusal("NOTICE-02"):
        send(name)
    traced(address, AT - timedelta(hours=25))
    with refusal("NOTICE-02"):
        send(name)
    traced(address, AT - timedelta(hours=2), "XB")
    with refusal("NOTICE-03"):
        send(name)
    traced(address, AT - timedelta(hours=1), "")
    with refusal("NOTICE-02"):
        send(name)
    assert not Mail.objects.exists()
    traced(address, AT)
    send(name)
    assert Mail.objects.count() == 1


@pytest.mark.parametrize(
    "column", ["name", "kind", "mail", "language", "country", "answers_for", "way", "openpgp", "proposed_by_id"]
)
def test_a_contact_that_was_changed_past_the_program_gets_nothing_and_is_named(centre, column):
    """NOTICE-01, THR-09"""
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    name = a_notice(centre, address, contact, AT)
    assert list(notice_faults()) == []
    Contact.objects.update(**{column: somebody("other").id if column == "proposed_by_id" else "fr"})
    with refusal("NOTICE-01"):
        send(name)
    assert list(notice_faults()) == [f"contact {contact} is not the one that was approved"]


def test_a_withdrawn_contact_brought_back_and_notices_changed_or_removed_past_the_program_are_named(centre):
    """NOTICE-01, THR-09"""
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    changed, sent, removed = (a_notice(centre, address, contact, AT) for _ in range(3))
    traced(address, AT)
    send(sent)
    Notice.objects.filter(name=changed).update(sealed=b"x")
    row = Notice.objects.get(name=removed)
    row.lines.all().delete()
    row.delete()
    number = Notice.objects.get(name=changed).number
    assert list(notice_faults()) == [f"notice {number} was changed", f"notice {removed} is missing"]
    withdraw_contact(contact=contact, by=somebody("lead"), at=AT)
    Contact.objects.update(withdrawn_at=None)
    assert f"contact {contact} is not the one that was approved" in list(notice_faults())


def test_a_notice_that_waited_in_the_outbox_leaves_only_after_another_trace(centre, monkeypatch):
    """NOTICE-02 NOTICE-03"""
    from cop.hotline import public

    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    name = a_notice(centre, address, contact, AT)
    send(name)
    later = AT + timedelta(hours=30)
    monkeypatch.setattr(public, "now", lambda: later)
    with pytest.raises(NotNow, match="traced again"):
        opened(name)
    traced(address, later)
    assert opened(name)[0]
    traced(address, later + timedelta(seconds=1), "XB")
    with pytest.raises(NotAnyMore, match="another country"):
        opened(name)


def test_a_contact_is_withdrawn_and_what_was_not_sent_goes(centre):
    """NOTICE-01 NOTICE-14"""
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    waiting, gone = a_notice(centre, address, contact, AT), a_notice(centre, address, contact, AT)
    send(waiting)
    withdraw_contact(contact=contact, by=somebody("lead"), at=AT)
    row = Notice.objects.get(name=gone)
    assert (row.state, bytes(row.sealed)) == ("dropped", b"")
    with pytest.raises(NotAnyMore):
        opened(waiting)
    for again in (withdraw_contact, approve_contact):
        with refusal("NOTICE-14"):
            again(contact=contact, by=somebody("lead"), at=AT)
    with refusal("NOTICE-01"):
        a_notice(centre, address, contact, AT)


@pytest.mark.parametrize("order", ["after", "with", "before"])
def test_no_notice_while_a_police_hold_stands_not_even_one_in_the_outbox(centre, order):
    """NOTICE-07, S-04"""
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    early, late = a_notice(centre, address, contact, AT), a_notice(centre, address, contact, AT)
    held = {"number": address.case_id, "by": somebody("lead"), "at": AT}
    if order != "after":
        with refusal("CASE-06"):
            send(early, rules=PoliceRules(order))
        cases.police_agree(**held)
        cases.note_referral(**held)
    send(early, rules=PoliceRules(order))
    cases.place_hold(officer="Insp. Example", reason="arrest planned", until=AT + timedelta(hours=72), **held)
    with refusal("CASE-06"):
        send(late, rules=PoliceRules(order))
    with pytest.raises(NotNow, match="hold"):
        opened(early)
    cases.lift_hold(agreed=True, **held)
    assert opened(early)[0]
    send(late, rules=PoliceRules(order))


def test_what_is_no_longer_confirmed_does_not_leave_the_outbox(centre):
    """NOTICE-07"""
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    name = a_notice(centre, address, contact, AT)
    send(name)
    held = {"number": address.case_id, "by": somebody("lead"), "at": AT}
    cases.raise_appeal(source="owner", **held | {"by": somebody("first")})
    cases.decide_appeal(upheld=True, outcome="not_illegal", **held)
    with pytest.raises(NotAnyMore):
        opened(name)


def test_only_what_two_people_call_illegal_gets_a_notice(centre):
    """NOTICE-08"""
    address, contact = an_address(centre, WEB, AT, outcome="not_illegal"), a_contact(AT)
    with refusal("CASE-05"):
        a_notice(centre, address, contact, AT)
    words = an_address(centre, {"note": "somebody in a game asks for pictures"}, AT)
    with refusal("NOTICE-08"):
        a_notice(centre, words, contact, AT)
    with refusal("NOTICE-04"):
        a_notice(centre, words, contact, AT, kind="referral")


REPORTER = {
    "note": "canary-note seven blue horses ran over my garden", "contact": "canary@reporter.example", "place": "canary-place",
    "may_pass_on": "", "may_contact": "yes", "reporter": "adult", "concern": "abuse_material", "site_type": "forum",
}  # fmt: skip


@pytest.mark.parametrize("kind", CONTACT_KINDS)
@pytest.mark.parametrize("way", ["mail", "page"])
def test_nothing_that_a_reporter_wrote_beside_the_address_is_in_a_notice_or_a_referral(centre, kind, way):
    """NOTICE-06, S-08"""
    address = an_address(centre, WEB | REPORTER, AT)
    way = "page" if kind == "police" else way
    contact = a_contact(AT, kind=kind, way=way)
    traced(address, AT)
    desk, by = desk_of(centre), somebody("lead")
    if kind == "police":
        name = refer_to_police(
            number=address.case_id, names=[address.name], contact=contact, rules=AFTER, desk=desk, by=by, at=AT
        )  # fmt: skip
    else:
        name = a_notice(centre, address, contact, AT)
        send(name, complicit=False)
    body, files = opened(name)
    text = body + "".join(file.content.decode() for file in files) + page_of(body, name)
    assert "canary" not in text
    assert "blue horses" not in text
    assert by.name not in text
    assert Case.objects.get().report.reference not in text
    with refusal("NOTICE-06"):
        a_notice(centre, address, a_contact(AT), AT, extra="seven blue horses ran")


def page_of(body: str, name: str) -> str:
    """What stands on the page to which a mail leads."""
    from cop.hotline.core.parcel import open_page, page_key

    row = Notice.objects.get(name=name)
    if not row.page:
        return ""
    code = next(line for line in body.splitlines() if line.startswith("Code: "))
    parcel = open_page(bytes(row.page), page_key(code[6:]), name)
    assert "bad[.]example" in parcel.body
    assert "bad" not in body
    return parcel.body + "".join(file.text for file in parcel.files)


def test_a_reporter_who_agreed_can_be_reached_by_the_police_and_by_nobody_else(centre):
    """NOTICE-13"""
    unit = Tsk.generate("unit <unit@police.example>")
    key = str(unit.extract_certificate())
    address = an_address(centre, WEB | REPORTER | {"may_pass_on": "yes"}, AT)
    contact = a_contact(AT, kind="police", mail="unit@police.example", way="openpgp", openpgp=key)
    name = refer_to_police(
        number=address.case_id, names=[address.name], contact=contact, rules=AFTER, desk=desk_of(centre), by=somebody("lead"), at=AT
    )  # fmt: skip
    body, files = opened(name)
    assert "bad" not in body
    text = "".join(decrypt(file.content, unit.decryptor()).bytes.decode() for file in files)
    assert "canary@reporter.example" in text
    assert "http://bad.example/page?x=1" in text
    assert "blue horses" not in text
    assert Case.objects.get().referred
    assert Mail.objects.get().subject.startswith("Referral to the police N-")


def test_a_child_in_danger_is_referred_on_first_reading_with_the_words_that_are_the_report(centre):
    """NOTICE-13, S-03"""
    number = a_report(centre, {"note": "he wants to meet her at noon"}, AT, danger=True)
    held = {"number": number, "by": somebody("first"), "at": AT}
    cases.take(**held)
    cases.first_open(unlocked=centre.unlocked, keystore=centre.keystore, **held)
    contact = a_contact(AT, kind="police", way="page")
    names = [CaseAddress.objects.get().name]
    cases.assess(name=names[0], outcome="national", **held)
    name = refer_to_police(names=names, contact=contact, rules=AFTER, desk=desk_of(centre), **held)
    text = page_of_danger(name)
    assert "One of our people read the report." in text
    assert "two trained people" not in text
    assert "A child may be in danger now." in text
    assert "he wants to meet her at noon" in text


def page_of_danger(name: str) -> str:
    from cop.hotline.core.parcel import open_page, page_key

    row = Notice.objects.get(name=name)
    code = next(line for line in opened(name)[0].splitlines() if line.startswith("Code: "))
    return open_page(bytes(row.page), page_key(code[6:]), name).body


def test_a_referral_goes_to_the_police_alone_encrypted_and_of_what_was_confirmed(centre):
    """NOTICE-13"""
    address = an_address(centre, WEB, AT)
    held = {"number": address.case_id, "rules": AFTER, "desk": desk_of(centre), "by": somebody("lead"), "at": AT}
    for parts in ({}, {"kind": "police", "way": "mail"}):
        with refusal("NOTICE-13"):
            refer_to_police(names=[address.name], contact=a_contact(AT, **parts), **held)
    police = a_contact(AT, kind="police", way="page")
    with refusal("NOTICE-13"):
        a_notice(centre, address, police, AT)
    for names in ([], ["another"], [address.name, "another"]):
        with refusal("CASE-01"):
            refer_to_police(names=names, contact=police, **held)
    unsure = an_address(centre, {"address": "http://fine.example/"}, AT, outcome="not_illegal")
    with refusal("CASE-05"):
        refer_to_police(names=[unsure.name], contact=police, **(held | {"number": unsure.case_id}))
    assert not Notice.objects.exists()


def test_receipt_and_outcome_of_a_referral_are_kept(centre):
    """NOTICE-13"""
    address, police = an_address(centre, WEB, AT), a_contact(AT, kind="police", way="page")
    name = refer_to_police(
        number=address.case_id, names=[address.name], contact=police, rules=AFTER, desk=desk_of(centre), by=somebody("lead"), at=AT
    )  # fmt: skip
    held = {"notice": name, "by": somebody("lead"), "at": AT}
    arrived(name)
    acknowledge(receipt="P-2026/17", **held)
    with refusal("NOTICE-04"):
        record_decision(decision="removed", **held)
    record_decision(decision="safeguarded", **held)
    (row,) = notices()
    assert (row.state, row.receipt, row.decision) == ("decided", "P-2026/17", "safeguarded")


def test_what_the_mail_server_says_becomes_visible_on_the_notice(centre):
    """NOTICE-09"""
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    name = a_notice(centre, address, contact, AT)
    send(name)
    mail = Mail.objects.filter(key=f"notice/{name}")
    seen = []
    for state in ("sending", "refused", "pending", "failed", "sending", "unknown", "delivered"):
        mail.update(state=state)
        follow_mails(at=AT)
        (row,) = notices()
        seen.append((row.state, row.mail.state))
    assert [state for state, _ in seen] == ["queued", "failed", "queued", "failed", "queued", "queued", "sent"]
    mark_bounced(notice=name, by=somebody("lead"), at=AT)
    assert follow_mails(at=AT) == 0
    assert notices()[0].state == "failed"
    with refusal("NOTICE-04"):
        mark_bounced(notice=name, by=somebody("lead"), at=AT)
    acknowledge(notice=name, by=somebody("lead"), at=AT)
    record_decision(notice=name, decision="refused", redress="court", by=somebody("lead"), at=AT)
    verbs = list(CaseEvent.objects.filter(verb__startswith="notice").order_by("pk").values_list("verb", flat=True))
    assert verbs[0] == "notice failed"
    assert verbs[-3:] == ["notice bounced", "notice acknowledged", "notice decided"]


def test_the_clock_only_proposes_and_each_proposal_is_answered_or_visibly_waits(centre):
    """NOTICE-05 NOTICE-09, S-07"""
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    first = a_notice(centre, address, contact, AT)
    send(first)
    later = AT + timedelta(hours=72)
    assert propose_escalations(at=later, hours=72) == 0  # it did not go out yet
    arrived(first)
    assert propose_escalations(at=later - timedelta(seconds=1), hours=72) == 0
    assert propose_escalations(at=later, hours=72) == 1
    assert propose_escalations(at=later, hours=72) == 0
    assert Mail.objects.count() == 1
    assert [(row.kind, row.under_way) for row in proposals()] == [("reminder", "")]
    traced(address, later)
    reminder = a_notice(centre, address, contact, later, kind="reminder")
    send(reminder, later)
    assert [row.under_way for row in proposals()] == [Notice.objects.get(name=reminder).number]
    arrived(reminder, later)
    assert proposals() == []
    last = later + timedelta(hours=72)
    propose_escalations(at=last, hours=72)
    assert [row.kind for row in proposals()] == ["escalation"]
    traced(address, last)
    registrar = a_contact(AT, name="Registrar", kind="registrar", mail="abuse@registrar.example")
    escalation = a_notice(centre, address, registrar, last, kind="escalation")
    for answer in (None, True):
        with refusal("NOTICE-05"):
            send(escalation, last, complicit=answer)
    drop_notice(notice=escalation, why="complicit", by=somebody("lead"), at=last)
    assert [row.under_way for row in proposals()] == [""]
    with refusal("NOTICE-09"):
        decline_escalation(proposal=proposals()[0].id, why="tired", by=somebody("lead"), at=last)
    decline_escalation(proposal=proposals()[0].id, why="complicit", by=somebody("lead"), at=last)
    assert proposals() == []
    with refusal("NOTICE-09"):
        decline_escalation(proposal=Escalation.objects.latest("pk").pk, why="gone", by=somebody("lead"), at=last)


def test_what_is_gone_is_not_proposed(centre):
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    name = a_notice(centre, address, contact, AT)
    send(name)
    arrived(name)
    cases.confirm_gone(number=address.case_id, name=address.name, how="removed", by=somebody("lead"), at=AT)
    assert propose_escalations(at=AT + timedelta(days=30), hours=72) == 0


def test_a_notice_whose_text_was_erased_is_not_sent_empty(centre):
    """NOTICE-04"""
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    name = a_notice(centre, address, contact, AT)
    Notice.objects.update(sealed=b"")
    assert list(notice_faults()) == []
    with refusal("NOTICE-04"):
        send(name)


def test_a_notice_is_sent_once_and_a_dropped_one_never(centre):
    """NOTICE-04"""
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    name, other = a_notice(centre, address, contact, AT), a_notice(centre, address, contact, AT)
    send(name)
    with refusal("NOTICE-04"):
        send(name)
    with refusal("NOTICE-04"):
        drop_notice(notice=other, why="bored", by=somebody("lead"), at=AT)
    drop_notice(notice=other, why="other_way", by=somebody("lead"), at=AT)
    with refusal("NOTICE-04"):
        send(other)
    assert Mail.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "parts"),
    [
        ("name", {"name": " "}), ("kind", {"kind": "friend"}), ("mail", {"mail": "a@b@c.example"}), ("mail", {"mail": "a@b"}),
        ("mail", {"mail": "abuse@host.example\nBcc: x@y.example"}), ("language", {"language": "xx"}), ("country", {"country": "x"}),
        ("country", {"country": ""}), ("way", {"way": "pigeon"}), ("openpgp", {"way": "openpgp"}),
    ],
)  # fmt: skip
def test_a_contact_with_a_part_that_is_wrong_is_refused(db, field, parts):
    """NOTICE-14"""
    with pytest.raises(BadContact, match=field):
        a_contact(AT, **parts)
    assert not Contact.objects.exists()


def test_a_demonstration_keeps_no_real_contact_and_marks_what_machines_read(centre, settings):
    settings.COP_DEMO = True
    with pytest.raises(BadContact, match="example only"):
        propose_contact(name="Host", kind="host", mail="abuse@host.test", country="XA", by=somebody("first"), at=AT)
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    wanted = [Wanted(address.case_id, address.name, contact)]
    (name,) = prepare_notices(wanted=wanted, kind="first", desk=desk_of(centre, test=True), by=somebody("second"), at=AT)
    send(name)
    assert json.loads(opened(name)[1][1].content)["tags"] == ["lifecycle:test"]


def test_traces_are_kept_sealed_and_dated(centre):
    """NOTICE-02"""
    from cop.hotline.core.sealing import open_trace
    from cop.hotline.queries.reports import open_report

    address = an_address(centre, WEB, AT)
    traced(address, AT - timedelta(hours=1), "XB")
    traced(address, AT)
    assert [(row.country, row.at) for row in traces(address.name)] == [("XA", AT), ("XB", AT - timedelta(hours=1))]
    row = Trace.objects.latest("pk")
    assert b"192.0.2.1" not in bytes(row.sealed)
    own = open_report(address.case_id, centre.unlocked, centre.keystore).own
    assert json.loads(open_trace(own, bytes(row.sealed), row.name)) == {"a": "192.0.2.1"}
    address.refresh_from_db()
    assert (address.country, address.network) == ("XA", "AS64500")
    with pytest.raises(ValueError, match="country"):
        traced(address, AT, "Arvandia")


def test_other_mails_and_other_keys_do_not_open(centre, tmp_path, settings):
    """NOTICE-10"""
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    name = a_notice(centre, address, contact, AT)
    send(name)
    mail = Mail.objects.get()
    with pytest.raises(NotReadable):
        open_outgoing("invitation", mail.key, bytes(mail.sealed))
    with pytest.raises(NotReadable):
        open_outgoing("notice", mail.key, bytes(mail.sealed)[:-1])
    (settings.COP_KEYS / "worker" / "service.key").unlink()
    with pytest.raises(NotNow):
        opened(name)


def test_a_mail_that_was_turned_to_somebody_else_in_the_database_is_not_sent(centre):
    """NOTICE-01: neither another address in the outbox, nor another contact, nor other words under the same name"""
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    name, other = a_notice(centre, address, contact, AT), a_notice(centre, address, contact, AT)
    send(name)
    send(other)
    assert opened(name)
    Mail.objects.filter(key=f"notice/{name}").update(to="thief@host.example")
    with pytest.raises(NotReadable, match="changed past"):
        opened(name)
    Contact.objects.update(mail="thief@host.example")
    with pytest.raises(NotReadable, match="changed past"):
        opened(name)
    Contact.objects.update(mail="abuse@host.example")
    Mail.objects.filter(key=f"notice/{name}").update(to="abuse@host.example")
    with pytest.raises(NotReadable, match="changed past"):
        open_outgoing("notice", f"notice/{name}", bytes(Mail.objects.get(key=f"notice/{other}").sealed))


def test_closing_a_case_takes_back_what_waits_in_the_outbox(centre):
    """NOTICE-07"""
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    name = a_notice(centre, address, contact, AT)
    send(name)
    cases.close(number=address.case_id, reason="not_removed", known=("not_removed",), exceptional=("not_removed",),
                by=somebody("lead"), at=AT)  # fmt: skip
    with pytest.raises(NotAnyMore, match="closed"):
        opened(name)


def test_an_address_whose_notice_never_left_is_to_be_acted_on_again(centre):
    """NOTICE-07: nobody was told, so nobody waits for an answer; another notice that left still counts"""
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    traced(address, AT)
    name, other = a_notice(centre, address, contact, AT), a_notice(centre, address, contact, AT, kind="reminder")
    send(name)
    traced(address, AT, "XB")  # it moved to another country before the mail left
    with pytest.raises(NotAnyMore, match="another country"):
        opened(name)
    Mail.objects.filter(key=f"notice/{name}").update(state="dropped", sealed=b"", changed_at=AT)
    assert follow_mails(at=AT) == 1
    row, case = CaseAddress.objects.get(), Case.objects.get()
    assert (Notice.objects.get(name=name).state, row.step, row.notified_at) == ("dropped", "open", None)
    assert (case.state, case.due_at is not None) == ("acting", True)
    traced(address, AT)
    send(other)
    third = a_notice(centre, address, contact, AT, kind="reminder")
    send(third)
    Mail.objects.filter(key=f"notice/{third}").update(state="dropped", sealed=b"", changed_at=AT)
    follow_mails(at=AT)
    assert CaseAddress.objects.get().step == "notified"


def test_lists_cost_the_same_however_long(centre, open_centre, django_assert_num_queries, settings):
    address, contact = an_address(centre, WEB, AT), a_contact(AT)
    for _ in range(3):
        a_notice(centre, address, contact, AT)
    with django_assert_num_queries(3):
        assert len(notices(state="ready", number=address.case_id)) == 3
    with django_assert_num_queries(1):
        assert [row.standing for row in contacts(kind="host", country="XA", counting=True)] == ["approved"]
    settings.COP_MAIL, settings.COP_CONTACT = None, "hotline@centre.example"
    assert sender().name.startswith("Invented Authority")

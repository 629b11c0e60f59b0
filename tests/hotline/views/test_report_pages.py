"""The pages of the hotline for the public: without account, cookie or script; nothing that was written is lost."""

import base64
import gzip
import re
from datetime import date, timedelta
from itertools import cycle

import pytest
from django.db import OperationalError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cop.ground.public import now
from cop.hotline import forms
from cop.hotline.actions.messages import write
from cop.hotline.actions.opening import close_hotline
from cop.hotline.core.body import Body, mark_of, pack
from cop.hotline.core.proof import Limits, solve, ticket
from cop.hotline.core.receipt import new_seed, opened, read_receipt, receipt_of
from cop.hotline.core.sealing import seal_report
from cop.hotline.exchange.keystore import month_of
from cop.hotline.models import Message, Report
from cop.hotline.queries.reports import open_report
from cop.hotline.views import report

LANGUAGES = ("en", "fr", "es", "ar", "zh-hans", "ru")
AGES = cycle(range(0, 6000, 97))  # far enough apart that a slow machine never makes the same ticket twice
HERE = {"origin": "http://testserver"}
GOOD = {"address": "https://gallery.example/album/17", "concern": "abuse_material", "note": "I came upon this.", "language": "en"}


@pytest.fixture
def client(monkeypatch):
    """A reader somewhere outside who has not sent before."""
    monkeypatch.setattr(report, "DIFFICULTY", 4)
    monkeypatch.setattr(forms, "limits", Limits(forms.PER_HOUR))
    return Client(headers=HERE, REMOTE_ADDR="198.51.100.7")


def hidden(answer, name):
    return re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())[1]


def ripe(centre, seed):
    """A ticket of half a minute ago or more, another one each time."""
    return ticket(centre.keystore.flood_secret(), seed, now() - timedelta(seconds=30 + next(AGES)))


def send(client, centre, path="/en/report/", seed=None, **fields):
    seed = seed or new_seed()
    return client.post(path, {"seed": seed, "ticket": ripe(centre, seed), **fields})


def receipt_in(answer):
    held = re.search(r'<ol class="receipt".*?</ol>', answer.content.decode(), re.S)[0]
    return read_receipt(re.sub("<[^>]*>", "", held))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_report_without_a_script_gets_a_receipt_that_opens_its_thread(client, open_centre, lang):
    page = client.get(f"/{lang}/report/")
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert not page.cookies
    seed = hidden(page, "seed")
    answer = send(client, open_centre, f"/{lang}/report/", seed, **GOOD | {"language": lang})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert receipt_in(answer) == receipt_of(seed)
    assert answer["Refresh"] == f"300; url=/{lang}/report/done/"
    row = Report.objects.get()
    assert open_report(row.pk, open_centre.unlocked, open_centre.keystore).body.address == GOOD["address"]
    month = month_of(now())
    write(report=row.pk, text="Thank you.", thread=open_centre.keystore.thread_key(month), month=month, actor="p-fox", at=now())
    thread = client.post(f"/{lang}/report/follow-up/", {"receipt": receipt_of(seed)})
    assert thread.status_code == 200
    assert "Thank you." in thread.content.decode()
    assert "gallery" not in thread.content.decode()


def test_help_comes_before_the_first_field_and_warnings_before_it_too(client, open_centre):
    """S-10, S-11."""
    text = client.get("/en/report/").content.decode()
    field = text.index('<input id="address"')
    for earlier in ("Help for a child, now", "Is it a picture of you, and are you under 18?", "screenshot", "open it again"):
        assert text.index(earlier) < field, earlier


def test_a_ticket_that_is_not_ripe_keeps_the_words_and_ripens_on(client, open_centre):
    page = client.get("/en/report/")
    seed, fresh = hidden(page, "seed"), hidden(page, "ticket")
    answer = client.post("/en/report/", {"seed": seed, "ticket": fresh, **GOOD})
    assert answer.status_code == 429
    assert answer["Retry-After"]
    assert GOOD["note"] in answer.content.decode()
    assert (hidden(answer, "seed"), hidden(answer, "ticket")) == (seed, fresh)
    assert Report.objects.count() == 0


def test_with_a_script_a_proof_stands_in_for_waiting(client, open_centre):
    page = client.get("/en/report/")
    seed = hidden(page, "seed")
    challenge = re.search(r'data-challenge="([^"]+)"', page.content.decode())[1]
    fields = {"seed": seed, "ticket": hidden(page, "ticket"), "proof": solve(challenge, seed), **GOOD}
    assert receipt_in(client.post("/en/report/", fields)) == receipt_of(seed)


def test_a_field_that_can_t_be_taken_is_marked_and_everything_stays_written(client, open_centre):
    answer = send(client, open_centre, note="data:image/png;base64,AAAA", address="https://x.example/", place="a game")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-describedby="note-wrong"' in text
    assert 'value="https://x.example/"' in text
    assert 'value="a game"' in text
    assert Report.objects.count() == 0


def test_an_empty_report_is_asked_for_something(client, open_centre):
    assert send(client, open_centre).status_code == 422


def test_the_short_form_for_a_child_says_that_a_child_wrote(client, open_centre):
    text = client.get("/en/report/?view=child").content.decode()
    assert 'name="contact"' not in text
    send(client, open_centre, "/en/report/?view=child", note="He asks for pictures.", reporter="child")
    assert open_report(Report.objects.get().pk, open_centre.unlocked, open_centre.keystore).body.reporter == "child"


def test_two_consents_are_kept_apart(client, open_centre):
    send(client, open_centre, **GOOD, contact="wren@site.example", may_contact="yes")
    body = open_report(Report.objects.get().pk, open_centre.unlocked, open_centre.keystore).body
    assert (body.contact, body.may_contact, body.may_pass_on) == ("wren@site.example", "yes", "")


def test_sending_twice_gives_one_report_and_the_same_receipt(client, open_centre):
    """HOT-RESEND."""
    seed = new_seed()
    first, second = (send(client, open_centre, seed=seed, **GOOD) for _ in range(2))
    assert receipt_in(first) == receipt_in(second)
    assert Report.objects.count() == 1
    send(client, open_centre, seed=seed, note="I forgot the year: 2025")
    assert Message.objects.count() == 1


def test_a_form_from_another_site_is_refused_with_its_words_and_a_silent_browser_is_heard(open_centre, monkeypatch):
    monkeypatch.setattr(forms, "limits", Limits(forms.PER_HOUR))
    for headers in ({"origin": "https://other.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "https://testserver"}):
        answer = send(Client(headers=headers), open_centre, **GOOD)
        assert answer.status_code == 403
        assert GOOD["note"] in answer.content.decode()
    assert Report.objects.count() == 0
    assert send(Client(), open_centre, **GOOD).status_code == 200
    assert Report.objects.count() == 1


def test_words_stay_when_the_gate_closes_or_the_database_goes_while_somebody_writes(client, open_centre, monkeypatch):
    """HOT-STORE."""

    def gone(_at):
        raise OperationalError("the server is away")

    with monkeypatch.context() as patched:
        patched.setattr(report, "is_open", gone)
        for answer in (send(client, open_centre, **GOOD), client.get("/ar/report/")):
            assert answer.status_code == 503
            assert "/help/" in answer.content.decode()
    assert GOOD["note"] in send_closed(client, open_centre)


def send_closed(client, centre):
    close_hotline(actor="system", at=now())
    answer = send(client, centre, **GOOD)
    assert answer.status_code == 503
    assert Report.objects.count() == 0
    return answer.content.decode()


def test_a_closed_hotline_shows_answers_and_takes_no_further_words(client, open_centre):
    """HOT-GATE, S-02."""
    seed = new_seed()
    send(client, open_centre, seed=seed, **GOOD)
    close_hotline(actor="system", at=now())
    receipt = receipt_of(seed)
    fields = {"receipt": receipt, "note": "He comes tonight.", "ticket": ripe(open_centre, opened(receipt).lookup.hex())}
    answer = client.post("/en/report/follow-up/", fields)
    assert answer.status_code == 503
    assert "He comes tonight." in answer.content.decode()
    assert Message.objects.count() == 0
    assert "<textarea" not in client.post("/en/report/follow-up/", {"receipt": receipt}).content.decode()


def test_a_page_in_which_somebody_writes_never_empties_itself(client, open_centre):
    seed = new_seed()
    send(client, open_centre, seed=seed, **GOOD)
    assert "Refresh" not in client.post("/en/report/follow-up/", {"receipt": receipt_of(seed)}).headers
    assert "Refresh" not in client.get("/en/report/").headers


def test_a_proof_that_is_too_old_leaves_the_ripe_ticket_good(client, open_centre):
    assert send(client, open_centre, **GOOD, proof="1.2.3.4:5").status_code == 200


def test_a_child_in_danger_is_never_held_up_by_the_limit_of_a_network(client, open_centre, monkeypatch):
    """S-32, HOT-DANGER."""
    monkeypatch.setattr(forms, "limits", Limits(1))
    assert send(client, open_centre, **GOOD).status_code == 200
    assert send(client, open_centre, **GOOD).status_code == 429
    assert send(client, open_centre, **GOOD, danger="yes").status_code == 200
    assert Report.objects.filter(danger=True).count() == 1


def test_a_demonstration_sees_what_comes_in(client, open_centre, settings):
    settings.COP_DEMO = True
    assert "<script" not in client.get("/en/report/").content.decode()
    seed = new_seed()
    fields = sealed_by_a_browser(open_centre, seed, Body(address="https://real.test/")) | {"ticket": ripe(open_centre, seed)}
    assert client.post("/en/report/", fields).status_code == 422
    assert Report.objects.count() == 0


def test_when_nothing_can_be_stored_the_words_stay_and_no_receipt_is_given(client, open_centre, monkeypatch):
    """HOT-STORE."""

    def busy(**_named):
        raise OperationalError("database is locked")

    monkeypatch.setattr(report, "receive", busy)
    answer = send(client, open_centre, **GOOD)
    assert answer.status_code == 503
    assert GOOD["note"] in answer.content.decode()
    assert 'class="receipt"' not in answer.content.decode()


def test_a_closed_hotline_shows_routes_to_others(client, open_centre, settings):
    """S-02, HOT-GATE."""
    close_hotline(actor="system", at=now())
    settings.COP_OWN_COUNTRY = "SWE"
    text = client.get("/en/report/").content.decode()
    assert "<textarea" not in text
    assert "inhope.org" in text
    assert send(client, open_centre, **GOOD).status_code == 503
    assert Report.objects.count() == 0


def test_a_declaration_that_ran_out_closes_the_hotline(client, open_centre, settings):
    settings.COP_TODAY = date(2027, 1, 1)
    assert "<textarea" not in client.get("/en/report/").content.decode()


def test_the_receipt_as_a_square_code_is_drawn_only_when_asked_for(client, open_centre):
    """S-13."""
    seed = new_seed()
    assert "<svg" not in re.search(r"<main.*</main>", send(client, open_centre, seed=seed, **GOOD).content.decode(), re.S)[0]
    drawn = client.post("/en/report/receipt/", {"seed": seed})
    assert "<svg" in re.search(r"<main.*</main>", drawn.content.decode(), re.S)[0]
    assert client.get("/en/report/receipt/").status_code == 404
    assert client.post("/en/report/receipt/", {"seed": "x"}).status_code == 404
    assert client.post("/en/report/receipt/", {"seed": new_seed()}).status_code == 404  # nothing was stored under it


def test_words_are_added_with_the_receipt_once(client, open_centre):
    seed = new_seed()
    send(client, open_centre, seed=seed, **GOOD)
    receipt = receipt_of(seed)
    thread = opened(receipt).lookup.hex()
    fields = {"receipt": receipt, "note": "There is a second account.", "ticket": ripe(open_centre, thread)}
    for _ in range(2):
        assert client.post("/en/report/follow-up/", fields).status_code == 200
    assert Message.objects.count() == 1
    fresh = {**fields, "note": "More.", "ticket": ticket(open_centre.keystore.flood_secret(), thread, now())}
    answer = client.post("/en/report/follow-up/", fresh)
    assert answer.status_code == 429
    assert "More." in answer.content.decode()
    assert client.post("/en/report/follow-up/", {**fields, "note": "blob:https://x.example/1"}).status_code == 422


@pytest.mark.parametrize(
    ("receipt", "status"),
    [("", 422), ("12", 422), ("abc", 422), ("1" * 32, 422), (receipt_of("abcdefghijklmnopqrstuvwxyz012345"), 404)],
)
def test_a_wrong_receipt_is_said_to_be_wrong(client, open_centre, receipt, status):
    answer = client.post("/en/report/follow-up/", {"receipt": receipt})
    assert answer.status_code == status
    assert "receipt-wrong" in answer.content.decode()


def test_a_child_s_own_picture_leads_to_services_and_to_no_field(client, db):
    """S-10."""
    text = client.get("/en/report/help/").content.decode()
    assert "<input" not in text
    assert "<textarea" not in text
    assert "takeitdown" in text.lower()


@pytest.mark.parametrize("path", ["report/", "report/?view=child", "report/follow-up/", "report/done/", "report/help/"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_stay_small_and_name_no_third_party(client, open_centre, path, lang):
    answer = client.get(f"/{lang}/{path}")
    assert answer.status_code == 200
    assert len(gzip.compress(answer.content, 6)) <= 14_000
    assert re.findall(r'(?:src|<link[^>]*href)="https?://(?!testserver)[^"]*"', answer.content.decode()) == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*GOOD, "place", "contact", "sealed", "mark", "team_id", "month_id", "proof", "ticket", "seed", "receipt"]),
        st.one_of(st.text(max_size=80), st.sampled_from(["A" * 900, "٣" * 32, "0" * 64, "2026-11", "<script>", "\0"])),
    ),
    st.sampled_from(["/en/report/", "/ar/report/follow-up/", "/ru/report/receipt/", "/fr/report/?view=child"]),
)  # fmt: skip
def test_any_fields_get_a_page_and_never_a_server_error(client, open_centre, fields, path):
    assert client.post(path, fields).status_code in (200, 404, 422, 429)


def sealed_by_a_browser(centre, seed, body):
    """What the script puts into the form."""
    packed, found = pack(body), opened(receipt_of(seed))
    keys = centre.keystore.keys(now())
    made = seal_report(packed, found.lookup, keys)
    raw = made.own_public + made.own_key + made.body
    return {
        "seed": seed, "sealed": base64.urlsafe_b64encode(raw).decode().rstrip("="), "mark": mark_of(found.body_key, packed).hex(),
        "team_id": keys.team_id, "month_id": keys.month_id,
    }  # fmt: skip


def test_what_a_browser_sealed_is_stored_as_it_came_and_opens_at_the_desk(client, open_centre):
    """HOT-SEAL: this process never saw the words."""
    seed = new_seed()
    body = Body(address="https://gallery.example/1", note="see data:image/png;base64,iVBORw0KGgoAAAA", language="ar")
    fields = sealed_by_a_browser(open_centre, seed, body) | {"ticket": ripe(open_centre, seed)}
    assert receipt_in(client.post("/ar/report/", fields)) == receipt_of(seed)
    row = Report.objects.get()
    assert row.language == "ar"
    held = open_report(row.pk, open_centre.unlocked, open_centre.keystore).body
    assert (held.address, held.note) == (body.address, "see […]")  # cut when it is first opened
    assert client.post("/ar/report/", fields).status_code == 200
    assert Report.objects.count() == 1


def test_another_sealed_text_under_the_same_seed_is_a_message(client, open_centre):
    seed = new_seed()
    for text in ("first", "second", "second"):
        fields = sealed_by_a_browser(open_centre, seed, Body(note=text)) | {"ticket": ripe(open_centre, seed)}
        assert client.post("/en/report/", fields).status_code == 200
    held = open_report(Report.objects.get().pk, open_centre.unlocked, open_centre.keystore)
    assert [held.body.note, *(line.text for line in held.thread)] == ["first", "second"]


def test_a_sealed_report_that_must_wait_can_be_sent_again_as_it_is(client, open_centre):
    seed = new_seed()
    fields = sealed_by_a_browser(open_centre, seed, Body(note="words"))
    fresh = ticket(open_centre.keystore.flood_secret(), seed, now())
    answer = client.post("/en/report/", fields | {"ticket": fresh})
    assert answer.status_code == 429
    assert {name: hidden(answer, name) for name in fields} == fields
    assert "<textarea" not in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"sealed": "AAAA"},
        {"sealed": "!" * 2000},
        {"mark": "zz"},
        {"team_id": "f" * 16},
        {"month_id": "1999-01"},
        {"sealed": "A" * 70000},
    ],
)
def test_what_no_key_of_ours_sealed_is_refused(client, open_centre, wrong):
    seed = new_seed()
    fields = sealed_by_a_browser(open_centre, seed, Body(note="words")) | {"ticket": ripe(open_centre, seed)} | wrong
    assert client.post("/en/report/", fields).status_code == 422
    assert Report.objects.count() == 0


def test_a_centre_whose_reports_go_elsewhere_leads_there_and_takes_nothing(client, open_centre, settings):
    settings.COP_HOTLINE_ELSEWHERE = ("Partner Hotline", "https://report.partner.example/")
    for path in ("/en/report/", "/ar/report/?view=child"):
        text = client.get(path).content.decode()
        assert 'href="https://report.partner.example/"' in text
        assert "<textarea" not in text
    assert send(client, open_centre, **GOOD).status_code == 503
    assert Report.objects.count() == 0

"""Who may see and write what in a round, and what happens to forms that lie (RND-18, RND-26)."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cop.observatory.actions.evidence import add_file
from cop.observatory.actions.prefill import prefill_round
from cop.observatory.core.rounds.proofs import Particulars
from cop.observatory.models import AnswerValue, Evidence, Participation, Round
from tests.desk import signed_in
from tests.survey import OPENS, PNG, a_round, say, taking_part

pytestmark = pytest.mark.django_db
HERE = "/desk/rounds/test-2026/CRI/"
ODD = ["\x00", "\u202eabc", "<script>alert(1)</script>", "a" * 200_000, "=cmd|' /C calc'!A0", "'; DROP TABLE x; --", "😀", "٪"]


@pytest.fixture(autouse=True)
def _open(tmp_path, settings) -> None:
    settings.COP_DATA = tmp_path
    a_round("CRI", "FRA", "KEN")
    taking_part()


def test_a_contributor_sees_and_writes_the_own_section_alone_RND_26():
    one = signed_in("contributor", "round/test-2026/CRI/law", email="law@cri.example")
    assert one.get(HERE).status_code == 200
    assert one.get(f"{HERE}sections/law/").status_code == 200
    assert "law_csam" in one.get(f"{HERE}sections/law/").content.decode()
    for path in ("sections/reporting/", "answers/rep_point/", "people/", "sign/", "workbook/", "workbook.xlsx", "invite/", "reply/",
                 "signatures/1.pdf"):  # fmt: skip
        assert one.get(f"{HERE}{path}").status_code == 404, path
    assert one.post(f"{HERE}sections/reporting/", {"v.rep_point": "0", "a.rep_point": "yes"}).status_code == 404
    assert one.post(f"{HERE}sections/reporting/save/", {"v.rep_point": "0", "a.rep_point": "yes"}).status_code == 404
    assert one.post(f"{HERE}sections/law/save/", {"v.law_csam": "0", "a.law_csam": "yes", "p.law_csam": "1"}).json()["receipt"]
    assert one.post(f"{HERE}sections/law/", {"v.rep_point": "0", "a.rep_point": "yes"}).status_code == 200
    assert not AnswerValue.objects.filter(question_id="rep_point").exists()
    assert one.post(HERE, {"do": "submit"}).status_code == 404
    assert 'href="/desk/rounds/test-2026/"' not in one.get(HERE).content.decode()


def test_another_country_and_another_round_do_not_exist_RND_26():
    a_round("CRI", round_id="other-2026")
    one = signed_in("focal_point", "round/test-2026/CRI")
    for path in ("/desk/rounds/test-2026/FRA/", "/desk/rounds/test-2026/FRA/sections/law/", "/desk/rounds/other-2026/CRI/", "/desk/rounds/test-2026/",
                 "/desk/rounds/test-2026/settings/", "/desk/rounds/test-2026/review/", "/desk/rounds/test-2026/board.csv", "/desk/rounds/new/",
                 "/desk/rounds/test-2026/ZZZ/", "/desk/rounds/nothing/CRI/", f"{HERE}sections/nothing/", f"{HERE}answers/nothing/"):  # fmt: skip
        assert one.get(path).status_code == 404, path
    assert Client().get(HERE).status_code == 302
    assert "other-2026" not in one.get("/desk/rounds/").content.decode()


def test_each_step_needs_its_own_right_RND_26():
    reviewer = signed_in("reviewer", "round/test-2026")
    focal = signed_in("focal_point", "round/test-2026/CRI")
    superior = signed_in("superior", "round/test-2026/CRI")
    tries = [
        (reviewer, f"{HERE}sections/law/", {"v.law_csam": "0", "a.law_csam": "yes"}),
        (reviewer, f"{HERE}sign/", {"read": "1"}),
        (reviewer, HERE, {"do": "submit"}),
        (reviewer, f"{HERE}answers/law_csam/evidence/", {"title": "x", "url": "https://a.example/"}),
        (reviewer, f"{HERE}answers/law_csam/thread/", {"do": "answer", "text": "x"}),
        (reviewer, f"{HERE}reply/", {"do": "write", "text": "x", "language": "en"}),
        (focal, f"{HERE}answers/law_csam/thread/", {"do": "ask", "text": "x"}),
        (focal, f"{HERE}answers/law_csam/thread/", {"do": "settle", "text": "x"}),
        (focal, f"{HERE}sign/", {"read": "1"}),
        (focal, f"{HERE}reply/", {"do": "decide", "text": "x", "outcome": "accepted"}),
        (superior, f"{HERE}sections/law/", {"v.law_csam": "0", "a.law_csam": "yes"}),
        (superior, f"{HERE}people/", {"role": "contributor"}),
        (superior, "/desk/rounds/test-2026/", {"country": "CRI", "text": "x"}),
    ]  # fmt: skip
    for client, path, form in tries:
        assert client.post(path, form).status_code == 404, (path, form)


@pytest.mark.parametrize("odd", ODD)
def test_odd_texts_in_every_form_are_kept_clean_or_refused_and_never_break(odd):
    officer, focal = signed_in("programme_officer"), signed_in("focal_point", "round/test-2026/CRI")
    posts = [
        (focal, f"{HERE}sections/law/", {"v.law_csam": odd[:10], "a.law_csam": odd, "n.law_csam": odd, "w.law_csam": odd, "v.law_planned": "0", "a.law_planned": odd}),
        (focal, f"{HERE}sections/law/save/", {"v.law_planned": "0", "a.law_planned": odd, "d.law_planned": odd}),
        (focal, f"{HERE}sections/needs/", {"v.need_problems": "0", "a.need_problems.grooming": odd}),
        (focal, f"{HERE}answers/law_csam/evidence/", {"title": odd, "url": odd, "enacted": odd, "language": odd, "scope": odd}),
        (focal, f"{HERE}people/", {"role": odd, "section": odd, "address": odd, "language": odd}),
        (focal, f"{HERE}workbook/", {"do": odd}),
        (focal, f"{HERE}workbook/", {"do": "take", "sha256": odd}),
        (focal, f"{HERE}workbook/", {"do": "earlier", "earlier": odd}),
        (focal, f"{HERE}reply/", {"do": "write", "text": odd, "language": odd}),
        (focal, HERE, {"do": odd, "text": odd}),
        (officer, "/desk/rounds/new/", {"id": odd, "title.en": odd, "opens": odd, "closes": odd, "preview_until": odd, "embargo_until": odd}),
        (officer, "/desk/rounds/test-2026/settings/", {"do": "move", "to": odd}),
        (officer, "/desk/rounds/test-2026/settings/", {"do": "days", "opens": odd}),
        (officer, "/desk/rounds/test-2026/", {"country": odd, "text": odd}),
        (officer, f"{HERE}invite/", {"official": odd, "alternate": odd, "language": odd, "designated_on": odd}),
        (officer, f"{HERE}answers/law_csam/thread/", {"do": "ask", "text": odd, "proposed": odd}),
        (officer, f"{HERE}reply/", {"do": "panel", "panel": odd, "outcome": "accepted", "text": odd}),
    ]  # fmt: skip
    for client, path, form in posts:
        assert client.post(path, form).status_code in (200, 302, 400, 404), (path, form)
    for path in ("/desk/rounds/test-2026/?q=", "/desk/rounds/test-2026/?region="):
        assert officer.get(path + odd[:50].encode("utf-8", "replace").decode()).status_code in (200, 400)
    for answer in AnswerValue.objects.all():
        assert "\u202e" not in str(answer.value)
        assert "\x00" not in f"{answer.value}{answer.note}"
    assert "<script>alert" not in focal.get(f"{HERE}sections/law/").content.decode()


def test_an_answer_of_ten_megabytes_is_refused_as_a_bad_request():
    focal = signed_in("focal_point", "round/test-2026/CRI")
    assert focal.post(f"{HERE}sections/law/", {"v.law_planned": "0", "a.law_planned": "x" * 10_000_000}).status_code in (400, 413)
    assert not AnswerValue.objects.exists()


def test_files_go_in_by_content_and_out_as_attachments_alone_RND_18():
    focal = signed_in("focal_point", "round/test-2026/CRI")
    path = f"{HERE}answers/law_csam/evidence/"
    for name, raw in (
        ("page.html", b"<script>"),
        ("lie.pdf", PNG),
        ("big.png", PNG[:-8] + bytes(20 * 1_048_576) + PNG[-8:]),
        ("huge.pdf", b"%PDF-1.7" + bytes(40_000_000)),
    ):
        answer = focal.post(path, {"title": "x", "file": SimpleUploadedFile(name, raw)})
        assert answer.status_code == 400, name
    assert not Evidence.objects.exists()
    assert focal.post(path, {"title": "Scan", "file": SimpleUploadedFile("../../sé\u202ecan.png", PNG)}).status_code == 302
    piece = Evidence.objects.get()
    assert piece.file_name == "sécan.png"
    answer = focal.get(f"{HERE}files/{piece.file_id}/")
    assert answer.content == PNG
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert focal.get(f"{HERE}files/{'0' * 64}/").status_code == 404
    outside = signed_in("contributor", "round/test-2026/CRI/reporting", email="rep@cri.example")
    assert outside.get(f"{HERE}files/{piece.file_id}/").status_code == 404


def test_large_files_are_taken_on_their_own_address_alone():
    focal = signed_in("focal_point", "round/test-2026/CRI")
    raw = b"%PDF-1.7\n" + bytes(3_000_000) + b"%%EOF"
    assert (
        focal.post(f"{HERE}answers/law_csam/evidence/", {"title": "Law", "file": SimpleUploadedFile("law.pdf", raw)}).status_code
        == 302
    )
    assert Evidence.objects.get().file.size == len(raw)


def test_two_people_in_one_section_see_each_others_words_on_the_page_RND_09():
    one = signed_in("contributor", "round/test-2026/CRI/law", email="one@cri.example")
    two = signed_in("contributor", "round/test-2026/CRI/law", email="two@cri.example")
    one.post(f"{HERE}sections/law/save/", {"v.law_csam": "0", "a.law_csam": "yes", "n.law_csam": "Penal code", "p.law_csam": "1"})
    assert "is writing" in two.get(HERE).content.decode() or "has been writing" in two.get(f"{HERE}sections/law/").content.decode()
    found = two.post(
        f"{HERE}sections/law/save/", {"v.law_csam": "0", "a.law_csam": "no", "n.law_csam": "Nothing", "p.law_csam": "1"}
    ).json()
    assert found["waiting"] == ["law_csam"]
    page = two.get(f"{HERE}answers/law_csam/").content.decode()
    assert "Penal code" in page
    assert "Nothing" in page


def test_pages_ask_the_database_as_often_for_one_country_as_for_three():
    officer = signed_in("programme_officer")
    counts = []
    for countries in (("CRI",), ("FRA", "KEN", "PER")):
        round_id = f"count-{len(countries)}"
        a_round(*countries, round_id=round_id)
        prefill_round(round_id=round_id, at=OPENS, actor="system")
        officer.get(f"/desk/rounds/{round_id}/")
        with CaptureQueriesContext(connection) as found:
            assert officer.get(f"/desk/rounds/{round_id}/").status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]
    say("law_csam", "yes")
    focal = signed_in("focal_point", "round/test-2026/CRI")
    focal.get(HERE)
    with CaptureQueriesContext(connection) as few:
        focal.get(f"{HERE}sections/education/")
    with CaptureQueriesContext(connection) as many:
        focal.get(f"{HERE}sections/law/")
    assert len(many) == len(few)
    with CaptureQueriesContext(connection) as public:
        Client().get("/en/rounds/test-2026/")
    assert len(public) <= 6


def test_a_confidential_round_says_nothing_about_a_country_in_public_RND_24():
    Round.objects.update(confidential=True)
    Participation.objects.filter(iso3="CRI").update(state="signed")
    page = Client().get("/en/rounds/test-2026/").content.decode()
    assert "Costa Rica" not in page


def test_drafts_and_sample_rounds_are_no_public_pages_RND_01_RND_27():
    a_round("FRA", round_id="draft-1", opened=False)
    a_round("XAA", round_id="sample-1", sample=True)
    for round_id in ("draft-1", "sample-1", "nothing"):
        assert Client().get(f"/en/rounds/{round_id}/").status_code == 404


def workbook(client: Client) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(client.get(f"{HERE}workbook.xlsx").content))


def sent(client: Client, book: openpyxl.Workbook) -> str:
    out = io.BytesIO()
    book.save(out)
    return client.post(
        f"{HERE}workbook/", {"do": "bring", "workbook": SimpleUploadedFile("w.xlsx", out.getvalue())}
    ).content.decode()


def test_a_workbook_that_was_tampered_with_is_refused_with_the_cell_named_RND_25():
    focal = signed_in("focal_point", "round/test-2026/CRI")
    changes = {
        "A1": "Other", "A2": "round-0", "C2": "other-2026", "D2": "FRA", "B2": "xx", "C3": "0" * 64, "A9": "law_foreign", "C7": "Other heading",
        "K12": "x", "E12": "=1+1", "G12": "=HYPERLINK(1)", "A400": "below",
    }  # fmt: skip
    for cell, value in changes.items():
        book = workbook(focal)
        book["answers"][cell] = value
        assert re.search(rf"cell {cell}\b|cell A400", sent(focal, book)), cell
    book = workbook(focal)
    book["answers"].delete_rows(20)
    assert "cell A20" in sent(focal, book)
    book = workbook(focal)
    book["answers"].delete_rows(100, 500)
    assert "cell A100 is missing" in sent(focal, book)
    book = workbook(focal)
    row = next(cells for cells in book["answers"].iter_rows(min_row=8) if cells[0].value == "law_csam")
    row[4].value = "perhaps"
    assert f"cell {row[4].coordinate} is" in sent(focal, book)
    for raw in (b"", b"PK\x03\x04", b"x" * 5_000_000, PNG):
        answer = focal.post(f"{HERE}workbook/", {"do": "bring", "workbook": SimpleUploadedFile("w.xlsx", raw)})
        assert answer.status_code == 400
    assert not AnswerValue.objects.exists()
    assert "says what is held already" in sent(focal, workbook(focal))


def test_a_file_in_two_sections_is_had_by_who_sees_either_of_them_RND_18():
    add = {"round_id": "test-2026", "iso3": "CRI", "raw": PNG, "particulars": Particulars("A scan"), "at": OPENS, "actor": "p-one"}
    add_file(**add, question_id="law_csam", name="law.png")
    add_file(**add, question_id="rep_point", name="reporting.png")
    sha256 = Evidence.objects.values_list("file_id", flat=True).distinct().get()
    for section, name in (("law", "law.png"), ("reporting", "reporting.png")):
        one = signed_in("contributor", f"round/test-2026/CRI/{section}", email=f"{section}@cri.example")
        answer = one.get(f"{HERE}files/{sha256}/")
        assert answer.status_code == 200, section
        assert name in answer["Content-Disposition"]
    other = signed_in("contributor", "round/test-2026/CRI/education", email="education@cri.example")
    assert other.get(f"{HERE}files/{sha256}/").status_code == 404
    for path in (f"{HERE}files/{sha256}/", f"{HERE}files/{'0' * 64}/"):
        assert Client().get(path).status_code == 302  # nobody learns which files there are


def test_who_invites_a_superior_never_holds_the_way_in_RND_16():
    focal = signed_in("focal_point", "round/test-2026/CRI")
    form = {"address": "chief@cri.example", "language": "en", "section": "law"}
    assert 'id="invitation-path"' in focal.post(f"{HERE}people/", form | {"role": "contributor"}).content.decode()
    page = focal.post(f"{HERE}people/", form | {"role": "superior", "address": "minister@cri.example"}).content.decode()
    assert "The invitation is on its way." in page
    assert "/accounts/invitation/" not in page

"""A round on the pages of the desk, from the board to the signature."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cop.ground.public import now
from cop.observatory.actions.calendar import bring_on
from cop.observatory.actions.prefill import prefill_round
from cop.observatory.models import AnswerValue, Evidence, Participation, Signoff, StoredFile
from cop.observatory.queries.files import stored_bytes
from tests.desk import signed_in
from tests.survey import OPENS, PNG, a_round, say, taking_part

pytestmark = pytest.mark.django_db
HERE = "/desk/rounds/test-2026/CRI/"


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code, answer.content[:600])
    return answer.content.decode()


@pytest.fixture
def focal(tmp_path, settings) -> Client:
    settings.COP_DATA = tmp_path
    a_round("CRI", "FRA", "KEN")
    prefill_round(round_id="test-2026", at=OPENS, actor="system")
    taking_part()
    return signed_in("focal_point", "round/test-2026/CRI")


def section_form(client: Client, section: str) -> dict[str, str]:
    """The hidden fields of a section's form."""
    import re

    page = text_of(client, f"{HERE}sections/{section}/")
    return dict(re.findall(r'<input type="hidden" name="(v\.[a-z0-9_]+)" value="(\d+)">', page))


def test_a_focal_point_sees_where_the_response_stands_and_saves_a_section_without_a_script(focal):
    page = text_of(focal, HERE)
    assert "questions answered" in page
    assert "to confirm" in page
    form = section_form(focal, "law")
    answer = focal.post(
        f"{HERE}sections/law/",
        form
        | {
            "a.law_csam": "partly",
            "n.law_csam": "A bill.",
            "c.law_opsc": "1",
            "a.law_opsc": "yes",
            "p.law_opsc": "1",
            "a.law_crc": "yes",
        },
    )
    assert answer.status_code == 200
    assert "Saved at" in answer.content.decode()
    kept = {row.question_id: row for row in AnswerValue.objects.filter(participation__iso3="CRI").exclude(confirmed_at=None)}
    assert kept["law_csam"].value == "partly"
    assert kept["law_opsc"].origin == "register"
    assert Participation.objects.get(iso3="CRI").state == "in_progress"


def test_every_page_of_a_response_opens_in_every_language(focal):
    say("law_csam", "yes")
    for code in ("en", "ar"):
        for path in (
            "",
            "people/",
            "workbook/",
            "reply/",
            "sign/",
            "answers/law_opsc/",
            "answers/law_csam/",
            "answers/law_treaties/",
        ):
            page = text_of(focal, f"{HERE}{path}?lang={code}")
            assert f'lang="{code}"' in page
        for section in ("respondent", "law", "reporting", "institutions", "education", "cooperation"):
            text_of(focal, f"{HERE}sections/{section}/?lang={code}")


def test_the_secretariat_opens_its_pages(focal):
    officer = signed_in("programme_officer")
    for path in ("/desk/rounds/", "/desk/rounds/new/", "/desk/rounds/test-2026/", "/desk/rounds/test-2026/settings/", "/desk/rounds/test-2026/review/",
                 f"{HERE}invite/", HERE, "/desk/rounds/test-2026/?q=costa", "/desk/rounds/test-2026/?region=europe&state=signed"):  # fmt: skip
        text_of(officer, path)
    for form in ("csv", "xlsx", "json"):
        assert officer.get(f"/desk/rounds/test-2026/board.{form}").status_code == 200
    for path in ("/en/rounds/", "/ar/rounds/test-2026/"):
        text_of(Client(), path)


def test_a_response_is_signed_on_the_pages_with_evidence_and_a_clarification(focal):
    form = section_form(focal, "law")
    focal.post(f"{HERE}sections/law/", form | {"a.law_csam": "yes", "p.law_csam": "1"})
    page = focal.post(HERE, {"do": "submit"}).content.decode()
    assert "put right first: 1" in page
    shown = focal.post(
        f"{HERE}answers/law_csam/evidence/",
        {
            "title": "Penal code",
            "url": "https://law.example/173",
            "enacted": "1970",
            "in_force": "1971-05",
            "scope": "national",
            "public": "1",
            "consent": "1",
        },
    )
    assert shown.status_code == 302
    focal.post(f"{HERE}answers/law_csam/evidence/", {"title": "Scan", "file": SimpleUploadedFile("scan.png", PNG)})
    assert Evidence.objects.count() == 2
    page = text_of(focal, f"{HERE}answers/law_csam/")
    assert "https://law.example/173" in page
    assert "in force 1971-05" in page
    assert "scan.png" in page
    reviewer = signed_in("reviewer", "round/test-2026")
    assert (
        reviewer.post(f"{HERE}answers/law_csam/thread/", {"do": "ask", "text": "Since when?", "proposed": "partly"}).status_code
        == 302
    )
    assert focal.post(HERE, {"do": "submit"}).status_code == 400
    assert focal.post(f"{HERE}answers/law_csam/thread/", {"do": "answer", "text": "Since 1971."}).status_code == 302
    assert reviewer.post(f"{HERE}answers/law_csam/thread/", {"do": "settle", "text": "Thank you."}).status_code == 302
    assert focal.post(HERE, {"do": "submit"}).status_code == 302
    superior = signed_in("superior", "round/test-2026/CRI")
    page = text_of(superior, f"{HERE}sign/")
    sha256 = page.split('id="fingerprint">')[1][:64]
    done = superior.post(
        f"{HERE}sign/", {"sha256": sha256, "name": "Ana Example", "title": "Vice-minister", "language": "es", "read": "1"}
    )
    assert done.status_code == 302, done.content.decode()[:3000]
    assert Signoff.objects.get().sha256 == sha256
    pdf = superior.get(f"{HERE}signatures/1.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert pdf["Content-Disposition"].startswith("attachment")
    assert "sandbox" in pdf["Content-Security-Policy"]
    text_of(superior, f"{HERE}signatures/1.json")
    text_of(superior, f"{HERE}sign/")


def test_a_workbook_goes_out_and_comes_back_with_its_difference_shown_first(focal):
    import io

    import openpyxl

    raw = focal.get(f"{HERE}workbook.xlsx?tongue=ar").content
    book = openpyxl.load_workbook(io.BytesIO(raw))
    sheet = book["answers"]
    row = next(cells for cells in sheet.iter_rows(min_row=8) if cells[0].value == "law_csam")
    row[4].value = "نعم"
    out = io.BytesIO()
    book.save(out)
    page = focal.post(
        f"{HERE}workbook/", {"do": "bring", "workbook": SimpleUploadedFile("w.xlsx", out.getvalue())}
    ).content.decode()
    assert "changes 1 answer" in page
    sha256 = page.split('name="sha256" value="')[1][:64]
    assert focal.post(f"{HERE}workbook/", {"do": "take", "sha256": sha256}).status_code == 302
    kept = AnswerValue.objects.get(participation__iso3="CRI", question_id="law_csam")
    assert (kept.value, kept.origin) == ("yes", "workbook")


def brought(client) -> tuple[bytes, str]:
    """A workbook with one answer filled in, brought back; the digest under which it waits."""
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{HERE}workbook.xlsx").content))
    row = next(cells for cells in book["answers"].iter_rows(min_row=8) if cells[0].value == "law_csam")
    row[4].value = "yes"
    out = io.BytesIO()
    book.save(out)
    page = client.post(f"{HERE}workbook/", {"do": "bring", "workbook": SimpleUploadedFile("w.xlsx", out.getvalue())})
    return out.getvalue(), page.content.decode().split('name="sha256" value="')[1][:64]


def test_a_workbook_that_nobody_takes_over_is_gone_after_its_seven_days_RND_25(focal, settings):
    folder = settings.COP_DATA / "brought"
    raw, sha256 = brought(focal)
    (first,) = folder.iterdir()
    assert first.read_bytes() == raw
    brought(focal)
    assert len([*folder.iterdir()]) == 1  # the later one takes the place of the earlier one
    assert not StoredFile.objects.filter(kind="xlsx").exists()
    at = now()
    assert not [line for line in bring_on(at=at + timedelta(days=6)) if "workbooks" in line]
    assert "workbooks that nobody took over, taken away: 1" in [*bring_on(at=at + timedelta(days=8))]
    assert [*folder.iterdir()] == []
    answer = focal.post(f"{HERE}workbook/", {"do": "take", "sha256": sha256})
    assert answer.status_code == 400
    assert "Bring the workbook again" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_workbook_is_taken_over_by_who_brought_it_and_kept_from_then_on_RND_25(focal, settings):
    raw, sha256 = brought(focal)
    other = signed_in("focal_point", "round/test-2026/CRI", email="second@cri.example")
    assert other.post(f"{HERE}workbook/", {"do": "take", "sha256": sha256}).status_code == 400
    assert focal.post(f"{HERE}workbook/", {"do": "take", "sha256": sha256}).status_code == 302
    assert StoredFile.objects.get(kind="xlsx").sha256 == sha256
    assert stored_bytes(sha256) == raw
    assert [*(settings.COP_DATA / "brought").iterdir()] == []


def test_a_section_that_can_not_be_written_says_why_and_the_way_out_RND_06(focal):
    for state, words in (
        ("invited", "has not accepted its invitation"),
        ("submitted", "handed in"),
        ("signed", "for a correction"),
    ):
        Participation.objects.filter(iso3="CRI").update(state=state)
        page = focal.get(f"{HERE}sections/law/").content.decode()
        assert words in page.split('id="closed"')[1][:400], state
        assert f'<a href="{HERE}">' in page.split('id="closed"')[1][:600]
    assert "The answers are handed in" not in page
    superior = signed_in("superior", "round/test-2026/CRI", email="superior@cri.example")
    Participation.objects.filter(iso3="CRI").update(state="in_progress")
    assert "They are not handed in yet" in superior.get(f"{HERE}sign/").content.decode()

"""A round from its draft to its published release, on the real pages: three countries, eight people, three days."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cop.cli.dev.browser import browser, centre
from cop.cli.dev.invented import INVENTED, add_invented
from cop.ground.core.door import PACKAGE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore"),
]
PASSWORD = "correct horse staple tree"
ROUND = "walk-2026"
RELEASE = f"{ROUND}.1"
NAMES = tuple(INVENTED[iso3][0] for iso3 in ("XAA", "XAB", "XAC"))
DESK = f"/desk/rounds/{ROUND}/"
ASKED, EMBARGOED, PUBLISHED = "2026-11-22", "2027-01-04", "2027-01-10"
LETTER = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a letter of designation %%EOF"}
SCAN = {
    "name": "law.png",
    "mimeType": "image/png",
    "buffer": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20) + b"IEND\xaeB`\x82",
}
CSV = "application/vnd.sdmx.data+csv;version=2.0.0"
SDMX = "/sdmx/v2/data/dataflow/COP/COP_INDICATORS/1.0/A.XAA+XAB+XAC.P1-01.*.*.*"
KEY = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
       "automaticPresenceSimulation": True}  # fmt: skip
PREPARE = """
import django, json; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from cop.accounts.public import demonstration_links
from cop.ground.public import now
print(json.dumps(dict(demonstration_links(now()))))
"""
# The third country and the second signature, by the actions that the pages call.
OTHERS = f"""
import django; django.setup()
from cop.ground.public import now
from cop.observatory.actions.answers import Entry, save_answers
from cop.observatory.actions.invitations import accept_invitation, invite_country
from cop.observatory.actions.signoff import sign, submit
from cop.observatory.core.rounds.saving import Content
from cop.observatory.queries.snapshots import snapshot_of
at = now()
there = dict(round_id="{ROUND}", iso3="XAC", at=at, actor="p-third")
invite_country(**there, official="focal@xac.example", alternate="", language="fr", letter=b"%PDF-1.7 a letter %%EOF",
               letter_name="letter.pdf", designated_on=at.date())
accept_invitation(**there)
for section, key, value in (("respondent", "resp_publish", "yes"), ("law", "law_csam", "no")):
    save_answers(**there, section=section, entries=[Entry(key, 0, Content(value), confirm=True)], name="Focal Point")
submit(**there)
for iso3 in ("XAC", "XAB"):
    sign(round_id="{ROUND}", iso3=iso3, sha256=snapshot_of("{ROUND}", iso3).sha256, name="Minister Example", title="Minister",
         language="en", at=at, actor="p-minister")
"""


@dataclass
class Walk:
    """The centre under test: its settings, its address of the moment, the browser, and a page for each person."""

    settings: dict[str, str]
    opened: Any
    links: dict[str, str]
    base: str = ""
    people: dict[str, Any] = field(default_factory=dict)

    def run(self, *arguments: str, day: str = ASKED) -> str:
        """A program of the centre on a day; what it printed."""
        environment = os.environ | self.settings | {"DJANGO_SETTINGS_MODULE": "cop.config.settings", "COP_TODAY": day}
        done = subprocess.run(
            [sys.executable, *arguments], cwd=PACKAGE.parent, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def demonstrated(self, label: str) -> Any:
        """The page of somebody of the cast, who enters by the printed link."""
        page = self.opened.new_page()
        page.goto(self.base + self.links[label])
        page.get_by_role("main").get_by_role("button").click()
        page.wait_for_url("**/desk/")
        self.people[label] = page
        return page

    def joined(self, path: str, email: str, name: str) -> Any:
        """The page of somebody invited, who accepts, signs in and sets up a passkey."""
        page = self.opened.new_page()
        client = page.context.new_cdp_session(page)
        client.send("WebAuthn.enable")
        client.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        page.goto(self.base + path)
        page.get_by_label("Your name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Accept").click()
        page.get_by_label("Email address").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("link", name="Add a passkey").click()
        if page.get_by_label("Password").count():
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Go on").click()
        page.get_by_label("Name").fill("This laptop")
        page.get_by_role("button", name="Add a passkey").click()
        page.wait_for_url("**/recovery-codes/")
        self.people[name] = page
        return page

    def go(self, page: Any, path: str, status: int = 200) -> Any:
        """Open a path of the centre, and see its status."""
        answer = page.goto(self.base + path)
        assert answer.status == status, (path, answer.status, page.inner_text("body")[:600])
        return page

    def fetch(self, path: str, accept: str = "*/*") -> tuple[int, str]:
        """Status and text of a public address, asked for without a session."""
        try:
            with urllib.request.urlopen(urllib.request.Request(self.base + path, headers={"Accept": accept}), timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture
def walk(needs_chromium: None, tmp_path: Path) -> Iterator[Walk]:
    with browser() as opened:
        reference = add_invented(tmp_path / "reference")
        (tmp_path / "data").mkdir()
        found = Walk({"COP_DATA": str(tmp_path / "data"), "COP_REFERENCE": str(reference), "COP_DEMO": "1"}, opened, {})
        found.links = json.loads(found.run("-c", PREPARE))
        yield found


def test_a_round_with_three_countries_runs_from_its_draft_to_a_release_that_everything_shows(walk: Walk) -> None:
    with centre(**walk.settings, COP_TODAY=ASKED) as walk.base:
        an_officer_makes_a_round_and_opens_it(walk)
        focal = a_country_is_invited_and_takes_part(walk, "XAA", "Fausto Focal")
        two_people_answer_two_sections(walk, focal)
        evidence_is_added(walk, focal)
        a_clarification_is_asked_answered_and_settled(walk, focal)
        the_answers_are_handed_in_and_a_superior_signs(walk, focal)
        a_country_answers_by_the_workbook(walk, a_country_is_invited_and_takes_part(walk, "XAB", "Kioni Focal"))
        walk.run("-c", OTHERS)
        the_round_closes_and_a_country_sees_its_preview(walk, focal)
        nothing_is_public(walk)
    assert "embargoed" in walk.run("-m", "cop", "tick", day=EMBARGOED)
    with centre(**walk.settings, COP_TODAY=EMBARGOED) as walk.base:
        nothing_is_public(walk)
    assert "published" in walk.run("-m", "cop", "tick", day=PUBLISHED)
    with centre(**walk.settings, COP_TODAY=PUBLISHED) as walk.base:
        the_pages_show_the_release(walk)
        statistics_show_the_release(walk)
    assert walk.run("-m", "cop", "audit", "verify", day=PUBLISHED)


def an_officer_makes_a_round_and_opens_it(walk: Walk) -> None:
    page = walk.go(walk.demonstrated("programme officer"), "/desk/rounds/new/")
    page.fill("#f-id", ROUND)
    page.fill("#title-en", "Walked round")
    page.fill("#title-fr", "Cycle parcouru")
    for name, day in (("opens", ASKED), ("closes", "2026-11-30"), ("preview_until", "2026-12-31"), ("embargo_until", PUBLISHED)):
        page.fill(f"#f-{name}", day)
    page.locator("#new-round button").click()
    page.wait_for_url(f"**{DESK}?done=made")
    assert walk.fetch(f"/en/rounds/{ROUND}/")[0] == 404
    step_on(walk, page, "in review", "open")
    assert walk.fetch(f"/en/rounds/{ROUND}/")[0] == 200


def step_on(walk: Walk, page: Any, *stages: str) -> None:
    """The officer brings the round on by the page of its stage."""
    for stage in stages:
        walk.go(page, f"{DESK}settings/")
        page.get_by_role("button", name=f"Make it: {stage}").click()
        assert f"The round is {stage}." in page.inner_text("h1")


def a_country_is_invited_and_takes_part(walk: Walk, iso3: str, name: str) -> Any:
    officer = walk.go(walk.people["programme officer"], f"{DESK}{iso3}/invite/")
    address = f"focal@{iso3.lower()}.example"
    officer.fill("#f-official", address)
    officer.set_input_files("#f-letter", LETTER)
    officer.fill("#f-designated_on", "2026-11-20")
    officer.locator("#invite button").click()
    path = officer.inner_text(".secret").strip()
    assert address in walk.go(officer, "/desk/outbox/").inner_text("main")
    focal = walk.go(walk.joined(path, address, name), f"{DESK}{iso3}/")
    focal.locator("#accept button").click()
    assert "Your country takes part" in focal.inner_text("main")
    return focal


def a_colleague(walk: Walk, focal: Any, role: str, section: str, name: str) -> Any:
    """Somebody whom the focal point of Costa Rica invites, and who comes."""
    walk.go(focal, f"{DESK}XAA/people/")
    address = f"{name.split()[0].lower()}@ministry.example"
    focal.select_option("#f-role", role)
    if section:
        focal.select_option("#f-section", section)
    focal.fill("#f-address", address)
    focal.locator("#colleague button").click()
    return walk.joined(focal.inner_text("#invitation-path").strip(), address, name)


def two_people_answer_two_sections(walk: Walk, focal: Any) -> None:
    lawyer = a_colleague(walk, focal, "contributor", "law", "Laura Law")
    operator = a_colleague(walk, focal, "contributor", "reporting", "Omar Operator")
    walk.go(lawyer, f"{DESK}XAA/sections/law/")
    lawyer.check("#a-law_csam-yes")
    lawyer.locator("#receipt", has_text="Saved at").wait_for()
    lawyer.check("#a-law_definition-no")
    lawyer.locator("#q-law_definition summary").click()
    lawyer.fill("#n-law_definition", "A bill is before the assembly.")
    lawyer.click("#save")
    lawyer.wait_for_load_state()
    assert lawyer.is_checked("#a-law_csam-yes")
    walk.go(operator, f"{DESK}XAA/sections/reporting/")
    operator.check("#a-rep_point-no")
    operator.locator("#receipt", has_text="Saved at").wait_for()
    walk.go(operator, f"{DESK}XAA/sections/law/", status=404)
    walk.go(focal, f"{DESK}XAA/sections/respondent/")
    focal.check("#a-resp_publish-yes")
    focal.locator("#receipt", has_text="Saved at").wait_for()
    whole = walk.go(focal, f"{DESK}XAA/sections/law/")
    assert whole.is_checked("#a-law_definition-no")
    assert whole.input_value("#n-law_definition") == "A bill is before the assembly."
    writers = {
        walk.go(focal, f"{DESK}XAA/answers/{key}/").locator("#history ~ div tbody tr:last-child td:nth-child(4)").inner_text()
        for key in ("law_csam", "rep_point", "resp_publish")
    }
    assert len(writers) == 3


def evidence_is_added(walk: Walk, focal: Any) -> None:
    walk.go(focal, f"{DESK}XAA/")
    assert focal.locator("#obstacles li").count() == 1
    lawyer = walk.people["Laura Law"]
    for title, file in (("Penal code, article 173", None), ("Scan of the gazette", SCAN)):
        walk.go(lawyer, f"{DESK}XAA/answers/law_csam/")
        lawyer.get_by_text("Add evidence", exact=True).click()
        lawyer.fill("#f-title", title)
        if file:
            lawyer.set_input_files("#f-file", file)
        else:
            lawyer.fill("#f-url", "https://law.example/173")
            lawyer.fill("#f-enacted", "1970")
            lawyer.fill("#f-in_force", "1971-05")
            lawyer.select_option("#f-scope", "national")
            lawyer.check("#f-public")
            lawyer.check("#f-consent")
        lawyer.locator("#add-evidence button").click()
        assert title in lawyer.inner_text("#evidence + ul")
    with lawyer.expect_download() as taken:
        lawyer.get_by_role("link", name="law.png").click()
    assert Path(taken.value.path()).read_bytes() == SCAN["buffer"]


def a_clarification_is_asked_answered_and_settled(walk: Walk, focal: Any) -> None:
    path = f"{DESK}XAA/answers/law_csam/"
    reviewer = walk.go(walk.demonstrated("reviewer"), path)
    reviewer.fill("#thread-ask-text", "Since when does it stand?")
    reviewer.check("#proposed-partly")
    reviewer.locator("#thread-ask button").click()
    assert "asked" in reviewer.inner_text("#thread")
    walk.go(focal, f"{DESK}XAA/").locator("#submit button").click()
    assert "put right first: 1" in focal.inner_text("[role=alert]")
    lawyer = walk.go(walk.people["Laura Law"], path)
    assert "Since when does it stand?" in lawyer.inner_text("ol.thread")
    lawyer.fill("#thread-answer-text", "Since 1971.")
    lawyer.locator("#thread-answer button").click()
    walk.go(reviewer, path)
    assert "Since 1971." in reviewer.inner_text("ol.thread")
    reviewer.get_by_text("Settle", exact=True).first.click()
    reviewer.fill("#thread-settle-text", "Thank you.")
    reviewer.locator("#thread-settle button").click()
    assert "settled" in reviewer.inner_text("#thread")


def the_answers_are_handed_in_and_a_superior_signs(walk: Walk, focal: Any) -> None:
    superior = a_colleague(walk, focal, "superior", "", "Sara Superior")
    walk.go(focal, f"{DESK}XAA/").locator("#submit button").click()
    assert "handed in" in focal.inner_text("main")
    walk.go(superior, f"{DESK}XAA/").locator("#to-sign").click()
    seen = superior.inner_text("#fingerprint").strip()
    superior.fill("#f-title", "Vice-minister")
    superior.check("#f-read")
    superior.locator("#sign button").click()
    assert "The answers are signed." in superior.inner_text("main")
    walk.go(superior, f"{DESK}XAA/sign/")
    assert seen[:16] in superior.inner_text("#signatures")
    with superior.expect_download() as taken:
        superior.locator("#signatures").get_by_role("link", name="PDF").click()
    assert Path(taken.value.path()).read_bytes().startswith(b"%PDF")


def a_country_answers_by_the_workbook(walk: Walk, focal: Any) -> None:
    walk.go(focal, f"{DESK}XAB/workbook/")
    with focal.expect_download() as taken:
        focal.locator("#workbooks").get_by_role("link", name="English").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes()))
    rows = {cells[0].value: cells for cells in book["answers"].iter_rows(min_row=8)}
    for key, said in (("resp_publish", "yes"), ("law_csam", "no"), ("law_definition", "no")):
        rows[key][4].value = said
    out = io.BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    focal.set_input_files("#f-workbook", {"name": "answers.xlsx", "mimeType": kind, "buffer": out.getvalue()})
    focal.locator("#bring button").click()
    assert "changes 3 answers" in focal.inner_text("h1")
    assert focal.locator("#difference tbody tr").count() == 3
    focal.get_by_role("button", name="Take the workbook over").click()
    assert "taken over" in focal.inner_text("main")
    focal.locator("#submit button").click()
    assert "handed in" in focal.inner_text("main")


def the_round_closes_and_a_country_sees_its_preview(walk: Walk, focal: Any) -> None:
    officer = walk.go(walk.people["programme officer"], DESK)
    assert officer.inner_text("h1").startswith("3 of ")
    step_on(walk, officer, "closed", "country preview")
    walk.go(focal, f"{DESK}XAA/preview/")
    assert "is not public" in focal.inner_text("main")
    assert NAMES[0] in focal.inner_text("h1")
    walk.go(focal, f"{DESK}XAB/preview/", status=404)


def nothing_is_public(walk: Walk) -> None:
    """Before the embargo ends there is no release on any public page, nor in the statistics."""
    assert RELEASE not in walk.fetch("/en/releases/")[1]
    for path in (f"/en/releases/{RELEASE}/", f"/releases/{RELEASE}.csv", "/en/profiles/XAA/", "/en/compare/?country=XAA"):
        assert walk.fetch(path)[0] == 404, path
    assert walk.fetch(f"/en/map/?indicator=P1-01&release={RELEASE}")[0] in (400, 404)
    assert walk.fetch(SDMX, CSV)[0] == 404


def the_pages_show_the_release(walk: Walk) -> None:
    page = walk.go(walk.opened.new_page(), f"/en/releases/{RELEASE}/")
    assert "3 countries signed" in page.inner_text("h1")
    page.get_by_role("link", name=NAMES[0]).click()
    assert RELEASE in page.inner_text("main")
    assert NAMES[0] in page.inner_text("h1")
    walk.go(page, f"/en/map/?indicator=P1-01&release={RELEASE}")
    rows = {name: page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True)) for name in NAMES}
    assert [first_word(row.locator("td").first.inner_text()) for row in rows.values()] == ["yes", "no", "no"]
    walk.go(page, f"/en/compare/?country=XAA&country=XAB&country=XAC&release={RELEASE}")
    assert all(name in page.inner_text("h1") for name in NAMES)
    cells = page.get_by_role("row").filter(has=page.get_by_role("link", name="P1-01", exact=True)).get_by_role("cell")
    assert [first_word(text) for text in cells.all_inner_texts()] == ["yes", "no", "no"]


def first_word(text: str) -> str:
    return text.split()[0].strip(".,").lower()


def statistics_show_the_release(walk: Walk) -> None:
    status, text = walk.fetch(SDMX, CSV)
    assert status == 200, text
    rows = [line.split(",") for line in text.splitlines()]
    place, value = rows[0].index("REF_AREA"), rows[0].index("OBS_VALUE")
    assert {row[place]: float(row[value]) for row in rows[1:]} == {"XAA": 1, "XAB": 0, "XAC": 0}

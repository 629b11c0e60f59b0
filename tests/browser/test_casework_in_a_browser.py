"""The whole way of a report through a demonstration, as people go it: a reporter, two analysts and a lead, each in a browser.

`cop demo` runs as it is: two web servers, the worker, and the outside on loopback that traces, mails and re-checks lead to.
"""

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from cop.cli.dev.browser import browser, free_ports

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore")]
PATIENCE = 60  # seconds for the worker, and for a machine with much to do
RIPENS = 21  # seconds after which a report is taken that no script has sealed
PEOPLE = ("hotline analyst", "second hotline analyst", "hotline lead")
VARIANTS = {"en": True, "ar": False}  # language and JavaScript


@dataclass
class Demo:
    """A demonstration that runs, its browser, and the sessions of the team with unlocked keys."""

    public: str
    desk: str
    folder: Path
    opened: Any
    sessions: dict[str, Any] = field(default_factory=dict)
    reports: dict[str, Any] = field(default_factory=dict)
    ripe: float = 0.0

    def page(self, who: str = "", *, script: bool = True, width: int = 1280) -> Any:
        viewport = {"width": width, "height": 900}
        context = self.opened.new_context(
            viewport=viewport, java_script_enabled=script, storage_state=self.sessions.get(who), base_url=self.desk
        )
        return context.new_page()


@contextmanager
def running(folder: Path):
    """`cop demo` in a process of its own; gives the two addresses and what it printed."""
    port = free_ports(2)
    environment = {name: value for name, value in os.environ.items() if name != "COP_TODAY"}
    command = [sys.executable, "-m", "cop", "demo", "--port", str(port), "--data", str(folder)]
    log = folder.with_suffix(".log")
    with log.open("w", encoding="utf-8") as target:
        process = subprocess.Popen(command, env=environment, stdout=target, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 3 * PATIENCE
        while "Stop it with Ctrl-C" not in log.read_text(encoding="utf-8"):
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.2)
        yield f"http://localhost:{port}", f"http://localhost:{port + 1}", log.read_text(encoding="utf-8")
    finally:
        process.terminate()
        ended = process.wait(timeout=60)
    assert ended == 0


@pytest.fixture(scope="module")
def demo(needs_chromium, tmp_path_factory):
    folder = tmp_path_factory.mktemp("casework") / "demo"
    with running(folder) as (public, desk, printed), browser() as opened:
        made = Demo(public, desk, folder, opened)
        for name in (*VARIANTS, "danger"):  # written first: each is ripe when the team has signed in
            made.reports[name] = begin(made, name)
        made.ripe = time.monotonic() + RIPENS
        links = dict(re.findall(r"^  (.*?) {2,}(http\S+/desk/\S+)$", printed, re.MULTILINE))
        passphrase = re.search(r"with the passphrase: (.+)$", printed, re.MULTILINE)[1]
        for who in PEOPLE:
            made.sessions[who] = sign_in(made, links[who], passphrase, wrong_first=who == PEOPLE[0])
        yield made


def begin(demo: Demo, name: str) -> Any:
    """A report that somebody has filled in and not sent."""
    lang = name if name in VARIANTS else "en"
    page = demo.page(script=VARIANTS[lang], width=360 if lang == "ar" else 1280)
    page.goto(f"{demo.public}/{lang}/report/")
    page.locator("#address").fill(location(name))
    page.locator("#note").fill("رأيته اليوم." if lang == "ar" else "I saw it today.")
    page.locator("select[name=concern]").select_option("abuse_material")
    if name == "danger":
        page.locator("input[name=danger]").check()
    return page


def location(name: str) -> str:
    return f"https://bad-pictures-{name}.example/album/77?page={name}"


def sign_in(demo: Demo, link: str, passphrase: str, *, wrong_first: bool) -> Any:
    """Sign in by a link of the demonstration and open the key for a shift; answers the session."""
    page = demo.page()
    page.goto(link)
    page.get_by_role("main").get_by_role("button").click()
    page.goto("/desk/hotline/cases/1/")
    assert urlsplit(page.url).path == "/desk/hotline/unlock/"  # a case is read with the key alone
    if wrong_first:
        press(page, "unlock", passphrase="five other words")
        assert page.locator("[role=alert]").inner_text().strip()
        assert page.locator("#passphrase").get_attribute("aria-invalid") == "true"
    press(page, "unlock", passphrase=passphrase, hours="8")
    assert urlsplit(page.url).path == "/desk/hotline/"
    state = page.context.storage_state()
    page.context.close()
    return state


def press(page: Any, do: str, within: Any = None, **values: Any) -> None:
    """Fill in the form of a step and press its button, opening what hides it."""
    form = (within or page.locator("main")).locator(f"form:has(input[name=do][value={do}])").first
    if not form.locator("button").is_visible():
        form.locator("xpath=ancestor::details").locator("summary").first.click()
    for name, value in values.items():
        entry = form.locator(f"[name={name}]").first
        if entry.evaluate("e => e.tagName") == "SELECT":
            entry.select_option(value)
        else:
            entry.fill(value)
    form.locator("button").click()
    page.wait_for_load_state()


def offers(page: Any, do: str) -> bool:
    return bool(page.locator(f"main form:has(input[name=do][value={do}])").count())


def awaited(page: Any, path: str, seen: str) -> None:
    """Load a page again until something is on it; whoever does no step for a while takes the case anew."""
    deadline = time.monotonic() + PATIENCE
    while not page.locator(seen).count():
        assert time.monotonic() < deadline, page.locator("main").inner_text()
        time.sleep(0.5)
        page.goto(path)


def sent(demo: Demo, name: str) -> tuple[str, str]:
    """Send a report that was begun; answers the digits of the receipt and the number of the case."""
    page = demo.reports[name]
    time.sleep(max(0.0, demo.ripe - time.monotonic()))
    page.locator("form#report button").click()
    page.wait_for_load_state()
    receipt = re.sub(r"\D", "", page.locator("ol.receipt").inner_text())
    assert len(receipt) == 32
    assert not page.context.cookies()
    staff = demo.page(PEOPLE[0])
    staff.goto("/desk/hotline/cases/")
    number = staff.locator("tbody th a").first.inner_text()
    staff.context.close()
    return receipt, number


def counted(page: Any) -> list[str]:
    """The desk's own figures of this year, in the order of the page."""
    page.goto(f"/desk/hotline/figures/{date.today().year}/?lang=en")
    return page.locator("tbody td:nth-child(2)").all_inner_texts()


def mails(demo: Demo, part: str) -> list[Any]:
    """The mails with a word in their subject that came to the mail server."""
    found = [message_from_bytes(path.read_bytes(), policy=default) for path in sorted((demo.folder / "mails").glob("*.eml"))]
    return [one for one in found if part in str(one["Subject"])]


def arrived(demo: Demo, part: str) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not (found := mails(demo, part)):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    return found[0]


def prepare_notice(page: Any, case: str) -> str:
    """A notice to the host of the country that the trace found; answers its number."""
    page.goto(case)
    country = page.locator("section.address > p:first-of-type bdi").first.inner_text()
    assert country in ("XA", "XB")
    page.goto(f"{case}notices/")
    entry = page.locator("#contact-n")
    host = next(text for text in entry.locator("option").all_inner_texts() if text.endswith(country))
    entry.select_option(label=host)
    press(page, "prepare")
    return page.locator("tbody th bdi").first.inner_text()


def check_mail(demo: Demo, number: str, name: str) -> None:
    """It came to the host with the exact location in a XARF report, and its subject gives no address away."""
    mail = arrived(demo, number)
    assert ".example" not in mail["Subject"]
    assert str(mail["To"]) in ("abuse@alder.example", "abuse@birch.example")
    attached = {part.get_filename() or "": part.get_content() for part in mail.walk() if part.get_filename()}
    xarf = [content for file, content in attached.items() if "xarf" in file.lower() or file.endswith(".json")]
    texts = [content.decode() if isinstance(content, bytes) else str(content) for content in attached.values()]
    assert xarf
    assert any(location(name) in text for text in texts)
    body = mail.get_body(("plain",)).get_content()
    assert location(name) not in body  # there it can't be opened by mistake
    assert "hxxps://" in body


@pytest.mark.parametrize("lang", VARIANTS)
def test_a_report_is_assessed_traced_notified_gone_answered_and_counted(demo, lang):
    """CASE-15, NOTICE-04, FIG-01: nobody does alone what asks for two."""
    script = VARIANTS[lang]
    lead = demo.page(PEOPLE[2], script=script)
    before = counted(lead)
    receipt, number = sent(demo, lang)
    case = f"/desk/hotline/cases/{number}/"
    first, second = (demo.page(who, script=script) for who in PEOPLE[:2])

    first.goto(f"{case}?lang={lang}")
    assert first.locator("html").get_attribute("lang") == lang
    assert "bad-pictures" not in first.content()
    press(first, "take")
    assert "bad-pictures" not in first.content()  # masked until somebody reveals it
    press(first, "close")
    assert first.locator(".warned[role=alert]").inner_text().strip()  # a wrong step says why
    press(first, "assess", outcome="baseline")
    assert not offers(first, "confirm")
    assert not offers(first, "trace")
    press(first, "propose", phrase="received")
    assert not offers(first, "send")
    press(first, "back")

    second.goto(f"{case}?lang={lang}")
    press(second, "take")
    press(second, "confirm")
    press(second, "send")
    press(second, "trace")
    awaited(second, case, "section.address dl dd bdi")
    notice = prepare_notice(second, case)
    second.goto(case)
    press(second, "back")

    lead.goto(f"/desk/hotline/notices/?lang={lang}")
    press(lead, "send", within=lead.locator("tbody tr").filter(has_text=notice))
    check_mail(demo, notice, lang)

    second.goto(case)
    press(second, "take")
    awaited(second, case, "section.address > p:first-of-type .badge.wait")
    press(second, "gone", how="removed")
    press(second, "close", reason="removed")
    assert urlsplit(second.url).path == "/desk/hotline/"

    reader = demo.reports[lang]
    reader.goto(f"{demo.public}/{lang}/report/follow-up/")
    reader.locator("#receipt").fill(receipt.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")) if lang == "ar" else receipt)
    reader.locator("form.report button").click()
    reader.wait_for_load_state()
    assert reader.locator("main .note [dir=auto]").first.inner_text().strip()
    assert "bad-pictures" not in reader.content()

    after = counted(lead)
    assert after != before
    assert int(after[0]) == int(before[0]) + 1
    for page in (first, second, lead):
        page.context.close()


def test_a_child_in_danger_comes_first_and_an_address_is_revealed_on_a_registered_station_only(demo):
    """CASE-12, DUTY-03, REVEAL-02."""
    _, number = sent(demo, "danger")
    case = f"/desk/hotline/cases/{number}/"
    lead, analyst = demo.page(PEOPLE[2]), demo.page(PEOPLE[0])
    analyst.goto("/desk/hotline/?lang=en")
    assert analyst.locator("[role=alert] a").get_attribute("href") == "/desk/hotline/danger/"
    analyst.goto("/desk/hotline/danger/")
    assert analyst.locator("main section h2 a").first.get_attribute("href") == case
    press(analyst, "send")
    reference = analyst.locator(f'main a[href="{case}"] + .small').first.inner_text()
    mail = arrived(demo, reference)
    assert "bad-pictures" not in mail.as_string()

    analyst.goto(case)
    press(analyst, "take")
    reveal = f'form[action="{case}reveal/"] button'
    analyst.locator(reveal).click()
    assert analyst.locator(".warned[role=alert]").inner_text().strip()
    assert "bad-pictures" not in analyst.content()

    lead.goto("/desk/hotline/stations/?lang=en")
    lead.locator("#label").fill("Machine in room 2")
    lead.locator("#ends_on").fill((date.today() + timedelta(days=30)).isoformat())
    lead.locator("form:has(#label) button").click()
    lead.wait_for_load_state()
    assert lead.locator("tbody th").inner_text() == "Machine in room 2"
    station = [one for one in lead.context.cookies() if one["name"] == "station"]
    assert station[0]["httpOnly"]
    assert station[0]["path"] == "/desk/hotline/"
    analyst.context.add_cookies(station)  # somebody else at the same machine

    analyst.goto(case)
    analyst.locator(reveal).click()
    shown = analyst.locator(".secret").inner_text()
    assert shown.startswith("hxxps://bad-pictures-danger[.]example")
    assert analyst.locator("main .secret a").count() == 0
    analyst.locator("#minutes").fill("2")
    analyst.locator("form:has(#minutes) button").click()
    assert urlsplit(analyst.url).path == case
    analyst.goto("/desk/hotline/care/")
    assert "2" in analyst.locator("h1").inner_text()
    lead.context.close()
    analyst.context.close()

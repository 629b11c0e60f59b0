"""`cop demo` as a newcomer walks through it: a report, two analysts, trace, notice, removal, answer; also without script, and in Arabic."""

from __future__ import annotations

import email
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.policy import default as policy
from pathlib import Path

import pytest

from cop.cli.dev.browser import browser, chromium

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore")]
ADDRESS = "https://quokkafield.example/album/4711"
PATIENCE = 90.0


@dataclass
class Demo:
    """A demonstration that runs: its addresses, sign-in links, passphrase, and the folder of its data."""

    public: str
    desk: str
    links: dict[str, str]
    passphrase: str
    folder: Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[Demo]:
    if chromium() is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have Chromium: install the package chromium")
        pytest.skip("Chromium is not installed: install the package chromium, or name it in COP_CHROMIUM")
    folder = tmp_path_factory.mktemp("demonstration") / "data"
    port = _two_free_ports()
    command = [sys.executable, "-m", "cop", "demo", "--port", str(port), "--data", str(folder)]
    environment = {name: value for name, value in os.environ.items() if name != "COP_TODAY"}  # its clock must run: locks end by it
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    said: list[str] = []
    while not said or "Stop it with" not in said[-1]:
        said.append(process.stdout.readline())
        assert said[-1], "".join(said)
    text = "".join(said)
    links = dict(re.findall(r"^  (hotline analyst|second hotline analyst|hotline lead) +(http\S+)", text, re.MULTILINE))
    passphrase = re.search(r"with the passphrase: (.*)$", text, re.MULTILINE)[1]
    yield Demo(f"http://localhost:{port}", f"http://localhost:{port + 1}/desk/hotline/", links, passphrase, folder)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=40)
    assert process.returncode == 0


def _two_free_ports() -> int:
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                other.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


@pytest.fixture(scope="module")
def opened() -> Iterator[object]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def people(demo, opened):
    """The team at their desks, without script: a desk needs none. Links sign in once, so the same sessions serve every walk."""
    held = {}
    for label, link in demo.links.items():
        page = opened.new_context(java_script_enabled=False).new_page()
        page.goto(link)
        page.locator("main form button").first.click()
        page.goto(f"{demo.desk}unlock/")
        page.fill("#passphrase", demo.passphrase)
        page.locator("main form button").first.click()
        held[label] = page
    return held


def send_a_report(page, base: str, lang: str, address: str) -> str:
    """Report as the public; answers the receipt. A demonstration has no script that proves work, so the form ripens for 20 seconds."""
    page.goto(f"{base}/{lang}/report/")
    page.fill("#address", address)
    page.fill("#note", "I came upon this album.")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        page.locator("#report button").last.click()
        if page.locator("ol.receipt").count():
            return re.sub(r"\D", "", page.locator("ol.receipt").inner_text())
        time.sleep(7)
    raise AssertionError(page.locator("main").inner_text())


def choose(page, form: str, **values: str) -> None:
    """Fill in the form that has `do` with this value, and send it."""
    found = page.locator(f"form:has(input[name=do][value={form}])").first
    for name, value in values.items():
        field = found.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    found.locator("button").click()


def until(page, address: str, sign: str, take: bool = False) -> None:
    """Load a page until a sign stands on it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        page.goto(address)
        if take and page.locator("form:has(input[name=do][value=take])").count():
            choose(page, "take")
        if page.locator(sign).count():
            return
        time.sleep(1)
    raise AssertionError(f"{sign} never came: {page.locator('main').inner_text()}")


def received(page) -> int:
    """How many reports of this year the lead's desk counts."""
    return int(re.sub(r"\D", "", page.locator("td, dd").filter(has_text=re.compile(r"^\s*[\d٠-٩]+\s*$")).first.inner_text()))


@pytest.mark.parametrize(("lang", "scripts"), [("en", True), ("ar", False)])
def test_a_newcomer_walks_from_a_report_to_its_removal(demo, opened, people, lang, scripts):
    first, second, lead = (people[name] for name in ("hotline analyst", "second hotline analyst", "hotline lead"))
    for page in (first, second, lead):
        page.goto(f"{demo.desk}?lang={lang}")
        assert page.locator("html").get_attribute("lang") == lang
    lead.goto(f"{demo.desk}figures/")
    before = lead.locator("main").inner_text()
    public = opened.new_context(java_script_enabled=scripts).new_page()
    receipt = send_a_report(public, demo.public, lang, f"{ADDRESS}/{lang}")
    assert len(receipt) == 32
    assert not public.context.cookies()

    first.goto(f"{demo.desk}cases/")
    number = first.locator("tbody th a").first.inner_text()
    case = f"{demo.desk}cases/{number}/"
    first.goto(case)
    choose(first, "take")
    assert "quokkafield" not in first.content()
    choose(first, "assess", outcome="baseline")
    choose(first, "propose", phrase="received")
    choose(first, "back")

    second.goto(case)
    choose(second, "take")
    choose(second, "confirm")
    choose(second, "send")
    choose(second, "trace")
    until(second, case, "dl.facts >> text=abuse@")
    abuse = re.search(r"abuse@(\w+)\.example", second.content())[1]
    second.goto(f"{case}notices/")
    for_host = second.locator("#contact-n option").filter(has_text=re.compile(abuse, re.IGNORECASE)).get_attribute("value")
    mails = len(list((demo.folder / "mails").glob("*.eml"))) if (demo.folder / "mails").exists() else 0
    choose(second, "prepare", contact=for_host)
    second.goto(case)
    choose(second, "back")

    lead.goto(f"{demo.desk}notices/")
    choose(lead, "send")
    until(second, case, "form:has(input[name=do][value=gone]) >> visible=true", take=True)
    until(second, case, "section.address .badge.wait")
    sent = sorted((demo.folder / "mails").glob("*.eml"))
    assert len(sent) > mails
    mail = email.message_from_bytes(sent[-1].read_bytes(), policy=policy)
    assert "quokkafield" not in mail["Subject"]
    files = {part.get_content_type(): part for part in mail.iter_attachments()}
    assert f"{ADDRESS}/{lang}" in files["text/plain"].get_content()
    assert "application/json" in files  # for machines (XARF)

    choose(second, "gone", how="removed")
    choose(second, "close", reason="removed")
    public.goto(f"{demo.public}/{lang}/report/follow-up/")
    public.fill("#receipt", receipt)
    public.locator("main form button").first.click()
    assert public.locator("main .note").count() == 1
    lead.goto(f"{demo.desk}figures/")
    assert lead.locator("main").inner_text() != before


def test_an_address_is_shown_on_a_registered_station_alone(demo, opened, people):
    """REVEAL-02, S-05"""
    first, lead = people["hotline analyst"], people["hotline lead"]
    public = opened.new_context(java_script_enabled=False).new_page()
    send_a_report(public, demo.public, "en", f"{ADDRESS}/reveal")
    first.goto(f"{demo.desk}cases/?lang=en")
    case = f"{demo.desk}cases/{first.locator('tbody th a').first.inner_text()}/"
    first.goto(case)
    choose(first, "take")
    first.locator("form[action$='/reveal/'] button").first.click()
    assert "REVEAL-02" in first.content()
    assert "quokkafield" not in first.content()
    lead.goto(f"{demo.desk}stations/?lang=en")
    lead.fill("#label", "Room 4")
    lead.fill("#ends_on", time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400 * 20)))
    lead.locator("main form button").first.click()
    station = next(cookie for cookie in lead.context.cookies() if cookie["name"] == "station")
    first.context.add_cookies([station])
    first.goto(case)
    first.locator("form[action$='/reveal/'] button").first.click()
    assert "hxxps://quokkafield[.]example/album/4711/reveal" in first.locator(".secret").inner_text()
    first.fill("#minutes", "2")
    first.locator("form[action$='/care/'] button").click()
    assert first.url.startswith(case)

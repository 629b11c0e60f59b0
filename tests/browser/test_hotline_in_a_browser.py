"""A report from a reader's browser: sealed by it, or without a script; the receipt, the answer, and words that are added."""

import os
import re
import sqlite3
import subprocess
import sys
import time

import pytest

from cop.cli.dev.browser import axe_findings, browser, centre, keyboard_walk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore"),
]
ANSWER = """
from cop.cli.centre import set_up
set_up()
from cop.ground.public import now
from cop.hotline.actions.messages import write
from cop.hotline.exchange.keystore import month_of
from cop.hotline.models import Report
from cop.hotline.public import keystore
month = month_of(now())
row = Report.objects.latest("pk")
write(report=row.pk, text="Thank you. It is with the police.", thread=keystore().thread_key(month), month=month, actor="p-fox", at=now())
"""


@pytest.fixture(scope="module")
def held(sample):
    settings = sample[0] | {"COP_DEMO": "0"}  # a demonstration serves no script that seals: it must see what comes in
    with centre(**settings) as address, browser() as opened:
        yield address, opened, settings


def answer(settings):
    """What a person of the centre writes."""
    subprocess.run([sys.executable, "-c", ANSWER], env=os.environ | {"COP_TODAY": "2026-11-22"} | settings, check=True)


def digits(page):
    return re.sub(r"\D", "", page.locator(".receipt").inner_text())


def stored(settings):
    with sqlite3.connect(f"{settings['COP_DATA']}/centre.sqlite3") as database:
        return database.execute("SELECT count(*), max(language) FROM hotline_report").fetchone()


def test_a_report_is_sealed_in_the_browser_and_followed_with_its_receipt(held):
    base, opened, settings = held
    page = opened.new_context(viewport={"width": 1280, "height": 900}).new_page()
    sent, refused = [], []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    page.on("console", lambda message: refused.append(message.text) if "Security Policy" in message.text else None)
    page.goto(f"{base}/en/report/")
    page.get_by_label("Web address; or the app").fill("https://quokkafield.example/album/4711")
    page.get_by_label("What is it about?").select_option("abuse_material")
    page.get_by_label("What you saw, when").fill("I came upon this album.")
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_selector(".receipt", timeout=60_000)
    receipt = digits(page)
    assert len(receipt) == 32
    assert "quokkafield" not in "".join(sent)
    assert "album" not in "".join(sent)
    assert refused == []
    assert axe_findings(page) == []
    assert keyboard_walk(page) == []
    assert not page.context.cookies()
    answer(settings)
    page.get_by_role("link", name="Read our answers").click()
    page.get_by_label("The 32 digits").fill(receipt)
    page.get_by_role("button", name="Open").click()
    assert "It is with the police." in page.locator("main").inner_text()
    assert "quokkafield" not in page.content()
    assert axe_findings(page) == []
    page.context.close()


@pytest.mark.parametrize(("lang", "width"), [("ar", 360), ("zh-hans", 1280)])
def test_without_a_script_somebody_who_writes_for_twenty_seconds_sends_at_once(held, lang, width):
    base, opened, settings = held
    before = stored(settings)[0]
    context = opened.new_context(java_script_enabled=False, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"{base}/{lang}/report/?view=child")
    page.locator("#note").fill("شخص يطلب مني صورًا" if lang == "ar" else "有人向我要照片")
    page.locator("form#report button").click()  # too soon: the words stay
    assert page.locator("#note").input_value()
    assert page.locator(".note[role=alert]").count() == 1
    time.sleep(20)
    page.locator("form#report button").click()
    receipt = digits(page)
    assert len(receipt) == 32
    assert stored(settings) == (before + 1, lang if lang > "en" else stored(settings)[1])
    answer(settings)
    page.goto(f"{base}/{lang}/report/follow-up/")
    page.locator("#receipt").fill(receipt.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")) if lang == "ar" else receipt)
    page.locator("form button").click()
    assert "It is with the police." in page.locator("main").inner_text()
    context.close()


def test_the_square_code_and_the_empty_page(held):
    base, opened, _ = held
    page = opened.new_context(viewport={"width": 360, "height": 800}).new_page()
    page.goto(f"{base}/fr/report/?view=child")
    page.locator("#note").fill("Quelqu'un me demande des photos.")
    page.locator("form#report button").click()
    page.wait_for_selector(".receipt", timeout=60_000)
    receipt = digits(page)
    assert page.locator("figure svg").count() == 0
    page.locator("main form button").click()
    assert page.locator("figure svg").count() == 1
    assert digits(page) == receipt
    assert axe_findings(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    page.locator('main a[href$="/report/done/"]').click()
    assert page.locator(".receipt").count() == 0
    page.context.close()

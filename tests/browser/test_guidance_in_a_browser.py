"""Guidance and help in a real browser: numbers read left to right, scripts off, print, files from disk, and help without a network."""

import io
import zipfile

import pytest

from cop.cli.dev.browser import axe_findings, centre
from cop.ground.core.door import LANGUAGES
from cop.guidance.core.door import guidance
from cop.guidance.formats.offline import Copy, single_html, zipped_site
from tests.browser.test_pages_in_a_browser import base, opened  # noqa: F401 shared: one browser and one centre
from tests.conftest import AT

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore")]

# Where each digit of the number is painted, from left to right.
GLYPHS = """element => {
  const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), places = [];
  while (walk.nextNode()) {
    const node = walk.currentNode;
    for (let n = 0; n < node.length; n++) {
      if (!/[0-9]/.test(node.data[n])) continue;
      const range = document.createRange();
      range.setStart(node, n); range.setEnd(node, n + 1);
      const box = range.getBoundingClientRect();
      places.push([box.left, box.top, node.data[n]]);
    }
  }
  return places.sort((a, b) => a[0] - b[0]).map(place => place[2]).join('');
}"""


@pytest.mark.parametrize("path", ["help/SE/", "help/SE/card/"])
@pytest.mark.parametrize("lang", [language.code for language in LANGUAGES])
def test_116_111_is_painted_from_left_to_right_in_every_language(base, opened, lang, path):  # noqa: F811
    page = opened.new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{base}/{lang}/{path}")
    assert page.locator('a[href="tel:116111"]').first.evaluate(GLYPHS) == "116111"
    page.close()


def test_116_111_inside_an_arabic_sentence_is_painted_from_left_to_right(base, opened):  # noqa: F811
    page = opened.new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{base}/ar/help/")
    link = page.get_by_role("link").filter(has_text="116").first
    assert link.evaluate(GLYPHS) == "116111"
    page.close()


def test_116_111_inside_arabic_guidance_is_painted_from_left_to_right(base, opened):  # noqa: F811
    page = opened.new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{base}/ar/guidance/policy/helpline/")
    numbers = page.locator("main bdi").filter(has_text="116 111")
    assert numbers.count() >= 1
    assert page.locator("main").inner_text().count("116 111") == numbers.count()
    assert {numbers.nth(n).evaluate(GLYPHS) for n in range(numbers.count())} == {"116111"}
    page.close()


def test_a_child_finds_a_topic_and_help_without_script(base, opened):  # noqa: F811
    context = opened.new_context(java_script_enabled=False, viewport={"width": 360, "height": 700})
    page = context.new_page()
    page.goto(f"{base}/ar/guidance/children/")
    page.locator(".doors a").nth(1).click()
    page.locator(".topics a").first.click()
    assert "/ar/guidance/children/my-account/" in page.url
    page.locator(".talk a").last.click()
    assert page.url == f"{base}/ar/help/"
    context.close()


def test_a_printed_topic_has_its_text_and_no_menus(base, opened):  # noqa: F811
    page = opened.new_page(viewport={"width": 800, "height": 900})
    page.goto(f"{base}/en/guidance/children/saying-no/")
    page.emulate_media(media="print")
    assert not page.locator(".top nav").is_visible()
    assert not page.locator(".exit").is_visible()
    assert page.locator(".part.now").is_visible()
    assert page.locator(".talk").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert "/en/guidance/children/saying-no/" in page.locator(".printed").inner_text()
    page.close()


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_guide_opens_from_the_file_system_and_is_accessible(opened, tmp_path, lang):  # noqa: F811
    room = guidance()
    target = tmp_path / "guide.html"
    target.write_bytes(single_html(Copy(room, room.library.tongues[lang], AT, "9-12", "https://cop.example", "SE")))
    page = opened.new_page(viewport={"width": 360, "height": 800})
    page.goto(target.as_uri())
    page.locator(".toc a").nth(3).click()
    assert page.url.endswith("#block-and-report")
    assert axe_findings(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    page.close()


def test_the_site_on_a_memory_stick_is_walked_by_its_links(opened, tmp_path):  # noqa: F811
    room = guidance()
    with zipfile.ZipFile(io.BytesIO(zipped_site(Copy(room, room.library.tongues["zh-hans"], AT)))) as zipped:
        zipped.extractall(tmp_path)
    page = opened.new_page(viewport={"width": 360, "height": 800})
    page.goto((tmp_path / "cop-zh-hans" / "index.html").as_uri())
    page.locator(".topics a").nth(2).click()
    assert page.url.endswith("private-things.html")
    assert page.locator("h1").count() == 1
    page.locator('.top a[href="help.html"]').click()
    assert page.url.endswith("help.html")
    page.close()


@pytest.fixture
def swedish(opened):  # noqa: F811
    with centre(COP_COUNTRY="SWE") as address:
        context = opened.new_context(viewport={"width": 360, "height": 800})
        yield address, context
        context.close()


def test_help_stays_on_the_device_numbers_for_30_days_and_is_deleted_when_asked(swedish):
    """S-14: one set for everybody, never what was read, and a visible way to delete it."""
    address, context = swedish
    page = context.new_page()
    page.goto(f"{address}/en/guidance/children/saying-no/")
    page.goto(f"{address}/en/help/keep/")
    page.get_by_role("button", name="Keep help on this device").click()
    page.get_by_text("Help is kept on this device.").wait_for()
    kept = page.evaluate("(async () => (await (await caches.open('cop-help')).keys()).map(r => new URL(r.url).pathname).sort())()")
    assert [path for path in kept if not path.startswith("/static/")] == ["/en/help/SE/", "/en/help/kept/", "/kept-on"]
    page.goto(f"{address}/en/guidance/children/mean-messages/")
    assert page.evaluate("(async () => (await (await caches.open('cop-help')).keys()).length)()") == len(kept)
    context.set_offline(True)
    page.goto(f"{address}/en/help/SE/")
    assert page.locator('a[href="tel:116111"]').count() == 1
    page.goto(f"{address}/en/guidance/children/mean-messages/")
    assert "local emergency number" in page.locator("h1").inner_text()
    assert page.locator("#saying-no").count() == 1
    page.evaluate("(async () => (await caches.open('cop-help')).put('/kept-on', new Response(String(Date.now() - 31 * 864e5))))()")
    page.goto(f"{address}/en/help/SE/")
    assert page.locator('a[href^="tel:"]').count() == 0
    assert page.locator("#saying-no").count() == 1
    page.goto(f"{address}/en/help/kept/delete/")
    assert "deleted from this device" in page.locator("p").inner_text()
    assert page.evaluate("caches.has('cop-help')") is False
    context.set_offline(False)
    page.goto(f"{address}/en/help/keep/")
    page.get_by_role("button", name="Keep help on this device").click()
    page.get_by_text("Help is kept on this device.").wait_for()
    page.goto(f"{address}/en/help/kept/delete/")
    assert page.get_by_role("status").first.is_visible()
    assert page.evaluate("caches.has('cop-help')") is False
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0

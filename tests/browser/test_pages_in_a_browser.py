"""In a real browser: axe on every template (ar at 360, en at 1280), nothing scrolls sideways, scripts off, the keyboard, print."""

import pytest

from cop.cli.dev.browser import TEMPLATES, axe_findings, browser, centre, keyboard_walk
from cop.cli.dev.invented import INVENTED

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def base(sample):
    with centre(**sample[0]) as address:
        yield address


@pytest.fixture(scope="module")
def opened(base):
    with browser() as found:
        yield found


@pytest.mark.parametrize(("lang", "width", "scheme"), [("ar", 360, "dark"), ("en", 1280, "light")])
@pytest.mark.parametrize("name", TEMPLATES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(base, opened, name, lang, width, scheme):
    page = opened.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    requests, refused = [], []
    page.on("console", lambda message: refused.append(message.text) if "Security Policy" in message.text else None)
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{base}/{lang}/{TEMPLATES[name]}")
    assert axe_findings(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    outside = [url for url in requests if not url.startswith((base, "data:", "about:"))]
    assert outside == []
    assert refused == []
    most = 3 if name in ("help-keep", "report", "report-child") else 2  # help that is kept and reports have a script
    assert len([url for url in requests if url.startswith(base)]) <= most
    page.close()


def test_a_country_is_found_and_read_without_script(base, opened):
    context = opened.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/fr/")
    page.get_by_label("Pays").first.fill("Kenya")
    page.get_by_role("button").first.click()
    page.get_by_role("link", name="Kenya", exact=True).click()
    assert page.url == f"{base}/fr/countries/KEN/"
    assert "Kenya" in page.locator("h1").inner_text()
    page.get_by_role("link", name="العربية").click()
    assert page.url == f"{base}/ar/countries/KEN/"
    context.close()


def test_a_map_is_changed_without_script(base, opened):
    context = opened.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/en/map/")
    page.select_option("#indicator", "X-02")
    page.select_option("#year", "2010")
    page.get_by_role("button", name="Show").click()
    assert "indicator=X-02&year=2010" in page.url
    assert page.locator("table tbody tr").count() == 195 + len(INVENTED)
    context.close()


def test_a_workbook_is_sent_from_the_page_and_refused_in_words(base, opened, tmp_path):
    wrong = tmp_path / "mine.xlsx"
    wrong.write_bytes(b"not a workbook")
    page = opened.new_page()
    page.goto(f"{base}/en/countries/CRI/")
    page.set_input_files("#workbook", wrong)
    page.get_by_role("button", name="Show the answer with my facts").click()
    assert "mine.xlsx can't be read as a workbook" in page.get_by_role("alert").inner_text()
    page.close()


@pytest.mark.parametrize(
    ("lang", "name"),
    [("en", "country"), ("ar", "help-area"), ("zh-hans", "home"), ("en", "targets"), ("ar", "profile"), ("en", "compare")],
)
def test_the_keyboard_reaches_everything_with_a_ring(base, opened, lang, name):
    page = opened.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{base}/{lang}/{TEMPLATES[name]}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert keyboard_walk(page) == []
    page.close()


def test_at_400_per_cent_zoom_nothing_is_lost(base, opened):
    page = opened.new_page(viewport={"width": 320, "height": 256})
    for name in ("home", "country", "help-area", "map"):
        page.goto(f"{base}/en/{TEMPLATES[name]}")
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"), name
    page.close()


def test_print_leaves_out_menus_and_forms(base, opened):
    page = opened.new_page()
    page.goto(f"{base}/en/countries/CRI/")
    page.emulate_media(media="print")
    assert not page.locator(".top nav").is_visible()
    assert not page.locator("form").first.is_visible()
    assert page.locator("h1").is_visible()
    page.close()


def test_an_arabic_number_reads_in_its_order(base, opened):
    page = opened.new_page()
    page.goto(f"{base}/ar/help/HU/")
    box = page.locator("bdi", has_text="116 111").first
    widths = box.evaluate("""e => { const r = document.createRange(), t = e.firstChild; const at = i => { r.setStart(t, i); r.setEnd(t, i + 1);
      return r.getBoundingClientRect().left; }; return [at(2), at(4)]; }""") if box.count() else [0, 1]  # fmt: skip
    assert widths[0] < widths[1]
    page.close()

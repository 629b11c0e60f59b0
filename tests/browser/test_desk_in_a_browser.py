"""The desk in a real browser: passkeys with a virtual authenticator, axe, nothing scrolls sideways, no script where none is needed."""

import pytest

from cop.cli.dev.browser import DESK, axe_findings, browser, centre, desk_address, keyboard_walk, open_desk, signed_in
from cop.cli.dev.sample import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def desk(sample):
    settings, links = sample
    with centre(**settings, COP_ROLE="desk") as address:
        yield address, links


@pytest.fixture(scope="module")
def opened(desk):
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def sessions(desk, opened):
    return signed_in(opened, *desk)


def test_a_passkey_is_added_and_signs_in_alone(desk, opened):
    base, links = desk
    context = opened.new_context()
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    client.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    refused = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(base + links["invitation"])
    page.get_by_label("Your name").fill("Pat Key")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Accept").click()
    page.get_by_label("Email address").fill("pass@key.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Add a passkey").click()
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("This laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/recovery-codes/")
    assert page.locator(".codes li").count() == 10
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{base}/desk/")
    page.goto(f"{base}/desk/people/")
    assert "may enter the desk" in page.locator("h1").inner_text()
    page.goto(f"{base}/desk/accounts/2fa/webauthn/")
    assert "This laptop" in page.inner_text("main")
    assert refused == []
    context.close()


@pytest.mark.parametrize(("lang", "width", "scheme"), [("ar", 360, "dark"), ("en", 1280, "light")])
@pytest.mark.parametrize("name", DESK)
def test_axe_finds_nothing_in_the_desk_and_nothing_scrolls_sideways(desk, opened, sessions, name, lang, width, scheme):
    base, links = desk
    context = opened.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, storage_state=sessions[DESK[name][0]]
    )
    page = context.new_page()
    refused = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    assert open_desk(page, name, base, lang, links) == 200
    reached = desk_address(name, base, lang, links).split("?")[0]
    assert page.url.split("?")[0] == (f"{reached}reveal/" if name == "hotline-reveal" else reached)
    assert axe_findings(page) == []
    wide = "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().width > innerWidth && !e.closest('.scroll'))"
    sideways = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    assert not sideways, page.evaluate(f"{wide}.map(e => e.outerHTML.slice(0, 200))")
    assert refused == []
    context.close()


@pytest.mark.parametrize(
    ("lang", "name"), [("en", "sign-in"), ("ar", "response"), ("en", "section"), ("en", "settings"), ("ar", "hotline-case")]
)
def test_the_keyboard_reaches_everything_on_the_desk_with_a_ring(desk, opened, sessions, lang, name):
    base, links = desk
    context = opened.new_context(viewport={"width": 1280, "height": 800}, storage_state=sessions[DESK[name][0]])
    page = context.new_page()
    page.goto(desk_address(name, base, lang, links))
    assert keyboard_walk(page) == []
    context.close()


def test_a_passkey_form_says_nothing_went_wrong_before_it_was_tried(desk, opened):
    page = opened.new_page()
    page.goto(f"{desk[0]}/desk/accounts/login/")
    assert page.get_by_role("button", name="Sign in with a passkey").is_visible()
    assert not page.locator("[data-failed]").is_visible()
    page.close()

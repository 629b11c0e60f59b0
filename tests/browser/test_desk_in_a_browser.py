"""The desk in a real browser: passkeys with a virtual authenticator, axe, nothing scrolls sideways, no script where none is needed."""

import json
import os
import subprocess
import sys

import pytest

from cop.cli.dev.browser import axe_findings, browser, centre, chromium
from cop.ground.core.door import PACKAGE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore"),
]
PASSWORD = "correct horse staple tree"
PREPARE = """
import django, json; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from cop.accounts.public import demonstration_links, invite
from cop.ground.public import now
links = dict(demonstration_links(now()))
links["invitation"] = invite(email="pass@key.example", role="administrator", scope="", at=now(), actor="system", language="en")
print(json.dumps(links))
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    if chromium() is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have Chromium: install the package chromium")
        pytest.skip("Chromium is not installed: install the package chromium, or name it in COP_CHROMIUM")
    settings = {"COP_DATA": str(tmp_path_factory.mktemp("centre")), "COP_DEMO": "1"}
    environment = os.environ | settings | {"DJANGO_SETTINGS_MODULE": "cop.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", PREPARE], cwd=PACKAGE.parent, env=environment, capture_output=True, text=True, check=True
    )
    with centre(**settings) as address:
        yield address, json.loads(done.stdout)


@pytest.fixture(scope="module")
def opened(desk):
    with browser() as found:
        yield found


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
def test_axe_finds_nothing_in_the_desk_and_nothing_scrolls_sideways(desk, opened, lang, width, scheme, tmp_path):
    base, links = desk
    context = opened.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    pictures = os.environ.get("COP_PICTURES")
    outside = ["/desk/accounts/login/", "/desk/accounts/password/reset/"]
    inside = ["/desk/", "/desk/people/", "/desk/people/invite/", "/desk/roles/", "/desk/accounts/me/", "/desk/accounts/2fa/"]
    for turn, paths in enumerate((outside, inside)):
        if turn:
            link = "administrator" if lang == "ar" else "reviewer"
            page.goto(base + links[link])
            page.get_by_role("main").get_by_role("button").click()
            if link == "reviewer":
                paths = [path for path in paths if "people" not in path]
        for path in paths:
            page.goto(f"{base}{path}?lang={lang}")
            assert axe_findings(page) == [], path
            wide = "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().width > innerWidth && !e.closest('.scroll'))"
            sideways = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
            assert not sideways, (path, page.evaluate(f"{wide}.map(e => e.outerHTML.slice(0, 200))"))
            if pictures:
                page.screenshot(path=f"{pictures}/{path.strip('/').replace('/', '-')}-{lang}-{width}.png", full_page=True)
    context.close()

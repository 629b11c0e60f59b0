"""The system's Chromium, for browser tests and pictures: one browser, real pages on loopback."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

from cop.cli.serve import server_command

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

# One address for each template.
TEMPLATES = {
    "home": "",
    "countries": "countries/?group=europe",
    "country": "countries/CRI/",
    "map": "map/",
    "targets": "targets/?mark=IND",
    "indicators": "indicators/",
    "indicator": "indicators/P1-09/OPSC/",
    "guides": "guidance/?q=password",
    "children": "guidance/children/",
    "guide-children": "guidance/children/9-12/",
    "topic-child": "guidance/children/saying-no/",
    "topic-teen": "guidance/children/who-can-help/",
    "topic-parent": "guidance/parents/first-hour/",
    "topic-educator": "guidance/educators/bullying/",
    "guide-whole": "guidance/children/5-8/whole/",
    "topic-text": "guidance/children/saying-no/?view=text",
    "help": "help/",
    "help-area": "help/SE/",
    "help-fallback": "help/CR/",
    "help-card": "help/SE/card/",
    "help-keep": "help/keep/",
    "help-kept": "help/kept/",
    "data": "data/?q=inhope",
    "methods": "methods/",
    "about": "about/",
    "site-map": "site-map/",
    "problem": "countries/XYZ/",
    "rounds": "rounds/",
    "round": "rounds/cop-2026/",
    "releases": "releases/",
    "release": "releases/sample-2026.2/",
    "difference": "releases/sample-2026.2/difference/",
    "profile": "profiles/XAA/",
    "compare": "compare/?country=XAA&country=XAB&country=XAC",
    "regions": "regions/",
    "region": "regions/americas/",
    "report": "report/",
    "report-child": "report/?view=child",
    "report-follow-up": "report/follow-up/",
    "report-help": "report/help/",
    "report-done": "report/done/",
    "report-figures": "report/figures/",
    "notice": "notice/",
}
# The same for the desk: who opens it (nobody is not signed in), and the address.
DESK = {
    "sign-in": ("", "accounts/login/"),
    "password-reset": ("", "accounts/password/reset/"),
    "second-factor": ("half", "accounts/2fa/authenticate/"),
    "home": ("administrator", ""),
    "me": ("administrator", "accounts/me/"),
    "factors": ("administrator", "accounts/2fa/"),
    "people": ("administrator", "people/"),
    "person": ("administrator", "people/{person}/"),
    "invite": ("administrator", "people/invite/"),
    "roles": ("administrator", "roles/"),
    "audit": ("administrator", "audit/"),
    "outbox": ("administrator", "outbox/"),
    "home-officer": ("programme officer", ""),
    "rounds": ("programme officer", "rounds/"),
    "questionnaires": ("programme officer", "questionnaires/"),
    "questionnaire": ("programme officer", "questionnaires/1/"),
    "new-round": ("programme officer", "rounds/new/"),
    "board": ("programme officer", "rounds/cop-2026/"),
    "settings": ("programme officer", "rounds/cop-2026/settings/"),
    "invite-country": ("programme officer", "rounds/sample-open/XAB/invite/"),
    "releases": ("programme officer", "rounds/sample-2026/releases/"),
    "preview": ("programme officer", "rounds/sample-2026/XAA/preview/"),
    "review": ("reviewer", "rounds/sample-open/review/"),
    "answer-review": ("reviewer", "rounds/sample-open/XAA/answers/law_csam/"),
    "response": ("focal point of Costa Rica", "rounds/sample-open/XAA/"),
    "section": ("focal point of Costa Rica", "rounds/sample-open/XAA/sections/law/"),
    "section-filled": ("focal point of Costa Rica", "rounds/cop-2026/CRI/sections/law/"),
    "section-tables": ("focal point of Costa Rica", "rounds/sample-open/XAA/sections/statistics/"),
    "answer": ("focal point of Costa Rica", "rounds/sample-open/XAA/answers/law_csam/"),
    "colleagues": ("focal point of Costa Rica", "rounds/sample-open/XAA/people/"),
    "workbook": ("focal point of Costa Rica", "rounds/sample-open/XAA/workbook/"),
    "reply": ("focal point of Costa Rica", "rounds/sample-open/XAA/reply/"),
    "sign": ("superior in Costa Rica", "rounds/sample-open/XAA/sign/"),
    "hotline-locked": ("second hotline analyst", "hotline/"),
    "hotline-unlock": ("second hotline analyst", "hotline/unlock/"),
    "hotline": ("hotline lead", "hotline/"),
    "hotline-cases": ("hotline lead", "hotline/cases/"),
    "hotline-untaken": ("hotline lead", "hotline/cases/1/"),
    "hotline-case": ("hotline lead", "hotline/cases/{case}/"),
    "hotline-case-notices": ("hotline lead", "hotline/cases/{case}/notices/"),
    "hotline-reveal": ("hotline lead", "hotline/cases/{case}/"),
    "hotline-messages": ("hotline lead", "hotline/messages/"),
    "hotline-notices": ("hotline lead", "hotline/notices/"),
    "hotline-contacts": ("hotline lead", "hotline/contacts/"),
    "hotline-danger": ("hotline lead", "hotline/danger/"),
    "hotline-duty": ("hotline lead", "hotline/duty/"),
    "hotline-care": ("hotline lead", "hotline/care/"),
    "hotline-stations": ("hotline lead", "hotline/stations/"),
    "hotline-team": ("hotline lead", "hotline/team/"),
    "hotline-figures": ("hotline lead", "hotline/figures/"),
    "hotline-terms": ("hotline lead", "hotline/terms/"),
    "hotline-classification": ("hotline lead", "hotline/classification/"),
    "hotline-go-live": ("hotline lead", "hotline/go-live/"),
    "hotline-pass-on": ("hotline lead", "hotline/pass-on/"),
}
OTHERS = '\n[portal]\nmode = "police"\npartner = "Cybercrime unit (invented)"\ncontact = "desk@police.example"\n'
UNLOCKED = "hotline lead"  # whose key is open; the others of the team have theirs locked


def chromium() -> str | None:
    """The path of Chromium: COP_CHROMIUM, else what the system has; None where there is none."""
    named = os.environ.get("COP_CHROMIUM")
    return named or next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


def free_ports(many: int) -> int:
    """The first of so many neighbouring ports of loopback that are free now."""
    for _ in range(100):
        with contextlib.ExitStack() as held, contextlib.suppress(OSError, OverflowError):
            first = held.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            for number in range(1, many):
                held.enter_context(socket.socket()).bind(("127.0.0.1", port + number))
            return port
    raise OSError(f"no {many} free ports side by side")


@contextlib.contextmanager
def centre(**settings: str) -> Iterator[str]:
    """A centre on a free port of loopback, with `settings` in its environment; gives its address without a trailing slash."""
    port = free_ports(1)
    server = subprocess.Popen(server_command("127.0.0.1", port, 1), env=os.environ | {"COP_TODAY": "2026-11-22"} | settings)
    base = f"http://localhost:{port}"
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{base}/healthz", timeout=5):  # noqa: S310 our own address
                break
            time.sleep(0.1)
        yield base
    finally:
        server.terminate()
        server.wait(timeout=20)


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            yield opened
        finally:
            opened.close()


def axe_findings(page: Any) -> list[str]:
    """What axe finds on the page that is open: rule, impact and the first element."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return [f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:160]}" for v in found.response["violations"]]


def signed_in(opened: Any, base: str, links: dict[str, str]) -> dict[str, Any]:
    """The sessions of everybody in DESK by who they are, each from one sign-in; a link signs in once only."""
    sessions: dict[str, Any] = {"": None}
    for who in sorted({who for who, _ in DESK.values() if who}):
        context = opened.new_context()
        page = context.new_page()
        if who == "half":
            page.goto(f"{base}/desk/accounts/login/")
            page.get_by_label("Email address").fill(links["email"])
            page.get_by_label("Password").fill(links["password"])
            page.get_by_role("button", name="Sign in", exact=True).click()
        else:
            page.goto(base + links[who])
            page.get_by_role("main").get_by_role("button").click()
        if who == UNLOCKED:
            _at_the_station(context, page, base, links)
        sessions[who] = context.storage_state()
        context.close()
    return sessions


def _at_the_station(context: Any, page: Any, base: str, links: dict[str, str]) -> None:
    """Open the key for a shift, in the browser of a viewing station."""
    page.goto(f"{base}/desk/hotline/unlock/")
    page.locator("#passphrase").fill(links["passphrase"])
    page.locator("main form button").click()
    page.wait_for_load_state()
    context.add_cookies([{"name": "station", "value": links["station"], "domain": "localhost", "path": "/desk/hotline/"}])


def open_desk(page: Any, name: str, base: str, lang: str, links: dict[str, str]) -> int:
    """Open a page of DESK in a language, and press what leads to it where it has no address of its own; answers the status."""
    if name == "hotline-reveal":
        page.goto(f"{base}/desk/hotline/care/")
        if page.locator("input[name=minutes]").count():  # of the last time: the next address waits for it
            page.locator("input[name=minutes]").first.fill("1")
            page.locator("form:has(input[name=minutes]) button").first.click()
    if name == "hotline-pass-on":
        return _while_others_assess(page, desk_address(name, base, lang, links), f"{base}/desk/hotline/go-live/", links["until"])
    status: int = page.goto(desk_address(name, base, lang, links)).status
    if name == "hotline-reveal":
        with page.expect_navigation() as answer:
            page.locator('form[action$="/reveal/"] button').first.click()
        status = answer.value.status
    return status


def _while_others_assess(page: Any, address: str, gate: str, until: str) -> int:
    """Open a page that is there only where others assess: for this moment a lead declares so, and takes it back."""
    other = page.context.new_page()
    declared: str = ""
    for more in (OTHERS, ""):
        other.goto(gate)
        declared = declared or other.locator("#declaration").input_value()
        other.locator("#declaration").fill(declared + more)
        other.locator("#until").fill(until)
        with other.expect_navigation(url="**done=opened*"):
            other.locator("form:has(#declaration) button").click()
        if more:
            status: int = page.goto(address).status
    other.close()
    return status


def desk_address(name: str, base: str, lang: str, links: dict[str, str]) -> str:
    """The address of a page of DESK in a language."""
    return f"{base}/desk/{DESK[name][1].format(**links)}?lang={lang}"


def keyboard_walk(page: Any, most: int = 400) -> list[str]:
    """Press Tab through the whole page. Returns what is wrong: nothing focused, hidden focus, or a trap."""
    problems: list[str] = []
    seen: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        state = page.evaluate(_FOCUS)
        if state is None:
            return problems
        if not state["visible"]:
            problems.append(f"focus can't be seen: {state['what']}")
        if not state["ring"]:
            problems.append(f"no focus ring: {state['what']}")
        if seen and seen[-1] == state["path"] and state["parts"] and seen[-state["parts"] :].count(state["path"]) < state["parts"]:
            seen.append(state["path"])  # a date is several stops in one field
            continue
        if seen and seen[-1] == state["path"]:
            problems.append(f"focus does not move on: {state['what']}")
            return problems
        seen.append(state["path"])
        if len(seen) > 1 and seen[0] == state["path"]:
            return problems
    return problems


_FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  let path = '', node = e;
  while (node && node !== document.body) {
    path = [...(node.parentNode ? node.parentNode.children : [])].indexOf(node) + '/' + path;
    node = node.parentNode;
  }
  return {what: e.outerHTML.slice(0, 120), path, parts: e.type === 'date' ? 4 : 0,
          visible: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight + 1,
          ring: style.outlineStyle === 'auto' || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)};
}"""

"""Pictures of every template, the desk's too, on contact sheets (en, ar, zh-hans; phone and desktop; light and dark), with the
whole grid of axe and a keyboard walk. Written to pictures/; exit code 1 where something was found."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cop.cli.dev.browser import DESK, TEMPLATES, axe_findings, browser, centre, desk_address, keyboard_walk, signed_in
from cop.cli.dev.sample import prepared
from cop.ground.core.tables import PACKAGE

LANGUAGES = ("en", "ar", "zh-hans")
WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")
FOLDER = PACKAGE.parent / "pictures"
KEPT = {("country", "en", 1280, "light"): "country-en.png", ("help-area", "ar", 360, "light"): "help-ar.png"}
_DESK = {f"desk-{name}": name for name in DESK}


def run(arguments: list[str]) -> int:
    """Make pictures of all templates, or of those named; returns 1 where axe or the keyboard found something."""
    FOLDER.mkdir(exist_ok=True)
    chosen = [name for name in (*TEMPLATES, *_DESK) if not arguments or name in arguments]
    problems: list[str] = []
    with TemporaryDirectory() as folder:
        settings, links = prepared(Path(folder))
        with centre(**settings) as base, browser() as opened:
            _all(opened, base, links, chosen, problems)
    print("\n".join(problems) or "axe and the keyboard walk found nothing")
    return 1 if problems else 0


def _all(opened: Any, base: str, links: dict[str, str], chosen: list[str], problems: list[str]) -> None:
    sessions = signed_in(opened, base, links)
    for name in chosen:
        page = _DESK.get(name, "")
        session = sessions[DESK[page][0]] if page else None
        shots = [
            _picture(
                opened, desk_address(page, base, lang, links) if page else f"{base}/{lang}/{TEMPLATES[name]}",
                session, (name, lang, width, scheme), problems,
            )
            for lang in LANGUAGES
            for width in WIDTHS
            for scheme in SCHEMES
        ]  # fmt: skip
        _sheet(opened, name, shots)
        print(f"{name}: {len(shots)} pictures", flush=True)


def _picture(opened: Any, address: str, session: Any, what: tuple[str, str, int, str], problems: list[str]) -> Path:
    name, lang, width, scheme = what
    context = opened.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, storage_state=session)
    page = context.new_page()
    page.goto(address)
    where = f"{name} {lang} {width} {scheme}"
    problems += [f"{where}: {finding}" for finding in axe_findings(page)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        problems.append(f"{where}: scrolls sideways")
    target = FOLDER / f"{name}-{lang}-{width}-{scheme}.png"
    page.screenshot(path=target, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": min(_height(page), 3000)})
    if kept := KEPT.get(what):
        folder = PACKAGE.parent / "docs" / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / kept)
    if scheme == "light":
        problems += [f"{where}: {found}" for found in keyboard_walk(page)]
    context.close()
    return target


def _height(page: Any) -> int:
    height: int = page.evaluate("document.documentElement.scrollHeight")
    return height


def _sheet(opened: Any, name: str, shots: list[Path]) -> None:
    """All pictures of a template side by side."""
    cells = "".join(f'<figure><img src="{shot.as_uri()}"><figcaption>{shot.stem}</figcaption></figure>' for shot in shots)
    style = (
        "body{display:flex;gap:12px;align-items:start;background:#888;font:14px sans-serif}figure{margin:0}"
        "img{height:900px;width:auto;object-fit:cover;object-position:top}"
    )
    sheet = FOLDER / f"sheet-{name}.html"
    sheet.write_text(f"<style>{style}</style>{cells}", encoding="utf-8")
    page = opened.new_page(viewport={"width": 4200, "height": 960})
    page.goto(sheet.as_uri())
    page.screenshot(path=FOLDER / f"sheet-{name}.png", full_page=True)
    page.close()
    sheet.unlink()

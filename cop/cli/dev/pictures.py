"""Pictures of every template, the desk's too, on contact sheets (en, ar, zh-hans; phone and desktop; light and dark), with the
whole grid of axe and a keyboard walk. Written to pictures/; exit code 1 where something was found."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cop.cli.dev.browser import DESK, TEMPLATES, axe_findings, browser, centre, keyboard_walk, open_desk, signed_in
from cop.cli.dev.sample import prepared
from cop.ground.core.tables import PACKAGE

LANGUAGES = ("en", "ar", "zh-hans")
WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")
FOLDER = PACKAGE.parent / "pictures"
KEPT = {("country", "en", 1280, "light"): "country-en.png", ("help-area", "ar", 360, "light"): "help-ar.png"}
_DESK = {f"desk-{name}": name for name in DESK}


def run(arguments: list[str]) -> int:
    """Make pictures of all templates, or of those named (`desk-hotline*`: all that begin so).

    Returns 1 where axe or the keyboard found something.
    """
    FOLDER.mkdir(exist_ok=True)
    chosen = [name for name in (*TEMPLATES, *_DESK) if not arguments or any(fnmatch(name, one) for one in arguments)]
    problems: list[str] = []
    with TemporaryDirectory() as folder:
        settings, links = prepared(Path(folder))
        with centre(**settings) as base, centre(**settings, COP_ROLE="desk") as desk, browser() as opened:
            _all(opened, base, desk, links, chosen, problems)
    print("\n".join(problems) or "axe and the keyboard walk found nothing")
    return 1 if problems else 0


def _all(opened: Any, base: str, desk: str, links: dict[str, str], chosen: list[str], problems: list[str]) -> None:
    sessions = signed_in(opened, desk, links)
    for name in chosen:
        page = _DESK.get(name, "")
        session = sessions[DESK[page][0]] if page else None

        def show(opened_page: Any, lang: str, page: str = page, name: str = name) -> None:
            if page:
                open_desk(opened_page, page, desk, lang, links)
            else:
                opened_page.goto(f"{base}/{lang}/{TEMPLATES[name]}")

        shots = [
            _picture(opened, show, session, (name, lang, width, scheme), problems)
            for lang in LANGUAGES
            for width in WIDTHS
            for scheme in SCHEMES
        ]
        _sheet(opened, name, shots)
        print(f"{name}: {len(shots)} pictures", flush=True)


def _picture(
    opened: Any, show: Callable[[Any, str], None], session: Any, what: tuple[str, str, int, str], problems: list[str]
) -> Path:  # fmt: skip
    name, lang, width, scheme = what
    context = opened.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, storage_state=session)
    page = context.new_page()
    show(page, lang)
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

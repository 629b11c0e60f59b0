"""Pictures of every template (en, ar, zh-hans; phone and desktop; light and dark) on contact sheets, with the whole grid of
axe and a keyboard walk. Written to pictures/; exit code 1 where something was found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cop.cli.dev.browser import TEMPLATES, axe_findings, browser, centre, keyboard_walk
from cop.ground.core.tables import PACKAGE

LANGUAGES = ("en", "ar", "zh-hans")
WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")
FOLDER = PACKAGE.parent / "pictures"
KEPT = {("country", "en", 1280, "light"): "country-en.png", ("help-area", "ar", 360, "light"): "help-ar.png"}


def run(arguments: list[str]) -> int:
    """Make pictures of all templates, or of those named; returns 1 where axe or the keyboard found something."""
    FOLDER.mkdir(exist_ok=True)
    chosen = {name: path for name, path in TEMPLATES.items() if not arguments or name in arguments}
    problems: list[str] = []
    with centre() as base, browser() as opened:
        for name, path in chosen.items():
            shots = [
                _picture(opened, base, name, path, lang, width, scheme, problems)
                for lang in LANGUAGES
                for width in WIDTHS
                for scheme in SCHEMES
            ]
            _sheet(opened, name, shots)
            print(f"{name}: {len(shots)} pictures", flush=True)
    print("\n".join(problems) or "axe and the keyboard walk found nothing")
    return 1 if problems else 0


def _picture(opened: Any, base: str, name: str, path: str, lang: str, width: int, scheme: str, problems: list[str]) -> Path:
    page = opened.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(f"{base}/{lang}/{path}")
    where = f"{name} {lang} {width} {scheme}"
    problems += [f"{where}: {finding}" for finding in axe_findings(page)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        problems.append(f"{where}: scrolls sideways")
    target = FOLDER / f"{name}-{lang}-{width}-{scheme}.png"
    page.screenshot(path=target, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": min(_height(page), 3000)})
    if kept := KEPT.get((name, lang, width, scheme)):
        folder = PACKAGE.parent / "docs" / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / kept)
    if scheme == "light":
        problems += [f"{where}: {found}" for found in keyboard_walk(page)]
    page.close()
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

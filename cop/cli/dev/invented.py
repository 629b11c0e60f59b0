"""Invented countries, for tests and samples only: codes that ISO 3166-1 leaves to its users, names that say what they are.

No centre has them by itself. `add_invented(folder)` writes a folder for COP_REFERENCE in which the list of countries has
them after the real ones. They are no members of ITU and belong to none of its regions, so no total about the world changes.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

from cop.ground.core.tables import PACKAGE, seal

# Code, and the name in English, French, Spanish, Arabic, Russian and Chinese.
INVENTED: dict[str, tuple[str, str, str, str, str, str]] = {
    "XAA": ("Arvandia (invented)", "Arvandie (inventée)", "Arvandia (inventada)", "أرفانديا (مُختلَقة)",
            "Арвандия (вымышленная)", "阿万迪亚（虚构）"),
    "XAB": ("Belmoria (invented)", "Belmorie (inventée)", "Belmoria (inventada)", "بلموريا (مُختلَقة)",
            "Бельмория (вымышленная)", "贝尔莫里亚（虚构）"),
    "XAC": ("Coralune Islands (invented)", "Îles Coralune (inventées)", "Islas Coralune (inventadas)",
            "جزر كورالون (مُختلَقة)", "Острова Коралун (вымышленные)", "科拉伦群岛（虚构）"),
    "XAD": ("Dorevia (invented)", "Dorévie (inventée)", "Dorevia (inventada)", "دوريفيا (مُختلَقة)",
            "Доревия (вымышленная)", "多雷维亚（虚构）"),
    "XAE": ("Esterland (invented)", "Esterlande (inventé)", "Esterlandia (inventada)", "إسترلاند (مُختلَقة)",
            "Эстерланд (вымышленный)", "埃斯特兰（虚构）"),
    "XAF": ("Fjällmark (invented)", "Fjällmark (inventé)", "Fjällmark (inventado)", "فيالمارك (مُختلَقة)",
            "Фьельмарк (вымышленный)", "菲耶尔马克（虚构）"),
}  # fmt: skip
_LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")
_TABLE = "countries.csv"
_NOTE = f"The last {len(INVENTED)} rows are INVENTED countries for tests and samples; nothing about them is true. "


def add_invented(folder: Path) -> Path:
    """Write the list of countries with the invented ones, and its passport, into `folder`/ground; returns `folder`."""
    packaged, target = PACKAGE / "ground" / "data" / _TABLE, folder / "ground" / _TABLE
    target.parent.mkdir(parents=True, exist_ok=True)
    with packaged.open(encoding="utf-8", newline="") as file:
        real = list(csv.DictReader(file))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*real[0]], lineterminator="\n")
        writer.writeheader()
        writer.writerows([*real, *(_row(iso3) for iso3 in INVENTED)])
    passport = packaged.with_suffix(".passport.toml").read_text(encoding="utf-8")
    target.with_suffix(".passport.toml").write_text(passport.replace('note = "', f'note = "{_NOTE}', 1), encoding="utf-8")
    seal(target)
    return folder


def _row(iso3: str) -> dict[str, str]:
    names = dict(zip(_LANGUAGES, INVENTED[iso3], strict=True))
    places = {"m49_region": "Oceania", "m49_subregion": "Invented", "lat": "0", "lon": "-150"}
    flags = dict.fromkeys(("un_member", "lldc", "sids"), "0")
    spelled = {f"{kind}_{language}": name for language, name in names.items() for kind in ("name", "un_name")}
    return {
        "iso3": iso3,
        "iso2": "X" + iso3[2],
        "m49": f"99{ord(iso3[2]) - ord('A')}",
        "itu_region": "",
        **places,
        **flags,
        **spelled,
    }


def go_live(expires: date) -> str:
    """The go-live declaration of a demonstration, all of it invented, without what may be left out; its basis ends on `expires`."""
    text = (PACKAGE / "hotline" / "data" / "demonstration.toml").read_text(encoding="utf-8")
    text = re.sub(r"^\[(care|duty)\]\n(?:[^\[\n].*\n)*\n?", "", text, flags=re.MULTILINE)
    return re.sub(r"^expires = .*$", f"expires = {expires.isoformat()}", text, flags=re.MULTILINE)

"""Schemes of classification: categories, each of which leads to one of the six outcomes of an assessment.

The program ships the outcomes themselves. A centre loads the categories of its law, or those of a network, from a file; the program
never guesses at labels that it was not given. Rules: CLASS-nn in docs/hotline.md.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache

from cop.ground.core.door import PACKAGE, Sentence, mark
from cop.hotline.core.case import OUTCOMES

DATA = PACKAGE / "hotline" / "data"
MOST_CATEGORIES, LONGEST_FILE = 500, 256 * 1024
# The numbers of the exchange of hotlines (ICCAM, as read in open hotline software of 2024). 3 is its second version's "doubtful".
OUTCOME_NUMBERS: dict[str, int] = {"baseline": 1, "national": 2, "unable": 3, "not_illegal": 4}
_TEXTS = {"name": 40, "version": 20, "source": 500}
_CATEGORY = {"code": 40, "label": 200, "outcome": 20, "law": 300}
_NAME, _VERSION, _CODE = (
    re.compile(pattern) for pattern in (r"[a-z0-9][a-z0-9-]*", r"[A-Za-z0-9][A-Za-z0-9.-]*", r"[A-Za-z0-9][A-Za-z0-9_.()-]*")
)


@dataclass(frozen=True)
class Category:
    """One category: its code and label, the outcome that it leads to, and the article of the law where there is one."""

    code: str
    label: str
    outcome: str
    law: str = ""


@dataclass(frozen=True)
class Scheme:
    """The categories of one version of a scheme, and where they come from."""

    name: str
    version: str
    source: str
    categories: tuple[Category, ...]

    @property
    def key(self) -> str:
        """`name@version`, under which it is kept and never changed."""
        return f"{self.name}@{self.version}"

    @property
    def digest(self) -> str:
        """SHA-256 over what it says, in hexadecimal; comments and order of keys in a file don't count."""
        return hashlib.sha256(json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def category(self, code: str) -> Category:
        """The category of that code. Raises KeyError where there is none."""
        return {one.code: one for one in self.categories}[code]

    def reference(self, code: str) -> str:
        """`name@version:code`: how a fact or an event names one of its categories. Raises KeyError where there is none."""
        return f"{self.key}:{self.category(code).code}"


class BadScheme(ValueError):
    """A scheme that can't be taken; `faults` says what is wrong, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults))


def law_template() -> str:
    """The file to fill in with the categories of a country's own law."""
    return (DATA / "national_law.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def outcomes_scheme() -> Scheme:
    """The scheme that every centre has: one category for each outcome."""
    return read_scheme((DATA / "classification.toml").read_text(encoding="utf-8"))


def read_scheme(text: str) -> Scheme:
    """The scheme in a TOML text. Raises BadScheme that names every fault (CLASS-01, CLASS-02)."""
    if len(text) > LONGEST_FILE:
        raise BadScheme([Sentence("the scheme has %(n)s signs; %(most)s are the most", n=len(text), most=LONGEST_FILE)])
    try:
        held = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadScheme([Sentence("the scheme can't be read: %(why)s", why=str(error))]) from None
    faults = _unknown(held, {*_TEXTS, "category"}, Sentence("the scheme"))
    name, version, source = (_text(held.get(key), key, longest, faults) for key, longest in _TEXTS.items())
    if name and not _NAME.fullmatch(name):
        faults.append(mark("name must be small letters, digits and hyphens"))
    if version and not _VERSION.fullmatch(version):
        faults.append(mark("version must be letters, digits, dots and hyphens"))
    rows = held.get("category", [])
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_CATEGORIES:
        raise BadScheme([*faults, Sentence("the scheme needs from 1 to %(most)s tables [[category]]", most=MOST_CATEGORIES)])
    categories = tuple(_category(row, f"category {number}", faults) for number, row in enumerate(rows, start=1))
    codes = [one.code for one in categories]
    if twice := sorted({code for code in codes if code and codes.count(code) > 1}):
        faults.append(Sentence("more than one category has the code %(codes)s", codes=", ".join(twice)))
    if faults:
        raise BadScheme(faults)
    return Scheme(name, version, source, categories)


def added(held: Iterable[Scheme], new: Scheme) -> tuple[Scheme, ...]:
    """The loaded schemes and a new one; loading the same again changes nothing.

    Raises BadScheme where its version is loaded already and says something else (CLASS-03).
    """
    kept = tuple(held)
    for one in kept:
        if one.key == new.key:
            if one.digest != new.digest:
                raise BadScheme(
                    [
                        Sentence(
                            "%(name)s is loaded already and says something else; give what changed another version", name=new.key
                        )
                    ]
                )
            return kept
    return (*kept, new)


def category_of(reference: str, schemes: Iterable[Scheme]) -> Category:
    """The category that `name@version:code` names. Raises KeyError where no loaded scheme has it."""
    key, _, code = reference.partition(":")
    return {one.key: one for one in schemes}[key].category(code)


def is_line(text: str, longest: int) -> bool:
    """Is `text` one line of at most `longest` signs? Joiners and marks of direction, which some scripts need, count as signs."""
    return len(text) <= longest and all(sign.isprintable() or sign in "\u200c\u200d\u200e\u200f" for sign in text)


def _unknown(held: dict[str, object], known: set[str], where: str) -> list[str]:
    return (
        [Sentence("%(name)s has no %(unknown)s", name=where, unknown=", ".join(found))]
        if (found := sorted(set(held) - known))
        else []
    )


def _text(value: object, name: str, longest: int, faults: list[str], *, needed: bool = True) -> str:
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        faults.append(
            Sentence("%(name)s is missing", name=name)
            if needed and value in (None, "")
            else Sentence("%(name)s must be text", name=name)
        )
        return ""
    text = value.strip()
    if not is_line(text, longest):
        faults.append(Sentence("%(name)s must be one line of at most %(most)s signs", name=name, most=longest))
        return ""
    return text


def _category(row: object, where: str, faults: list[str]) -> Category:
    if not isinstance(row, dict):
        faults.append(Sentence("%(name)s must be a table", name=where))
        return Category("", "", "")
    faults += _unknown(row, set(_CATEGORY), where)
    found = Category(
        *(_text(row.get(key), f"{where}: {key}", longest, faults, needed=key != "law") for key, longest in _CATEGORY.items())
    )
    if found.code and not _CODE.fullmatch(found.code):
        faults.append(Sentence("%(name)s must be letters, digits and . _ - ( )", name=f"{where}: code"))
    if found.outcome and found.outcome not in OUTCOMES:
        faults.append(Sentence("%(name)s must be one of %(codes)s", name=f"{where}: outcome", codes=", ".join(OUTCOMES)))
    if found.outcome == "national" and not found.law:
        faults.append(Sentence("%(name)s must name the article that makes it illegal here", name=f"{where}: law"))
    return found

"""What the centre does with a report: assess it, or pass it on to a partner hotline or to the police (S-01). Rules: PORTAL-nn."""

from __future__ import annotations

from dataclasses import dataclass

from cop.ground.core.door import Sentence, mark

MODES: dict[str, str] = {
    "hotline": mark("Reports are assessed here"),
    "portal": mark("Reports are passed on to a partner hotline"),
    "police": mark("Reports are passed on to the police"),
}
ALLOWED = ("assess", "reveal")  # what a legal basis may allow beyond taking a report and passing it on
LONGEST = 300


@dataclass(frozen=True)
class PortalRules:
    """Who assesses. `partner` is the organisation that does, where this centre does not; `contact` is how the team reaches it."""

    mode: str = "hotline"
    partner: str = ""
    contact: str = ""
    allows: frozenset[str] = frozenset()

    @property
    def assesses(self) -> bool:
        """Does this centre assess, under a basis that allows it?"""
        return self.mode == "hotline" and "assess" in self.allows

    @property
    def passes_on(self) -> bool:
        """Are reports passed on to others, who assess them?"""
        return self.mode in ("portal", "police")

    @property
    def reveals(self) -> bool:
        """May addresses be shown here?"""
        return self.assesses and "reveal" in self.allows


def read_portal(table: object, allows: object, faults: list[str]) -> PortalRules:
    """The table [portal] of a declaration and what its legal basis allows; what is wrong is added to `faults` (PORTAL-01).

    Without the table this centre assesses, for which the basis must allow it.
    """
    if not isinstance(allows, list) or any(one not in ALLOWED for one in allows):
        faults.append(
            Sentence("basis.allows must be a list of %(codes)s; [] where reports are only passed on", codes=", ".join(ALLOWED))
        )
        return PortalRules()
    held = table if isinstance(table, dict) else {}
    before = len(faults)
    if table is not None and not isinstance(table, dict):
        faults.append(Sentence("%(name)s must be a table", name="portal"))
    mode = held.get("mode", "portal" if held else "hotline")
    texts = {name: held.get(name, "") for name in ("partner", "contact")}
    if mode not in MODES:
        faults.append(Sentence("%(name)s must be one of %(codes)s", name="portal.mode", codes=", ".join(MODES)))
    for name, value in texts.items():
        if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
            faults.append(Sentence("%(name)s must be one line of at most %(most)s signs", name=f"portal.{name}", most=LONGEST))
        elif mode in ("portal", "police") and not value.strip():
            faults.append(Sentence("%(name)s is missing: say who assesses, and how the team reaches them", name=f"portal.{name}"))
    if mode == "hotline" and "assess" not in allows:
        faults.append(mark("without a legal basis to assess, portal.mode must be portal or police"))
    if "reveal" in allows and "assess" not in allows:
        faults.append(mark("basis.allows has reveal without assess"))
    faults += [
        Sentence("%(name)s is unknown", name=f"portal.{name}") for name in held if name not in ("mode", "partner", "contact")
    ]
    if len(faults) > before:
        return PortalRules()
    return PortalRules(mode, texts["partner"].strip(), texts["contact"].strip(), frozenset(allows))

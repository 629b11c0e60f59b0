"""What guidance is about: audiences, age bands, topics and the sources that they rest on."""

from __future__ import annotations

from dataclasses import dataclass

from cop.ground.core.door import mark

AUDIENCES = {
    "children": mark("Children and young people"),
    "parents": mark("Parents and carers"),
    "educators": mark("Educators"),
    "policy": mark("Policy makers"),
    "industry": mark("Industry"),
}
BANDS = {"5-8": mark("Ages 5 to 8"), "9-12": mark("Ages 9 to 12"), "13-17": mark("Ages 13 to 17")}
RISKS = {"content": mark("Content"), "contact": mark("Contact"), "conduct": mark("Conduct"), "contract": mark("Contract")}
RISK_MEANINGS = {
    "content": mark("what one sees"),
    "contact": mark("who gets in touch"),
    "conduct": mark("how people treat each other"),
    "contract": mark("what one agrees to or pays"),
}
PARTS = ("first", "looks", "now", "tell")
LESSON = "lesson"
PART_NAMES = {
    "first": mark("What to do first"),
    "looks": mark("What it looks like"),
    "now": mark("What to do now"),
    "tell": mark("Whom to tell"),
}
OFFICE_PART_NAMES = {
    "first": mark("First step"),
    "looks": mark("What it is"),
    "now": mark("How to do it"),
    "tell": mark("Who decides"),
}
OFFICES = ("policy", "industry")
PILLARS = ("legal", "technical", "organizational", "capacity", "cooperation")
DRAWINGS = ("", "coin", "frame", "glass", "hand", "heart", "house", "key", "moon", "people", "phone", "speech", "tap")


@dataclass(frozen=True)
class Source:
    """What a topic rests on: a treaty, a guideline, a service. `url` is an https address."""

    id: str
    title: str
    producer: str
    year: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Topic:
    """One topic of one audience. `slug` is its name in addresses, the same in every language, and never names abuse.

    `band` is the age band of a children's topic, else empty. `risk` is one of the 4Cs. A `sensitive` topic gets a neutral
    title and an exit link. `first_aid` topics are among those kept on a device. `pack` names where it comes from.
    """

    slug: str
    audience: str
    band: str
    risk: str
    pillar: str
    sensitive: bool
    drawing: str
    first_aid: bool
    related: tuple[str, ...]
    sources: tuple[str, ...]
    pack: str

    @property
    def group(self) -> str:
        """The age band of a children's topic, else the audience: what length and words are measured by."""
        return self.band or self.audience

    @property
    def part_names(self) -> dict[str, str]:
        """The headings of the parts, by audience."""
        return OFFICE_PART_NAMES if self.audience in OFFICES else PART_NAMES

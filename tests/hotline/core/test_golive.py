"""A go-live declaration is whole or opens nothing (S-01, S-02, S-28)."""

import re
from datetime import date

import pytest

from cop.cli.dev.invented import go_live
from cop.hotline.core.care import CareRules
from cop.hotline.core.golive import CLASSES, BadDeclaration, read_declaration, template
from cop.hotline.core.work import WorkRules

WHOLE = go_live(date(2027, 6, 30))
PARTS = [
    "hotline.controller", "hotline.rights_contact", "hotline.hours", "hotline.cover", "basis.authority", "basis.instrument",
    "basis.article", "basis.scope", "basis.roles", "basis.signed_on", "basis.expires", "impact.assessment", "impact.by", "impact.on",
]  # fmt: skip


def test_a_whole_declaration_is_read():
    read = read_declaration(WHOLE)
    assert read.expires == date(2027, 6, 30)
    assert read.texts["hotline.hours"] == "09:00-17:00"
    assert [row.kind for row in read.retention] == list(CLASSES)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("instead", ["", '{name} = ""', "{name} = 5", "{name} = []"])
def test_each_part_that_lacks_is_named(part, instead):
    name = part.split(".")[1]
    text = re.sub(rf"^{name} = .*$", instead.format(name=name), WHOLE, count=1, flags=re.MULTILINE)
    with pytest.raises(BadDeclaration, match=re.escape(part)):
        read_declaration(text)


@pytest.mark.parametrize("kind", CLASSES)
def test_each_class_of_records_needs_its_term(kind):
    with pytest.raises(BadDeclaration, match=f"retention lacks {kind}"):
        read_declaration(WHOLE.replace(f'class = "{kind}"', 'class = "other"'))


@pytest.mark.parametrize(("least", "most"), [(-1, 5), (10, 9), (0, 4000), ('"30"', 60), ("true", 60)])
def test_terms_are_days_in_order(least, most):
    with pytest.raises(BadDeclaration, match="retention 1 needs minimum and maximum"):
        read_declaration(WHOLE.replace("minimum = 30\nmaximum = 1095", f"minimum = {least}\nmaximum = {most}", 1))


def test_a_basis_that_ends_before_it_begins_is_refused():
    with pytest.raises(BadDeclaration, match="must come after"):
        read_declaration(go_live(date(2019, 1, 1)))


@pytest.mark.parametrize("text", ["", "[", "hotline = 1", "retention = 5", "[[hotline]]\nx = 1", "\0"])
def test_what_is_no_declaration_is_refused(text):
    with pytest.raises(BadDeclaration):
        read_declaration(text)


def test_the_template_has_every_part_and_opens_nothing():
    with pytest.raises(BadDeclaration) as caught:
        read_declaration(template())
    for part in PARTS:
        assert part.split(".")[1] in template()
        assert any(part in fault for fault in caught.value.faults), part


def test_an_old_declaration_has_the_rules_of_the_desk_by_default():
    """CLOCK-07, CARE-08."""
    read = read_declaration(WHOLE)
    assert (read.work, read.care) == (WorkRules(), CareRules())


def test_a_declaration_may_hold_the_rules_of_the_desk():
    """CLOCK-07, CARE-08."""
    read = read_declaration(
        WHOLE + '[work]\nzone = "Africa/Nairobi"\n[work.week]\nsunday = ["08:00-12:00"]\n[care]\nday_minutes = 120\n'
    )
    assert (read.work.zone.key, read.work.week[6], read.work.week[0]) == ("Africa/Nairobi", ((480, 720),), ())
    assert read.care == CareRules(day_minutes=120)


def test_rules_of_the_desk_that_cannot_be_used_open_nothing():
    """CLOCK-07, CARE-08: every fault of both tables is named at once."""
    with pytest.raises(BadDeclaration) as caught:
        read_declaration(WHOLE + '[work]\nzone = "Mars"\nnotice_hours = 0\n[care]\nday_minutes = 300\n')
    assert [fault.split()[0] for fault in caught.value.faults] == ["work.zone", "work.notice_hours", "care.day_minutes"]


def test_the_optional_part_of_the_template_says_the_defaults():
    """CLOCK-07, CARE-08: with its signs of comment taken away it is a declaration that changes nothing."""
    optional = template()[template().index("# [work]") :]
    shown = re.sub(r"^# (?=\[|[a-z_]+ = )", "", optional, flags=re.MULTILINE)
    read = read_declaration(WHOLE + shown)
    assert (read.work, read.care) == (WorkRules(), CareRules())
    assert all(name in shown for name in (*WorkRules.__dataclass_fields__, *CareRules.__dataclass_fields__))

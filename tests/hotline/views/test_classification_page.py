"""The national law as a scheme: loaded by a lead, offered in assessments, never changed."""

from __future__ import annotations

import pytest

from cop.accounts.models import Person
from cop.hotline.models import CaseAddress, CaseEvent, LoadedScheme
from tests.desk import signed_in
from tests.hotline.conftest import PASSPHRASE, reported

pytestmark = pytest.mark.django_db
PAGE = "/desk/hotline/classification/"
LAW = """name = "penal-code-xaa"
version = "2026-1"
source = "Invented Penal Code"
[[category]]
code = "12.1"
label = "Invented article twelve"
outcome = "national"
law = "Invented Penal Code, art. 12 (1)"
"""


@pytest.fixture(autouse=True)
def _desk_alone(settings):
    settings.COP_ROLE = "desk"


def at_desk(card):
    client = signed_in(person=Person.objects.get(pk=card.id))
    client.post("/desk/hotline/unlock/", {"do": "unlock", "passphrase": PASSPHRASE})
    return client


def test_a_category_of_the_law_leads_to_its_outcome_and_stays_beside_it(open_centre, cast):
    """CLASS-02"""
    lead, first = at_desk(cast.lead), at_desk(cast.first)
    assert lead.post(PAGE, {"text": LAW}).status_code == 302
    assert "Invented article twelve" in first.get(PAGE).content.decode()
    number = reported(open_centre)
    here = f"/desk/hotline/cases/{number}/"
    first.post(here, {"do": "take"})
    assert "By your law" in first.get(here).content.decode()
    name = CaseAddress.objects.get(case=number).name
    key = "penal-code-xaa@2026-1:12.1"
    assert first.post(here, {"do": "assess", "address": name, "outcome": "penal-code-xaa@2026-1:13"}).status_code == 409
    assert first.post(here, {"do": "assess", "address": name, "outcome": key}).status_code == 302
    row = CaseAddress.objects.get(name=name)
    assert (row.outcome, row.category) == ("national", key)
    assert key.replace("@", "/") in CaseEvent.objects.get(verb="assess").details
    assert key in first.get(here).content.decode()
    facts = {"do": "item", "address": name, "severity": key, "age": "pubescent"}
    assert first.post(here, facts).status_code == 302
    assert first.post(here, facts | {"severity": "none@1:1"}).status_code == 400


def test_a_version_never_changes_and_can_be_set_aside(open_centre, cast):
    """CLASS-03"""
    lead, first = at_desk(cast.lead), at_desk(cast.first)
    lead.post(PAGE, {"text": LAW})
    assert lead.post(PAGE, {"text": LAW + "# a comment\n"}).status_code == 302
    answer = lead.post(PAGE, {"text": LAW.replace("twelve", "thirteen")})
    assert answer.status_code == 400
    assert "says something else" in answer.content.decode()
    assert "thirteen" in answer.content.decode()  # what was written is not lost
    row = LoadedScheme.objects.get()
    lead.post(PAGE, {"do": "aside", "scheme": row.pk})
    number = reported(open_centre)
    first.post(f"/desk/hotline/cases/{number}/", {"do": "take"})
    assert "By your law" not in first.get(f"/desk/hotline/cases/{number}/").content.decode()


@pytest.mark.parametrize("text", ["", "name = ", "x" * 300_000, "\x00", "[[category]]\n" * 3000, LAW.replace("national", "odd")])
def test_what_can_t_be_loaded_is_refused_with_every_fault(text, open_centre, cast):
    """CLASS-01"""
    answer = at_desk(cast.lead).post(PAGE, {"text": text})
    assert answer.status_code == 400
    assert LoadedScheme.objects.count() == 0


def test_an_analyst_sees_schemes_and_loads_none_and_a_stranger_sees_nothing(open_centre, cast):
    analyst, stranger = at_desk(cast.first), signed_in("reviewer", email="stranger@centre.example")
    assert analyst.get(PAGE).status_code == 200
    assert analyst.post(PAGE, {"text": LAW}).status_code == 404
    assert stranger.get(PAGE).status_code == 404

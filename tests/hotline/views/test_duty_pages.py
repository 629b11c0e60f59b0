"""The duty desk's pages and the go-live sheet: who may do what, what a press does, and what hostile input gets."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cop.accounts.models import Person
from cop.cli.dev.invented import go_live
from cop.ground.models import AuditEntry
from cop.ground.public import now
from cop.hotline.actions.opening import open_hotline
from cop.hotline.core.duty import DutyRules
from cop.hotline.models import DutyMessage, Opening, Report
from cop.hotline.queries.duty import lane_tested, open_dangers
from cop.hotline.queries.opening import open_until
from tests.desk import HERE, signed_in
from tests.hotline.conftest import UNTIL, reported
from tests.hotline.duty_desks import a_hook

DANGER, DUTY, GATE = "/desk/hotline/danger/", "/desk/hotline/duty/", "/desk/hotline/go-live/"


def with_duty(hook):
    return go_live(UNTIL) + f'[duty]\nname = "Duty desk"\nphone = "+999 123"\nhook = "{hook.address}"\nhours = "day and night"\n'


@pytest.fixture
def hook():
    with a_hook() as found:
        yield found


@pytest.fixture
def lane(open_centre, cast, hook):
    """The hotline open under a declaration that names a duty desk."""
    open_hotline(until=UNTIL, declaration=with_duty(hook), actor=cast.lead.pseudonym, at=now())
    return open_centre


def at_desk(card):
    return signed_in(person=Person.objects.get(pk=card.id))


def test_a_danger_is_sent_with_one_press_and_acknowledged_by_its_link(lane, cast, hook):
    """S-03, DUTY-03, DUTY-06."""
    number = reported(lane, danger=True)
    client = at_desk(cast.first)
    front = client.get("/desk/hotline/").content.decode()
    assert "1 report says that a child is in danger" in front
    page = client.get(DANGER).content.decode()
    assert "Not tested" in page
    assert Report.objects.get().reference in page
    assert client.post(DANGER, {"do": "send", "report": number, "note": "read"}).status_code == 302
    link = hook.got[0][1]["acknowledge"]
    path = link[link.index("/desk/") :]
    officer = Client(headers=HERE)
    opened = officer.get(path)
    assert opened.status_code == 200
    assert opened["Referrer-Policy"] == "no-referrer"
    assert Report.objects.get().reference not in opened.content.decode()
    assert DutyMessage.objects.get().acknowledged_at is None  # a mail filter that opens links acknowledges nothing
    assert officer.post(path).status_code == 302
    assert "Acknowledged" in officer.get(path).content.decode()
    assert open_dangers(now()) == []
    assert "The duty desk has it" in client.get(DANGER).content.decode()
    assert "says that a child is in danger" not in client.get("/desk/hotline/").content.decode()


def test_a_test_is_sent_and_its_code_taken_by_phone(lane, cast, hook):
    """DUTY-02, DUTY-06."""
    client, rules = at_desk(cast.first), DutyRules(hook=hook.address)
    assert "not tested" in client.get(DUTY).content.decode()
    assert client.post(DUTY, {"do": "test"}).status_code == 302
    code = re.search(r"/acknowledge/([^/]+)/", hook.got[0][1]["acknowledge"])[1]
    assert client.post(DUTY, {"do": "code", "code": "AAAA"}).status_code == 400
    assert client.post(DUTY, {"do": "code", "code": code.replace("-", " ").lower()}).status_code == 302
    assert lane_tested(rules, now())
    assert "was tested" in client.get(DUTY).content.decode()


def test_without_a_duty_desk_the_page_says_so_and_a_danger_can_be_set_aside(open_centre, cast):
    """DUTY-07."""
    number = reported(open_centre, danger=True)
    client = at_desk(cast.first)
    assert "No duty desk is declared" in client.get(DANGER).content.decode()
    assert client.post(DANGER, {"do": "send", "report": number, "note": "read"}).status_code == 400
    assert client.post(DANGER, {"do": "aside", "report": number, "ending": "by_phone"}).status_code == 302
    assert open_dangers(now()) == []
    assert client.post(DUTY, {"do": "test"}).status_code == 400


@pytest.mark.parametrize("page", [DANGER, DUTY, GATE])
def test_strangers_find_nothing(lane, page):
    for role in ("administrator", "programme_officer", ""):
        client = signed_in(role, email="stranger@centre.example")
        assert client.get(page).status_code == 404
        assert client.post(page, {"do": "send", "report": "1"}).status_code == 404
    assert Client(headers=HERE).get(page).status_code == 302


def test_an_analyst_neither_sees_the_sheet_nor_opens_or_closes(lane, cast):
    """GATE-01."""
    client = at_desk(cast.first)
    assert client.get(GATE).status_code == 404
    assert client.post(GATE, {"do": "close"}).status_code == 404
    assert open_until(now())


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"report": "x"}, {"report": "9" * 40}, {"report": "-1"}, {"report": "٣"}, {"report": "99999"}, {"do": "\0", "report": "\0"},
        {"do": "aside", "ending": "\0"}, {"do": "send", "note": "x" * 9999},
    ],
)  # fmt: skip
def test_hostile_input_gets_a_clear_no(lane, cast, fields):
    number = reported(lane, danger=True)
    client = at_desk(cast.first)
    assert client.post(DANGER, {"report": number, **fields}).status_code in (400, 404)
    assert client.post(DUTY, {"do": "code", "code": "\0" * 500}).status_code == 400
    assert not DutyMessage.objects.exists()


@pytest.mark.parametrize("code", ["x", "%00", "AAAA-BBBB-CCCC-DDDD", "A" * 3000, "%D9%A3", "..%2F"])
def test_an_unknown_code_is_nothing(lane, code):
    assert Client(headers=HERE).get(f"/desk/hotline/acknowledge/{code}/").status_code == 404
    assert Client(headers=HERE).post(f"/desk/hotline/acknowledge/{code}/").status_code == 404


def test_pages_cost_the_same_for_one_danger_and_for_three(lane, cast):
    client, seen = at_desk(cast.first), []
    for _ in range(2):
        client.post(DANGER, {"do": "send", "report": reported(lane, danger=True), "note": "read"})
        client.post(DUTY, {"do": "test"})
        counted = []
        for page in (DANGER, DUTY, "/desk/hotline/"):
            with CaptureQueriesContext(connection) as captured:
                client.get(page)
            counted.append(len(captured))
        seen.append(counted)
        client.post(DANGER, {"do": "send", "report": reported(lane, danger=True), "note": "read"})
    assert seen[0] == seen[1]


def test_a_lead_opens_with_text_or_file_and_closes_under_their_own_name(open_centre, cast, hook, tmp_path):
    """GATE-01."""
    client = at_desk(cast.lead)
    assert client.post(GATE, {"do": "close"}).status_code == 302
    assert open_until(now()) is None
    assert "takes no reports" in client.get(GATE).content.decode()
    assert client.post(GATE, {"do": "open", "until": UNTIL.isoformat(), "declaration": with_duty(hook)}).status_code == 302
    assert Opening.objects.latest("pk").declared_by == cast.lead.pseudonym
    (tmp_path / "go.toml").write_text(go_live(UNTIL), encoding="utf-8")
    with (tmp_path / "go.toml").open("rb") as file:
        assert client.post(GATE, {"do": "open", "until": UNTIL.isoformat(), "file": file}).status_code == 302
    actors = (
        AuditEntry.objects.filter(thing="hotline", verb__in=("open", "close")).order_by("number").values_list("actor", flat=True)
    )
    assert list(actors) == ["system", *[cast.lead.pseudonym] * 3]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"until": "2026-12-31", "declaration": ""}, "UTF-8 text"),
        ({"until": "soon", "declaration": "x"}, "last day"),
        ({"until": "2026-12-31", "declaration": "["}, "can&#39;t be read"),
        ({"until": "2026-12-31", "declaration": "x\0"}, "UTF-8 text"),
        ({"until": "2026-12-31", "declaration": "x" * 200_001}, "UTF-8 text"),
        ({"until": "2029-12-31", "declaration": go_live(UNTIL)}, "a year from now"),
        ({"until": "2026-12-31", "declaration": go_live(UNTIL).replace("Invented Act", "")}, "basis.instrument is missing"),
    ],
)  # fmt: skip
def test_a_declaration_that_opens_nothing_says_why_and_stays_written(open_centre, cast, fields, said):
    answer = at_desk(cast.lead).post(GATE, {"do": "open", **fields})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert Opening.objects.count() == 1


def test_the_sheet_holds_everything_that_is_signed(lane, cast):
    """GATE-03, S-28."""
    text = at_desk(cast.lead).get(GATE).content.decode()
    for word in ("Invented Authority", "rights@centre.example", "09:00-17:00", "Invented Act", "Invented Parliament", "analyst, lead",
                 "Invented assessment no. 1", "1095", "Duty desk", "+999 123", "Signature", "A viewing station", "Reveal of addresses",
                 Opening.objects.latest("pk").digest):  # fmt: skip
        assert word in text, word
    for lang in ("fr", "es", "ar", "zh-hans", "ru"):
        assert at_desk(cast.lead).get(f"{GATE}?lang={lang}").status_code == 200


def test_the_last_day_ends_in_the_hotline_s_own_zone(open_centre, cast):
    """GATE-02."""
    zone = '[work]\nzone = "Pacific/Kiritimati"\n'  # 14 hours ahead of UTC
    at = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)  # 23:30 there
    open_hotline(until=date(2026, 11, 22), declaration=go_live(UNTIL) + zone, actor="p-fox", at=at)
    assert open_until(at + timedelta(minutes=29))
    assert open_until(at + timedelta(minutes=30)) is None

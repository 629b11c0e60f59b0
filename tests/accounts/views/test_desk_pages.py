"""Pages of the desk: who may open them, what hostile input does, how many queries they need, what they say."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import get_resolver

from cop.accounts.actions.tokens import make_token
from cop.accounts.core.matrix import matrix
from cop.accounts.models import Grant, Invitation, Person, RecordedClearance, Token
from cop.accounts.public import invite, may
from cop.ground.core.door import LANGUAGES
from cop.ground.models import AuditEntry
from cop.ground.public import now
from tests.desk import HERE, a_person, signed_in

pytestmark = pytest.mark.django_db

MANAGED = [
    "/desk/people/",
    "/desk/people.csv",
    "/desk/people.xlsx",
    "/desk/people.json",
    "/desk/people/invite/",
    "/desk/people/staff-AAAAAA/",
]
OWN = ["/desk/", "/desk/accounts/me/", "/desk/accounts/2fa/", "/desk/accounts/password/change/", "/desk/accounts/2fa/webauthn/"]


@pytest.mark.parametrize("path", [*MANAGED, *OWN, "/desk/roles/"])
def test_nobody_sees_a_page_of_the_desk_before_signing_in(path):
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/desk/accounts/login/?next=/desk/") or answer["Location"].startswith(
        "/desk/accounts/login/?next=%2Fdesk%2F"
    )


@pytest.mark.parametrize("path", MANAGED)
@pytest.mark.parametrize("role", [role.code for role in matrix().roles if "people.manage" not in role.may])
def test_pages_on_people_do_not_exist_for_others(path, role):
    client = signed_in(role, "")
    assert client.get(path).status_code == 404
    assert client.post(path, {"do": "give"}).status_code == 404


def test_an_administrator_of_a_round_is_none_of_the_centre():
    assert signed_in("administrator", "round/1").get("/desk/people/").status_code == 404


def test_everything_is_404_that_does_not_exist():
    client = signed_in("administrator")
    for path in (
        "/desk/people/staff-ZZZZZZ/",
        "/desk/nothing/",
        "/desk/people/x/y/",
        "/desk/people.pdf",
        "/desk/accounts/2fa/webauthn/keys/99999999999999999999999/remove/",
    ):
        assert client.get(path).status_code in (302, 404), path


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_each_page_is_in_the_language_that_was_chosen_and_keeps_it(language):
    client = signed_in("administrator")
    page = client.get(f"/desk/people/?lang={language.code}")
    assert f'<html lang="{language.code}" dir="{language.dir}"' in page.content.decode()
    assert page["Content-Language"] == language.code
    for path in (
        "/desk/",
        "/desk/roles/",
        "/desk/people/invite/",
        "/desk/accounts/me/",
        f"/desk/people/{client.person.pseudonym}/",
    ):
        assert f'<html lang="{language.code}"' in client.get(path).content.decode(), path
    assert client.get("/desk/nothing/", headers={"accept": "text/html"}).content.decode().count(f'lang="{language.code}"') >= 1


def test_the_desk_is_never_kept_and_runs_no_script_but_ours_on_pages_with_passkeys():
    client = signed_in("administrator")
    for path in ("/desk/", "/desk/people/", "/desk/roles/"):
        page = client.get(path)
        assert page["Cache-Control"] == "no-store"
        assert "script-src" not in page["Content-Security-Policy"]
        assert "<script" not in page.content.decode()
    page = Client().get("/desk/accounts/login/")
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", page.content.decode()))
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.content.decode()):
        kept = Client().get(address)
        assert kept.status_code == 200
        assert "immutable" in kept["Cache-Control"]


def test_cookies_of_the_desk_stay_in_the_desk():
    client = Client()
    client.get("/desk/accounts/login/")
    for cookie in client.cookies.values():
        assert cookie["path"] == "/desk/"
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_public_pages_set_no_cookie_and_ask_the_database_nothing(django_assert_num_queries):
    client = signed_in("administrator")
    with django_assert_num_queries(0):
        for path in ("/en/about/", "/en/", "/en/help/", "/accounts/login/", "/nothing"):
            answer = client.get(path)
            assert not answer.cookies
            assert "Cookie" not in answer.get("Vary", "")


def test_forms_from_elsewhere_are_refused():
    client = signed_in("administrator")
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
        {"origin": ""},
    ):
        answer = client.post(
            "/desk/people/invite/", {"email": "a@b.example", "role": "reviewer", "language": "en"}, headers=headers
        )
        assert answer.status_code == 403, headers
    assert not Invitation.objects.exists()
    strict = Client(headers=HERE, enforce_csrf_checks=True)
    assert strict.post("/desk/accounts/login/", {"login": "a@b.example", "password": "x"}).status_code == 403


HOSTILE = [
    "\0",
    "\u202eexe.example",
    "x" * 9000,
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "%s%n",
    "😀" * 300,
    "../../etc",
    "\r\nBcc: a@b.example",
    "9" * 400,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_in_any_form_are_refused_or_shown_as_text_and_never_fail(text):
    client, anonymous = signed_in("administrator"), Client(headers=HERE)
    person = f"/desk/people/{a_person('reviewer').pseudonym}/"
    path = invite(email="someone@x.example", role="reviewer", scope="", at=now(), actor="system", language="en")
    forms = {
        "/desk/people/invite/": ["email", "role", "scope", "language", "withdraw"],
        person: ["do", "role", "scope", "requirement", "done_on", "valid_until"],
        "/desk/accounts/me/": ["do", "name", "permissions", "days", "session", "token", "language"],
        "/desk/accounts/2fa/webauthn/add/": ["name", "credential"],
        "/desk/accounts/password/change/": ["oldpassword", "password1", "password2"],
        "/desk/accounts/reauthenticate/": ["password", "next"],
        "/desk/accounts/2fa/reauthenticate/": ["code"],
    }
    for address, fields in forms.items():
        for do in ("give", "withdraw", "record", "make", "language", "session", "token", ""):
            answer = client.post(address, {**dict.fromkeys(fields, text), **({"do": do} if "do" in fields and do else {})})
            assert answer.status_code < 500, (address, do)
            assert "<script>alert" not in answer.content.decode()
    outside = {
        path: ["name", "language", "password"],
        "/desk/accounts/login/": ["login", "password", "next"],
        "/desk/accounts/password/reset/": ["email"],
        "/desk/accounts/2fa/webauthn/login/": ["credential"],
        "/desk/accounts/2fa/authenticate/": ["code", "credential"],
    }
    for address, fields in outside.items():
        answer = anonymous.post(address, dict.fromkeys(fields, text))
        assert answer.status_code < 500, address
        assert "evil" not in answer.get("Location", "")
    for address in ("/desk/people/", "/desk/people.csv", "/desk/people.json", person, "/desk/accounts/me/", "/desk/"):
        for name in ("q", "role", "lang", "done", "next"):
            assert client.get(address, {name: text}).status_code in (200, 400), (address, name)
    assert set(Person.objects.values_list("email", flat=True)) == {"administrator@centre.example", "reviewer@centre.example"}


CREDENTIALS = [
    "[]", "{}", "1", '"x"', "null", "{", '{"id": 1}', '{"response": []}', '{"response": {"userHandle": "' + "A" * 2000 + '"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA", "attestationObject": "AA", "authenticatorData": "AA", "signature": "AA", "userHandle": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "oA", "authenticatorData": "' + "A" * 50 + '", "signature": "AA", "userHandle": null}}',
]  # fmt: skip


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_a_broken_passkey_is_refused_and_never_fails(credential):
    client, anonymous = signed_in("administrator"), Client(headers=HERE)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": now().timestamp() + 9e9, "reauthenticated": True}]
    session.save()
    anonymous.get("/desk/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})
    for one, address in ((client, "add/"), (client, "reauthenticate/"), (anonymous, "login/")):
        assert one.post(f"/desk/accounts/2fa/webauthn/{address}", {"credential": credential, "name": "x"}).status_code < 500
    assert client.get("/desk/accounts/2fa/webauthn/").status_code == 200


@pytest.mark.parametrize("path", ["/desk/", "/desk/accounts/login/", "/en/", "/healthz"])
def test_another_host_is_answered_nowhere(path, settings):
    settings.ALLOWED_HOSTS = ["cop.example"]
    answer = Client().get(path, headers={"host": "<b>elsewhere</b>.example"})
    assert (answer.status_code, answer["Cache-Control"]) == (400, "no-store")
    assert "elsewhere" not in answer.content.decode()
    assert Client().get(path, headers={"host": "cop.example"}).status_code in (200, 302)


def test_ten_megabytes_are_refused():
    client = Client(headers=HERE)
    for address in ("/desk/accounts/login/", "/desk/accounts/password/reset/"):
        answer = client.post(address, {"login": "a@b.example", "password": "x" * 10_000_000})
        assert answer.status_code in (400, 413)


def test_lists_need_as_many_queries_for_three_people_as_for_one(django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in("administrator")
    counts = []
    for extra in ([], ["a@x.example", "b@x.example", "c@x.example"]):
        for email in extra:
            a_person("analyst", "round/1", email=email)
            invite(email="to-" + email, role="reviewer", scope="", at=now(), actor="system", language="en")
        client.get("/desk/people/")
        with CaptureQueriesContext(
            connection,
        ) as held:
            assert client.get("/desk/people/").status_code == 200
        counts.append(len(held))
    assert counts[0] == counts[1] <= 12


def test_an_administrator_invites_gives_withdraws_and_records():
    client = signed_in("administrator")
    answer = client.post(
        "/desk/people/invite/", {"email": "New@x.example", "role": "focal_point", "scope": "round/1/CRI/", "language": "ar"}
    )
    assert answer["Location"] == "/desk/people/?done=invited"
    held = Invitation.objects.get()
    assert (held.email, held.scope, held.language) == ("new@x.example", "round/1/CRI", "ar")
    assert client.post("/desk/people/invite/", {"withdraw": held.pk})["Location"].endswith("uninvited")
    assert client.post("/desk/people/invite/", {"withdraw": held.pk}).status_code == 404
    other = a_person(email="kim@x.example")
    page = f"/desk/people/{other.pseudonym}/"
    assert client.post(page, {"do": "give", "role": "analyst", "scope": ""})["Location"].endswith("?done=given")
    assert not may(other.pk, "people.see_matrix")
    assert "Gives no right yet" in client.get(page).content.decode()
    for requirement in ("vetting", "training", "conduct"):
        answer = client.post(
            page, {"do": "record", "requirement": requirement, "done_on": "2026-11-01", "valid_until": "2027-11-01"}
        )
        assert answer["Location"].endswith("?done=recorded")
    assert may(other.pk, "people.see_matrix"), "S-27: all three are valid now"
    RecordedClearance.objects.filter(requirement="training").update(valid_until="2026-11-21")
    assert not may(other.pk, "people.see_matrix"), "S-27: training ended yesterday"
    assert client.post(page, {"do": "withdraw", "role": "analyst", "scope": ""})["Location"].endswith("?done=withdrawn")
    assert client.post(page, {"do": "withdraw", "role": "analyst", "scope": ""}).status_code == 400
    assert Grant.objects.get(person=other).ends_at is not None
    assert set(AuditEntry.objects.values_list("actor", flat=True)) == {"system", client.person.pseudonym}


@pytest.mark.parametrize(
    ("done_on", "valid_until"),
    [("2027-01-01", "2027-06-01"), ("2026-01-01", "2025-12-31"), ("2026-01-01", "2030-01-01"), ("", ""), ("x", "9999-99-99")],
)
def test_a_clearance_with_wrong_days_is_refused(done_on, valid_until):
    client = signed_in("administrator")
    page = f"/desk/people/{a_person('analyst').pseudonym}/"
    answer = client.post(page, {"do": "record", "requirement": "vetting", "done_on": done_on, "valid_until": valid_until})
    assert answer.status_code == 400
    assert not RecordedClearance.objects.exists()


def test_nobody_vouches_for_themselves_and_the_last_administrator_stays():
    client = signed_in("administrator")
    page = f"/desk/people/{client.person.pseudonym}/"
    days = {"done_on": "2026-11-01", "valid_until": "2027-11-01"}
    assert "Nobody records their own" in client.post(page, {"do": "record", "requirement": "vetting", **days}).content.decode()
    assert "last administrator" in client.post(page, {"do": "withdraw", "role": "administrator", "scope": ""}).content.decode()
    assert "Nobody closes their own account" in client.post(page, {"do": "close"}).content.decode()
    assert may(client.person.pk, "people.manage")


def test_the_list_is_searched_and_taken_away():
    client = signed_in("administrator")
    a_person("reviewer", "round/1", email="zora@x.example", name="=Zora")
    assert "zora@x.example" in client.get("/desk/people/?q=ZORA").content.decode()
    assert "zora@x.example" not in client.get("/desk/people/?role=administrator").content.decode()
    assert client.get("/desk/people/?role=king").status_code == 400
    text = client.get("/desk/people.csv?q=zora").content.decode("utf-8-sig")
    assert "reviewer round/1" in text
    assert "\n=Zora" not in text
    assert client.get("/desk/people.json").json()["rows"]
    assert client.get("/desk/people.xlsx").content[:2] == b"PK"


def test_the_matrix_page_shows_each_cell():
    text = signed_in("contributor", "round/1/CRI/law").get("/desk/roles/").content.decode()
    assert text.count('class="may">yes') == sum(len(role.may) for role in matrix().roles)


def test_a_token_is_shown_once_does_what_it_may_and_ends():
    client = signed_in("administrator")
    answer = client.post(
        "/desk/accounts/me/", {"do": "make", "name": "nightly", "permissions": ["people.manage", "round.manage"], "days": "30"}
    )
    key = re.search(r'class="secret" dir="ltr">(cop_[\w-]+)<', answer.content.decode())[1]
    assert key not in client.get("/desk/accounts/me/").content.decode()
    row = Token.objects.get()
    assert row.permissions == ["people.manage"], "only what the person holds"
    assert key not in str(vars(row))
    machine = Client(headers={"authorization": f"Bearer {key}"})
    assert machine.get("/desk/people.json").status_code == 200
    assert not machine.cookies
    assert machine.post("/desk/people/invite/", {"email": "m@x.example", "role": "reviewer", "language": "en"}).status_code == 302
    assert machine.get("/desk/roles/").status_code == 404
    assert machine.get("/desk/accounts/me/").status_code == 404
    for wrong in (f"Bearer {key}x", "Bearer ", "Bearer \xff", "bearer"):
        assert Client(headers={"authorization": wrong}).get("/desk/people.json").status_code == 401
    assert Client(headers={"authorization": f"Basic {key}"}).get("/desk/people.json").status_code == 302
    assert client.post("/desk/accounts/me/", {"do": "token", "token": row.pk})["Location"].endswith("?done=token")
    assert machine.get("/desk/people.json").status_code == 401


def test_a_token_ends_with_its_term_with_the_account_and_with_the_role(monkeypatch):
    from datetime import timedelta

    person = a_person("administrator")
    a_person("administrator", email="second@x.example")
    key = make_token(person_id=person.pk, name="x", permissions=["people.manage"], days=1, at=now())
    machine = Client(headers={"authorization": f"Bearer {key}"})
    assert machine.get("/desk/people.json").status_code == 200
    later = now() + timedelta(days=1)
    monkeypatch.setattr("cop.config.desk.now", lambda: later)
    assert machine.get("/desk/people.json").status_code == 401
    monkeypatch.undo()
    Grant.objects.filter(person=person).update(ends_at=now())
    assert machine.get("/desk/people.json").status_code == 404
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert machine.get("/desk/people.json").status_code == 401


def test_a_contributor_makes_no_token():
    client = signed_in("contributor", "round/1/CRI/law")
    assert (
        client.post("/desk/accounts/me/", {"do": "make", "name": "x", "permissions": ["answers.see"], "days": "3"}).status_code
        == 404
    )


def test_sessions_are_listed_without_their_keys_and_ended():
    one = signed_in("reviewer")
    two = signed_in("reviewer")
    for client in (one, two):
        client.get("/desk/")
    text = one.get("/desk/accounts/me/").content.decode()
    assert two.session.session_key not in text
    name = re.search(r'name="session" value="(\w+)"', text)[1]
    assert one.post("/desk/accounts/me/", {"do": "session", "session": name})["Location"].endswith("?done=session")
    assert two.get("/desk/").status_code == 302
    assert one.get("/desk/").status_code == 200


def test_a_language_is_kept_for_the_next_session():
    client = signed_in("reviewer")
    client.post("/desk/accounts/me/", {"do": "language", "language": "ru"})
    assert 'lang="ru"' in signed_in("reviewer").get("/desk/").content.decode()[:80]


def test_what_is_wrong_with_a_form_is_said_in_the_language_of_the_person():
    client = signed_in("administrator", language="fr")
    page = client.post("/desk/people/invite/", {"role": "reviewer", "language": "fr"})
    assert page["Content-Language"] == "fr"
    assert "Ce champ est obligatoire." in page.content.decode()


def test_every_address_of_the_desk_asks_who_is_there():
    """Whatever room adds a page under /desk/: nobody sees it before signing in."""
    open_to_all = ("accounts/login", "accounts/logout", "accounts/inactive", "accounts/password/reset", "accounts/invitation", "accounts/demonstration",
                   "accounts/2fa/webauthn/login")  # fmt: skip
    checked = 0
    for path in addresses(get_resolver().url_patterns):
        if path.startswith("desk/") and not path.removeprefix("desk/").startswith(open_to_all):
            filled = re.sub(r"<int:\w+>", "1", path)
            filled = re.sub(r"<\w+:\w+>|<\w+>", "x", filled)
            for method in ("get", "post"):
                answer = getattr(Client(headers=HERE), method)("/" + filled)
                assert answer.status_code in (302, 404, 405), (filled, answer.status_code)
            checked += 1
    assert checked >= 12


def addresses(patterns, before=""):
    for item in patterns:
        path = before + str(item.pattern)
        if hasattr(item, "url_patterns"):
            yield from addresses(item.url_patterns, path)
        else:
            yield path


TERMS = [("2026-11-21", "This day has passed"), ("2037-01-01", "more than ten years away"), ("soon", "Enter a valid date"),
         ("9999-12-31", "more than ten years away")]  # fmt: skip


@pytest.mark.parametrize(("last", "told"), TERMS)
def test_a_role_whose_last_day_is_wrong_is_given_to_nobody_and_the_field_says_why(last, told):
    client, other = signed_in("administrator"), a_person(email="kim@x.example")
    for page, form in (
        (f"/desk/people/{other.pseudonym}/", {"do": "give", "role": "reviewer", "scope": ""}),
        ("/desk/people/invite/", {"email": "new@x.example", "role": "reviewer", "scope": "", "language": "en"}),
    ):
        answer = client.post(page, {**form, "last_day": last})
        assert answer.status_code == 400
        assert told in answer.content.decode()
        assert 'aria-invalid="true"' in answer.content.decode()
    assert not Grant.objects.filter(person=other).exists()
    assert not Invitation.objects.exists()


def test_a_role_counts_up_to_its_last_day_and_not_after_it(monkeypatch):
    client, other = signed_in("administrator"), a_person(email="kim@x.example")
    page = f"/desk/people/{other.pseudonym}/"
    given = client.post(page, {"do": "give", "role": "reviewer", "scope": "round/1", "last_day": "2026-11-24"})
    assert given["Location"].endswith("?done=given")
    assert "24 November 2026" in client.get(page).content.decode()
    assert AuditEntry.objects.filter(verb="give role", details__contains="2026-11-25T00:00:00+00:00").exists()
    for moment, holds in ((datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC), True), (datetime(2026, 11, 25, tzinfo=UTC), False)):
        monkeypatch.setattr("cop.accounts.public.now", lambda moment=moment: moment)
        assert may(other.pk, "answers.see", "round/1/CRI") is holds
    monkeypatch.setattr("cop.accounts.views.people.now", lambda: datetime(2026, 11, 25, tzinfo=UTC))
    ended = signed_in("administrator").get(page).content.decode().split("Roles that ended")[1]
    assert "24 November 2026" in ended


def test_a_role_is_prolonged_and_never_shortened_by_giving_it_again():
    client, other = signed_in("administrator"), a_person(email="kim@x.example")
    page = f"/desk/people/{other.pseudonym}/"
    role = {"do": "give", "role": "reviewer", "scope": ""}
    assert client.post(page, {**role, "last_day": "2026-12-31"}).status_code == 302
    shorter = client.post(page, {**role, "last_day": "2026-12-01"})
    assert "To make it shorter, withdraw it first." in shorter.content.decode()
    assert client.post(page, {**role, "last_day": "2027-12-31"}).status_code == 302
    assert client.post(page, role).status_code == 302
    assert client.post(page, role).status_code == 400
    assert Grant.objects.filter(person=other).count() == 3
    assert [grant.ends_at for grant in Grant.objects.filter(person=other).exclude(ends_at__lte=now())] == [None]


def test_an_administrator_for_a_time_does_not_replace_the_last_one():
    client, other = signed_in("administrator"), a_person(email="kim@x.example")
    given = {"do": "give", "role": "administrator", "scope": "", "last_day": "2026-12-01"}
    assert client.post(f"/desk/people/{other.pseudonym}/", given).status_code == 302
    own = f"/desk/people/{client.person.pseudonym}/"
    assert "last administrator" in client.post(own, {"do": "withdraw", "role": "administrator", "scope": ""}).content.decode()

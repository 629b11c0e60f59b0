"""Signing in end to end: invitation, password, second factor, sessions that end, failed tries."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from cop.accounts.actions.demonstration import demonstration_links
from cop.accounts.models import DeskSession, FailedTries, Grant, Invitation, Person
from cop.accounts.public import invite, may
from cop.ground.core.door import words
from cop.ground.models import AuditEntry, Mail
from cop.ground.public import now
from tests.desk import HERE, a_person, signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse staple tree"


def browser(**named):
    return Client(headers=HERE, enforce_csrf_checks=True, **named)


def send(client, address, **values):
    """Open a page, fill its form in and send it as a browser would."""
    text = client.get(address).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
    return client.post(address, {"csrfmiddlewaretoken": token[1] if token else "", **values})


def code_now(secret, step=0):
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1 + step]))


def set_up_app(client):
    """Shows the password again, sets an authenticator app up and returns its secret."""
    step = client.get("/desk/accounts/2fa/totp/activate/")
    if step.status_code == 302:
        send(client, step["Location"], password=PASSWORD, next="/desk/accounts/2fa/totp/activate/")
    text = client.get("/desk/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'class="secret" dir="ltr">(\w+)<', text)[1]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)[1]
    answer = client.post("/desk/accounts/2fa/totp/activate/", {"csrfmiddlewaretoken": token, "code": code_now(secret)})
    assert answer["Location"] == "/desk/accounts/2fa/recovery-codes/"
    return secret


def entered(email="new@ministry.example"):
    """A client that accepted an invitation, signed in and set up an authenticator app; and the app's secret."""
    path = invite(email=email, role="reviewer", scope="round/1", at=now(), actor="system", language="fr")
    client = browser()
    assert send(client, path, name="Noa Example", language="fr", password=PASSWORD).status_code == 302
    assert send(client, "/desk/accounts/login/", login=email, password=PASSWORD)["Location"] == "/desk/"
    assert client.get("/desk/")["Location"] == "/desk/accounts/2fa/"
    assert client.get("/desk/roles/")["Location"] == "/desk/accounts/2fa/"
    return client, set_up_app(client)


def test_an_invited_person_sets_name_language_password_and_second_factor_and_may_enter():
    client, _ = entered()
    person = Person.objects.get(email="new@ministry.example")
    assert (person.name, person.language) == ("Noa Example", "fr")
    assert person.password.startswith("argon2$")
    assert may(person.pk, "answers.see", "round/1/CRI")
    codes = client.get("/desk/accounts/2fa/recovery-codes/")
    assert re.findall(r"<li>(\w+)</li>", codes.content.decode())
    assert not re.findall(r"<li>(\d+)</li>", client.get("/desk/accounts/2fa/recovery-codes/").content.decode())
    assert client.get("/desk/").status_code == 200
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert verbs >= {"invite", "accept invitation", "give role", "sign in", "add second factor"}
    assert "new@ministry.example" not in str(list(AuditEntry.objects.values()))
    mail = Mail.objects.get(kind="invitation")
    assert mail.subject == words("fr")("Invitation to the COP Centre") != "Invitation to the COP Centre"


def test_new_recovery_codes_and_a_new_password_are_told_in_the_trail(django_capture_on_commit_callbacks):
    client, _ = entered()
    with django_capture_on_commit_callbacks(execute=True):
        send(client, "/desk/accounts/2fa/recovery-codes/generate/")
    changed = {"oldpassword": PASSWORD, "password1": "four new unusual words", "password2": "four new unusual words"}
    send(client, "/desk/accounts/password/change/", **changed)
    assert {"make recovery codes", "change password"} <= set(AuditEntry.objects.values_list("verb", flat=True))


def test_later_the_code_is_asked_after_the_password_and_works_once():
    _, secret = entered()
    client = browser()
    assert send(client, "/desk/accounts/login/", login="new@ministry.example", password=PASSWORD)["Location"].startswith(
        "/desk/accounts/2fa/authenticate/"
    )
    assert client.get("/desk/")["Location"].startswith("/desk/accounts/login/")
    wrong = send(client, "/desk/accounts/2fa/authenticate/", code="000000")
    assert wrong.status_code == 200
    used = send(client, "/desk/accounts/2fa/authenticate/", code=code_now(secret))
    assert used.status_code == 200, "the code that set the app up was used already"
    fresh = code_now(secret, 1)
    assert send(client, "/desk/accounts/2fa/authenticate/", code=fresh).status_code == 302
    assert client.get("/desk/").status_code == 200
    again = browser()
    send(again, "/desk/accounts/login/", login="new@ministry.example", password=PASSWORD)
    assert send(again, "/desk/accounts/2fa/authenticate/", code=fresh).status_code == 200


def test_the_seed_of_an_app_is_sealed_in_the_database():
    _, secret = entered()
    assert secret not in str(Authenticator.objects.values_list("data", flat=True))


def test_a_second_factor_ends_the_sessions_that_did_not_prove_it():
    person = a_person("reviewer")
    person.set_password(PASSWORD)
    person.save()
    stranger, owner = browser(), browser()
    for client in (stranger, owner):
        assert send(client, "/desk/accounts/login/", login=person.email, password=PASSWORD).status_code == 302
    set_up_app(owner)
    assert owner.get("/desk/").status_code == 200
    assert stranger.get("/desk/")["Location"].startswith("/desk/accounts/login/")


def test_an_invitation_works_once_and_not_after_fourteen_days():
    path = invite(email="once@x.example", role="contributor", scope="round/1/CRI/law", at=now(), actor="system", language="en")
    assert path.rsplit("/", 2)[1] not in str(list(Invitation.objects.values()))
    assert send(browser(), path, name="Once", language="en", password=PASSWORD).status_code == 302
    assert browser().get(path).status_code == 404
    late = invite(
        email="late@x.example",
        role="contributor",
        scope="",
        at=now() - timedelta(days=14, minutes=1),
        actor="system",
        language="en",
    )
    assert browser().get(late).status_code == 404
    assert not Person.objects.filter(email="late@x.example").exists()


def test_an_invitation_to_a_role_for_a_time_says_so_and_ends_with_it():
    administrator = signed_in("administrator")
    form = {"email": "brief@x.example", "role": "reviewer", "scope": "", "language": "en", "last_day": "2026-11-24"}
    assert administrator.post("/desk/people/invite/", form).status_code == 302
    assert "The role ends after 24 November 2026." in administrator.get("/desk/people/").content.decode()
    mail = Mail.objects.get(kind="invitation")
    assert "until 24 November 2026" in mail.body
    path = re.search(r"/desk/accounts/invitation/[\w-]+/", mail.body)[0]
    assert "The role ends after 24 November 2026." in browser().get(path).content.decode()
    assert send(browser(), path, name="Brief", language="en", password=PASSWORD).status_code == 302
    grant = Grant.objects.get(person__email="brief@x.example")
    assert grant.ends_at == Invitation.objects.get().expires_at == datetime(2026, 11, 25, tzinfo=UTC)


def test_an_invitation_to_somebody_known_gives_the_role_and_changes_nothing_else():
    person = a_person("reviewer", email="known@x.example", name="Known")
    path = invite(email="Known@x.example", role="superior", scope="round/1/CRI", at=now(), actor="system", language="en")
    assert send(browser(), path, name="Somebody else", password="another password here").status_code == 302
    person.refresh_from_db()
    assert person.name == "Known"
    assert not person.has_usable_password()
    assert may(person.pk, "signoff.sign", "round/1/CRI")


@pytest.mark.parametrize("password", ["short", "password1234", "known.person@x.example", "x" * 300, "\0" * 20, ""])
def test_a_bad_password_is_refused_with_its_field_named(password):
    path = invite(email="known.person@x.example", role="reviewer", scope="", at=now(), actor="system", language="en")
    answer = send(browser(), path, name="Known", language="en", password=password)
    assert answer.status_code == 400
    assert b'href="#id_password"' in answer.content


def test_failed_tries_slow_down_their_own_pair_and_nobody_else(monkeypatch):
    person = a_person("reviewer")
    person.set_password(PASSWORD)
    person.save()
    attacker, owner = browser(REMOTE_ADDR="203.0.113.9"), browser(REMOTE_ADDR="192.0.2.1")
    for _ in range(6):
        answer = send(attacker, "/desk/accounts/login/", login=person.email, password="wrong password")
    assert "Too many tries" in unescape(answer.content.decode())
    assert "Too many tries" in send(attacker, "/desk/accounts/login/", login=person.email, password=PASSWORD).content.decode()
    assert (
        send(browser(REMOTE_ADDR="203.0.113.200"), "/desk/accounts/login/", login=person.email, password=PASSWORD).status_code
        == 200
    )
    assert send(owner, "/desk/accounts/login/", login=person.email, password=PASSWORD).status_code == 302
    kept = str(list(FailedTries.objects.values()))
    assert "203.0.113" not in kept
    assert person.email not in kept
    moment = now() + timedelta(minutes=1)
    monkeypatch.setattr("cop.accounts.signin.patience.now", lambda: moment)
    assert send(attacker, "/desk/accounts/login/", login=person.email, password=PASSWORD).status_code == 302
    assert not FailedTries.objects.exists()


def test_the_right_password_does_not_take_back_failed_codes():
    entered()
    for _ in range(3):
        stranger = browser(REMOTE_ADDR="203.0.113.9")
        send(stranger, "/desk/accounts/login/", login="new@ministry.example", password=PASSWORD)
        for _ in range(2):
            answer = send(stranger, "/desk/accounts/2fa/authenticate/", code="000000")
    assert "Too many tries" in unescape(answer.content.decode())
    owner = browser(REMOTE_ADDR="192.0.2.1")
    assert send(owner, "/desk/accounts/login/", login="new@ministry.example", password=PASSWORD).status_code == 302
    assert "Too many tries" not in send(owner, "/desk/accounts/2fa/authenticate/", code="000000").content.decode()


def test_a_session_ends_when_it_was_idle_and_when_it_lasted_too_long(settings):
    client = signed_in("reviewer")
    assert client.get("/desk/").status_code == 200
    session = client.session
    session["seen"] -= settings.COP_SESSION_IDLE_MINUTES * 60 + 1
    session.save()
    assert client.get("/desk/")["Location"].startswith("/desk/accounts/login/")
    client = signed_in("reviewer")
    client.get("/desk/")
    session = client.session
    session["started"] -= settings.COP_SESSION_HOURS * 3600 + 1
    session.save()
    assert client.get("/desk/")["Location"].startswith("/desk/accounts/login/")
    assert not DeskSession.objects.filter(person_id=client.person.pk).exists()


def test_a_closed_account_is_out_at_once_and_its_roles_count_no_more():
    client = signed_in("reviewer")
    admin = signed_in("administrator")
    answer = admin.post(f"/desk/people/{client.person.pseudonym}/", {"do": "close"})
    assert answer["Location"].endswith("?done=closed")
    assert client.get("/desk/").status_code == 302
    assert not may(client.person.pk, "answers.see")


def test_a_link_for_a_new_password_keeps_the_second_factor():
    entered("reset@x.example")
    send(browser(), "/desk/accounts/password/reset/", email="nobody@x.example")
    assert not Mail.objects.filter(kind="password").exists()
    assert send(browser(), "/desk/accounts/password/reset/", email="Reset@x.example").status_code == 302
    mail = Mail.objects.get(kind="password", to="reset@x.example")
    address = re.search(r"http://localhost:8000(\S+)", mail.body)[1]
    client = browser()
    page = client.get(address)
    place = page["Location"]
    assert send(client, place, password1="four new unusual words", password2="four new unusual words").status_code == 302
    answer = send(client, "/desk/accounts/login/", login="reset@x.example", password="four new unusual words")
    assert answer["Location"].startswith("/desk/accounts/2fa/authenticate/")
    assert client.get(address).status_code == 200, "used once"
    assert AuditEntry.objects.filter(verb="set new password by mail").count() == 1


def test_a_demonstration_link_works_once_on_this_machine_and_only_in_a_demonstration(settings):
    links = dict(demonstration_links(now()))
    path = links["reviewer"]
    assert browser().get(path).status_code == 404
    settings.COP_DEMO = True
    assert browser(REMOTE_ADDR="192.0.2.1").get(path).status_code == 404
    assert browser(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.1").get(path).status_code == 404
    client = browser()
    assert client.get(path).status_code == 200
    assert client.get("/desk/").status_code == 302
    assert send(client, path)["Location"] == "/desk/"
    assert "second factor is waived" in client.get("/desk/").content.decode()
    assert send(browser(), path).status_code == 410
    settings.COP_DEMO = False
    assert client.get("/desk/")["Location"] == "/desk/accounts/2fa/"


def test_signup_and_pages_that_do_not_exist_here_are_404():
    for path in ("signup/", "email/", "confirm-email/", "2fa/recovery-codes/download/", "reauthenticate/code/"):
        assert browser().get(f"/desk/accounts/{path}").status_code == 404, path


def test_addresses_under_accounts_lead_to_the_desk():
    assert Client().get("/accounts/login/")["Location"] == "/desk/accounts/login/"

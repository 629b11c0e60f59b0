"""Two processes: the public one has no staff room and no key of theirs, the desk nothing else."""

import os
import subprocess
import sys

import pytest
from django.test import override_settings
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern

from cop.config.urls import addresses

PUBLIC = ("/en/", "/en/report/", "/api/v1/reports", "/sdmx/v2/structure/dataflow")
STAFF = ("/desk/", "/desk/people/", "/desk/accounts/login/", "/desk/rounds/")


def found(role: str, address: str) -> str:
    try:
        match = URLResolver(RegexPattern(r"^/"), addresses(role)).resolve(address)
    except Resolver404:
        return ""
    return match.func.__name__


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_process_answers_public_pages_and_the_desk_leads_there(address):
    assert found("public", address) == found("", address) != ""
    assert found("desk", address) == "to_public"


@pytest.mark.parametrize("address", STAFF)
def test_the_public_process_has_no_staff_room(address):
    assert found("desk", address) == found("", address) != "to_public"
    assert found("public", address) in ("", "to_language")


def test_the_desk_sends_readers_to_the_public_address(client):
    with override_settings(ROOT_URLCONF="tests.hotline.desk_addresses", COP_ADDRESS="https://cop.example"):
        answer = client.get("/en/map/?at=2014")
        assert (answer.status_code, answer["Location"]) == (302, "https://cop.example/en/map/?at=2014")
        assert client.post("/api/v1/reports").status_code == 404
    with override_settings(ROOT_URLCONF="tests.hotline.desk_addresses", COP_ADDRESS="http://testserver"):
        assert client.get("/en/map/").status_code == 404


def test_the_public_process_never_reads_the_secret_key(tmp_path):
    code = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'cop.config.settings'\n" \
           "from django.conf import settings; print(settings.SECRET_KEY)"  # fmt: skip
    (tmp_path / "secret.key").write_text("k" * 60)
    keys = [
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"COP_DATA": str(tmp_path), "COP_ROLE": role}, capture_output=True,
            text=True, check=True,
        ).stdout.strip()
        for role in ("public", "public", "desk", "")
    ]  # fmt: skip
    assert keys[0] != keys[1]
    assert "k" * 60 not in keys[:2]
    assert keys[2:] == ["k" * 60] * 2


def test_the_desk_is_one_process_with_threads():
    done = subprocess.run(
        [sys.executable, "-m", "cop", "serve", "--role", "desk", "--workers", "2"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "leave --workers out" in done.stderr

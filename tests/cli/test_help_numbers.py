"""`cop help`: what an operator says about a number holds at once, on every page, in every process."""

import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from django.test import Client, override_settings

from cop.cli.main import main
from cop.cli.serve import server_command

CONFIRM = [
    "--number",
    "1147",
    "--number-type",
    "short",
    "--organisation",
    "Linea de prueba",
    "--source",
    "the provider's page",
    "--person",
    "A. Person",
]
PAGES = (
    "/en/help/CR/",
    "/ar/help/CR/",
    "/en/help/CR/card/",
    "/en/countries/CRI/",
    "/help/CR.json",
    "/en/guidance/children/saying-no/",
)


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("COP_DATA", str(tmp_path))
    return tmp_path


def test_confirm_show_and_withdraw_say_what_they_did(data, capsys):
    assert main(["help", "confirm", "CR", *CONFIRM]) == 0
    assert "CR 1147 (Linea de prueba) is shown as confirmed until 2027-05-22" in capsys.readouterr().out
    assert main(["help", "withdraw", "CRI", "--number", "11-47", "--source", "nobody answers", "--person", "A. Person"]) == 0
    assert "is withdrawn and no longer shown" in capsys.readouterr().out
    assert main(["help", "show", "CR"]) == 0
    out = capsys.readouterr().out
    assert "withdrawn  helpline" in out
    assert "by A. Person on 2026-11-22" in out
    assert "not shown" in out


def test_a_known_number_keeps_what_is_known_of_it(data, capsys):
    assert main(["help", "confirm", "SE", "--number", "116111", "--source", "Bris, by e-mail", "--person", "A. Person"]) == 0
    assert "SE 116111 (Bris)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["confirm", "QQ", *CONFIRM], "no help area 'QQ'"),
        (["confirm", "CR", *CONFIRM, "--date", "2027-01-01"], "lies in the future"),
        (["confirm", "CR", *CONFIRM, "--date", "soon"], "--date is 'soon'; write a day such as 2026-11-22"),
        (["confirm", "CR", *CONFIRM, "--expires", "2030-01-01"], "must lie within 6 months"),
        (["confirm", "CR", *CONFIRM, "--url", "http://linea.example"], "must begin with https://"),
        (["confirm", "CR", *CONFIRM, "--channels", "pigeon"], "not some of"),
        (["confirm", "CR", *CONFIRM, "--date", "2025-01-01"], "has expired on 2025-07-01"),
        (["withdraw", "SE", "--number", "116112", "--source", "s", "--person", "p"], "held are: 112 (all), "),
        (["withdraw", "SE", "--number", "116111", "--kind", "suicide", "--source", "s", "--person", "p"], "116111 (helpline)"),
        (["withdraw", "CR", "--number", "x", "--source", "s", "--person", "p"], "CR has no helpline number x"),
        (["withdraw", "CR", "--number", "1147", "--source", " ", "--person", "p"], "source is empty"),
    ],
)
def test_what_can_not_be_taken_exits_2_and_is_named_in_one_line(data, capsys, arguments, says):
    assert main(["help", *arguments]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert len(error.strip().splitlines()) == 1
    assert not (data / "help.csv").exists()


def test_a_damaged_file_is_named_by_verify(data, capsys):
    (data / "help.csv").write_text("not,the,columns\n", encoding="utf-8")
    assert main(["data", "verify"]) == 1
    assert "help.csv line 1: the columns are not verdict" in capsys.readouterr().out


@pytest.fixture
def two_processes(data):
    """Two server processes over one data folder; gives their addresses."""
    ports, servers = [], []
    for _ in range(2):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            ports.append(probe.getsockname()[1])
        env = os.environ | {"COP_TODAY": "2026-11-22", "COP_DATA": str(data), "COP_COUNTRY": "CRI"}
        servers.append(
            subprocess.Popen(
                server_command("127.0.0.1", ports[-1], 1), env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )
    for port in ports:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
    yield [f"http://127.0.0.1:{port}" for port in ports]
    for server in servers:
        server.terminate()
        server.wait(timeout=20)


def said(base, path):
    with urllib.request.urlopen(base + path, timeout=20) as answer:
        return "1147" in answer.read().decode()


def command(*arguments):
    subprocess.run(
        [sys.executable, "-m", "cop", "help", *arguments],
        check=True,
        capture_output=True,
        env=os.environ | {"COP_TODAY": "2026-11-22"},
    )


def test_a_number_withdrawn_in_the_file_is_gone_from_every_page_of_two_processes_at_the_next_request(two_processes, data):
    def shown():
        return [said(base, path) for base in two_processes for path in PAGES]

    assert not any(shown())
    command("confirm", "CR", *CONFIRM)
    assert all(shown())
    assert all(shown())
    command("withdraw", "CR", "--number", "1147", "--source", "nobody answers", "--person", "A. Person")
    assert not any(shown())
    command("confirm", "CR", *CONFIRM)
    assert all(shown())
    kept = (data / "help.csv").read_text(encoding="utf-8").splitlines()
    (data / "help.csv").write_text("\n".join(kept[:3]) + "\n", encoding="utf-8")  # by hand, to the row that withdrew it
    assert not any(shown())


@pytest.mark.django_db
def test_a_withdrawn_number_is_not_spoken_of_on_the_country_page(data):
    client = Client()
    with override_settings(COP_DATA=data):
        assert "hotline 111" in client.get("/en/countries/VNM/").content.decode()
        assert main(["help", "withdraw", "VN", "--number", "111", "--source", "s", "--person", "p"]) == 0
        for address in ("/en/countries/VNM/", "/countries/VNM.json", "/countries/VNM.csv", "/en/help/VN/"):
            assert "hotline 111" not in client.get(address).content.decode(), address

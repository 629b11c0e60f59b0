"""`cop demo` as a person runs it: ready, answering, stopping cleanly, and clear about what stands in its way."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

REAL = {"COP_HOSTS": "cop.example", "COP_HTTPS": "1", "COP_PROXY": "1"}  # what the shell of an operator may hold


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def demo(port, data):
    return subprocess.Popen([sys.executable, "-m", "cop", "demo", "--port", str(port), "--data", str(data)], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, env=os.environ | {"COP_TODAY": "2026-11-22", **REAL})  # fmt: skip


def welcome(process):
    """What it prints until it is ready."""
    lines = []
    while not lines or "Stop it with" not in lines[-1]:
        lines.append(process.stdout.readline())
        assert lines[-1], "it stopped before it was ready"
    return lines


@pytest.fixture
def running(tmp_path):
    port = free_port()
    process = demo(port, tmp_path / "data")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                assert json.load(answer)["status"] == "ready"
                break
        except OSError:
            time.sleep(0.1)
    yield port, process, tmp_path
    process.kill()
    process.wait()
    process.stdout.close()


def test_it_answers_and_prints_its_addresses_and_stops_on_sigterm(running):
    port, process, _ = running
    for path in ("/en/", "/ar/countries/SAU/", "/zh-hans/map/", "/countries/CRI.json"):
        with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=20) as answer:
            assert answer.status == 200
            assert "Set-Cookie" not in answer.headers
    second = demo(port, running[2] / "other")
    out, _ = second.communicate(timeout=30)
    assert second.returncode == 1
    assert f"port {port}" in out
    assert len(out.strip().splitlines()) == 1
    out = "".join(welcome(process))
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert f"http://localhost:{port}/en/" in out
    assert "demonstration" in out
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_data_folder_that_can_t_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    process = demo(free_port(), tmp_path / "file" / "data")
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "data folder" in out
    assert len(out.strip().splitlines()) == 1


@pytest.mark.parametrize("port", ["0", "70000"])
def test_a_port_that_does_not_exist_is_refused(port, tmp_path):
    process = demo(port, tmp_path)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"port {port}" in out


def children_of(process):
    found = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(process.pid)], capture_output=True, text=True, check=True
    ).stdout
    return {line.split()[0]: line for line in found.splitlines()}


def waited(look):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def test_a_dead_worker_is_started_again_and_both_stop_with_the_demonstration(running):
    _, process, _ = running
    first = waited(lambda: [pid for pid, line in children_of(process).items() if "cop worker" in line])[0]
    os.kill(int(first), signal.SIGKILL)
    second = waited(lambda: [pid for pid, line in children_of(process).items() if "cop worker" in line and pid != first])
    children = children_of(process)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "it is started again" in out
    assert second
    assert [pid for pid in children if os.path.exists(f"/proc/{pid}")] == []


def test_it_prints_links_that_sign_in_once_and_the_audit_trail_stays_whole(running):
    port, process, folder = running
    lines = welcome(process)
    link = next(line.split()[-1] for line in lines if line.startswith("  administrator"))
    assert link.startswith(f"http://localhost:{port + 1}/desk/")
    with urllib.request.urlopen(link, timeout=20) as answer:
        assert answer.status == 200
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    named = os.environ | {"COP_DATA": str(folder / "data"), "COP_DATABASE_URL": ""}
    done = subprocess.run([sys.executable, "-m", "cop", "audit", "verify"], env=named, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("intact"), done


def test_the_data_folder_of_a_real_centre_is_left_alone(tmp_path):
    (tmp_path / "centre.sqlite3").write_bytes(b"")
    process = demo(free_port(), tmp_path)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "no demonstration" in out
    assert [path.name for path in tmp_path.iterdir()] == ["centre.sqlite3"]


def test_the_keys_of_a_centre_on_another_database_are_left_alone(tmp_path):
    (tmp_path / "audit.key").write_text("a" * 64)
    process = demo(free_port(), tmp_path)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "no demonstration" in out
    assert [path.name for path in tmp_path.iterdir()] == ["audit.key"]

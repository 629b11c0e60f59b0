"""The worker's calls to the outside on bad days: silent servers, keys that do not fit, a clock that was ahead."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from cop.cli.worker import Worker
from cop.ground.public import now
from cop.hotline.actions import outside as calls
from cop.hotline.actions.outside import ask_trace, probe_due, trace_due
from cop.hotline.core.notice import check_traces
from cop.hotline.exchange.outside import Outside, Service
from cop.hotline.models import CaseAddress, Contact, Trace
from cop.hotline.queries.notices import newest_traces, recipient
from cop.hotline.queries.reports import open_report
from tests.hotline.casework import a_contact, an_address, somebody, traced

pytestmark = pytest.mark.django_db
AT = now().replace(microsecond=0)


@pytest.fixture
def silent() -> Iterator[Outside]:
    """A resolver that never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
        nobody.bind(("127.0.0.1", 0))
        yield Outside(resolvers=(Service("127.0.0.1", nobody.getsockname()[1]),), patience=0.3, allow_loopback=True)


def asked(centre, address: CaseAddress, at=AT) -> None:
    own = open_report(address.case_id, centre.unlocked, centre.keystore).own
    ask_trace(number=address.case_id, name=address.name, own=own, keystore=centre.keystore, by=somebody("lead"), at=at)


def test_addresses_that_do_not_open_hold_up_no_other(centre, silent):
    """TRACE-13: ten of a lost key come first, and the eleventh is traced all the same"""
    rows = [an_address(centre, {"address": f"http://bad{number}.example/"}, AT) for number in range(11)]
    for place, row in enumerate(rows):
        asked(centre, row, AT + timedelta(seconds=place))
    CaseAddress.objects.exclude(pk=rows[-1].pk).update(for_service=b"of another key")
    later = AT + timedelta(minutes=1)
    assert trace_due(keystore=centre.keystore, outside=silent, at=later) == 0
    assert trace_due(keystore=centre.keystore, outside=silent, at=later) == 1
    assert Trace.objects.get().address_id == rows[-1].pk
    CaseAddress.objects.update(step="notified", probed_at=None)
    probe_due(keystore=centre.keystore, outside=silent, every=timedelta(hours=1), at=later)
    probe_due(keystore=centre.keystore, outside=silent, every=timedelta(hours=1), at=later)
    assert not CaseAddress.objects.filter(probed_at=None).exists()


def test_silent_servers_hold_a_round_up_for_a_moment_only(centre, silent, monkeypatch):
    """alarms and mails of the same worker must not wait for ten registers that do not answer"""
    monkeypatch.setattr(calls, "MOST_SECONDS", 0.1)
    for number in range(3):
        asked(centre, an_address(centre, {"address": f"http://bad{number}.example/"}, AT))
    done = [trace_due(keystore=centre.keystore, outside=silent, at=AT) for _ in range(4)]
    assert done == [1, 1, 1, 0]


def test_a_trace_of_a_clock_that_was_ahead_blocks_no_notice_once_it_is_made_anew(centre):
    """NOTICE-02"""
    address, contact = an_address(centre, {"address": "http://bad.example/"}, AT), a_contact(AT)
    traced(address, AT + timedelta(days=400), "XB")
    traced(address, AT, "XA")
    check_traces(recipient(Contact.objects.get(pk=contact)), newest_traces([address]), AT)


def test_a_strange_answer_from_outside_stops_neither_worker_nor_alarms(centre, capsys):
    worker = Worker(threading.Event())

    def strange(at):
        raise ValueError("https://bad.example/secret")

    worker.hotline = strange
    assert worker.round(and_tick=False) == 1
    said = capsys.readouterr().out
    assert "ValueError" in said
    assert "bad.example" not in said

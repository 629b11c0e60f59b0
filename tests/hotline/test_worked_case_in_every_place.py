"""A case that was worked on up to a notice in the outbox: nothing of it can be read in any place while the desk is locked."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.hotline.test_threat_model import ADDRESS, WORDS, found_in, served  # noqa: F401 the fixture of a centre that runs

WORK = """
import sys
from cop.cli.centre import set_up
set_up()
from cop.accounts.models import Person
from cop.accounts.public import card_of
from cop.cli.dev.staff import make_lead
from cop.ground.public import now
from cop.hotline.actions import cases
from cop.hotline.actions.contacts import approve_contact, propose_contact
from cop.hotline.actions.drafts import propose
from cop.hotline.actions.intake import receive
from cop.hotline.actions.keys import join
from cop.hotline.actions.notices import Desk, Wanted, prepare_notices, send_notice
from cop.hotline.actions.outside import ask_trace
from cop.hotline.actions.passing_on import pass_on
from cop.hotline.actions.traces import keep_trace
from cop.hotline.core.body import Body
from cop.hotline.core.case import PoliceRules
from cop.hotline.core.notice import Sender
from cop.hotline.core.receipt import new_seed
from cop.hotline.models import CaseAddress, Report
from cop.hotline.public import keystore
from cop.hotline.queries.reports import open_report
from cop.hotline.queries.rings import unlocked_by
from pysequoia import Tsk
words, address, passphrase = sys.argv[1:]
at, keys = now(), keystore()
lee = card_of(Person.objects.get(email="lee@centre.example").pk)
make_lead("sam@centre.example")
sam = card_of(Person.objects.get(email="sam@centre.example").pk)
unlocked = unlocked_by(lee.id, passphrase)
join(person=sam.id, passphrase=passphrase, unlocked=unlocked, actor="system", at=at)
body = Body(address=address, note=words, reporter="adult", language="en")
receive(body=body, seed=new_seed(), keys=keys.keys(at), at=at)
number = Report.objects.latest("pk").pk
cases.take(number=number, by=lee, at=at)
cases.first_open(number=number, unlocked=unlocked, keystore=keys, by=lee, at=at)
name = CaseAddress.objects.get(case=number).name
cases.assess(number=number, name=name, outcome="baseline", by=lee, at=at)
propose(report=number, phrase="", text=f"Do you mean {address}?", keystore=keys, by=lee, at=at)
cases.give_back(number=number, by=lee, at=at)
cases.take(number=number, by=sam, at=at)
cases.second(number=number, name=name, agrees=True, by=sam, at=at)
own = open_report(number, unlocked, keys).own
ask_trace(number=number, name=name, own=own, keystore=keys, by=sam, at=at)
keep_trace(address=name, country="XA", network="AS64500", evidence=f"{address} leads somewhere", contacts=["a@host.example"], by="system", at=at)
contact = propose_contact(name="Host", kind="host", mail="abuse@host.example", country="XA", way="mail", by=lee, at=at)
approve_contact(contact=contact, by=sam, at=at)
desk = Desk(unlocked, keys, Sender("Hotline", "hotline@centre.example"), "https://cop.example/{lang}/notice/")
notice, = prepare_notices(wanted=[Wanted(number, name, contact)], kind="first", desk=desk, by=sam, at=at)
send_notice(notice=notice, rules=PoliceRules(), by=sam, at=at)
from tests.hotline.passing import declare
declare("portal", at)
for way in ("page", "openpgp"):
    receive(body=body, seed=new_seed(), keys=keys.keys(at), at=at)
    key = str(Tsk.generate("desk <desk@partner.example>").extract_certificate()) if way == "openpgp" else ""
    who = {"name": way, "kind": "partner", "mail": "desk@partner.example", "country": "XA", "way": way, "openpgp": key}
    contact = propose_contact(**who, by=lee, at=at)
    approve_contact(contact=contact, by=sam, at=at)
    assert pass_on(contact=contact, desk=desk, by=lee, at=at).reports == 1
"""


def test_a_worked_case_is_nowhere_in_clear_while_the_desk_is_locked(served):  # noqa: F811
    """THR-01, THR-05, THR-06, THR-07, NOTICE-10, PORTAL-05: database, write-ahead log, temporary files, log, outbox, backup, environment."""
    _, folder, server, cop = served
    environment = os.environ | {"COP_DATA": str(folder / "data"), "COP_DATABASE_URL": "", "TMPDIR": str(folder / "tmp")}
    work = [sys.executable, "-c", WORK, WORDS, ADDRESS, "five words are quite enough"]
    with (folder / "log of the desk").open("wb") as log:
        subprocess.run(work, env=environment, check=True, stdout=log, stderr=log)
    cop("backup", str(folder / "backup.zip"))
    places = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    places |= {Path(f"/proc/{server.pid}/environ"): Path(f"/proc/{server.pid}/environ").read_bytes()}
    with zipfile.ZipFile(folder / "backup.zip") as packed:
        places |= {Path("backup") / name: packed.read(name) for name in packed.namelist()}
    assert {"centre.sqlite3", "log", "backup.zip", "environ"} <= {path.name for path in places}
    database = b"".join(held for path, held in places.items() if path.name.startswith("centre.sqlite3"))
    assert b"abuse@host.example" in database  # the mails are in the outbox
    assert b"desk@partner.example" in database
    for path, held in places.items():
        assert found_in(held, WORDS, ADDRESS, "quokkafield", "leads somewhere", "Do you mean") == [], path
        assert found_in(held + ADDRESS.encode(), ADDRESS), path

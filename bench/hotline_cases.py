"""The desk with many cases: the first page, lists, searches and the next case, measured through Django's own client."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from hotline_centre import centre

TARGET = 200.0  # milliseconds


def desk(database: str, cases: int) -> int:
    """Make cases in bulk, then measure in a process that has just started. What takes longer than 200 ms fails."""
    with centre(database) as held:
        done = subprocess.run(
            [sys.executable, str(Path(__file__)), str(cases)], env=held.environment, check=True, stdout=subprocess.PIPE, text=True
        )
        found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    print(f"{database}: the desk with {cases} cases, milliseconds (first, median of the others)")
    slow = []
    for what, times in found.items():
        later = statistics.median(times[1:])
        print(f"  {what:<44} {times[0]:7.1f} {later:7.1f}")
        slow += [what] if later > TARGET else []
    print("\n".join(f"MISSED {what}: more than {TARGET:.0f} ms" for what in slow) or "every target is met")
    return 1 if slow else 0


def _fill(cases: int) -> None:
    """Reports with their cases, addresses and events, as a centre of some years holds them; what is sealed is noise."""
    import random
    import secrets
    from datetime import timedelta

    from django.db import connection, transaction

    from cop.accounts.models import Person
    from cop.ground.public import now
    from cop.hotline.models import Case, CaseAddress, CaseEvent, Report

    draw, at, person = random.Random(5), now(), Person.objects.order_by("pk").values_list("pk", flat=True)[0]
    noise = {size: secrets.token_bytes(size) for size in (32, 120, 200, 600)}
    states = ("closed",) * 80 + ("acting",) * 8 + ("second",) * 3 + ("working",) * 2 + ("new",) * 7
    signs = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
    came = {one: at - timedelta(minutes=10 * (cases - one)) for one in range(1, cases + 1)}
    stands = {one: draw.choice(states) for one in came}
    public = {"new": "received", "closed": "closed"}
    taken = [one for one in came if stands[one] != "new" or one % 2]  # the others were taken up by nobody yet
    with transaction.atomic():
        _insert(Report, ({
            "lookup": secrets.token_hex(32), "reference": "".join(draw.choices(signs, k=6)), "mark": "0" * 64,
            "received_at": came[one], "language": "en", "state": public.get(stands[one], "in_work"),
            "danger": one % 500 == 0, "team": "x" * 16, "month": "2026-11", "own_public": noise[32],
            "own_key": noise[200], "body": noise[600], "reply_to": noise[32]} for one in came))  # fmt: skip
        _insert(Case, ({
            "report_id": one, "state": stands[one], "outcome": "baseline" if stands[one] in ("acting", "closed") else "",
            "concern": "abuse_material", "country": draw.choice(("XA", "XB", "XC", "")), "age": draw.choice(("infant", "")),
            "opened_at": came[one], "due_at": came[one] + timedelta(hours=24)} for one in taken))  # fmt: skip
        _insert(CaseAddress, ({
            "name": secrets.token_hex(16), "case_id": one, "kind": "web", "blind": secrets.token_hex(32), "sealed": noise[120],
            "added_at": came[one], "first_id": person if stands[one] != "new" else None} for one in taken))  # fmt: skip
        _insert(CaseEvent, ({"case_id": one, "at": came[one], "by": "p-otter", "verb": verb} for one in taken
                            for verb in ("take", "look", "assess")))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _insert(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Rows in bulk, with the defaults of the model; the database numbers them from 1."""
    from django.db import connection
    from django.db.models import AutoField

    fields = [one for one in model._meta.concrete_fields if not isinstance(one, AutoField)]
    blank = {one.attname: one.get_default() for one in fields}
    columns, places = ", ".join(f'"{one.column}"' for one in fields), ", ".join(["%s"] * len(fields))

    def held() -> Iterator[list[Any]]:
        for row in rows:
            values = (blank | row).values()
            yield [connection.ops.adapt_datetimefield_value(one) if isinstance(one, datetime) else one for one in values]

    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({places})", held())  # noqa: S608


def _measure() -> dict[str, list[float]]:
    from collections.abc import Callable
    from datetime import timedelta

    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.models import Authenticator
    from django.db import transaction
    from django.test import Client

    from cop.accounts.models import Person
    from cop.accounts.public import SECOND, card_of
    from cop.ground.public import now
    from cop.hotline.actions import cases
    from cop.hotline.models import Case, CaseAddress, Report
    from cop.hotline.queries.cases import case_rows, counts, mine

    person = Person.objects.order_by("pk")[0]
    other = Person.objects.order_by("-pk")[0]
    me, somebody = card_of(person.pk), card_of(other.pk)
    client = Client(HTTP_HOST="localhost")
    app = {"data": {"secret": get_adapter().encrypt("JBSWY3DPEHPK3PXP")}}
    Authenticator.objects.get_or_create(user=person, type=Authenticator.Type.TOTP, defaults=app)
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[SECOND] = True
    session.save()
    at, least = now(), Report.objects.order_by("pk").values_list("pk", flat=True)[0]
    reference, blind = Report.objects.get(pk=least + 7).reference, CaseAddress.objects.order_by("pk")[7].blind

    def page(address: str) -> Callable[[], object]:
        def get() -> object:
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code, answer.headers.get("Location"))
            return answer

        return get

    def pull(by: object) -> Callable[[], object]:
        def take() -> None:
            with transaction.atomic():
                cases.pull(by=by, at=at)  # type: ignore[arg-type]
                transaction.set_rollback(True)

        return take

    seen = {
        "page: front": page("/desk/hotline/"), "page: cases": page("/desk/hotline/cases/"),
        "page: cases, an old place": page(f"/desk/hotline/cases/?before={least + 60}"),
        "page: cases in state second": page("/desk/hotline/cases/?state=second"),
        "page: cases in state new": page("/desk/hotline/cases/?state=new"),
        "page: cases of XB": page("/desk/hotline/cases/?country=XB"),
        "page: cases of nowhere (XZ)": page("/desk/hotline/cases/?country=XZ"),
        "page: cases closed, of XB, an infant": page("/desk/hotline/cases/?state=closed&country=XB&age=infant"),
        "page: an outcome that none has": page("/desk/hotline/cases/?outcome=unable"),
        "page: an age that none has": page("/desk/hotline/cases/?age=pubescent"),
        "page: in danger, state second": page("/desk/hotline/cases/?danger=1&state=second"),
        "page: a reference": page(f"/desk/hotline/cases/?q={reference}"), "page: a number": page(f"/desk/hotline/cases/?q={least}"),
        "query: one address by its blind index": lambda: case_rows({}, blind=blind),
        "query: counts": counts, "query: mine": lambda: mine(person.pk, at),
        "the next case, for who looked first": pull(me), "the next case, for somebody else": pull(somebody),
        "the next case, of a quiet day": None,
    }  # fmt: skip
    found: dict[str, list[float]] = {}
    for what, ask in seen.items():
        work = ask
        if work is None:
            Report.objects.filter(danger=True).update(danger=False)
            Case.objects.filter(state__in=("new", "working", "second")).update(state="closed", closed_at=at)
            Case.objects.filter(pk__gt=least + 50_000).update(claimed_by=other, claimed_until=at + timedelta(minutes=20))
            work = pull(me)
        times = []
        for _ in range(8):
            begun = time.perf_counter()
            work()
            times.append((time.perf_counter() - begun) * 1000)
        found[what] = times
    return found


def main() -> None:
    """Fill and measure, with Django set up on the centre that the environment names; the figures as JSON."""
    from cop.cli.centre import set_up

    set_up()
    from cop.cli.dev.staff import make_lead

    make_lead("kim@centre.example")
    begun = time.perf_counter()
    _fill(int(sys.argv[1]))
    print(f"filled in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    print(json.dumps(_measure()))


if __name__ == "__main__":
    main()

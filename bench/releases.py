"""Five sample releases in which every country answered every question: profiles made anew, and open statistics after a start.

Run: uv run python bench/releases.py. The answers are generated; everything lies in a folder that is thrown away.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rounds import value_for

RELEASES, FIRST_YEAR = 5, 2022
PAGE, FIRST = 8.0, 1000.0  # milliseconds of a page made anew, and of the first statistics after a start
PAGES = ("/en/profiles/CRI/", "/ar/profiles/CRI/", "/fr/profiles/FRA/", "/en/countries/CRI/")
RUNS = 60
CSV = "application/vnd.sdmx.data+csv;version=2.0.0"
SDMX = "/sdmx/v2/data/dataflow/COP/COP_INDICATORS/1.0/"


def publish(number: int) -> None:
    """One round in which every country signed a generated answer to every question, published as a release."""
    from cop.ground.core.door import Reference
    from cop.observatory.actions.releases import publish_release
    from cop.observatory.actions.rounds import add_questionnaire, create_round
    from cop.observatory.core.door import observatory
    from cop.observatory.core.questionnaires.packaged import packaged
    from cop.observatory.core.release import Consent, SignedAnswer, SignedCountry
    from cop.observatory.core.releases.build import ReleasePlan
    from cop.observatory.core.releases.inputs import ReleaseInputs, kept_question
    from cop.observatory.core.rounds.entries import is_asked
    from cop.observatory.core.rounds.stages import Calendar

    survey, chance, held = packaged(Reference()), random.Random(number), observatory()
    at, round_id = datetime(FIRST_YEAR + number, 6, 1, tzinfo=UTC), f"sample-{FIRST_YEAR + number}"
    asked = add_questionnaire(questionnaire=survey, at=at, actor="system")
    countries = list(held.ground.places.countries)
    days = Calendar(*(at - timedelta(days=before) for before in (120, 60, 20, 10)))
    title = {"en": "SAMPLE with generated answers"}
    create_round(
        round_id=round_id, title=title, days=days, countries=countries, at=at, actor="system", questionnaire_id=asked,
    )  # fmt: skip
    plan = ReleasePlan(
        round_id, 1, title["en"], at, None, held.method("cop-2026"), f"{survey.id} {survey.version}", "a" * 64,
        tuple(kept_question(question) for question in survey.questions), titles=title,
    )  # fmt: skip
    questions = [question for question in survey.questions if is_asked(question)]
    signed = tuple(
        SignedCountry(
            iso3, "5" * 64, at, tuple(SignedAnswer(q.id, value_for(q, chance), at.date()) for q in questions), Consent.ALL
        )
        for iso3 in countries
    )  # fmt: skip
    publish_release(inputs=ReleaseInputs(plan, signed), at=at, actor="system")


def milliseconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - start)


def told(name: str, found: float, budget: float) -> bool:
    """Prints a time beside its budget; True where it is kept."""
    print(f"{name:<44} {found:8.2f} ms   budget {budget:.0f} ms   {budget / found:.1f} times within")
    return found <= budget


def memory() -> float:
    """The megabytes that this process holds now."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS")), 0.0)


def measure() -> int:
    """In a process that has just started, as a worker: pages made anew, then the first statistics."""
    from django.test import Client

    from cop.observatory.core.sdmx.cube import cube
    from cop.observatory.queries import releases

    client, kept = Client(SERVER_NAME="localhost"), []
    for path in PAGES:
        times = [milliseconds(lambda path=path: client.get(path)) for _ in range(RUNS)]
        kept.append(told(f"{path}, p50 made anew", statistics.median(times[5:]), PAGE))
    before = memory()
    kept.append(told(f"{RELEASES} releases read as statistics", milliseconds(releases.flow), FIRST))
    arranged = milliseconds(lambda: cube(releases.flow()))
    count = sum(len(release.observations) for release in releases.flow().releases)
    print(f"{count} observations, arranged by series in {arranged:.0f} ms; the worker grew from {before:.0f} to {memory():.0f} MB")
    for name, path in (("one series", f"{SDMX}A.CRI.P1-01.*"), ("its history", f"{SDMX}A.CRI.P1-01.*?includeHistory=true")):
        print(f"{name:<44} {milliseconds(lambda path=path: client.get(path, headers={'accept': CSV})):8.2f} ms")
    return 0 if all(kept) else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", metavar="FOLDER", help="measure over a folder that was filled before")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = options.measure or made
        os.environ |= {"COP_DATA": folder, "DJANGO_SETTINGS_MODULE": "cop.config.settings", "COP_CACHED_PAGES": "0"}
        import django

        django.setup()
        if options.measure:
            return measure()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        spent = milliseconds(lambda: [publish(number) for number in range(RELEASES)])
        print(f"{RELEASES} releases built and published in {spent / 1000:.1f} s")
        return subprocess.run([sys.executable, __file__, "--measure", made], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

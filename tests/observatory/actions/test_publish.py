"""Publishing, correcting, withdrawing: all or nothing, for ever, and never before the embargo ends."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from cop.observatory.actions.releases import NotPublished, publish_release, withdraw
from cop.observatory.core.releases.content import checksum
from cop.observatory.models.releases import Release, ReleaseCountry, ReleaseIsKept
from cop.observatory.queries import releases as queries
from cop.observatory.queries import verification
from tests.observatory.release_samples import COSTA_RICA, URUGUAY, inputs, past_the_triggers, round_named, signed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def publish(*countries, number=1, **more):
    round_named("cop-2026")
    return publish_release(inputs=inputs(*countries, number=number, **more), at=NOW, actor="system")


def test_a_release_is_kept_with_every_country_and_its_checksum_rel_01():
    assert publish(COSTA_RICA, URUGUAY) == "cop-2026.1"
    (one,) = queries.published(NOW)
    assert queries.content(one).checksum == one.checksum
    assert ReleaseCountry.objects.count() == 195
    assert queries.country(one, "CRI").of("P1-01").state == "yes"
    assert [found.problems for found in verification.verify()] == [()]
    assert verification.rebuilt("cop-2026.1") == ()


def test_two_releases_of_a_round_are_both_fetchable_with_their_difference_rel_06():
    publish(COSTA_RICA)
    publish(signed("CRI", {"law_csam": "no"}), number=2, published=NOW)
    new, old = queries.published(NOW)
    assert [one.id for one in (old, new)] == ["cop-2026.1", "cop-2026.2"]
    assert queries.country(old, "CRI").of("P1-01").state == "yes"
    assert queries.country(new, "CRI").of("P1-01").state == "no"
    assert ("figure", "CRI", "P1-01") in {(c.kind, c.area, c.code) for c in queries.changes(old, new)}
    assert queries.corrected(new, (new, old)) == old
    assert [one.problems for one in verification.verify()] == [(), ()]


def test_the_same_number_is_never_published_twice_rel_01():
    publish(COSTA_RICA)
    with pytest.raises(NotPublished, match=r"cop-2026\.1 exists already"):
        publish(URUGUAY)


def test_who_publishes_the_same_number_a_moment_later_is_told_rel_01(monkeypatch):
    publish(COSTA_RICA)
    real = Release.objects.filter
    seen = []

    def blind(*args, **wanted):  # the other release is not seen yet when it is looked for first
        seen.append(wanted)
        return Release.objects.none() if len(seen) == 1 else real(*args, **wanted)

    monkeypatch.setattr(Release.objects, "filter", blind)
    with pytest.raises(NotPublished, match=r"cop-2026\.1 exists already"):
        publish_release(inputs=inputs(URUGUAY), at=NOW, actor="system")
    assert len(seen) == 2


def test_a_failure_in_the_middle_of_publication_leaves_what_was_rel_12():
    publish(COSTA_RICA)
    with pytest.raises(ValueError, match="@"):  # the audit trail refuses this actor when every row is already written
        publish_release(inputs=inputs(URUGUAY, number=2), at=NOW, actor="someone@centre.example")
    assert [one.id for one in queries.published(NOW)] == ["cop-2026.1"]
    assert ReleaseCountry.objects.filter(release_id="cop-2026.2").count() == 0


def test_nothing_of_a_release_is_changed_or_removed_neither_by_the_program_nor_beside_it_rel_01():
    publish(COSTA_RICA)
    one = Release.objects.get()
    one.header = "{}"
    for change in (one.save, one.delete, Release.objects.all().delete, lambda: Release.objects.update(header="{}")):
        with pytest.raises(ReleaseIsKept):
            change()
    for statement in (
        "UPDATE observatory_release SET header = '{}'",
        "UPDATE observatory_releasecountry SET content = '{}'",
        "DELETE FROM observatory_releasecountry WHERE iso3 = 'URY'",
        "DELETE FROM observatory_release",
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_verifying_finds_a_country_that_is_gone_rel_13():
    publish(COSTA_RICA)
    past_the_triggers(("DELETE FROM observatory_releasecountry WHERE iso3 = 'URY'", []))
    (found,) = verification.verify()
    assert found.problems == ("the content is not what was published: its checksum differs",)


def rewritten(id):
    """A content that was changed together with its checksum: what only the audit trail can tell."""
    held = dict(ReleaseCountry.objects.filter(release_id=id).order_by("iso3").values_list("iso3", "content"))
    text = held["CRI"].replace('"code":"P1-01"', '"code":"P1-01","note":"changed"', 1)
    seal = checksum(Release.objects.get(id=id).header, held | {"CRI": text})
    return (
        ("UPDATE observatory_releasecountry SET content = %s WHERE release_id = %s AND iso3 = 'CRI'", [text, id]),
        ("UPDATE observatory_release SET checksum = %s WHERE id = %s", [seal, id]),
    )


def test_a_release_that_was_rewritten_with_its_checksum_is_found_by_the_audit_trail_rel_27():
    publish(COSTA_RICA)
    publish(URUGUAY, number=2)
    (kept, _) = (one.checksum for one in verification.verify())
    past_the_triggers(*rewritten("cop-2026.1"))
    first, second = verification.verify()
    assert any(said.startswith("its checksum is another than in entry ") and said.endswith(kept) for said in first.problems)
    assert second.problems == ()


def test_a_release_that_was_removed_or_put_in_is_found_by_the_audit_trail_rel_27():
    publish(COSTA_RICA)
    publish(URUGUAY, number=2)
    past_the_triggers(
        ("DELETE FROM observatory_releasecountry WHERE release_id = 'cop-2026.2'", []),
        ("DELETE FROM observatory_release WHERE id = 'cop-2026.2'", []),
        ("DELETE FROM observatory_releasecountry WHERE release_id = 'cop-2026.1'", []),
        ("UPDATE observatory_release SET id = 'cop-2026.3', number = 3 WHERE id = 'cop-2026.1'", []),
    )
    found = {one.id: "; ".join(one.problems) for one in verification.verify()}
    assert "is not kept any more" in found["cop-2026.1"]
    assert "is not kept any more" in found["cop-2026.2"]
    assert "tells of no such publication" in found["cop-2026.3"]
    assert "number is 3 in its row and 1 in its header" in found["cop-2026.3"]


def test_an_embargo_that_was_moved_and_a_withdrawal_of_nobody_are_found_rel_27():
    publish(COSTA_RICA, embargo_until=NOW + timedelta(days=3))
    publish(URUGUAY, number=2)
    publish(URUGUAY, number=3)
    withdraw(release_id="cop-2026.3", why="The wrong file was published.", at=NOW, actor="system")
    assert [one.problems for one in verification.verify()] == [(), (), ()]
    past_the_triggers(
        ("UPDATE observatory_release SET embargo_until = NULL WHERE number = 1", []),
        ("UPDATE observatory_release SET withdrawn_at = published_at, withdrawn_why = 'Because.' WHERE number = 2", []),
        ("UPDATE observatory_release SET withdrawn_why = 'For another reason.' WHERE number = 3", []),
    )
    moved, withdrawn, other = ("; ".join(one.problems) for one in verification.verify())
    assert moved.startswith("embargo_until is None in its row")
    assert "tells of no withdrawal" in withdrawn
    assert "the reason of its withdrawal is another" in other
    past_the_triggers(("UPDATE observatory_release SET withdrawn_at = NULL WHERE number = 3", []))
    assert "it stands, and entry" in "; ".join(verification.verify("cop-2026.3")[0].problems)


def test_a_correction_is_possible_when_the_method_of_the_last_release_is_not_held_any_more_rel_09():
    publish(COSTA_RICA)
    kept = Release.objects.get().inputs
    past_the_triggers(("UPDATE observatory_release SET inputs = %s", [kept.replace('"method":"cop-2026', '"method":"cop-2019')]))
    assert [one.iso3 for one in queries.last_signed("cop-2026")] == ["CRI"]
    assert verification.rebuilt("cop-2026.1")[0].startswith("not built again: the method cop-2019")


def test_an_embargoed_release_is_nowhere_until_its_hour_rel_14():
    until = NOW + timedelta(hours=1)
    publish(COSTA_RICA, embargo_until=until)
    before, after = until - timedelta(seconds=1), until
    assert queries.shown(before).releases == ()
    assert queries.shown(before).pending
    assert [one.id for one in queries.shown(after).releases] == ["cop-2026.1"]
    assert not queries.shown(after).pending
    assert [one.id for one in queries.of_round("cop-2026")] == ["cop-2026.1"]


def test_a_withdrawn_release_says_why_and_counts_nowhere_rel_15():
    publish(COSTA_RICA)
    with pytest.raises(NotPublished, match="public reason"):
        withdraw(release_id="cop-2026.1", why="  ", at=NOW, actor="system")
    withdraw(release_id="cop-2026.1", why="The wrong file was published.", at=NOW, actor="system")
    assert queries.published(NOW) == ()
    assert [one.withdrawn_why for one in queries.shown(NOW).releases] == ["The wrong file was published."]
    with pytest.raises(NotPublished, match="stands"):
        withdraw(release_id="cop-2026.1", why="Again.", at=NOW, actor="system")


def test_open_statistics_hold_every_standing_release_oldest_first_rel_16(settings):
    from datetime import date

    settings.COP_TODAY = date(2026, 11, 23)
    publish(COSTA_RICA)
    publish(URUGUAY, number=2, published=NOW)
    publish(URUGUAY, number=3, published=NOW, embargo_until=NOW + timedelta(days=300))
    flow = queries.flow()
    assert [one.id for one in flow.releases] == ["cop-2026.1", "cop-2026.2"]
    assert queries.flow() is flow
    held = {(o.area, o.indicator, o.period): o for o in flow.releases[0].observations}
    assert held["CRI", "P1-01", "2026"].value == 1.0
    assert held["ARG", "P1-01", "2026"].status == "O"
    assert held["CRI", "P1-09/OPSC", "2001"].value == 0.0
    assert held["CRI", "P1-09/OPSC", "2002"].value == 1.0
    assert held["CRI", "P3-10", "2026"].status == "Q"
    assert held["world", "P1-01/countries", "2026"].unit == "per cent"
    named = {label.code for label in flow.indicators}
    assert {o.indicator for o in flow.releases[0].observations} <= named
    assert {o.area for o in flow.releases[0].observations} <= {label.code for label in flow.areas}
    assert all(set(label.names) == {"en", "fr", "es", "ar", "zh-hans", "ru"} for label in (*flow.areas, *flow.indicators))


def test_statistics_read_a_release_once_and_keep_none_whole_rel_16(django_assert_num_queries):
    publish(COSTA_RICA)
    for kept in (queries._flow, queries._data, queries._content, queries._header):
        kept.cache_clear()
    before = queries.flow().releases[0]
    publish(URUGUAY, number=2)
    with django_assert_num_queries(3):  # the list of releases, the new one's header, its countries
        flow = queries.flow()
    assert flow.releases[0] is before
    assert queries._content.cache_info().currsize == 0

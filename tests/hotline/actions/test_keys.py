"""The team's key ring: each change is one action, nobody loses what they may read, and who left reads nothing new."""

import pytest

from cop.ground.core.door import NotOpened
from cop.ground.public import now
from cop.hotline.actions.intake import receive
from cop.hotline.actions.keys import change, join, leave, set_up
from cop.hotline.core.body import Body
from cop.hotline.core.receipt import new_seed
from cop.hotline.core.rings import WeakPassphrase, WrongPassphrase, from_paper
from cop.hotline.models import Member, MemberKey, Report, TeamKey
from cop.hotline.queries.reports import open_report
from cop.hotline.queries.rings import RingRefused, recovered, team_key, unlocked_by
from tests.desk import a_person
from tests.hotline.conftest import PASSPHRASE


def send(centre, text):
    receive(body=Body(note=text), seed=new_seed(), keys=centre.keystore.keys(now()), at=now())
    return Report.objects.latest("pk").pk


def test_a_member_unlocks_with_their_passphrase_and_with_no_other(centre):
    assert unlocked_by(centre.member, PASSPHRASE) == centre.unlocked
    with pytest.raises(WrongPassphrase):
        unlocked_by(centre.member, "another passphrase altogether")
    with pytest.raises(RingRefused, match="not a member"):
        unlocked_by(a_person("lead").pk, PASSPHRASE)


def test_the_recovery_key_on_paper_unlocks(centre):
    assert recovered(from_paper(centre.paper)) == centre.unlocked


def test_a_second_set_up_is_refused_and_changes_nothing(centre):
    before = centre.keystore.team()
    with pytest.raises(RingRefused, match="already"):
        set_up(keystore=centre.keystore, person=centre.member, passphrase=PASSPHRASE, at=now())
    assert (centre.keystore.team(), TeamKey.objects.count()) == (before, 1)


def test_a_weak_passphrase_makes_no_member(centre):
    with pytest.raises(WeakPassphrase):
        join(person=a_person("lead").pk, passphrase="short", unlocked=centre.unlocked, actor="system", at=now())
    assert Member.objects.count() == 1


def test_a_changed_key_opens_new_and_earlier_reports_without_anybody_s_passphrase(centre):
    lead = a_person("lead").pk
    join(person=lead, passphrase="another five words for you", unlocked=centre.unlocked, actor="system", at=now())
    numbers, unlocked = [send(centre, "before")], centre.unlocked
    for text in ("after one", "after two"):
        unlocked = change(keystore=centre.keystore, unlocked=unlocked, actor="p-fox", at=now())
        centre.keystore.set_team(bytes(TeamKey.objects.get(later=None).public))  # what the commit does outside a test
        numbers.append(send(centre, text))
    assert unlocked_by(lead, "another five words for you") == unlocked == unlocked_by(centre.member, PASSPHRASE)
    texts = [open_report(number, unlocked, centre.keystore).body.note for number in numbers]
    assert texts == ["before", "after one", "after two"]
    assert recovered(from_paper(centre.paper)) == unlocked


def test_who_left_has_no_key_and_can_t_open_what_comes_in_later(centre):
    lead = a_person("lead").pk
    join(person=lead, passphrase="another five words for you", unlocked=centre.unlocked, actor="system", at=now())
    fresh = leave(person=centre.member, keystore=centre.keystore, unlocked=centre.unlocked, actor="p-fox", at=now())
    centre.keystore.set_team(bytes(TeamKey.objects.get(later=None).public))
    number = send(centre, "later")
    with pytest.raises(RingRefused):
        unlocked_by(centre.member, PASSPHRASE)
    assert not MemberKey.objects.filter(member__person_id=centre.member).exists()
    assert Member.objects.get(person_id=centre.member).locked == b""
    with pytest.raises((NotOpened, RingRefused)):  # even with the old key kept in their head
        open_report(number, centre.unlocked, centre.keystore)
    assert open_report(number, fresh, centre.keystore).body.note == "later"


def test_the_last_member_can_t_leave(centre):
    with pytest.raises(RingRefused, match="last member"):
        leave(person=centre.member, keystore=centre.keystore, unlocked=centre.unlocked, actor="p-fox", at=now())
    assert unlocked_by(centre.member, PASSPHRASE) == centre.unlocked


def test_a_stale_key_changes_nothing(centre):
    change(keystore=centre.keystore, unlocked=centre.unlocked, actor="p-fox", at=now())
    for act in (change, leave):
        with pytest.raises(RingRefused):
            act(
                keystore=centre.keystore,
                unlocked=centre.unlocked,
                actor="p-fox",
                at=now(),
                **({"person": 0} if act is leave else {}),
            )
    with pytest.raises(RingRefused, match="unlock again"):
        join(person=a_person("lead").pk, passphrase=PASSPHRASE, unlocked=centre.unlocked, actor="p-fox", at=now())


def test_a_team_key_that_never_was_is_refused(centre):
    with pytest.raises(RingRefused, match="no team key"):
        team_key(centre.unlocked, "f" * 16)

"""Floods are slowed without tracking: proof of work for one report, and limits by a blinded network (S-32)."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.hotline.core.proof import (
    LASTS,
    TICKET_LASTS,
    BadProof,
    Limits,
    Spent,
    challenge,
    check_proof,
    check_ticket,
    solve,
    ticket,
    zero_bits,
)  # fmt: skip
from cop.hotline.core.receipt import new_seed

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = b"s" * 32
SEED = "abcdefghijklmnopqrstuvwxyz"


@given(st.integers(0, 10))
def test_a_solved_challenge_is_taken_for_its_seed(difficulty):
    seed = new_seed()
    proof = solve(challenge(SECRET, AT, difficulty), seed)
    check_proof(SECRET, proof, seed, AT)
    assert zero_bits(proof.rpartition(":")[0] + f":{seed}:" + proof.rpartition(":")[2]) >= difficulty


def test_a_proof_is_good_for_no_other_report():
    text = challenge(SECRET, AT, 12)
    proof, refused = solve(text, SEED), 0
    for _ in range(20):
        try:
            check_proof(SECRET, proof, new_seed(), AT)
        except BadProof:
            refused += 1
    assert refused >= 19  # one in 4,096 would pass by chance


def test_an_old_challenge_is_refused_and_a_clock_that_jumped_back_a_little_is_not():
    proof = solve(challenge(SECRET, AT, 4), SEED)
    check_proof(SECRET, proof, SEED, AT + LASTS)
    check_proof(SECRET, proof, SEED, AT - LASTS)
    for at in (AT + LASTS + timedelta(seconds=1), AT - LASTS - timedelta(seconds=1)):
        with pytest.raises(BadProof, match="too old"):
            check_proof(SECRET, proof, SEED, at)


def test_a_challenge_that_somebody_made_easier_is_refused():
    parts = challenge(SECRET, AT, 16).split(".")
    parts[1] = "0"
    with pytest.raises(BadProof, match="not one of ours"):
        check_proof(SECRET, ".".join(parts) + ":1", SEED, AT)


@pytest.mark.parametrize("proof", ["", ":", "x", "1.2.3.4:", "1.2.3.4:1", "a" * 300, "é.1.x.y:1", "1.1.a.b:\n"])
def test_what_is_no_proof_is_refused_with_the_reason(proof):
    with pytest.raises(BadProof):
        check_proof(SECRET, proof, SEED, AT)


def test_a_network_may_do_so_much_an_hour_and_then_waits():
    limits = Limits(3)
    assert [limits.wait("198.51.100.7", AT) for _ in range(3)] == [0, 0, 0]
    wait = limits.wait("198.51.100.200", AT)  # the same network
    assert 0 < wait <= 1201
    assert limits.wait("203.0.113.1", AT) == 0
    assert limits.wait("198.51.100.7", AT + timedelta(seconds=wait)) == 0


def test_networks_are_forgotten_with_the_day_and_never_kept_in_clear():
    limits = Limits(1)
    assert limits.wait("198.51.100.7", AT) == 0
    assert "198.51" not in repr(vars(limits))
    assert limits.wait("198.51.100.7", AT) > 0
    assert limits.wait("198.51.100.7", AT + timedelta(days=1)) == 0


def test_a_clock_that_jumps_back_gives_nothing_and_takes_nothing():
    limits = Limits(2)
    assert limits.wait("::1", AT) == 0
    assert limits.wait("::1", AT - timedelta(hours=2)) == 0
    assert limits.wait("::1", AT - timedelta(hours=2)) > 0


def test_the_memory_of_networks_is_bounded():
    limits = Limits(1, networks=10)
    for number in range(100):
        limits.wait(f"10.{number}.0.1", AT)
    assert len(limits._buckets) == 10


def test_a_ticket_lives_two_hours_and_for_its_seed_alone():
    held = ticket(SECRET, SEED, AT)
    assert check_ticket(SECRET, held, SEED, AT) == 20
    assert check_ticket(SECRET, held, SEED, AT + TICKET_LASTS) == 0
    for seed, at in ((SEED, AT + TICKET_LASTS + timedelta(seconds=1)), (new_seed(), AT), (SEED, AT - timedelta(seconds=61))):
        with pytest.raises(BadProof):
            check_ticket(SECRET, held, seed, at)


def test_what_was_used_for_one_text_serves_that_text_again_and_no_other():
    """THR-14."""
    spent = Spent()
    for _ in range(3):
        with spent.use("proof", b"one"):
            pass
    with pytest.raises(BadProof, match="another text"), spent.use("proof", b"two"):
        pass
    assert spent.used("proof")
    assert not spent.used("other")


def test_what_could_not_be_stored_spends_nothing():
    spent = Spent()
    with pytest.raises(OSError, match="full"), spent.use("proof", b"one"):
        raise OSError("the disk is full")
    with spent.use("proof", b"two"):
        pass
    with pytest.raises(OSError, match="full"), spent.use("proof", b"two"):
        raise OSError("the disk is full")
    assert spent.used("proof")


def test_two_texts_at_once_under_one_proof_are_one():
    spent, start, taken = Spent(), Barrier(8), []

    def use(number):
        start.wait()
        try:
            with spent.use("proof", bytes([number])):
                taken.append(number)
        except BadProof:
            pass

    threads = [Thread(target=use, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(taken) == 1


def test_the_memory_of_what_was_used_is_bounded():
    spent = Spent(most=10)
    for number in range(50):
        with spent.use(str(number), b""):
            pass
    assert [spent.used(str(number)) for number in (39, 40, 49)] == [False, True, True]

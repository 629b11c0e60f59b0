"""How a process knows that too much is going on, and what of a report it takes then."""

from threading import Barrier, Thread
from time import sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.hotline.core.body import Body
from cop.hotline.core.overload import Load, shortened

WORDS = st.text(max_size=20)


def test_more_at_once_than_the_most_is_too_much_while_it_lasts():
    """OVER-01."""
    load, inside, leave = Load(most=3), Barrier(5), Barrier(5)

    def work():
        with load.one((OSError,)):
            inside.wait()
            leave.wait()

    threads = [Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    inside.wait()
    assert load.heavy
    leave.wait()
    for one in threads:
        one.join()
    assert not load.heavy


def test_a_long_or_failed_one_counts_for_a_while_and_a_refusal_does_not():
    """OVER-01."""
    load = Load(long=0.02, lasts=0.1)
    with load.one((OSError,)):
        pass
    with pytest.raises(ValueError, match="full"), load.one((OSError,)):
        raise ValueError("a thread is full")
    assert not load.heavy
    with load.one((OSError,)):
        sleep(0.03)
    assert load.heavy
    sleep(0.12)
    assert not load.heavy
    with pytest.raises(OSError, match="locked"), load.one((OSError,)):
        raise OSError("locked")
    assert load.heavy


@given(st.builds(Body, address=WORDS, place=WORDS, note=WORDS, contact=WORDS))
def test_something_is_always_kept_and_never_more_than_was_said(body):
    """OVER-02."""
    kept = shortened(body)
    assert (kept.address, kept.language) == (body.address, body.language)
    if body.address:
        assert (kept.note, kept.place, kept.contact) == ("", "", "")
    elif body.place:
        assert (kept.note, kept.place, kept.contact) == ("", body.place, "")
    else:
        assert kept == body

"""A text is read strictly: what is wrong is named with file and line, and nothing of it is used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.guidance.core.texts import Fault, passages_of, read_text

GOOD = """---
title: Something feels bad
answer: Stop, and tell an adult you trust.
search: scared, sad
written: 2026-11-22
---
# first
1. Put it down.
2. Breathe.

# looks
Sami sees a picture.

It looks strange.
- One sign.
- Two signs.
- Three signs.

# now
1. Say what you saw.
2. Sit with [a friend](kind-words).
3. Rest.

# tell
The [help page](help) has numbers, 116 111 in some countries.
"""


def read(source):
    return read_text("x", "en/x.md", source)


def faults(source):
    text, found = read(source)
    assert text is None
    return [str(fault) for fault in found]


def test_a_whole_text_gives_its_parts_in_reading_order():
    text, found = read(GOOD)
    assert found == []
    assert (text.title, text.search, str(text.written)) == ("Something feels bad", "scared, sad", "2026-11-22")
    assert [block.kind for block in text.parts["looks"]] == ["paragraph", "paragraph", "bullets"]
    assert passages_of(text, "now") == ("Say what you saw.", "Sit with a friend.", "Rest.")
    assert (text.steps, text.targets) == (5, ("kind-words", "help"))


def test_lesson_lines_carry_their_minutes():
    text, _ = read(GOOD + "# lesson\nAim: calm.\n- 5 | Ask.\n- 15 | Draw.\nSay where help is.\n")
    assert [(block.kind, block.minutes) for block in text.lesson] == [("paragraph", ()), ("minutes", (5, 15)), ("paragraph", ())]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Breathe.", "<b>Breathe.</b>", "en/x.md line 9: HTML is not allowed"),
        ("Breathe.", "Breathe &lt; slowly.", "en/x.md line 9: HTML is not allowed"),
        ("Breathe.", "Call 0800 123 456.", "en/x.md line 9: telephone numbers are not allowed; the help page has them"),
        ("Breathe.", "Call 55 - 12 - 34 - 56.", "telephone numbers are not allowed"),
        ("Breathe.", "Call 8001\u20112233\u20114455.", "telephone numbers are not allowed"),
        ("Breathe.", "Call 1147.", "telephone numbers are not allowed"),
        ("Breathe.", "Call 0800 116 111 99.", "telephone numbers are not allowed"),
        ("Breathe.", "Write to me@site.example", "addresses of sites are not allowed"),
        ("Breathe.", "See site.com/x", "addresses of sites are not allowed"),
        ("2. Breathe.", "9" * 5000 + ". Breathe.", "telephone numbers are not allowed"),
        ("Breathe.", "See www.site.example", "en/x.md line 9: addresses of sites are not allowed; sources stand in sources.csv"),
        ("Breathe.", "See [this](https://site.example)", "addresses of sites are not allowed"),
        ("Breathe.", "Be **bold**.", "en/x.md line 9: only links written [words](target) are allowed"),
        ("Breathe.", "Turn \u202eback.", "en/x.md line 9: control signs are not allowed"),
        ("2. Breathe.", "3. Breathe.", "en/x.md line 9: the step is numbered 3, which is not the next number"),
        ("written: 2026-11-22", "written: 2026-13-22", "en/x.md line 5: written is '2026-13-22', which is no date"),
        ("written: 2026-11-22\n", "", "en/x.md line 1: lacks written"),
        ("title: Something", "titel: Something", "en/x.md line 2: write one of"),
        ("# now", "# then", "the part 'then' is unknown"),
        ("# tell", "# first", "the part 'first' is unknown, or stands twice"),
        ("# first\n", "", "stands in no part"),
        ("---\ntitle", "title", "en/x.md line 1: must begin with a head"),
        ("written", "reviewed_by: Dr A\nwritten", "en/x.md line 1: reviewed_by and reviewed_on go together"),
    ],
)
def test_a_fault_is_named_with_file_and_line(old, new, says):
    assert old in GOOD
    assert any(says in fault for fault in faults(GOOD.replace(old, new, 1))), faults(GOOD.replace(old, new, 1))


def test_a_text_that_is_too_long_is_refused_without_being_read():
    assert faults("x" * 20_001) == ["en/x.md: is longer than 20000 signs"]


@given(st.text(max_size=300))
def test_any_text_at_all_gives_faults_and_never_fails(anything):
    text, found = read(anything)
    assert text is None
    assert all(isinstance(fault, Fault) for fault in found)


@given(st.integers(0, len(GOOD)), st.text(max_size=8))
def test_a_text_damaged_anywhere_is_read_whole_or_refused(place, noise):
    text, found = read(GOOD[:place] + noise + GOOD[place:])
    assert (text is None) == bool(found)
    if text is not None:
        assert all(text.parts[name] for name in ("first", "looks", "now", "tell"))
        assert not any(sign in passage for passage in passages_of(text, *text.parts) for sign in "<[]")

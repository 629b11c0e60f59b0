"""What waits to be sent opens for the worker alone, and a page for its code alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.ground.core.door import NotOpened, new_key, public_half
from cop.hotline.core.parcel import (
    BadCode,
    File,
    Parcel,
    grouped,
    new_code,
    open_page,
    open_parcel,
    page_key,
    seal_page,
    seal_parcel,
)  # fmt: skip

KEY = new_key()
FILES = st.lists(st.builds(File, st.text(), st.text(), st.text()), max_size=3).map(tuple)


@given(st.text(), FILES)
@settings(max_examples=30)
def test_a_mail_comes_back_as_it_was_sealed_and_opens_with_no_other_key_or_name(body, files):
    """NOTICE-10"""
    sealed = seal_parcel(Parcel(body, files), public_half(KEY), "a1")
    assert open_parcel(KEY, sealed, "a1") == Parcel(body, files)
    for key, name in ((new_key(), "a1"), (KEY, "a2")):
        with pytest.raises(NotOpened):
            open_parcel(key, sealed, name)


@given(st.text(), FILES)
@settings(max_examples=30)
def test_a_page_opens_with_its_code_alone(body, files):
    """NOTICE-12"""
    code = new_code()
    sealed = seal_page(body, files, code, "a1")
    assert open_page(sealed, page_key(f" {grouped(code).lower()}\n"), "a1") == Parcel(body, files)
    for other, name in ((new_code(), "a1"), (code, "a2")):
        with pytest.raises(NotOpened):
            open_page(sealed, page_key(other), name)


@pytest.mark.parametrize("text", ["", "AAAA", "A" * 29, "A" * 27 + "0", "А" * 28, "A" * 28 + "\x00"])
def test_other_signs_are_no_code(text):
    """NOTICE-12"""
    with pytest.raises(BadCode):
        page_key(text)


def test_the_digest_does_not_tell_the_key():
    """NOTICE-12"""
    key = page_key(new_code())
    assert key.digest != key.private.hex()

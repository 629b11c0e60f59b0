"""Keys of outsiders: only what can be encrypted to is kept, and only its owner reads what was encrypted."""

from datetime import UTC, datetime, timedelta

import pytest
from pysequoia import Cert, Tsk, decrypt

from cop.hotline.formats.openpgp import BadKey, locked, read_key

NOW = datetime.now(UTC)


def test_what_is_encrypted_to_a_key_is_read_by_its_owner_alone():
    """NOTICE-13"""
    owner, other = (Tsk.generate(f"{name} <{name}@police.example>") for name in ("unit", "other"))
    public = str(owner.extract_certificate())
    text = locked("hxxp[:]//bad[.]example وصول", public)
    assert text.startswith("-----BEGIN PGP MESSAGE-----")
    assert decrypt(text.encode(), owner.decryptor()).bytes.decode() == "hxxp[:]//bad[.]example وصول"
    with pytest.raises(Exception):  # noqa: B017, PT011 the library has no class of its own
        decrypt(text.encode(), other.decryptor())
    assert read_key(public, NOW).fingerprint == owner.extract_certificate().fingerprint.upper()


def test_a_secret_key_a_key_that_ended_and_one_that_was_withdrawn_are_refused():
    """NOTICE-13"""
    owner = Tsk.generate("unit <unit@police.example>", validity_seconds=86400)
    cert = owner.extract_certificate()
    with pytest.raises(BadKey, match="secret"):
        read_key(str(owner), NOW)
    with pytest.raises(BadKey, match="ended"):
        read_key(str(cert), NOW + timedelta(days=2))
    withdrawn = Cert.from_bytes(bytes(cert) + bytes(cert.revoke(owner.certifier())))
    with pytest.raises(BadKey, match="withdrawn"):
        read_key(str(withdrawn), NOW)


@pytest.mark.parametrize(
    "text", ["", "nothing", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----", "x" * 100_001]
)
def test_other_texts_are_no_key(text):
    """NOTICE-13"""
    with pytest.raises(BadKey):
        read_key(text, NOW)

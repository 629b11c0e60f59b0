"""Sealing, held against RFC 9180 by a second implementation that shares nothing with it but the primitives."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from cop.ground.core.hpke import OVERHEAD, NotOpened, context, fingerprint, new_key, public_half, seal, unseal

# The test vectors that the CFRG published with RFC 9180 (mode 0, KEM 0x0020, KDF 0x0001, AEAD 0x0002), first message.
VECTOR = {
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "skEm": "179d4b53b6365c45b600c4163b61d95cbc2f4d9e36f1695558dce265ab8bab11",
    "skRm": "497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d",
    "enc": "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256",
    "pt": "4265617574792069732074727574682c20747275746820626561757479",
    "aad": "436f756e742d30",
    "ct": "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a",
}
HEX = {name: bytes.fromhex(value) for name, value in VECTOR.items()}
KEM_ID, SUITE_ID = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x02"
PLACE = {"purpose": "test", "record": "record/1", "key": "key-1"}


def extract(salt: bytes, suite: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt, b"HPKE-v1" + suite + label + ikm, "sha256")


def expand(prk: bytes, suite: bytes, label: bytes, info: bytes, length: int) -> bytes:
    head, out, block, number = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, b"", b"", 1
    while len(out) < length:
        block = hmac.digest(prk, block + head + bytes([number]), "sha256")
        out, number = out + block, number + 1
    return out[:length]


def key_and_nonce(shared: bytes, sender: bytes, receiver: bytes, info: bytes) -> tuple[bytes, bytes]:
    """RFC 9180, sections 4.1 and 5.1."""
    secret = expand(extract(b"", KEM_ID, b"eae_prk", shared), KEM_ID, b"shared_secret", sender + receiver, 32)
    schedule = b"\x00" + extract(b"", SUITE_ID, b"psk_id_hash", b"") + extract(b"", SUITE_ID, b"info_hash", info)
    prk = extract(secret, SUITE_ID, b"secret", b"")
    return expand(prk, SUITE_ID, b"key", schedule, 32), expand(prk, SUITE_ID, b"base_nonce", schedule, 12)


def reference_seal(receiver: bytes, plain: bytes, info: bytes, aad: bytes = b"", ephemeral: bytes | None = None) -> bytes:
    private = X25519PrivateKey.from_private_bytes(ephemeral or new_key())
    sender = private.public_key().public_bytes_raw()
    key, nonce = key_and_nonce(private.exchange(X25519PublicKey.from_public_bytes(receiver)), sender, receiver, info)
    return sender + AESGCM(key).encrypt(nonce, plain, aad)


def reference_open(private: bytes, sealed: bytes, info: bytes, aad: bytes = b"") -> bytes:
    own = X25519PrivateKey.from_private_bytes(private)
    shared = own.exchange(X25519PublicKey.from_public_bytes(sealed[:32]))
    key, nonce = key_and_nonce(shared, sealed[:32], own.public_key().public_bytes_raw(), info)
    return AESGCM(key).decrypt(nonce, sealed[32:], aad)


def test_the_second_implementation_gives_the_published_vector_both_ways():
    receiver = public_half(HEX["skRm"])
    assert reference_seal(receiver, HEX["pt"], HEX["info"], HEX["aad"], HEX["skEm"]) == HEX["enc"] + HEX["ct"]
    assert reference_open(HEX["skRm"], HEX["enc"] + HEX["ct"], HEX["info"], HEX["aad"]) == HEX["pt"]


@given(st.binary(max_size=3000))
def test_what_we_seal_opens_by_the_rfc_and_what_the_rfc_seals_we_open(plain):
    private = new_key()
    info = context(**PLACE)
    sealed = seal(public_half(private), plain, **PLACE)
    assert reference_open(private, sealed, info) == plain
    assert unseal(private, reference_seal(public_half(private), plain, info), **PLACE) == plain
    assert len(sealed) == len(plain) + OVERHEAD


@given(st.sampled_from(("purpose", "record", "key")))
def test_a_sealed_thing_does_not_open_in_another_place(part):
    private = new_key()
    sealed = seal(public_half(private), b"words", **PLACE)
    with pytest.raises(NotOpened, match="does not open"):
        unseal(private, sealed, **PLACE | {part: "another"})


@given(st.integers(min_value=0))
def test_one_changed_bit_opens_nothing(where):
    private = new_key()
    sealed = bytearray(seal(public_half(private), b"words that nobody else reads", **PLACE))
    sealed[where % len(sealed)] ^= 1 << (where % 7)
    with pytest.raises(NotOpened):
        unseal(private, bytes(sealed), **PLACE)


@pytest.mark.parametrize("sealed", [b"", b"x", bytes(31), bytes(32), bytes(47), bytes(48), bytes(200)])
def test_bytes_that_were_never_sealed_are_refused(sealed):
    with pytest.raises(NotOpened):
        unseal(new_key(), sealed, **PLACE)


def test_another_key_opens_nothing():
    with pytest.raises(NotOpened):
        unseal(new_key(), seal(public_half(new_key()), b"words", **PLACE), **PLACE)


@pytest.mark.parametrize("part", ["", "two\nlines", "clé", "nul\0"])
def test_a_place_must_be_plain_words_on_one_line(part):
    with pytest.raises(ValueError, match="can't name"):
        context("test", part, "key")


def test_a_fingerprint_names_a_public_half():
    public = public_half(HEX["skRm"])
    assert fingerprint(public) == hashlib.sha256(public).hexdigest()[:16] != fingerprint(public_half(new_key()))

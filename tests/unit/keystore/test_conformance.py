"""What every place for private keys does alike: one suite over all of them."""

from __future__ import annotations

import secrets
import time

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from jwt import PyJWK

from app.errors import (
    ConfigurationError,
    KeystoreUnavailableError,
    KeyUnwrapError,
    SignatureInvalidError,
    UnsupportedCryptoError,
)
from app.keystore import (
    ENVELOPE_FORM,
    PKCS11_FORM,
    EnvelopeKeystore,
    KeyEncryptionKey,
    Keystores,
    PKCS11Keystore,
    pkcs11,
)
from app.signing import Algorithm
from tests.unit.keystore import softhsm

ALGORITHMS = (Algorithm.EDDSA, Algorithm.ES256, Algorithm.RS256)
PLACE = {"issuer_id": "6f2c", "kid": "key-1", "algorithm": Algorithm.EDDSA}
SIGNATURES = 1_000


@pytest.fixture(params=["envelope", "pkcs11"])
def keystore(request):
    return EnvelopeKeystore(KeyEncryptionKey.generate()) if request.param == "envelope" else device_keystore()


def device_keystore(**changes):
    return PKCS11Keystore(softhsm.device(**changes))


def check(jwk, signature, data):
    """With `cryptography` alone; raises unless it fits."""
    match PyJWK(jwk).key:
        case ed25519.Ed25519PublicKey() as key:
            key.verify(signature, data)
        case ec.EllipticCurvePublicKey() as key:
            assert len(signature) == 64
            r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
            key.verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
        case rsa.RSAPublicKey() as key:
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_thousand_signatures(keystore, algorithm):
    place = PLACE | {"algorithm": algorithm}
    wrapped = keystore.generate(**place)
    signer = keystore.signer(**place, ciphertext=wrapped.ciphertext)
    assert (signer.algorithm, signer.key_id, signer.public_key) == (algorithm, "key-1", wrapped.public_key)
    for _ in range(SIGNATURES if algorithm is not Algorithm.RS256 else SIGNATURES // 10):
        data = secrets.token_bytes(64)
        check(wrapped.public_key.jwk(), signer.sign(data), data)


def test_long_texts_too(keystore):
    wrapped = keystore.generate(**PLACE)
    data = secrets.token_bytes(100_000)
    check(wrapped.public_key.jwk(), keystore.signer(**PLACE, ciphertext=wrapped.ciphertext).sign(data), data)


@pytest.mark.parametrize(
    "change",
    [{"issuer_id": "other"}, {"kid": "key-2"}, {"algorithm": Algorithm.ES256}],
    ids=["another issuer's row", "another key's row", "another algorithm"],
)
def test_what_is_stored_is_good_in_its_own_row_only(keystore, change):
    wrapped = keystore.generate(**PLACE)
    keystore.signer(**PLACE, ciphertext=wrapped.ciphertext)
    with pytest.raises(KeyUnwrapError):
        keystore.signer(**PLACE | change, ciphertext=wrapped.ciphertext)


@pytest.mark.parametrize("stored", [b"", b"\x01", b"\x11", b"\x11" + b"x" * 16, b"\x77" * 40])
def test_what_was_never_stored(keystore, stored):
    with pytest.raises(KeyUnwrapError):
        keystore.signer(**PLACE, ciphertext=stored)


def test_no_two_keys_are_alike(keystore):
    first, second = keystore.generate(**PLACE), keystore.generate(**PLACE)
    assert first.ciphertext != second.ciphertext
    signature = keystore.signer(**PLACE, ciphertext=first.ciphertext).sign(b"data")
    with pytest.raises(SignatureInvalidError):
        second.public_key.verify(signature, b"data")


def test_a_destroyed_key_is_refused_and_its_neighbour_is_not(keystore):
    """Of an envelope the row is what holds it; that the row is emptied is the caller's part."""
    wrapped, neighbour = keystore.generate(**PLACE), keystore.generate(**PLACE | {"kid": "key-2"})
    keystore.signer(**PLACE, ciphertext=wrapped.ciphertext)
    for _ in range(2):  # again: no error
        keystore.destroy(**PLACE, ciphertext=wrapped.ciphertext)
    emptied = b"" if wrapped.backend == "envelope" else wrapped.ciphertext
    with pytest.raises(KeyUnwrapError):
        keystore.signer(**PLACE, ciphertext=emptied)
    other = keystore.signer(**PLACE | {"kid": "key-2"}, ciphertext=neighbour.ciphertext)
    neighbour.public_key.verify(other.sign(b"data"), b"data")


def test_nothing_secret_is_shown(keystore):
    wrapped = keystore.generate(**PLACE)
    signer = keystore.signer(**PLACE, ciphertext=wrapped.ciphertext)
    shown = f"{keystore!r} {wrapped!r} {signer!r}"
    assert softhsm.PIN not in shown
    assert wrapped.ciphertext.hex() not in shown


# A device alone


def test_a_device_makes_keys_that_cannot_be_taken_out():
    keystore = device_keystore()
    stored = keystore.generate(**PLACE).ciphertext
    from pkcs11 import Attribute, AttributeSensitive, ObjectClass

    def look(session):
        key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=stored[1:])
        with pytest.raises(AttributeSensitive):
            key[Attribute.VALUE]
        return key[Attribute.SENSITIVE], key[Attribute.EXTRACTABLE]

    assert keystore._call(look) == (True, False)


def test_a_device_does_not_make_keys_that_it_has_no_words_for():
    with pytest.raises(UnsupportedCryptoError):
        device_keystore().generate(**PLACE | {"algorithm": Algorithm.ES384})


def test_a_device_that_is_away_and_comes_back():
    keystore = device_keystore()
    wrapped = keystore.generate(**PLACE)
    signer = keystore.signer(**PLACE, ciphertext=wrapped.ciphertext)
    tokens, away = softhsm.folder() / "tokens", softhsm.folder() / "away"
    tokens.rename(away)
    try:
        for _ in range(2):
            with pytest.raises(KeystoreUnavailableError):
                signer.sign(b"data")
        with pytest.raises(KeystoreUnavailableError):
            keystore.generate(**PLACE)
    finally:
        away.rename(tokens)
    wrapped.public_key.verify(signer.sign(b"data"), b"data")


def test_a_device_that_is_slow():
    keystore = device_keystore()
    keystore.generate(**PLACE)
    keystore._device = softhsm.device(seconds=0.3)
    started = time.monotonic()
    with pytest.raises(KeystoreUnavailableError, match="in time"):
        keystore._call(lambda _: time.sleep(4))
    with pytest.raises(KeystoreUnavailableError, match="in time"):  # behind it, and it does not wait for ever either
        keystore.generate(**PLACE)
    assert time.monotonic() - started < 3
    keystore._device = softhsm.device(seconds=60)
    keystore.generate(**PLACE)


@pytest.mark.parametrize("wrong", [{"pin": "9999"}, {"token": "another"}], ids=["wrong PIN", "no such token"])
def test_a_device_that_does_not_let_us_in(wrong):
    keystore = device_keystore(**wrong)
    keystore._start_again()  # a login counts for the whole process, and others of these tests are logged in
    with pytest.raises(KeystoreUnavailableError):
        keystore.generate(**PLACE)


def test_without_the_extra_it_refuses_to_start(monkeypatch):
    monkeypatch.setattr(pkcs11, "pkcs11", None)
    with pytest.raises(ConfigurationError, match="python-pkcs11"):
        PKCS11Keystore(softhsm.device())


# Side by side


def test_keys_from_before_stay_where_they_are():
    envelopes, device = EnvelopeKeystore(KeyEncryptionKey.generate()), device_keystore()
    old = envelopes.generate(**PLACE)
    both = Keystores(device, {ENVELOPE_FORM: envelopes, PKCS11_FORM: device})
    new = both.generate(**PLACE)
    assert (old.backend, new.backend) == ("envelope", "pkcs11")
    for wrapped in (old, new):
        signer = both.signer(**PLACE, ciphertext=wrapped.ciphertext)
        wrapped.public_key.verify(signer.sign(b"data"), b"data")
    assert both.rewrapped(**PLACE, ciphertext=new.ciphertext) is None
    with pytest.raises(KeyUnwrapError):
        both.signer(**PLACE, ciphertext=b"\x77" * 40)

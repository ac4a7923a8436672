from __future__ import annotations

import logging
import pickle
import traceback

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import KeyUnwrapError
from app.keystore import EnvelopeKeystore, KeyEncryptionKey
from app.keystore.envelope import _associated_data
from app.signing import Algorithm

KEK = KeyEncryptionKey.generate()
PLACE = {"issuer_id": "6f2c", "kid": "key-1", "algorithm": Algorithm.EDDSA}


@pytest.fixture
def keystore():
    return EnvelopeKeystore(KEK)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_key_comes_back_as_a_signer(keystore, algorithm):
    place = PLACE | {"algorithm": algorithm}
    wrapped = keystore.generate(**place)
    signer = keystore.signer(**place, ciphertext=wrapped.ciphertext)
    assert (signer.algorithm, signer.key_id, signer.public_key) == (algorithm, "key-1", wrapped.public_key)
    wrapped.public_key.verify(signer.sign(b"data"), b"data")


def test_another_process_with_the_same_kek_opens_it(keystore):
    wrapped = keystore.generate(**PLACE)
    other = EnvelopeKeystore(KeyEncryptionKey.from_text(KEK.text()))
    assert other.signer(**PLACE, ciphertext=wrapped.ciphertext).public_key == wrapped.public_key


def test_the_algorithm_may_come_as_its_name_out_of_a_database(keystore):
    wrapped = keystore.generate(**PLACE)
    signer = keystore.signer(**PLACE | {"algorithm": "EdDSA"}, ciphertext=wrapped.ciphertext)
    assert signer.algorithm is Algorithm.EDDSA


def test_the_form_is_version_nonce_and_sealed_pkcs8(keystore):
    """Opened here by hand, so that the layout cannot change unnoticed."""
    ciphertext = keystore.generate(**PLACE).ciphertext
    assert ciphertext[0] == 1
    aad = b"".join(
        len(part).to_bytes(4, "big") + part for part in (b"laurel private key", b"\x01", b"6f2c", b"key-1", b"EdDSA")
    )
    pkcs8 = AESGCM(KEK.raw()).decrypt(ciphertext[1:13], ciphertext[13:], aad)
    assert pkcs8.startswith(bytes.fromhex("302e020100300506032b6570"))  # RFC 8410: PrivateKeyInfo of id-Ed25519


def test_no_two_wrappings_are_alike(keystore):
    ciphertexts = {keystore.generate(**PLACE).ciphertext for _ in range(50)}
    assert len({ciphertext[1:13] for ciphertext in ciphertexts}) == 50


@pytest.mark.parametrize(
    "change",
    [{"issuer_id": "other"}, {"kid": "key-2"}, {"algorithm": Algorithm.ES256}],
    ids=["another issuer's row", "another key's row", "another algorithm"],
)
def test_a_ciphertext_opens_in_its_own_row_only(keystore, change):
    wrapped = keystore.generate(**PLACE)
    keystore.signer(**PLACE, ciphertext=wrapped.ciphertext)  # also when it is remembered
    with pytest.raises(KeyUnwrapError):
        keystore.signer(**PLACE | change, ciphertext=wrapped.ciphertext)


def test_two_rows_with_their_ciphertexts_swapped(keystore):
    first, second = PLACE, PLACE | {"kid": "key-2"}
    one, two = keystore.generate(**first), keystore.generate(**second)
    for place, wrapped in ((first, two), (second, one)):
        with pytest.raises(KeyUnwrapError):
            keystore.signer(**place, ciphertext=wrapped.ciphertext)


def test_where_one_name_ends_and_the_next_begins_is_bound_as_well():
    assert _associated_data("a", "bc", Algorithm.EDDSA) != _associated_data("ab", "c", Algorithm.EDDSA)


def test_another_kek_does_not_open_it(keystore):
    wrapped = keystore.generate(**PLACE)
    with pytest.raises(KeyUnwrapError, match="does not open the stored key key-1"):
        EnvelopeKeystore(KeyEncryptionKey.generate()).signer(**PLACE, ciphertext=wrapped.ciphertext)


@pytest.mark.parametrize("position", [0, 1, 12, 13, -17, -1])
def test_every_bit_counts(keystore, position):
    ciphertext = bytearray(keystore.generate(**PLACE).ciphertext)
    ciphertext[position] ^= 1
    with pytest.raises(KeyUnwrapError):
        keystore.signer(**PLACE, ciphertext=bytes(ciphertext))


@pytest.mark.parametrize("keep", [0, 1, 13, 29, -1])
def test_cut_ciphertexts(keystore, keep):
    ciphertext = keystore.generate(**PLACE).ciphertext
    with pytest.raises(KeyUnwrapError):
        keystore.signer(**PLACE, ciphertext=ciphertext[:keep])


def test_the_signers_used_last_are_remembered():
    keystore = EnvelopeKeystore(KEK, cache=2)
    places = [PLACE | {"kid": f"key-{number}"} for number in range(3)]
    rows = [(place, keystore.generate(**place).ciphertext) for place in places]
    signers = [keystore.signer(**place, ciphertext=ciphertext) for place, ciphertext in rows]
    again = [keystore.signer(**place, ciphertext=ciphertext) for place, ciphertext in reversed(rows)]
    assert again[0] is signers[2]
    assert again[1] is signers[1]
    assert again[2] is not signers[0]
    assert again[2].public_key == signers[0].public_key


def test_nothing_secret_is_shown_or_raised(keystore, caplog):
    wrapped = keystore.generate(**PLACE)
    signer = keystore.signer(**PLACE, ciphertext=wrapped.ciphertext)
    secret = signer.private_key.pkcs8()[-32:]
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").warning("%r %s %r", keystore, wrapped, signer)
    with pytest.raises(KeyUnwrapError) as caught:
        keystore.signer(**PLACE | {"kid": "x"}, ciphertext=wrapped.ciphertext)
    shown = caplog.text + "".join(traceback.format_exception(caught.value)) + repr(vars(keystore))
    for raw in (secret, KEK.raw()):
        assert raw.hex() not in shown
        assert repr(raw)[2:-1] not in shown
    assert KEK.text() not in shown
    assert caught.value.__cause__ is None
    for holder in (keystore, signer):
        with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
            pickle.dumps(holder)

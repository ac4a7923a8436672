from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidKeyError, InvalidProofError
from app.signing.multibase import (
    decode_base58btc,
    decode_base64url,
    decode_multibase,
    decode_multibase_base64url,
    encode_base58btc,
    encode_base64url,
    encode_multibase,
)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        # draft-msporny-base58-03, section 5
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
        (
            b"The quick brown fox jumps over the lazy dog.",
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
        ),
        (bytes.fromhex("0000287fb4cd"), "11233QC4"),
        (b"", ""),
        (b"\0\0", "11"),
    ],
)
def test_base58btc_known_answers(raw, text):
    assert encode_base58btc(raw) == text
    assert decode_base58btc(text, error=InvalidKeyError) == raw


@given(st.binary(max_size=200))
def test_what_is_encoded_decodes_to_itself(raw):
    assert decode_multibase(encode_multibase(raw), error=InvalidKeyError) == raw
    assert decode_base64url(encode_base64url(raw), error=InvalidKeyError, max_length=300) == raw


@given(st.text(alphabet="123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", max_size=120))
def test_no_two_base58_texts_mean_the_same(text):
    assert encode_base58btc(decode_base58btc(text, error=InvalidKeyError)) == text


@given(st.text(alphabet="ABab01-_", max_size=40))
def test_no_two_base64url_texts_mean_the_same(text):
    try:
        raw = decode_base64url(text, error=InvalidProofError, max_length=40)
    except InvalidProofError:
        return
    assert encode_base64url(raw) == text


@pytest.mark.parametrize(
    "value",
    [
        "",
        "6Mk",
        "u6Mk",
        "Z6Mk",
        "z0",
        "zO",
        "zI",
        "zl",
        "z+",
        "z ",
        " z6Mk",
        "z6Mk\n",
        "zé",
        "z١",
        None,
        5,
        b"z6Mk",
        ["z"],
    ],
)
def test_multibase_refuses(value):
    with pytest.raises(InvalidKeyError):
        decode_multibase(value, error=InvalidKeyError)


def test_the_length_is_looked_at_first():
    with pytest.raises(InvalidProofError, match="limit is 128"):
        decode_multibase("z" + "1" * 129, error=InvalidProofError, max_length=128)
    assert len(decode_multibase("z" + "1" * 128, error=InvalidProofError, max_length=128)) == 128


def test_who_names_no_length_has_one():
    assert decode_base58btc("1" * 1_024, error=InvalidKeyError) == bytes(1_024)
    with pytest.raises(InvalidKeyError, match="limit is 1024"):
        decode_base58btc("1" * 1_025, error=InvalidKeyError)


@pytest.mark.parametrize("value", ["", "QUJD", "zQUJD", "UQUJD", " uQUJD", "uQUJD=", "uQR", None, b"uQUJD"])
def test_the_other_multibase_refuses(value):
    assert decode_multibase_base64url("uQUJD", error=InvalidProofError, max_length=4) == b"ABC"
    with pytest.raises(InvalidProofError):
        decode_multibase_base64url(value, error=InvalidProofError, max_length=40)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("QQ==", "padding"),
        ("QQ=", "padding"),
        ("QR", "stray bits in one byte"),
        ("QUJ", "stray bits in two bytes"),
        ("QUJDQ", "a length that no bytes have"),
        ("QU+D", "the other alphabet"),
        ("QU/D", "the other alphabet"),
        ("QU\nD", "line feed"),
        ("QUJD\n", "line feed at the end"),
        (" QUJD", "white space"),
        ("QUÄD", "not ASCII"),
        (b"QUJD", "bytes"),
        (None, "nothing"),
        ("A" * 41, "too long"),
    ],
)
def test_base64url_refuses(value, why):
    with pytest.raises(InvalidProofError):
        decode_base64url(value, error=InvalidProofError, max_length=40)

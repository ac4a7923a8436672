from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from app.errors import MalformedDocumentError, TooLargeError
from app.openbadges.bitstring import (
    MINIMUM_LENGTH,
    decode_bitstring,
    encode_bitstring,
    entry_value,
    parse_index,
    status_list_document,
)
from tests.cost import within

PUBLISHED = Path(__file__).parents[4] / "shared/vectors/bitstring/vectors.json"
published = pytest.mark.skipif(not PUBLISHED.is_file(), reason="published vectors not present")

# W3C Bitstring Status List v1.0 (REC 2025-05-15), the encodedList of its example: 131,072 zeros.
W3C_EXAMPLE = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
# Made by npm @digitalbazaar/vc-bitstring-status-list 2.0.1 with entries 0, 1, 94567, 131071 set.
FOUR_SET = "uH4sIAAAAAAAAA-3OQQ0AAAgEIK9_KaOZwZebgwR0AQAAAAAAAAAAAADwTa4DAAAAAGxlABULpb0AQAAA"


def multibase(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


def members_set(bits: bytes) -> set[int]:
    return {index for index in range(len(bits) * 8) if entry_value(bits, index)}


def test_the_standards_example_is_all_zeros():
    assert decode_bitstring(W3C_EXAMPLE) == bytes(16_384)


def test_another_librarys_list_is_read():
    assert members_set(decode_bitstring(FOUR_SET)) == {0, 1, 94_567, 131_071}


def test_index_0_is_the_most_significant_bit_of_the_first_byte():
    assert decode_bitstring(encode_bitstring([0]))[:2] == b"\x80\x00"
    assert decode_bitstring(encode_bitstring([7, 8]))[:2] == b"\x01\x80"


def test_any_set_of_indexes_survives_and_gives_the_same_text_each_time():
    chosen = set(random.Random(7).sample(range(MINIMUM_LENGTH), 2_600))
    encoded = encode_bitstring(chosen)
    assert members_set(decode_bitstring(encoded)) == chosen
    assert encode_bitstring(sorted(chosen)) == encoded
    # No time in the gzip header (bytes 4 to 7): the same list is the same bytes tomorrow.
    assert base64.urlsafe_b64decode(encoded[1:9])[4:] == b"\0\0"


def test_a_longer_list():
    assert entry_value(decode_bitstring(encode_bitstring([999_999], length=1_048_576)), 999_999)


def test_drafts_without_the_prefix_are_read_only_on_request():
    assert decode_bitstring(W3C_EXAMPLE[1:], bare=True) == bytes(16_384)
    with pytest.raises(MalformedDocumentError, match="does not start with"):
        decode_bitstring(W3C_EXAMPLE[1:])
    assert "-" in FOUR_SET or "_" in FOUR_SET
    padded = base64.b64encode(base64.urlsafe_b64decode(FOUR_SET[1:] + "=" * (-len(FOUR_SET[1:]) % 4))).decode()
    for form in (padded, padded.rstrip("="), FOUR_SET[1:]):
        assert decode_bitstring(form, bare=True) == decode_bitstring(FOUR_SET)


ZEROS = gzip.compress(bytes(16_384), mtime=0)
BROKEN = {
    "not text": (7, MalformedDocumentError, "not a text"),
    "another base": ("z" + W3C_EXAMPLE[1:], MalformedDocumentError, "does not start"),
    "nothing after the prefix": ("u", MalformedDocumentError, "base64url"),
    "padding": (W3C_EXAMPLE + "=", MalformedDocumentError, "base64url"),
    "standard base64": (W3C_EXAMPLE.replace("-", "+"), MalformedDocumentError, "base64url"),
    "a line end": (W3C_EXAMPLE + "\n", MalformedDocumentError, "base64url"),
    "one letter short of a byte": ("uH4sIA", MalformedDocumentError, "whole base64url"),
    "not gzip": (multibase(bytes(99)), MalformedDocumentError, "not gzip"),
    "zlib in place of gzip": (multibase(b"\x78\x9c" + ZEROS[10:]), MalformedDocumentError, "not gzip"),
    "cut off": (multibase(ZEROS[:-1]), MalformedDocumentError, "too early"),
    "a wrong checksum": (
        multibase(ZEROS[:-8] + bytes([ZEROS[-8] ^ 1]) + ZEROS[-7:]),
        MalformedDocumentError,
        "damaged",
    ),
    "a lying length": (multibase(ZEROS[:-1] + b"\x7f"), MalformedDocumentError, "damaged"),
    "bytes behind": (multibase(ZEROS + b"\0"), MalformedDocumentError, "follow"),
    "two members": (multibase(ZEROS + ZEROS), MalformedDocumentError, "follow"),
    "one entry too few": (multibase(gzip.compress(bytes(16_383))), MalformedDocumentError, "131064 entries"),
    "nothing inside": (multibase(gzip.compress(b"")), MalformedDocumentError, "0 entries"),
    "one byte more than the limit": (
        multibase(gzip.compress(bytes(16 * 2**20 + 1))),
        TooLargeError,
        "inflates",
    ),
    "endless text": ("u" + "A" * 30_000_000, TooLargeError, "larger"),
}


@pytest.mark.parametrize(("encoded", "error", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_list_is_refused(encoded, error, words):
    with pytest.raises(error, match=words):
        decode_bitstring(encoded)


def test_a_list_of_exactly_the_limit_is_read():
    assert len(decode_bitstring(multibase(gzip.compress(bytes(20_000))), max_bytes=20_000)) == 20_000


def test_a_bomb_costs_neither_time_nor_memory():
    bomb = multibase(gzip.compress(bytes(200 * 2**20)))
    tracemalloc.start()
    with within(2), pytest.raises(TooLargeError):
        decode_bitstring(bomb)
    assert tracemalloc.get_traced_memory()[1] < 40 * 2**20
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("size", "values"),
    [(1, [0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0, 0, 1, 0]), (2, [0, 1, 2, 3, 3, 1, 0, 2]), (3, [0, 6, 7, 5, 1]),
     (8, [0b00011011, 0b11010010]), (16, [0b0001101111010010])],
)  # fmt: skip
def test_values_of_several_bits_stand_next_to_each_other(size, values):
    """Section 2.1, statusSize: an entry may begin in one byte and end in the next."""
    bits = bytes([0b00011011, 0b11010010])
    assert [entry_value(bits, index, size=size) for index in range(len(values))] == values
    with pytest.raises(MalformedDocumentError, match="outside"):
        entry_value(bits, len(values), size=size)


@pytest.mark.parametrize("index", [-1, MINIMUM_LENGTH, 10**12])
def test_an_entry_outside_the_list_is_an_error_both_ways(index):
    with pytest.raises(MalformedDocumentError, match="outside"):
        entry_value(bytes(16_384), index)
    with pytest.raises(MalformedDocumentError, match="outside"):
        encode_bitstring([index])


@pytest.mark.parametrize(("value", "index"), [("0", 0), ("94567", 94_567), (5, 5), ("9999999999", 9_999_999_999)])
def test_a_proper_index(value, index):
    assert parse_index(value) == index


@pytest.mark.parametrize(
    "value",
    [
        "+7",
        " 7",
        "7 ",
        "7\n",
        "0_7",
        "07",
        "-1",
        "",
        "７",
        "٧",
        "0x7",
        "1e3",
        "7.0",
        "10000000000",
        -1,
        10**10,
        True,
        7.0,
        None,
        ["7"],
    ],
    ids=repr,
)
def test_an_odd_index(value):
    with pytest.raises(MalformedDocumentError, match="statusListIndex"):
        parse_index(value)


def test_the_document_around_a_list():
    paris = timezone(timedelta(hours=2))
    assert status_list_document(
        id="https://badges.example/status/7",
        issuer="did:web:badges.example:issuers:academy",
        valid_from=datetime(2026, 5, 4, 12, 0, 0, 900, tzinfo=paris),
        valid_until=datetime(2026, 5, 5, 10, 0, tzinfo=UTC),
        encoded_list=W3C_EXAMPLE,
        ttl_ms=60_000,
    ) == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "https://badges.example/status/7",
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:web:badges.example:issuers:academy",
        "validFrom": "2026-05-04T10:00:00Z",
        "validUntil": "2026-05-05T10:00:00Z",
        "credentialSubject": {
            "id": "https://badges.example/status/7#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": W3C_EXAMPLE,
            "ttl": 60_000,
        },
    }


def test_what_is_not_said_is_left_out():
    document = status_list_document(
        id="urn:x",
        issuer="urn:i",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_until=None,
        encoded_list="u",
    )
    assert "validUntil" not in document
    assert "ttl" not in document["credentialSubject"]


@published
def test_published_lists():
    vectors = json.loads(PUBLISHED.read_text())
    for vector in [vectors["spec_example"], *vectors["generated"]]:
        bits = decode_bitstring(vector["encodedList"])
        assert hashlib.sha256(bits).hexdigest() == vector["sha256_of_bitstring"]
        assert len(bits) * 8 == vector["length_bits"]
        assert members_set(bits) == set(vector["set_indexes"])
        ours = decode_bitstring(encode_bitstring(vector["set_indexes"]))
        assert hashlib.sha256(ours).hexdigest() == vector["sha256_of_bitstring"]


@published
def test_published_broken_lists():
    for vector in json.loads(PUBLISHED.read_text())["negative"]:
        with pytest.raises(MalformedDocumentError):
            decode_bitstring(vector["encodedList"])

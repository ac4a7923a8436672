"""Changes to bytes that are worth making: described by numbers, so that whoever draws the numbers can shrink them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from hypothesis import strategies as st

WORDS = (
    *(b'"@context"', b'"proof"', b'"type"', b'"id"', b'"issuer"', b'"credentialSubject"', b'"credentialStatus"'),
    *(b'"@graph"', b'"@id"', b'"@type"', b'"@value"', b'"@list"', b'"@set"', b'"@language"', b'"@included"'),
    *(b'"alg"', b'"none"', b'"kid"', b'"crit"', b'"vc"', b'"vp"', b'"iss"', b'"exp"'),
    *(b"null", b"true", b"[]", b"{}", b'""', b"0", b"-1", b"1e999", b"9007199254740993", b"0.5", b"NaN"),
    *(b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\", b"\\u0000", b"\\ud800", b"."),
    *(b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r\n", b" ", b"=", b"-", b"_", b"~", b"%00", b"%2f", b"%3A"),
    *(b"did:web:", b"did:key:z6Mk", b"https://", b"urn:uuid:", b"#", b"?", b"@", b"/../", b"_:b0", b"u", b"z"),
    *(b"IHDR", b"IEND", b"iTXt", b"tEXt", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"openbadges\0"),
    *(b"<svg>", b"</svg>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?x?>", b"&#0;", b"&lt;", b"<!DOCTYPE svg>"),
    *(b"obj", b"endobj", b"stream", b"endstream", b"xref", b"trailer", b"startxref", b"%%EOF", b"<<", b">>", b"R"),
)

Edit = tuple[int, int, int, bytes]
EDITS = st.lists(
    st.tuples(
        st.integers(0, 7), st.integers(0, 2**20), st.integers(0, 2**20), st.sampled_from(WORDS) | st.binary(max_size=8)
    ),
    max_size=6,
)


def edited(raw: bytes, edits: Sequence[Edit]) -> bytes:
    """`raw` after a few changes, each of a kind, at a place, with a number and some bytes to it."""
    for kind, place, number, text in edits:
        raw = _CHANGES[kind](raw, place % (len(raw) + 1), number, text)
    return raw


def _flip(raw: bytes, at: int, number: int, _text: bytes) -> bytes:
    return raw[:at] + bytes([raw[at] ^ (number % 255 + 1)]) + raw[at + 1 :] if at < len(raw) else raw


def _insert(raw: bytes, at: int, _number: int, text: bytes) -> bytes:
    return raw[:at] + text + raw[at:]


def _replace(raw: bytes, at: int, _number: int, text: bytes) -> bytes:
    return raw[:at] + text + raw[at + len(text) :]


def _delete(raw: bytes, at: int, number: int, _text: bytes) -> bytes:
    return raw[:at] + raw[at + number % 64 + 1 :]


def _cut(raw: bytes, at: int, _number: int, text: bytes) -> bytes:
    return raw[:at] + text


def _repeat(raw: bytes, at: int, number: int, _text: bytes) -> bytes:
    """A stretch of it again, a few times over."""
    length, times = number % 256 + 1, number // 256 % 8 + 1
    return raw[: at + length] + raw[at : at + length] * times + raw[at + length :]


def _move(raw: bytes, at: int, number: int, _text: bytes) -> bytes:
    piece, rest = raw[at : at + 32], raw[:at] + raw[at + 32 :]
    to = number % (len(rest) + 1)
    return rest[:to] + piece + rest[to:]


def _value(raw: bytes, at: int, _number: int, text: bytes) -> bytes:
    """What stands between the next colon and comma."""
    start = raw.find(b":", at)
    end = raw.find(b",", start)
    return raw if start < 0 or end < 0 else raw[: start + 1] + text + raw[end:]


_CHANGES: tuple[Callable[[bytes, int, int, bytes], bytes], ...] = (
    _flip,
    _insert,
    _replace,
    _delete,
    _cut,
    _repeat,
    _move,
    _value,
)


def mutated(seeds: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """One of the seeds with a few changes, two of them spliced, or any bytes."""
    one = st.sampled_from(list(seeds))
    two = st.builds(spliced, one, one, st.integers(0, 2**20))
    return st.one_of(st.builds(edited, one, EDITS), st.builds(edited, two, EDITS), st.binary(max_size=256))


def random_edits(random: Random) -> list[Edit]:
    """The same as EDITS, drawn by hand."""
    return [
        (random.randrange(8), random.getrandbits(20), random.getrandbits(20), random.choice(WORDS))
        for _ in range(random.randint(1, 6))
    ]


def spliced(first: bytes, second: bytes, at: int) -> bytes:
    """The beginning of one and the end of the other."""
    return first[: at % (len(first) + 1)] + second[at % (len(second) + 1) :]

"""`status-*`: lists and entries that lie, or that two verifiers read differently (threats T-18, T-19)."""

from __future__ import annotations

import base64
import gzip
import zlib
from datetime import UTC, datetime
from functools import cache

from app.openbadges import encode_bitstring, status_list_document
from app.verification import Found, Missing, Need, NeedKind
from tests.factories import INDEX, LIST_URL, REMOVED, as_bytes, make_entry, sign, sign_token
from tests.hostile.generate.honest import ATTACKER, ISSUER, SIGN, STRANGER, as_json, badge, compact, signed_if_possible
from tests.hostile.generate.pngs import itxt, png
from tests.hostile.generate.sample import INVALID, NOT_VALID, UNDETERMINED, VALID, Sample

BITS = 131_072 // 8
OTHER_URL = "https://badges.example/status/another"


def entry_badge(**changes) -> bytes:
    """The badge with a status entry; `entry` replaces it."""
    entry = changes.pop("entry", None)
    return as_json(sign(badge(credentialStatus=make_entry(**changes) if entry is None else entry), ISSUER))


@cache
def _honest_badge() -> bytes:
    return entry_badge()


def status_list(by=ISSUER, *, revoked=(), encoded=None, purpose="revocation", url=LIST_URL, until=None, **changes):
    """An unsigned list."""
    document = status_list_document(
        id=url,
        issuer=by.did,
        valid_from=datetime(2026, 5, 1, tzinfo=UTC),
        valid_until=until,
        encoded_list=encode_bitstring(revoked) if encoded is None else encoded,
        purpose=purpose,
    )
    return {name: value for name, value in {**document, **changes}.items() if value is not REMOVED}


def signed_list(by=ISSUER, **changes):
    document = status_list(by, **changes)
    return signed_if_possible(document, status_list()) if by is ISSUER else sign(document, by)


def unsigned(value) -> str:
    return "u" + base64.urlsafe_b64encode(value).decode().rstrip("=")


def zipped(bits: bytes) -> bytes:
    return gzip.compress(bits, 9, mtime=0)


@cache
def gzip_bomb(mebibytes: int) -> bytes:
    """A gzip member of zeros, made in pieces."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([packer.compress(bytes(1 << 20)) for _ in range(mebibytes)]) + packer.flush()


def answers(found, url=LIST_URL):
    what = found if isinstance(found, Missing | Found) else Found(as_bytes(found), "application/json")
    return {Need(NeedKind.STATUS_LIST, url): what}


def case(name, breaks, expect, found, raw=None) -> Sample:
    """The honest badge, or `raw`, and what the address of its list answers."""
    return Sample(f"status-{name}", breaks, expect, raw or _honest_badge, lambda: answers(found()))


def encoded(name, breaks, value) -> Sample:
    return case(name, breaks, UNDETERMINED, lambda: signed_list(encoded=value()))


def lists():
    subject = status_list()["credentialSubject"]
    yield case("revoked", "the list says that it is revoked", INVALID, lambda: signed_list(revoked=[INDEX]))
    yield case(
        "all-revoked",
        "the list says that all are revoked",
        INVALID,
        lambda: signed_list(encoded=unsigned(zipped(b"\xff" * BITS))),
    )
    for name, breaks, make in (
        ("unsigned", "the list is not signed", status_list),
        ("forged", "the list is signed by somebody else", lambda: sign(status_list(), ATTACKER)),
        ("forged-under-issuers-key", "the list is signed by somebody else under the issuer's name", _forged),
        ("other-issuer", "the list is somebody else's", lambda: signed_list(STRANGER)),
        ("altered", "a bit of the list was cleared after signing", _altered),
        ("other-list", "it is the list of another address", lambda: signed_list(url=OTHER_URL)),
        ("no-id", "the list does not say where it is", lambda: signed_list(id=REMOVED)),
        ("wrong-purpose", "the list is about something else", lambda: signed_list(purpose="suspension")),
        ("purpose-message", "the list holds messages", lambda: signed_list(purpose="message")),
        ("expired", "the list is out of date", lambda: signed_list(until=datetime(2026, 5, 2, tzinfo=UTC))),
        ("not-yet", "the list is from the future", lambda: signed_list(validFrom="2027-01-01T00:00:00Z")),
        ("date-without-zone", "the list's date cannot be read", lambda: {**signed_list(), "validUntil": "2099-01-01"}),
        ("wrong-type", "it is a credential, but no list", lambda: signed_list(type=["VerifiableCredential"])),
        (
            "subject-type",
            "what it is about is no list",
            lambda: signed_list(credentialSubject={**subject, "type": "BitstringStatusListEntry"}),
        ),
        ("subject-missing", "it is about nothing", lambda: signed_list(credentialSubject=REMOVED)),
        (
            "two-subjects",
            "it holds two lists",
            lambda: signed_list(credentialSubject=[subject, {**subject, "id": "urn:x"}]),
        ),
        (
            "encoded-missing",
            "its bits are missing",
            lambda: signed_list(credentialSubject={k: v for k, v in subject.items() if k != "encodedList"}),
        ),
        ("undefined-term", "a member without meaning was added", lambda: {**signed_list(), "note": "all good"}),
        (
            "context-unknown",
            "a context would have to be fetched",
            lambda: {
                **signed_list(),
                "@context": ["https://www.w3.org/ns/credentials/v2", "https://attacker.example/c"],
            },
        ),
        (
            "token-none",
            "it is a token that is not signed",
            lambda: compact({"alg": "none"}, status_list(), lambda _: b""),
        ),
        ("token-of-attacker", "it is a token by somebody else", lambda: sign_token(status_list(), ATTACKER)),
        (
            "token-without-claims",
            "it is a token without the claims that it needs",
            lambda: compact(body=status_list(), signer=SIGN),
        ),
        ("html", "the address answers a web page", lambda: b"<!doctype html><title>Status</title>"),
        ("empty", "the address answers nothing", lambda: b""),
        ("json-list", "the address answers a list of lists", lambda: b"[" + as_json(signed_list()) + b"]"),
        ("in-png", "the list is in an image", lambda: png(itxt(as_json(signed_list())))),
        ("deep", "the address answers JSON that is nested 100,000 levels deep", lambda: b'{"a":' + b"[" * 100_000),
        ("too-large", "the address answers two megabytes", lambda: as_json({**signed_list(), "x": "a" * 2_000_000})),
        ("the-badge-itself", "the address answers the badge", _honest_badge),
        ("away", "the address does not answer", lambda: Missing("The server did not answer.")),
        ("gone", "the address says that the list is gone", lambda: Missing("There is nothing any more.", gone=True)),
    ):
        yield case(name, breaks, UNDETERMINED, make)


def _forged():
    return {
        **status_list(),
        "proof": [{**sign(status_list(), ATTACKER)["proof"][0], "verificationMethod": ISSUER.method}],
    }


def _altered():
    listed = signed_list(revoked=[INDEX])
    subject = {**listed["credentialSubject"], "encodedList": encode_bitstring(())}
    return {**listed, "credentialSubject": subject}


def bits():
    whole = zipped(bytes(BITS))
    text = unsigned(whole)
    yield encoded("short", "the list has too few entries", lambda: unsigned(zipped(bytes(BITS - 1))))
    yield encoded("very-short", "the list has 16 entries", lambda: unsigned(zipped(bytes(2))))
    yield encoded("no-bits", "the list is empty", lambda: unsigned(zipped(b"")))
    yield encoded("empty-text", "its bits are an empty text", lambda: "")
    yield encoded("only-u", "its bits are a single letter", lambda: "u")
    yield encoded("number", "its bits are a number", lambda: 0)
    yield encoded("list", "its bits are a list", lambda: [text])
    yield encoded("truncated", "its bits are cut off", lambda: unsigned(whole[:-9]))
    yield encoded("checksum", "the checksum of its bits is wrong", lambda: unsigned(whole[:-8] + bytes(4) + whole[-4:]))
    yield encoded(
        "stated-size", "it says that it is larger than it is", lambda: unsigned(whole[:-4] + b"\xff\xff\xff\xff")
    )
    yield encoded("trailing", "bytes follow its bits", lambda: unsigned(whole + b"x"))
    yield encoded("two-members", "its bits are in two pieces", lambda: unsigned(zipped(bytes(BITS // 2)) * 2))
    yield encoded("zlib", "its bits are compressed in another way", lambda: unsigned(zlib.compress(bytes(BITS))))
    yield encoded(
        "raw-deflate",
        "its bits are compressed without a header",
        lambda: unsigned(zlib.compress(bytes(BITS), wbits=-15)),
    )
    yield encoded("not-compressed", "its bits are not compressed", lambda: unsigned(bytes(BITS)))
    yield encoded("padded", "its bits are padded", lambda: text + "==")
    yield encoded(
        "standard-base64",
        "its bits are in the other alphabet",
        lambda: "u" + base64.b64encode(zipped(bytes(range(256)) * 64)).decode().rstrip("=") + "+",
    )
    yield encoded("no-prefix", "its bits lack the letter of their base", lambda: text[1:])
    yield encoded("other-base", "its bits are in another base", lambda: "f" + whole.hex())
    yield encoded("base58", "its bits say that they are in base58", lambda: "z" + text[1:])
    yield encoded("white-space", "there is white space in its bits", lambda: text[:10] + "\n" + text[10:])
    yield encoded("bomb-32m", "its bits inflate to 32 MiB", lambda: unsigned(gzip_bomb(32)))
    yield encoded("bomb-128m", "its bits inflate to 128 MiB", lambda: unsigned(gzip_bomb(128)))
    # One layer is the standard's. What is inside are bits like any others, and this entry's happens to be set.
    yield case(
        "bomb-layered",
        "its bits inflate to something compressed",
        INVALID,
        lambda: signed_list(encoded=unsigned(zipped(gzip_bomb(64)))),
    )


INDEXES = {
    "plus": "+7",
    "space": " 7",
    "space-after": "7 ",
    "underscore": "0_7",
    "wide": "７",
    "arabic": "٧",
    "leading-zero": "07",
    "minus": "-1",
    "exponent": "1e3",
    "hexadecimal": "0x7",
    "fraction": "7.0",
    "empty": "",
    "words": "seven",
    "newline": "7\n",
    "out-of-range": "131072",
    "far-out-of-range": "4294967296",
    "eleven-digits": "12345678901",
    "ten-thousand-digits": "9" * 10_000,
    "json-minus": -1,
    "json-fraction": 7.5,
    "true": True,
    "null": None,
    "list": ["7"],
    "object": {"@value": "7"},
    "missing": REMOVED,
}
ENTRIES = {
    "type-unknown": {"type": "SomeStatusList2031"},
    "type-list-of-objects": {"type": [{"id": "BitstringStatusListEntry"}]},
    "type-object": {"type": {"id": "BitstringStatusListEntry"}},
    "type-missing": {"type": REMOVED},
    "purpose-unknown": {"statusPurpose": "inheritance"},
    "purpose-missing": {"statusPurpose": REMOVED},
    "purpose-list": {"statusPurpose": ["revocation"]},
    "size-2": {"statusSize": 2},
    "size-0": {"statusSize": 0},
    "size-text": {"statusSize": "1"},
    "size-huge": {"statusSize": 2**40},
    "url-missing": {"statusListCredential": REMOVED},
    "url-file": {"statusListCredential": "file:///etc/passwd"},
    "url-script": {"statusListCredential": "javascript:alert(1)"},
    "url-data": {"statusListCredential": "data:application/json,{}"},
    "url-relative": {"statusListCredential": "/status/1"},
    "url-space": {"statusListCredential": "https://badges.example/a b"},
    "url-metadata": {"statusListCredential": "http://169.254.169.254/latest/meta-data/"},
    "url-loopback": {"statusListCredential": "http://127.0.0.1:1/"},
    "url-long": {"statusListCredential": "https://badges.example/" + "a" * 100_000},
    "url-list": {"statusListCredential": [LIST_URL]},
    "url-number": {"statusListCredential": 1},
}


def entries():
    """What is wrong with the entry stands in the badge: nothing may be known, or the badge is built wrongly."""
    for table, what in ((INDEXES, "statusListIndex"), (ENTRIES, None)):
        for label, value in table.items():
            changes = {what: value} if what else value
            yield case(
                f"index-{label}" if what else f"entry-{label}",
                "the place in the list is not a plain number" if what else "the entry is odd",
                NOT_VALID,
                signed_list,
                lambda changes=changes: _entry_badge(changes),
            )
    for label, entry in (
        ("null", None),
        ("text", LIST_URL),
        ("number", 7),
        ("empty-object", {}),
        ("list-of-text", [LIST_URL]),
        ("five", [make_entry()] * 5),
        ("five-hundred", [make_entry()] * 500),
    ):
        yield case(
            f"entry-{label}",
            "the badge has an odd number or kind of entries",
            NOT_VALID,
            signed_list,
            lambda e=entry: _odd_entry(e),
        )


def types():
    """Legal, and seldom written: a list of one type says the same."""
    yield Sample(
        "status-entry-type-in-a-list",
        "the type of the entry stands in a list",
        INVALID | VALID,  # the schema of OB 3.0 asks for one text, linked data makes no difference
        lambda: _entry_badge({"type": ["BitstringStatusListEntry"]}),
        evidence=lambda: answers(signed_list()),
    )


def _entry_badge(changes) -> bytes:
    entry = {name: value for name, value in {**make_entry(), **changes}.items() if value is not REMOVED}
    return _odd_entry(entry)


def _odd_entry(entry) -> bytes:
    return as_json(signed_if_possible(badge(credentialStatus=entry)))


def controls():
    """Lists that are fine."""
    for name, what, found in (
        ("list", "a list as it should be", signed_list),
        (
            "list-as-token",
            "a list that is a token",
            lambda: sign_token(status_list(), ISSUER, header={"kid": ISSUER.method}),
        ),
        (
            "list-others-revoked",
            "a list in which all others are revoked",
            lambda: signed_list(revoked=[INDEX - 1, INDEX + 1]),
        ),
        (
            "list-million",
            "a list of eight million entries",
            lambda: signed_list(encoded=unsigned(zipped(bytes(1 << 20)))),
        ),
        ("list-with-ttl", "a list that says how long it may be kept", _with_ttl),
    ):
        yield Sample(
            f"control-status-{name}", what, VALID, _honest_badge, evidence=lambda found=found: answers(found())
        )
    for label, index in (("first", "0"), ("last", "131071"), ("as-number", INDEX)):
        yield Sample(
            f"control-status-index-{label}",
            "an entry that is unusual and legal",
            VALID,
            lambda index=index: entry_badge(statusListIndex=index),
            evidence=lambda: answers(signed_list()),
        )


def _with_ttl():
    document = status_list()
    return sign({**document, "credentialSubject": {**document["credentialSubject"], "ttl": 3_600_000}}, ISSUER)


def samples():
    yield from lists()
    yield from bits()
    yield from entries()
    yield from types()

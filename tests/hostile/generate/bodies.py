"""`json-*`: JSON that readers take differently, or that breaks them (threat T-12)."""

from __future__ import annotations

from tests.factories import VC_CONTEXT
from tests.hostile.generate.honest import as_json, badge, changed, signed
from tests.hostile.generate.sample import ANYTHING_BUT_VALID, PROBLEM, Sample, rows


def raw() -> bytes:
    return as_json(signed())


def with_member(text: bytes) -> bytes:
    """The signed document with one more member, written as it stands."""
    return b"{" + text + b"," + raw()[1:]


NUMBERS = {
    "nan": b"NaN",
    "infinity": b"Infinity",
    "minus-infinity": b"-Infinity",
    "1e400": b"1e400",
    "minus-1e400": b"-1e400",
    "digits-10k": b"1" * 10_000,
    "digits-900k": b"9" * 900_000,
    "fraction-10k": b"0." + b"1" * 10_000,
    "exponent-10k": b"1e" + b"9" * 10_000,
    "two-to-the-53": b"9007199254740992",
    "two-to-the-64": b"18446744073709551616",
    "octal": b"0123",
    "hexadecimal": b"0x7f",
    "plus": b"+1",
    "dot-first": b".5",
    "dot-last": b"5.",
    "minus-alone": b"-",
    "wide-digit": "１".encode(),
}
SYNTAX = {
    "trailing-comma": lambda: raw()[:-1] + b",}",
    "comment": lambda: b"{/* note */" + raw()[1:],
    "hash-comment": lambda: b"{ # note\n" + raw()[1:],
    "single-quotes": lambda: raw().replace(b'"name"', b"'name'", 1),
    "unquoted-name": lambda: raw().replace(b'"name"', b"name", 1),
    "two-documents": lambda: raw() + raw(),
    "trailing-text": lambda: raw() + b" and more",
    "trailing-nul": lambda: raw() + b"\0",
    "cut-off": lambda: raw()[:-40],
    "only-brace": lambda: b"{",
    "unclosed-text": lambda: raw()[:-10] + b'"',
    "newline-in-text": lambda: raw().replace(b"Riverside Academy", b"Riverside\nAcademy"),
    "tab-in-text": lambda: raw().replace(b"Riverside Academy", b"Riverside\tAcademy"),
    "bad-escape": lambda: raw().replace(b"Riverside Academy", b"Riverside\\xAcademy"),
    "undefined": lambda: with_member(b'"x":undefined'),
    "capital-true": lambda: with_member(b'"x":True'),
    "padded-callback": lambda: b"callback(" + raw() + b")",
    "lines": lambda: raw() + b"\n" + raw() + b"\n",
}
TEXTS = {
    "surrogate-high": rb"\ud83d",
    "surrogate-low": rb"\udc00",
    "surrogates-swapped": rb"\udc00\ud83d",
    "nul": rb"\u0000",
    "nul-raw": b"\0",
    "invalid-utf-8": b"\xff\xfe",
    "overlong-utf-8": b"\xc0\xaf",
    "surrogate-in-utf-8": b"\xed\xa0\xbd",
    "beyond-unicode": b"\xf4\x90\x80\x80",
}
ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig")


def nested(depth: int, opening=b"[", closing=b"]", inner=b"") -> bytes:
    return with_member(b'"x":' + opening * depth + inner + closing * depth)


def samples():
    yield from rows(
        PROBLEM,
        {
            **{
                f"json-number-{label}": (
                    "it holds a number that is none, or that not everybody can hold",
                    lambda text=text: with_member(b'"x":' + text),
                )
                for label, text in NUMBERS.items()
            },
            **{f"json-syntax-{label}": ("it is not JSON", build) for label, build in SYNTAX.items()},
            **{
                f"json-text-{label}": (
                    "a text holds what is no character",
                    lambda text=text: raw().replace(b"Riverside Academy", b"River" + text),
                )
                for label, text in TEXTS.items()
            },
            **{
                f"json-name-{label}": (
                    "a name of a member holds what is no character",
                    lambda text=text: with_member(b'"' + text + b'":1'),
                )
                for label, text in TEXTS.items()
            },
            **{
                f"json-encoding-{name}": ("it is not plain UTF-8", lambda name=name: raw().decode().encode(name))
                for name in ENCODINGS
            },
            "json-encoding-latin-1": (
                "it is not UTF-8",
                lambda: raw().replace(b"Riverside", "Rivière".encode("latin-1")),
            ),
            "json-depth-33": ("it is nested one level too deep", lambda: nested(32)),
            "json-depth-200": ("it is nested 200 levels deep", lambda: nested(200)),
            "json-depth-100k": ("it is nested 100,000 levels deep", lambda: nested(100_000)),
            "json-depth-100k-objects": (
                "objects are nested 100,000 levels deep",
                lambda: nested(100_000, b'{"a":', b"}", b"1"),
            ),
            "json-depth-400k-open": (
                "400,000 lists are opened and none is closed",
                lambda: with_member(b'"x":' + b"[" * 400_000),
            ),
            "json-dup-root": ("a member stands twice", lambda: with_member(b'"name":"Another"')),
            "json-dup-escaped": (
                "a member stands twice, once with an escaped letter",
                lambda: with_member(rb'"n\u0061me":"Another"'),
            ),
            "json-dup-context": ("what says what the words mean stands twice", lambda: with_member(b'"@context":[]')),
            "json-dup-proof": ("the proof stands twice", lambda: with_member(b'"proof":[]')),
            "json-dup-deep": (
                "a member far down stands twice",
                lambda: raw().replace(b'"narrative":', b'"narrative":"None.","narrative":', 1),
            ),
            "json-dup-undefined": ("a member without meaning stands twice", lambda: with_member(b'"x":1,"x":1')),
            "json-large-text": (
                "it is larger than a document may be",
                lambda: with_member(b'"x":"' + b"a" * 1_100_000 + b'"'),
            ),
            "json-large-space": ("a megabyte of it is white space", lambda: b"{" + b" " * 1_100_000 + raw()[1:]),
            "json-empty": ("it is empty", lambda: b""),
            "json-space": ("it is white space", lambda: b" \n\t "),
            "json-list": ("it is a list", lambda: b"[" + raw() + b"]"),
            "json-text": ("it is a text", lambda: b'"' + raw().replace(b'"', b'\\"') + b'"'),
            "json-number": ("it is a number", lambda: b"4711"),
            "json-null": ("it is null", lambda: b"null"),
            "json-true": ("it is true", lambda: b"true"),
            "json-nan": ("it is not a number", lambda: b"NaN"),
            "json-yaml": ("it is YAML", lambda: b"'@context': &a [*a, *a]\n"),
            "json-pickle": ("it is a pickle", lambda: b"cos\nsystem\n(S'true'\ntR."),
            "json-xml": ("it is XML", lambda: b"<?xml version='1.0'?><credential/>"),
            "json-html": ("it is a web page", lambda: b"<!doctype html><title>Badge</title>"),
        },
    )
    # Well-formed, and no badge.
    yield from rows(
        ANYTHING_BUT_VALID,
        {
            "json-empty-object": ("it says nothing", lambda: b"{}"),
            "json-other-document": ("it is something else", lambda: as_json({"openapi": "3.1.0", "info": {}})),
            "json-many-members": (
                "it has 60,000 members",
                lambda: as_json({"@context": VC_CONTEXT, **{f"m{n}": n for n in range(60_000)}}),
            ),
            "json-long-names": (
                "the name of a member has 500,000 letters",
                lambda: with_member(b'"' + b"a" * 500_000 + b'":1'),
            ),
            "json-wide-list": ("a list has 300,000 values", lambda: with_member(b'"x":[' + b"1," * 299_999 + b"1]")),
            "json-empty-objects": (
                "a list has 200,000 objects",
                lambda: with_member(b'"evidence2":[' + b"{}," * 199_999 + b"{}]"),
            ),
            "json-prototype": (
                "a member is named like an inner one of JavaScript",
                lambda: with_member(b'"__proto__":{"verdict":"valid"}'),
            ),
            "json-verdict": (
                "it brings its own verdict along",
                lambda: as_json({**badge(), "verdict": "valid", "checks": []}),
            ),
            "json-escaped-at": (
                "a keyword is written with an escape",
                lambda: with_member(rb'"\u0040graph":[{"id":"urn:x"}]'),
            ),
            "json-hidden-letter": (
                "a member's name ends with an invisible letter",
                lambda: changed("/validUntil\u200b", "2099-01-01T00:00:00Z"),
            ),
            "json-case": (
                "a member's name is in other letters",
                lambda: as_json({("Proof" if k == "proof" else k): v for k, v in signed().items()}),
            ),
            "json-flattened": (
                "it is flattened JSON-LD",
                lambda: as_json({"@context": badge()["@context"], "@graph": [{"id": badge()["id"]}]}),
            ),
        },
    )
    yield from amplified()
    yield Sample("json-64k-escapes", "every letter of it is written with an escape", ANYTHING_BUT_VALID, _escaped)


def amplified():
    """A long name over many objects: whoever writes down where each of them stands writes the name as often."""
    long = b'"' + b"k" * 700_000 + b'":[' + b"{}," * 4_999 + b"{}]"
    inner = b'"inner":{"@context":"' + VC_CONTEXT.encode() + b'"}'
    language = b'{"name":{"@value":"x","@language":"en"}'
    rest = raw().replace(b'"name":"Differentiated Teaching","issuer"', b'"issuer"', 1)[1:]
    yield from rows(
        ANYTHING_BUT_VALID,
        {
            "json-amplified": ("a name of 700 KB stands over 5,000 objects", lambda: with_member(long)),
            "json-amplified-context": (
                "a name of 700 KB stands over 5,000 objects beside an inner context",
                lambda: with_member(inner + b"," + long),
            ),
            "json-amplified-slow-path": (
                "a name of 700 KB stands over 5,000 objects beside what few processors read",
                lambda: language + b"," + long + b"," + rest,
            ),
            "json-amplified-proof": (
                "a name of 700 KB stands over 5,000 objects in the proof",
                lambda: raw().replace(b'"cryptosuite"', long + b',"cryptosuite"', 1),
            ),
        },
    )
    yield from rows(
        ANYTHING_BUT_VALID,
        {
            f"json-many-{label}": ("a member has 150,000 values", lambda p=pointer, v=value: changed(p, [v] * 150_000))
            for label, (pointer, value) in MANY.items()
        },
    )
    yield from rows(
        ANYTHING_BUT_VALID,
        {
            "json-bulk-objects": (
                "as many objects as are looked at, each with seven faults",
                lambda: changed("/endorsement", [{}] * 5_900),
            ),
            "json-bulk-identifiers": (
                "as many objects as are looked at, each with four faults",
                lambda: changed("/credentialSubject/identifier", [{}] * 5_900),
            ),
            "json-bulk-values": (
                "as many values as are looked at, each with a fault",
                lambda: changed("/evidence", [0] * 29_000),
            ),
        },
    )


MANY = {
    "evidence": ("/evidence", {}),
    "identifiers": ("/credentialSubject/identifier", {}),
    "results": ("/credentialSubject/result", {}),
    "types": ("/type", "a"),
    "endorsements": ("/endorsement", {}),
    "schemas": ("/credentialSchema", {}),
    "terms-of-use": ("/termsOfUse", {}),
    "related-resources": ("/relatedResource", {}),
    "status-entries": ("/credentialStatus", {}),
    "refresh-services": ("/refreshService", {}),
    "contexts": ("/@context", {}),
    "proofs": ("/proof", {}),
    "tags": ("/credentialSubject/achievement/tag", "a"),
    "achievements": ("/credentialSubject/achievement", {}),
    "other-identifiers": ("/issuer/otherIdentifier", {}),
}


def _escaped() -> bytes:
    return with_member(b'"x":"' + rb"\u0061" * 100_000 + b'"')

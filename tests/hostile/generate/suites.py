"""`suite-*`: what goes wrong with the other cryptosuites: over JSON, by ECDSA, with selective disclosure, in chains."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from app.errors import InvalidProofError
from app.signing import LocalSigner, add_proof
from app.signing.multibase import decode_multibase, encode_base64url, encode_multibase
from tests.factories import REMOVED, put, sign
from tests.hostile.generate.honest import ATTACKER, ISSUER, P256, as_json, badge
from tests.hostile.generate.keys import P256_ORDER, Steady, es256_raw
from tests.hostile.generate.sample import ANYTHING_BUT_VALID, INVALID, NOT_VALID, UNDETERMINED, VALID, rows
from tests.unit.signing.selective import BASE, DERIVED, Issued, cbor, head, proof_value

CREATED = datetime(2026, 5, 4, 10, 0, 5, tzinfo=UTC)
STEADY = Steady("hostile-p256")
SUITES = {
    "eddsa-jcs-2022": (ISSUER, LocalSigner(ISSUER.key, "key-1")),
    "ecdsa-rdfc-2019": (P256, STEADY),
    "ecdsa-jcs-2019": (P256, STEADY),
}
MANDATORY = ["/issuer", "/validFrom", "/validUntil", "/type", "/id", "/name"]
SHOWN = ["/credentialSubject", "/evidence", "/awardedDate", "/credentialSchema"]


@cache
def _by(suite: str):
    issuer, signer = SUITES[suite]
    return add_proof(badge(issuer), signer, verification_method=issuer.method, created=CREATED, cryptosuite=suite)


def honest_by(suite: str) -> bytes:
    return as_json(_by(suite))


def altered(suite: str, path: str, value) -> bytes:
    return as_json(put(_by(suite), path, value))


def revalued(suite: str, change) -> bytes:
    """The proof with its bytes changed."""
    raw = decode_multibase(_by(suite)["proof"][0]["proofValue"], error=InvalidProofError)
    return altered(suite, "/proof/0/proofValue", encode_multibase(change(raw)))


def _halves(raw: bytes) -> tuple[int, int]:
    return int.from_bytes(raw[:32]), int.from_bytes(raw[32:])


def every_suite():
    for suite in SUITES:
        yield from rows(VALID, {f"control-suite-{suite}": ("a proof of another suite", lambda s=suite: honest_by(s))})
        yield from rows(
            INVALID,
            {
                f"suite-{suite}-{label}": (
                    "the content was changed after signing",
                    lambda s=suite, p=path, v=value: altered(s, p, v),
                )
                for label, (path, value) in {
                    "altered": ("/name", "Advanced Teaching"),
                    "until": ("/validUntil", "2099-01-01T00:00:00Z"),
                    "added": ("/grade", "A"),
                    "added-deep": ("/credentialSubject/achievement/grade", "A"),
                    "removed": ("/evidence", REMOVED),
                    "null-added": ("/expires", None),
                    "context-added": ("/@context", [*badge()["@context"], {"name": "urn:x"}]),
                    "context-swapped": ("/@context", [badge()["@context"][0], *badge()["@context"][:0:-1]]),
                    "proof-member-added": ("/proof/0/domain", "attacker.example"),
                    "proof-created": ("/proof/0/created", "2027-01-01T00:00:00Z"),
                    "proof-purpose": ("/proof/0/proofPurpose", "authentication"),
                    "proof-context": (
                        "/proof/0/@context",
                        ["https://www.w3.org/ns/credentials/v2", "https://attacker.example/"],
                    ),
                    "proof-of-attacker": ("/proof/0/verificationMethod", ATTACKER.method),
                    "value-empty": ("/proof/0/proofValue", "z"),
                    "value-number": ("/proof/0/proofValue", 1),
                }.items()
            },
        )
        for label, change in {
            "short": lambda raw: raw[:-1],
            "long": lambda raw: raw + b"\0",
            "zero": lambda _: bytes(64),
            "swapped": lambda raw: raw[32:] + raw[:32],
        }.items():
            yield from rows(
                INVALID,
                {f"suite-{suite}-{label}": ("the signature is another", lambda s=suite, c=change: revalued(s, c))},
            )
    for suite in ("ecdsa-rdfc-2019", "ecdsa-jcs-2019"):
        for label, change in {
            "der": lambda raw: encode_dss_signature(*_halves(raw)),
            "r-zero": lambda raw: es256_raw(0, _halves(raw)[1]),
            "s-order": lambda raw: es256_raw(_halves(raw)[0], P256_ORDER),
        }.items():
            yield from rows(
                INVALID,
                {f"suite-{suite}-{label}": ("the signature is none", lambda s=suite, c=change: revalued(s, c))},
            )


def exchanged():
    """One suite's proof under another's name: each computes something else."""
    for name, other in (
        ("eddsa-jcs-2022", "eddsa-rdfc-2022"),
        ("ecdsa-rdfc-2019", "ecdsa-jcs-2019"),
        ("ecdsa-jcs-2019", "ecdsa-rdfc-2019"),
        ("ecdsa-rdfc-2019", "ecdsa-sd-2023"),
        ("ecdsa-rdfc-2019", "eddsa-rdfc-2022"),
        ("eddsa-jcs-2022", "ecdsa-jcs-2019"),
    ):
        yield from rows(
            INVALID,
            {
                f"suite-{name}-as-{other}": (
                    "the proof names another suite",
                    lambda n=name, o=other: altered(n, "/proof/0/cryptosuite", o),
                )
            },
        )


# Selective disclosure


@cache
def _issued() -> Issued:
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "ecdsa-sd-2023",
        "created": "2026-05-04T10:00:00Z",
        "verificationMethod": P256.method,
        "proofPurpose": "assertionMethod",
    }
    return Issued(badge(P256), MANDATORY, by=STEADY, single=Steady("hostile-single"), options=options)


@cache
def _revealed():
    return _issued().revealed(SHOWN)


def derived(**changes) -> bytes:
    parts = dict(zip(("signature", "key", "single", "labels", "mandatory"), _revealed().parts(), strict=True))
    return as_json(_revealed().secured(proof_value(DERIVED, list((parts | changes).values()))))


def base(**changes) -> bytes:
    parts = dict(zip(("signature", "key", "hmac", "single", "pointers"), _issued().base_parts(), strict=True))
    return as_json(_issued().secured(proof_value(BASE, list((parts | changes).values()))))


def raw_value(raw: bytes) -> bytes:
    """A proof whose value is any bytes."""
    return as_json(_revealed().secured("u" + encode_base64url(raw)))


def proof_parts() -> list[bytes]:
    """What stands in the values of honest proofs."""
    return [cbor(_revealed().parts()), cbor(_issued().base_parts())]


def _derived_document(path, value) -> bytes:
    return as_json(put(json.loads(derived()), path, value))


def selective():
    parts = _revealed().parts()
    signatures, labels, mandatory = parts[2], parts[3], parts[4]
    yield from rows(
        UNDETERMINED, {"suite-sd-derived-without-status": ("parts are shown, and no status is among them", derived)}
    )
    yield from rows(
        VALID,
        {
            "control-suite-sd-base": ("a badge with the proof from which others are derived", base),
        },
    )
    yield from rows(
        INVALID,
        {
            "suite-sd-altered": ("what is shown was changed", lambda: _derived_document("/name", "Advanced Teaching")),
            "suite-sd-altered-shown": (
                "what is shown was changed",
                lambda: _derived_document("/awardedDate", "2020-01-01T00:00:00Z"),
            ),
            "suite-sd-added": (
                "something was added to what is shown",
                lambda: _derived_document("/description", "With honours."),
            ),
            "suite-sd-mandatory-removed": (
                "what has to be shown is not",
                lambda: _derived_document("/validUntil", REMOVED),
            ),
            "suite-sd-shown-removed": (
                "what was chosen to be shown is not",
                lambda: _derived_document("/evidence", REMOVED),
            ),
            "suite-sd-signature-missing": ("a statement has no signature", lambda: derived(single=signatures[1:])),
            "suite-sd-signatures-none": ("no statement has a signature", lambda: derived(single=[])),
            "suite-sd-signatures-reversed": (
                "the signatures are in another order",
                lambda: derived(single=signatures[::-1]),
            ),
            "suite-sd-signature-twice": (
                "a signature stands twice",
                lambda: derived(single=[*signatures, signatures[0]]),
            ),
            "suite-sd-signature-short": (
                "a signature is a byte short",
                lambda: derived(single=[signatures[0][:-1], *signatures[1:]]),
            ),
            "suite-sd-mandatory-none": ("nothing is said to be mandatory", lambda: derived(mandatory=[])),
            "suite-sd-mandatory-other": (
                "other statements are said to be mandatory",
                lambda: derived(mandatory=[n + 1 for n in mandatory]),
            ),
            "suite-sd-mandatory-huge": (
                "a statement of a huge number is said to be mandatory",
                lambda: derived(mandatory=[2**63]),
            ),
            "suite-sd-mandatory-texts": ("texts are said to be mandatory", lambda: derived(mandatory=["0"])),
            "suite-sd-labels-equal": (
                "two nodes have one name",
                lambda: derived(labels=dict.fromkeys(labels, bytes(32))),
            ),
            "suite-sd-labels-short": ("a node's name is a byte short", lambda: derived(labels={0: bytes(31)})),
            "suite-sd-labels-swapped": (
                "two nodes have exchanged their names",
                lambda: derived(labels=dict(zip(labels, list(labels.values())[::-1], strict=True))),
            ),
            "suite-sd-key-of-attacker": (
                "the key for single statements is the attacker's",
                lambda: derived(key=b"\x80\x24" + Steady("hostile-attacker").public_key.material),
            ),
            "suite-sd-key-short": ("the key for single statements is a byte short", lambda: derived(key=parts[1][:-1])),
            "suite-sd-key-ed25519": (
                "the key for single statements is of another kind",
                lambda: derived(key=b"\xed\x01" + ISSUER.key.public_key.material),
            ),
            "suite-sd-base-pointers-fewer": (
                "fewer parts are mandatory than were signed",
                lambda: base(pointers=MANDATORY[1:]),
            ),
            "suite-sd-base-pointers-deep": ("a pointer has a thousand steps", lambda: base(pointers=["/a" * 1_000])),
            "suite-sd-base-hmac-short": ("the secret is a byte short", lambda: base(hmac=bytes(31))),
            "suite-sd-base-hmac-other": ("the secret is another", lambda: base(hmac=bytes(32))),
            "suite-sd-base-as-derived": (
                "the first proof says that it is a derived one",
                lambda: raw_value(DERIVED + cbor(_issued().base_parts())),
            ),
        },
    )
    yield from rows(
        INVALID,
        {
            f"suite-sd-cbor-{label}": (
                "the proof's value is no such structure",
                lambda raw=raw: raw_value(DERIVED + raw),
            )
            for label, raw in {
                "empty": b"",
                "number": cbor(7),
                "four-parts": cbor([1, 2, 3, 4]),
                "six-parts": cbor([1] * 6),
                "text": cbor("proof"),
                "indefinite": b"\x9f\xff",
                "tag": b"\xd8\x1e" + cbor([1]),
                "float": b"\xfb" + bytes(8),
                "null": b"\xf6",
                "deep": b"\x81" * 50_000 + b"\0",
                "huge-array": head(4, 2**40),
                "huge-bytes": head(2, 2**63),
                "huge-map": head(5, 2**40),
                "many-items": cbor([0] * 50_000),
                "key-is-a-list": b"\xa1\x80\0",
                "key-twice": b"\xa2\0\0\0\0",
                "trailing": cbor([1]) + b"\0",
                "cut-off": cbor(parts)[:-5],
                "not-utf-8": head(3, 2) + b"\xff\xfe",
            }.items()
        },
    )
    yield from rows(
        INVALID,
        {
            "suite-sd-header-unknown": (
                "the proof's value begins otherwise",
                lambda: raw_value(b"\xd9\x5d\x07" + cbor(parts)),
            ),
            "suite-sd-value-base58": (
                "the proof's value is in another base",
                lambda: as_json(_revealed().secured(encode_multibase(DERIVED))),
            ),
        },
    )


def oversized():
    """More than we read, which says nothing against a proof."""
    yield from rows(
        NOT_VALID,
        {
            "suite-sd-signatures-10000": (
                "there are 10,000 signatures",
                lambda: derived(single=_revealed().parts()[2][:1] * 10_000),
            ),
            "suite-sd-base-pointers-many": ("there are 5,000 pointers", lambda: base(pointers=["/issuer"] * 5_000)),
            "suite-sd-value-megabyte": (
                "the proof's value has a megabyte",
                lambda: raw_value(DERIVED + bytes(700_000)),
            ),
            "suite-sd-cbor-deep-maps": (
                "the proof's value is nested 50,000 levels deep",
                lambda: raw_value(DERIVED + b"\xa1\0" * 50_000 + b"\0"),
            ),
        },
    )


# Chains


def _chained(*links) -> bytes:
    """Proofs whose members `links` change; each is signed for itself, none over those before it."""
    proof = sign(badge(), ISSUER)["proof"][0]
    return as_json({**badge(), "proof": [{**proof, "id": f"urn:x:{n}", **link} for n, link in enumerate(links)]})


def chains():
    yield from rows(
        NOT_VALID,
        {
            "suite-chain-circle": (
                "two proofs follow each other",
                lambda: _chained({"previousProof": "urn:x:1"}, {"previousProof": "urn:x:0"}),
            ),
            "suite-chain-itself": ("a proof follows itself", lambda: _chained({"previousProof": "urn:x:0"})),
            "suite-chain-to-nothing": (
                "a proof follows one that is not there",
                lambda: _chained({"previousProof": "urn:x:9"}),
            ),
            "suite-chain-two-of-one-id": (
                "two proofs have one id",
                lambda: _chained({"id": "urn:x:7"}, {"id": "urn:x:7"}, {"previousProof": "urn:x:7"}),
            ),
            "suite-chain-number": ("a proof follows a number", lambda: _chained({"previousProof": 7})),
            "suite-chain-empty": ("a proof follows an empty list", lambda: _chained({"previousProof": []})),
            "suite-chain-objects": (
                "a proof follows an object",
                lambda: _chained({"previousProof": [{"id": "urn:x:0"}]}),
            ),
            "suite-chain-5000": (
                "a proof follows 5,000 others",
                lambda: _chained({"previousProof": [f"urn:x:{n}" for n in range(5_000)]}),
            ),
        },
    )
    yield from rows(
        ANYTHING_BUT_VALID,
        {
            "suite-chain-of-1000": (
                "a chain of 1,000 proofs",
                lambda: _chained(*({"previousProof": f"urn:x:{n}"} for n in range(1_000))),
            )
        },
    )


def samples():
    yield from every_suite()
    yield from exchanged()
    yield from selective()
    yield from oversized()
    yield from chains()

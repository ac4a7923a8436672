"""`ld-proof-*`: proofs by others, for something else, of odd shapes and sizes (threats T-04, T-05, T-07)."""

from __future__ import annotations

from dataclasses import replace

from app.errors import InvalidProofError
from app.signing.multibase import decode_multibase, encode_multibase
from tests.factories import REMOVED, key_issuer, sign, sign_options
from tests.hostile.generate.honest import ATTACKER, ISSUER, STRANGER, as_json, badge, changed, signed
from tests.hostile.generate.keys import ED25519_ORDER
from tests.hostile.generate.sample import ANYTHING_BUT_VALID, INVALID, NOT_VALID, rows
from tests.hostile.generate.token_bytes import LOW_ORDER, did_of, method_of


def by_options(**options) -> bytes:
    """A proof with other options, signed as they stand."""
    return as_json(sign_options(badge(), ISSUER, **options))


def with_value(value) -> bytes:
    return changed("/proof/0/proofValue", value)


def proof():
    return signed()["proof"][0]


def _value(change) -> bytes:
    """The proof with its 64 bytes changed."""
    raw = decode_multibase(proof()["proofValue"], error=InvalidProofError)
    return with_value(encode_multibase(change(raw)))


def _plus_order(raw: bytes) -> bytes:
    return raw[:32] + (int.from_bytes(raw[32:], "little") + ED25519_ORDER).to_bytes(32, "little")


def _low_order(point: int) -> bytes:
    did = did_of(b"\xed\x01", point.to_bytes(32, "little"))
    forged = {
        **proof(),
        "verificationMethod": method_of(did),
        "proofValue": encode_multibase((1).to_bytes(32, "little") + bytes(32)),
    }
    document = badge()
    return as_json({**document, "issuer": {**document["issuer"], "id": did}, "proof": [forged]})


# The attacker's key under the issuer's name: what is signed names the issuer.
TAKEN_OVER = replace(ISSUER, key=ATTACKER.key)
PURPOSES = (
    "authentication",
    "keyAgreement",
    "capabilityInvocation",
    "assertion",
    ["assertionMethod", "authentication"],
)
METHODS = {
    "of-attacker": ATTACKER.method,
    "did-only-of-attacker": ATTACKER.did,
    "fragment-key": f"{ISSUER.did}#{ATTACKER.did.removeprefix('did:key:')}",
    "https-fragment-key": f"https://riverside.example#{ATTACKER.did.removeprefix('did:key:')}",
    "number": 1,
    "null": None,
    "empty": "",
    "relative": "#key-1",
    "file": "file:///etc/passwd",
    "object": {"id": ATTACKER.method, "publicKeyMultibase": ATTACKER.did.removeprefix("did:key:")},
    "object-under-issuer": {
        "id": ISSUER.method,
        "controller": ISSUER.did,
        "publicKeyMultibase": ATTACKER.did.removeprefix("did:key:"),
    },
    "list": [ISSUER.method, ATTACKER.method],
    "long": "did:key:z6Mk" + "6" * 100_000,
}
VALUES = {
    "missing": REMOVED,
    "number": 1,
    "z": "z",
    "list": ["z1"],
    "hexadecimal": "f" + "00" * 64,
    "base64url": "u" + "A" * 86,
    "bad-letter": "z" + "0" * 86,
    "huge": "z" + "2" * 1_000_000,
    "long": "z" + "2" * 129,
}
SHAPES = {
    "missing": REMOVED,
    "text": "signed",
    "number": 1,
    "list-of-null": [None],
    "list-of-text": ["z1"],
    "list-of-lists": [[{}]],
}
KINDS = {
    "without-type": {"type": REMOVED},
    "type-list": {"type": ["DataIntegrityProof"]},
    "without-suite": {"cryptosuite": REMOVED},
    "suite-number": {"cryptosuite": 1},
    "suite-capitals": {"cryptosuite": "EDDSA-RDFC-2022"},
    "suite-unknown": {"cryptosuite": "sha1-rdfc-1999"},
    "suite-ecdsa": {"cryptosuite": "ecdsa-rdfc-2019"},
    "suite-jcs": {"cryptosuite": "eddsa-jcs-2022"},
    "suite-sd": {"cryptosuite": "ecdsa-sd-2023"},
    "type-2020": {"type": "Ed25519Signature2020", "cryptosuite": REMOVED},
    "type-2018": {"type": "Ed25519Signature2018", "cryptosuite": REMOVED},
    "type-rsa-2018": {"type": "RsaSignature2018", "cryptosuite": REMOVED},
    "type-jws": {"type": "JsonWebSignature2020", "cryptosuite": REMOVED, "jws": "e30..AA"},
    "type-bbs": {"type": "BbsBlsSignatureProof2020", "cryptosuite": REMOVED},
}
STAMPS = {
    "without-zone": "2026-05-04T10:00:05",
    "day-only": "2026-05-04",
    "no-date": "yesterday",
    "number": 1_777_888_805,
    "february-30": "2026-02-30T10:00:05Z",
    "list": ["2026-05-04T10:00:05Z"],
}


def samples():
    yield from rows(
        INVALID,
        {
            f"ld-proof-purpose-{n}": (
                "the proof was made for something else",
                lambda purpose=purpose: as_json({**badge(), "proof": [{**proof(), "proofPurpose": purpose}]}),
            )
            for n, purpose in enumerate(PURPOSES)
        },
    )
    yield from rows(
        INVALID,
        {
            f"ld-proof-vm-{label}": (
                "the proof is by a key that is not the issuer's",
                lambda method=method: _by_attacker(method),
            )
            for label, method in METHODS.items()
        },
    )
    yield from rows(
        INVALID,
        {
            f"ld-proof-value-{label}": ("the proof's value is no signature", lambda value=value: with_value(value))
            for label, value in VALUES.items()
        },
    )
    yield from rows(
        INVALID,
        {
            f"ld-proof-shape-{label}": ("the proof is none", lambda shape=shape: _shaped(shape))
            for label, shape in SHAPES.items()
        },
    )
    yield from rows(
        NOT_VALID,
        {
            f"ld-proof-suite-{label}": (
                "the proof calls itself something else than it is",
                lambda kind=kind: as_json(sign(badge(), ISSUER, **kind)),
            )
            for label, kind in KINDS.items()
        },
    )
    yield from rows(
        INVALID,
        {
            f"ld-proof-created-{label}": (
                "the proof's date cannot be read",
                lambda stamp=stamp: changed("/proof/0/created", stamp),
            )
            for label, stamp in STAMPS.items()
        },
    )
    yield from rows(
        INVALID,
        {
            f"ld-proof-expires-{label}": (
                "the proof's end cannot be read",
                lambda stamp=stamp: changed("/proof/0/expires", stamp),
            )
            for label, stamp in STAMPS.items()
        },
    )
    yield from rows(
        INVALID,
        {
            "ld-proof-expired": ("the proof has expired", lambda: by_options(expires="2026-05-05T10:00:00Z")),
            "ld-proof-domain-added": (
                "a domain was added to the proof",
                lambda: changed("/proof/0/domain", "https://attacker.example"),
            ),
            "ld-proof-challenge-added": (
                "a challenge was added to the proof",
                lambda: changed("/proof/0/challenge", "x"),
            ),
            "ld-proof-nonce-added": ("a nonce was added to the proof", lambda: changed("/proof/0/nonce", "x")),
            "ld-proof-of-other-document": (
                "the proof is that of another badge",
                lambda: as_json({**badge(), "name": "Another", "proof": [proof()]}),
            ),
            "ld-proof-stranger": (
                "a stranger signed for the issuer",
                lambda: as_json({**badge(), "proof": sign(badge(), STRANGER)["proof"]}),
            ),
            "ld-proof-s-plus-l": ("S is larger than the order of the group", lambda: _value(_plus_order)),
            "ld-proof-zero": ("the signature is all zero", lambda: _value(lambda _: bytes(64))),
            "ld-proof-63-bytes": ("the signature is a byte short", lambda: _value(lambda raw: raw[:63])),
            "ld-proof-65-bytes": ("the signature is a byte long", lambda: _value(lambda raw: raw + b"\0")),
            "ld-proof-swapped": ("S and R are swapped", lambda: _value(lambda raw: raw[32:] + raw[:32])),
            "ld-proof-bit-flipped": ("one bit is flipped", lambda: _value(lambda raw: bytes([raw[0] ^ 1]) + raw[1:])),
            **{
                f"ld-proof-low-order-{label}": ("the issuer's key is a point of low order", lambda y=y: _low_order(y))
                for label, y in LOW_ORDER.items()
            },
            "ld-proof-1000": ("there are 1,000 proofs", lambda: as_json({**badge(), "proof": [proof()] * 1_000})),
            "ld-proof-nine": ("there is one proof too many", lambda: as_json({**badge(), "proof": [proof()] * 9})),
            "ld-proof-eight-strangers": ("there are eight proofs, none by the issuer", _strangers),
        },
    )
    yield from rows(
        ANYTHING_BUT_VALID,
        {
            "ld-proof-chain-to-nothing": (
                "the proof follows one that is not there",
                lambda: changed("/proof/0/previousProof", "urn:uuid:0"),
            ),
            "ld-proof-chain-to-itself": (
                "the proof follows itself",
                lambda: changed("/proof/0", {**proof(), "id": "urn:uuid:1", "previousProof": "urn:uuid:1"}),
            ),
            "ld-proof-in-proof": ("the proof has a proof", lambda: changed("/proof/0/proof", [proof()])),
            "ld-proof-nested-200": ("proofs stand in proofs, 20 deep", _nested),
        },
    )


def _by_attacker(method) -> bytes:
    """The document with the issuer's name on it, signed by the attacker under `method`."""
    if isinstance(method, str) and ":" in method:
        return as_json(sign_options(badge(), TAKEN_OVER, verificationMethod=method))
    return as_json(sign(badge(), ATTACKER, verificationMethod=method))


def _shaped(shape) -> bytes:
    document = badge() if shape is REMOVED else {**badge(), "proof": shape}
    return as_json(document)


def _strangers() -> bytes:
    proofs = [sign(badge(), key_issuer(f"hostile-stranger-{n}"))["proof"][0] for n in range(8)]
    return as_json({**badge(), "proof": proofs})


def _nested() -> bytes:
    inner = proof()
    for _ in range(20):
        inner = {**proof(), "proof": inner}
    return as_json({**badge(), "proof": inner})

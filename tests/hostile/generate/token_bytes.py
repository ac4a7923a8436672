"""`jwt-*`: weak curves and signatures, loose base64, and tokens of unreasonable size (threats T-05, T-07)."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from app.signing.multibase import encode_base58btc
from app.verification import Need, NeedKind
from tests.factories import base64url, found, put
from tests.hostile.generate.honest import HEADER, ISSUER, P256, SIGN, as_json, badge, compact, headed, payload
from tests.hostile.generate.keys import (
    ED25519_ORDER,
    P256_ORDER,
    es256_numbers,
    es256_raw,
    fits_by_openssl,
    p256_handle,
    rs256_sign,
    rsa_handle,
)
from tests.hostile.generate.sample import INVALID, NOT_VALID, REFUSED, Sample, rows

P = 2**255 - 19
_Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
# The eight points of low order, and encodings of some of them that are not the canonical ones.
LOW_ORDER = {
    "neutral": 1,
    "order-2": P - 1,
    "order-4": 0,
    "order-4-negative": 0 | 1 << 255,
    "order-8-a": _Y8,
    "order-8-b": _Y8 | 1 << 255,
    "order-8-c": P - _Y8,
    "order-8-d": (P - _Y8) | 1 << 255,
    "neutral-not-canonical": P + 1,
    "order-4-not-canonical": P,
    "neutral-with-sign": 1 | 1 << 255,
    "order-2-with-sign": (P - 1) | 1 << 255,
}


def did_of(code: bytes, key: bytes) -> str:
    return "did:key:z" + encode_base58btc(code + key)


def method_of(did: str) -> str:
    return f"{did}#{did.removeprefix('did:key:')}"


def issued_by(did: str, algorithm: str, signer, method: str | None = None) -> bytes:
    """A token whose issuer has a did:key of any bytes."""
    document = put(badge(), "/issuer/id", did)
    claims = {**payload(), **document, "iss": did}
    return compact({"alg": algorithm, "kid": method or method_of(did)}, claims, signer)


def low_order(point: int) -> bytes:
    """A signature without any private key: R of low order, S = 0. It fits one message in eight, so try some."""
    key = point.to_bytes(32, "little")
    did = did_of(b"\xed\x01", key)
    for attempt in range(64):
        document = {**put(badge(), "/issuer/id", did), "description": f"{attempt}"}
        claims = {**payload(), **document, "iss": did}
        for r in LOW_ORDER.values():
            signature = r.to_bytes(32, "little") + bytes(32)
            token = compact({"alg": "EdDSA", "kid": method_of(did)}, claims, lambda _, s=signature: s)
            if fits_by_openssl(key, signature, token.rpartition(b".")[0]):
                return token
    return issued_by(did, "EdDSA", lambda _: (1).to_bytes(32, "little") + bytes(32))  # OpenSSL refuses the key itself


def _plus_order(data: bytes) -> bytes:
    signature = SIGN(data)
    return signature[:32] + (int.from_bytes(signature[32:], "little") + ED25519_ORDER).to_bytes(32, "little")


def es256(change) -> bytes:
    """A token by the P-256 issuer; `change` makes signature bytes of r and s."""
    signer = lambda data: change(*es256_numbers("hostile-p256", data))  # noqa: E731
    return compact({"alg": "ES256", "kid": P256.method}, payload(P256), signer)


def edges():
    yield from rows(
        INVALID,
        {
            f"jwt-ed25519-low-order-{label}": ("the issuer's key is a point of low order", lambda y=y: low_order(y))
            for label, y in LOW_ORDER.items()
        },
    )
    point = ISSUER.key.public_key._handle.public_bytes_raw()
    coordinates = p256_handle("hostile-p256").public_key().public_numbers()
    x, y = (number.to_bytes(32) for number in (coordinates.x, coordinates.y))
    whatever = lambda _: bytes([1]) * 64  # noqa: E731
    yield from rows(
        INVALID,
        {
            "jwt-ed25519-s-plus-l": ("S is larger than the order of the group", lambda: compact(signer=_plus_order)),
            "jwt-ed25519-zero": ("the signature is all zero", lambda: compact(signer=lambda _: bytes(64))),
            "jwt-ed25519-63-bytes": ("the signature is a byte short", lambda: compact(signer=lambda d: SIGN(d)[:63])),
            "jwt-ed25519-65-bytes": ("the signature is a byte long", lambda: compact(signer=lambda d: SIGN(d) + b"\0")),
            "jwt-ed25519-halves-swapped": (
                "S and R are swapped",
                lambda: compact(signer=lambda d: SIGN(d)[32:] + SIGN(d)[:32]),
            ),
            "jwt-ed25519-key-not-on-curve": (
                "the key is no point of the curve",
                lambda: issued_by(did_of(b"\xed\x01", (2).to_bytes(32, "little")), "EdDSA", whatever),
            ),
            "jwt-ed25519-key-31-bytes": (
                "the key is a byte short",
                lambda: issued_by(did_of(b"\xed\x01", point[:31]), "EdDSA", SIGN),
            ),
            "jwt-ed25519-key-33-bytes": (
                "the key is a byte long",
                lambda: issued_by(did_of(b"\xed\x01", point + b"\0"), "EdDSA", SIGN),
            ),
            "jwt-es256-zero": ("r and s are zero", lambda: es256(lambda _r, _s: bytes(64))),
            "jwt-es256-r-zero": ("r is zero", lambda: es256(lambda _r, s: es256_raw(0, s))),
            "jwt-es256-s-zero": ("s is zero", lambda: es256(lambda r, _s: es256_raw(r, 0))),
            "jwt-es256-s-order": ("s is the order of the group", lambda: es256(lambda r, _s: es256_raw(r, P256_ORDER))),
            "jwt-es256-r-order": ("r is the order of the group", lambda: es256(lambda _r, s: es256_raw(P256_ORDER, s))),
            "jwt-es256-s-plus-order": ("s is all ones", lambda: es256(lambda r, _s: es256_raw(r, 2**256 - 1))),
            "jwt-es256-der": ("the signature is DER", lambda: es256(encode_dss_signature)),
            "jwt-es256-63-bytes": ("the signature is a byte short", lambda: es256(lambda r, s: es256_raw(r, s)[1:])),
            "jwt-es256-swapped": ("r and s are swapped", lambda: es256(lambda r, s: es256_raw(s, r))),
            "jwt-es256-padded": (
                "r and s have leading zeros",
                lambda: es256(lambda r, s: bytes(2) + r.to_bytes(33) + s.to_bytes(33)),
            ),
            "jwt-es256-key-uncompressed": (
                "the key in the did:key is not compressed",
                lambda: issued_by(did_of(b"\x80\x24", b"\x04" + x + y), "ES256", whatever),
            ),
            "jwt-es256-key-infinity": (
                "the key is the point at infinity",
                lambda: issued_by(did_of(b"\x80\x24", b"\0"), "ES256", whatever),
            ),
            "jwt-es256-key-not-on-curve": (
                "the key is no point of the curve",
                lambda: issued_by(did_of(b"\x80\x24", b"\x02" + (5).to_bytes(32)), "ES256", whatever),
            ),
            "jwt-didkey-bad-multicodec": (
                "the key is of no kind at all",
                lambda: issued_by(did_of(b"\x99\x99\x01", point), "EdDSA", SIGN),
            ),
            "jwt-didkey-no-multicodec": (
                "the key has no kind before it",
                lambda: issued_by(did_of(b"", point), "EdDSA", SIGN),
            ),
            "jwt-didkey-long-varint": (
                "the kind is written in more bytes than it needs",
                lambda: issued_by(did_of(b"\xed\x81\x00", point), "EdDSA", SIGN),
            ),
            "jwt-didkey-other-base": (
                "the key is in hexadecimal",
                lambda: issued_by(f"did:key:fed01{point.hex()}", "EdDSA", SIGN),
            ),
            "jwt-didkey-bad-letter": (
                "the key holds a letter that base58 lacks",
                lambda: issued_by(ISSUER.did[:-1] + "0", "EdDSA", SIGN),
            ),
            "jwt-didkey-empty": ("there is no key in the did:key", lambda: issued_by("did:key:", "EdDSA", SIGN)),
            "jwt-didkey-leading-zeros": (
                "the key is written with zeros before it",
                lambda: issued_by(ISSUER.did.replace(":z", ":z111"), "EdDSA", SIGN),
            ),
        },
    )
    yield from rows(
        NOT_VALID,
        {
            "jwt-didkey-x25519": (
                "the key is for encryption",
                lambda: issued_by(did_of(b"\xec\x01", point), "EdDSA", SIGN),
            ),
            "jwt-didkey-secp256k1": (
                "the key is of a curve that is not known",
                lambda: issued_by(did_of(b"\xe7\x01", b"\x02" + x), "ES256K", whatever),
            ),
        },
    )
    yield from weak_rsa()


def weak_rsa():
    """RSA keys that an issuer's own document and site do publish."""
    for label, breaks, bits, exponent, forged in (
        ("1024-bits", "the RSA key has 1,024 bits", 1_024, 65_537, False),
        ("cube-root", "a forgery whose cube only begins like a signature", 2_048, 3, True),
    ):
        signer = (
            _cube_root(rsa_handle("hostile-rsa", bits, exponent))
            if forged
            else rs256_sign("hostile-rsa", bits, exponent)
        )
        yield Sample(
            f"jwt-rsa-{label}",
            breaks,
            INVALID,
            lambda signer=signer: rsa_token(signer),
            evidence=lambda bits=bits, exponent=exponent: rsa_evidence(rsa_handle("hostile-rsa", bits, exponent)),
        )


RSA_DID = "did:web:weak.example"
RSA_URL = "https://weak.example/keys/key-1"


def rsa_token(signer) -> bytes:
    document = put(badge(), "/issuer/id", RSA_DID)
    return compact({"alg": "RS256", "kid": RSA_URL, "typ": "JWT"}, {**payload(), **document, "iss": RSA_DID}, signer)


def rsa_evidence(handle: rsa.RSAPrivateKey):
    numbers = handle.public_key().public_numbers()
    jwk = {
        "kty": "RSA",
        "n": base64url(numbers.n.to_bytes(numbers.n.bit_length() // 8)),
        "e": base64url(_shortest(numbers.e)),
    }
    method = {"id": f"{RSA_DID}#key-1", "type": "JsonWebKey", "controller": RSA_DID, "publicKeyJwk": jwk}
    document = {"id": RSA_DID, "verificationMethod": [method], "assertionMethod": [method["id"]]}
    return {
        Need(NeedKind.DID_DOCUMENT, RSA_DID): found(document),
        Need(NeedKind.KEY, RSA_URL): found({**jwk, "kid": RSA_URL}),
    }


def _cube_root(handle: rsa.RSAPrivateKey):
    """Bleichenbacher's forgery of 2006: the digest stands right, and the rest of the block is whatever a cube has."""
    import hashlib

    def sign(data: bytes) -> bytes:
        prefix = (
            bytes.fromhex("0001ffffffffffffffff003031300d060960864801650304020105000420")
            + hashlib.sha256(data).digest()
        )
        target = int.from_bytes(prefix + bytes(256 - len(prefix)))
        low, high = 0, 1 << 700
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if middle**3 < target else (low, middle)
        return low.to_bytes(256)

    return sign


def _shortest(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def loose_base64():
    """The same bits in texts that a careless decoder reads alike."""
    token = compact()
    head, body, signature = token.split(b".")
    stray = signature[:-1] + bytes([signature[-1] + 1])  # the last letter of 64 bytes has four bits that mean nothing
    assert base64.urlsafe_b64decode(stray + b"==") == base64.urlsafe_b64decode(signature + b"==")
    standard = base64.b64encode(SIGN(head + b"." + body)).rstrip(b"=")
    yield from rows(
        REFUSED,
        {
            "jwt-b64-stray-bits": ("the signature has stray bits at its end", lambda: b".".join((head, body, stray))),
            "jwt-b64-padding": ("the signature is padded", lambda: token + b"=="),
            "jwt-b64-padding-inside": ("the header is padded", lambda: b".".join((head + b"=", body, signature))),
            "jwt-b64-standard-alphabet": (
                "the signature is in the other alphabet",
                lambda: b".".join((head, body, standard + b"+/")),
            ),
            "jwt-b64-space-inside": (
                "there is white space within the payload",
                lambda: b".".join((head, body[:40] + b" " + body[40:], signature)),
            ),
            "jwt-b64-newline-inside": (
                "there is a line break within the payload",
                lambda: b".".join((head, body[:64] + b"\r\n" + body[64:], signature)),
            ),
            "jwt-b64-not-ascii": ("there is a letter beyond ASCII", lambda: token + "ａ".encode()),
            "jwt-b64-percent": ("the dots are written as %2E", lambda: token.replace(b".", b"%2E")),
            "jwt-four-parts": ("there is a fourth part", lambda: token + b".AAAA"),
            "jwt-two-parts": ("there are only two parts", lambda: b".".join((head, body))),
            "jwt-two-tokens": ("there are two tokens", lambda: token + b"\n" + token),
            "jwt-bearer": ("it is written like an HTTP header", lambda: b"Bearer " + token),
            "jwt-byte-order-mark": ("there is a byte-order mark before it", lambda: b"\xef\xbb\xbf" + token),
            "jwt-utf-16": ("it is UTF-16", lambda: token.decode().encode("utf-16")),
            "jwt-quoted": ("it is a JSON text", lambda: b'"' + token + b'"'),
            "jwt-trailing-nul": ("a NUL follows it", lambda: token + b"\0"),
        },
    )


def sizes():
    yield from rows(
        REFUSED,
        {
            "jwt-header-300k": ("the header has 300 KB", lambda: headed(x="a" * 300_000)),
            "jwt-header-5k": ("the header has 5 KB", lambda: headed(x="a" * 5_000)),
            "jwt-payload-200k": (
                "the payload has 200 KB",
                lambda: compact(body={**payload(), "description": "a" * 200_000}),
            ),
            "jwt-token-1mb": (
                "the token has a megabyte",
                lambda: compact(body={**payload(), "description": "a" * 1_000_000}),
            ),
            "jwt-payload-deep": ("the payload is nested 10,000 levels deep", lambda: _deep(10_000)),
            "jwt-payload-deep-33": ("the payload is nested one level too deep", lambda: _deep(32)),
            "jwt-header-deep": ("the header is nested 1,000 levels deep", lambda: compact(_nested(1_000))),
            "jwt-didkey-1mb": ("the key id has a megabyte", lambda: headed(kid="did:key:z" + "6" * 1_000_000)),
            "jwt-didkey-100k-issuer": (
                "the issuer's key has 100,000 letters",
                lambda: issued_by("did:key:z6Mk" + "6" * 100_000, "EdDSA", SIGN, HEADER["kid"]),
            ),
            "jwt-didkey-3k": (
                "the key id has 3,000 letters",
                lambda: issued_by("did:key:z6Mk" + "6" * 1_500, "EdDSA", SIGN),
            ),
            "jwt-signature-100k": (
                "the signature has 100 KB",
                lambda: compact(signer=lambda d: SIGN(d) + bytes(100_000)),
            ),
            "jwt-many-dots": ("there are 100,000 dots", lambda: compact() + b"." * 100_000),
            "jwt-many-members": ("the header has 600 members", lambda: headed(**{f"m{n}": 1 for n in range(600)})),
        },
    )


def _nested(depth: int) -> bytes:
    return as_json(HEADER)[:-1] + b',"x":' + b"[" * depth + b"]" * depth + b"}"


def _deep(depth: int) -> bytes:
    body = as_json(payload())[:-1] + b',"x":' + b"[" * depth + b"]" * depth + b"}"
    return compact(body=body)


def samples():
    yield from edges()
    yield from loose_base64()
    yield from sizes()

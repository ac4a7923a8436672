"""Multikey: base58btc over a multicodec prefix and the public key (Controlled Identifiers 2.2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.signing import edwards
from app.signing.algorithms import CURVES, Algorithm, PublicHandle, material
from app.signing.multibase import decode_multibase, encode_multibase

# Multicodec codes as the varints that stand before the key: ed25519-pub, p256-pub, p384-pub, rsa-pub.
_PREFIXES: Final[Mapping[Algorithm, bytes]] = MappingProxyType(
    {
        Algorithm.EDDSA: b"\xed\x01",
        Algorithm.ES256: b"\x80\x24",
        Algorithm.ES384: b"\x81\x24",
        Algorithm.RS256: b"\x85\x24",
    }
)
_ALGORITHMS: Final[Mapping[bytes, Algorithm]] = MappingProxyType({v: k for k, v in _PREFIXES.items()})
_PREFIX_BYTES: Final = 2
# Public keys of other kinds: real keys, so their documents cannot be called malformed.
_OTHER_KINDS: Final[Mapping[bytes, str]] = MappingProxyType(
    {
        b"\xec\x01": "X25519",
        b"\xe7\x01": "secp256k1",
        b"\xea\x01": "BLS12-381 G1",
        b"\xeb\x01": "BLS12-381 G2",
        b"\xee\x01": "BLS12-381 G1 and G2",
        b"\x82\x24": "P-521",
        b"\x83\x24": "Ed448",
    }
)


def encode_multikey(algorithm: Algorithm, handle: PublicHandle) -> str:
    """The Multikey text. That of an RSA key is did:key's; documents have it as a JWK."""
    return encode_multibase(_PREFIXES[algorithm] + _key_bytes(handle))


def decode_multikey(text: object) -> PublicHandle:
    """The key in `text`.

    Raises InvalidKeyError for what is no key, is weak or is written in another way than the one allowed, and
    UnsupportedCryptoError for a key of a kind that this version does not use.
    """
    return decode_multikey_bytes(decode_multibase(text, error=InvalidKeyError))


def decode_multikey_bytes(raw: bytes) -> PublicHandle:
    """The key in the bytes that a Multikey text stands for; raises as `decode_multikey` does."""
    prefix, key = raw[:_PREFIX_BYTES], raw[_PREFIX_BYTES:]
    if prefix in _OTHER_KINDS:
        raise UnsupportedCryptoError(f"This version does not know keys of the kind {_OTHER_KINDS[prefix]}.")
    algorithm = _ALGORITHMS.get(prefix)
    if algorithm is None:
        raise InvalidKeyError("A multibase value does not begin with the code of a public key.")
    return decode_raw(algorithm, key)


def decode_raw(algorithm: Algorithm, key: bytes) -> PublicHandle:
    """The key behind the code that stands for `algorithm`. Raises InvalidKeyError."""
    if algorithm is Algorithm.EDDSA:
        edwards.require_point(key)
        return ed25519.Ed25519PublicKey.from_public_bytes(key)
    if algorithm is Algorithm.RS256:
        return _rsa_key(key)
    return compressed_point(CURVES[algorithm], key)


def compressed_point(curve: ec.EllipticCurve, raw: bytes) -> ec.EllipticCurvePublicKey:
    """The point of `curve` with the compressed form `raw`. Raises InvalidKeyError for every other form."""
    try:
        handle = ec.EllipticCurvePublicKey.from_encoded_point(curve, raw)
    except ValueError:
        handle = None
    if handle is None or material(handle) != raw:
        raise InvalidKeyError(f"A value is not a compressed point of the curve {curve.name}.")
    return handle


def _key_bytes(handle: PublicHandle) -> bytes:
    return _rsa_bytes(handle) if isinstance(handle, rsa.RSAPublicKey) else material(handle)


def _rsa_bytes(handle: rsa.RSAPublicKey) -> bytes:
    """RSAPublicKey in DER (RFC 8017 appendix A.1.1), which is what the code rsa-pub stands before."""
    return handle.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)


def _rsa_key(raw: bytes) -> rsa.RSAPublicKey:
    try:
        handle = serialization.load_der_public_key(raw)
    except (ValueError, UnsupportedAlgorithm):
        handle = None
    # The reader takes other forms too; there is one text for one key.
    if not isinstance(handle, rsa.RSAPublicKey) or _rsa_bytes(handle) != raw:
        raise InvalidKeyError("A value is not an RSA key as multicodec has it.")
    return handle

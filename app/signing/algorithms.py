"""The signature algorithms that Laurel knows, and the key that each of them takes.

A key has exactly one algorithm. No caller and no token ever chooses one for it, so there is nothing to
confuse. The computations are PyJWT's, on keys of `cryptography`: raw r||s for ECDSA, PKCS #1 v1.5 for RSA
(RFC 7518).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt import algorithms as jwa

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.signing import edwards

PublicHandle = ed25519.Ed25519PublicKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey
PrivateHandle = ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

RSA_BITS: Final = 2_048
MAX_RSA_BITS: Final = 8_192  # verification time grows with the square of the size
_RSA_EXPONENT: Final = 65_537
_MAX_RSA_EXPONENT: Final = 2**33


class Algorithm(StrEnum):
    """JOSE names (RFC 7518, RFC 8037). EDDSA means Ed25519, which RFC 9864 calls `Ed25519`."""

    EDDSA = "EdDSA"
    RS256 = "RS256"
    ES256 = "ES256"
    ES384 = "ES384"


CURVES: Final[Mapping[Algorithm, ec.EllipticCurve]] = MappingProxyType(
    {Algorithm.ES256: ec.SECP256R1(), Algorithm.ES384: ec.SECP384R1()}
)
_IMPLEMENTATIONS: Final[Mapping[Algorithm, Any]] = MappingProxyType(
    {
        Algorithm.EDDSA: jwa.OKPAlgorithm(),
        Algorithm.RS256: jwa.RSAAlgorithm(jwa.RSAAlgorithm.SHA256),
        Algorithm.ES256: jwa.ECAlgorithm(jwa.ECAlgorithm.SHA256, ec.SECP256R1),
        Algorithm.ES384: jwa.ECAlgorithm(jwa.ECAlgorithm.SHA384, ec.SECP384R1),
    }
)


def new_private_handle(algorithm: Algorithm) -> PrivateHandle:
    """A fresh key pair from the operating system's random numbers."""
    if algorithm is Algorithm.EDDSA:
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm is Algorithm.RS256:
        return rsa.generate_private_key(_RSA_EXPONENT, RSA_BITS)
    return ec.generate_private_key(CURVES[algorithm])


def algorithm_of(handle: object) -> Algorithm:
    """The one algorithm of a public key.

    Raises InvalidKeyError for a weak or malformed key, UnsupportedCryptoError for an unknown kind.
    """
    match handle:
        case ed25519.Ed25519PublicKey():
            edwards.require_point(handle.public_bytes_raw())
            return Algorithm.EDDSA
        case rsa.RSAPublicKey():
            _require_sound_rsa(handle.public_numbers())
            return Algorithm.RS256
        case ec.EllipticCurvePublicKey():
            return _algorithm_of_curve(handle.curve)
    raise UnsupportedCryptoError("This version does not know this kind of key.")


def material(handle: PublicHandle) -> bytes:
    """The bytes that name the key: the point (compressed for ECDSA), or the SubjectPublicKeyInfo (RSA)."""
    match handle:
        case ed25519.Ed25519PublicKey():
            return handle.public_bytes_raw()
        case ec.EllipticCurvePublicKey():
            return handle.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
        case rsa.RSAPublicKey():
            return handle.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def sign(algorithm: Algorithm, handle: PrivateHandle, data: bytes) -> bytes:
    """The signature as JOSE and Data Integrity write it."""
    signature: bytes = _IMPLEMENTATIONS[algorithm].sign(data, handle)
    return signature


def fits(algorithm: Algorithm, handle: PublicHandle, signature: bytes, data: bytes) -> bool:
    """Whether `signature` is the key's over `data`. Wrong lengths and DER do not fit."""
    result: bool = _IMPLEMENTATIONS[algorithm].verify(data, handle, signature)
    return result


def _algorithm_of_curve(curve: ec.EllipticCurve) -> Algorithm:
    for algorithm, known in CURVES.items():
        if curve.name == known.name:
            return algorithm
    raise UnsupportedCryptoError(f"This version does not know the curve {curve.name}.")


def _require_sound_rsa(numbers: rsa.RSAPublicNumbers) -> None:
    if not RSA_BITS <= numbers.n.bit_length() <= MAX_RSA_BITS:
        raise InvalidKeyError(
            f"An RSA key has {numbers.n.bit_length()} bits; between {RSA_BITS} and {MAX_RSA_BITS} are needed."
        )
    if numbers.n % 2 == 0 or numbers.e % 2 == 0 or not 3 <= numbers.e < _MAX_RSA_EXPONENT:  # noqa: PLR2004
        raise InvalidKeyError("An RSA key has an even modulus or an exponent that nobody uses.")

"""JSON Web Keys: public members only, each in its one allowed form (RFC 7517, 7518, 7638, 8037)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Mapping
from types import MappingProxyType
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from app import strictjson
from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.signing import edwards
from app.signing.algorithms import CURVES, MAX_RSA_BITS, Algorithm, PublicHandle
from app.signing.multibase import decode_base64url, encode_base64url

PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})

_CURVE_NAMES: Final[Mapping[str, Algorithm]] = MappingProxyType({"P-256": Algorithm.ES256, "P-384": Algorithm.ES384})
_NAMES_OF_CURVES: Final = {CURVES[algorithm].name: name for name, algorithm in _CURVE_NAMES.items()}
# What the member "alg" of a key may say; RFC 9864 renames EdDSA with Ed25519.
_NAMES: Final[Mapping[Algorithm, frozenset[str]]] = MappingProxyType(
    {algorithm: frozenset({algorithm.value}) for algorithm in Algorithm}
    | {Algorithm.EDDSA: frozenset({"EdDSA", "Ed25519"})}
)

_OTHER_RSA_NAMES: Final = frozenset({"RS384", "RS512", "PS256", "PS384", "PS512"})
_CURVES_BY_TYPE: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {"OKP": frozenset({"Ed25519", "Ed448", "X25519", "X448"}), "EC": frozenset({"P-256", "P-384", "P-521"})}
)


def encode_jwk(algorithm: Algorithm, handle: PublicHandle) -> dict[str, Any]:
    """The public members and `alg`."""
    return {**_key_members(handle), "alg": algorithm.value}


def thumbprint(handle: PublicHandle) -> str:
    """SHA-256 over the required members in lexical order, in base64url (RFC 7638 section 3)."""
    members = _key_members(handle)
    ordered = {name: members[name] for name in sorted(members)}
    return encode_base64url(hashlib.sha256(strictjson.dumps(ordered)).digest())


def decode_jwk(jwk: Mapping[str, Any]) -> PublicHandle:
    """The public key that `jwk` holds, of which nobody knows yet whether it is a weak one.

    Raises InvalidKeyError for a malformed key, one that is not for signatures, or one that shows its private
    half; UnsupportedCryptoError for a key type or curve that this version does not use.
    """
    if PRIVATE_MEMBERS & jwk.keys():
        raise InvalidKeyError("A public JWK holds private or secret members.")
    if jwk.get("use", "sig") != "sig" or not _may_verify(jwk.get("key_ops")):
        raise InvalidKeyError("A JWK is not meant for signatures.")
    reader = _READERS.get(str(jwk.get("kty")))
    if reader is None:
        raise InvalidKeyError("A JWK has no key type (kty) of a public key.")
    return reader(jwk)


def require_algorithm(jwk: Mapping[str, Any], algorithm: Algorithm) -> None:
    """Raises UnsupportedCryptoError when the JWK reserves its key for another algorithm than ours.

    InvalidKeyError when that is none for such a key at all.
    """
    stated = jwk.get("alg", algorithm.value)
    if isinstance(stated, str) and stated in _NAMES[algorithm]:
        return
    if algorithm is Algorithm.RS256 and isinstance(stated, str) and stated in _OTHER_RSA_NAMES:
        raise UnsupportedCryptoError(f"A JWK is for another algorithm than {algorithm}.")
    raise InvalidKeyError(f"A JWK is of a key for {algorithm} and says that it is for something else.")


def _may_verify(operations: object) -> bool:
    return operations is None or (isinstance(operations, list) and "verify" in operations)


def _read_okp(jwk: Mapping[str, Any]) -> ed25519.Ed25519PublicKey:
    _require_curve(jwk, {"Ed25519"})
    return ed25519.Ed25519PublicKey.from_public_bytes(_octets(jwk, "x", edwards.KEY_BYTES))


def _read_ec(jwk: Mapping[str, Any]) -> ec.EllipticCurvePublicKey:
    curve = CURVES[_CURVE_NAMES[_require_curve(jwk, _CURVE_NAMES.keys())]]
    size = (curve.key_size + 7) // 8
    # 0x04: both coordinates follow (SEC 1 section 2.3.4); reading checks the curve's equation.
    point = b"\x04" + _octets(jwk, "x", size) + _octets(jwk, "y", size)
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    except ValueError:
        raise InvalidKeyError(f"A JWK is not a point of the curve {curve.name}.") from None


def _read_rsa(jwk: Mapping[str, Any]) -> rsa.RSAPublicKey:
    numbers = rsa.RSAPublicNumbers(e=_number(jwk, "e"), n=_number(jwk, "n"))
    try:
        return numbers.public_key()
    except ValueError:
        raise InvalidKeyError("A JWK does not hold the numbers of an RSA key.") from None


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], PublicHandle]]] = MappingProxyType(
    {"OKP": _read_okp, "EC": _read_ec, "RSA": _read_rsa}
)


def _require_curve(jwk: Mapping[str, Any], known: Container[str]) -> str:
    curve = jwk.get("crv")
    if not isinstance(curve, str):
        raise InvalidKeyError("A JWK names no curve (crv).")
    if any(curve in curves for kty, curves in _CURVES_BY_TYPE.items() if kty != jwk["kty"]):
        raise InvalidKeyError("A JWK names a curve (crv) that keys of its type (kty) do not have.")
    if curve not in known:
        raise UnsupportedCryptoError(f"This version does not know the curve {curve[:20]} of a JWK.")
    return curve


def _octets(jwk: Mapping[str, Any], name: str, size: int) -> bytes:
    raw = decode_base64url(jwk.get(name), error=InvalidKeyError, max_length=2 * size)
    if len(raw) != size:
        raise InvalidKeyError(f"The member {name} of a JWK has {len(raw)} bytes instead of {size}.")
    return raw


def _number(jwk: Mapping[str, Any], name: str) -> int:
    """A whole number, big-endian, in as few bytes as possible (Base64urlUInt, RFC 7518 section 2)."""
    raw = decode_base64url(jwk.get(name), error=InvalidKeyError, max_length=MAX_RSA_BITS // 8 * 2)
    if not raw or raw[0] == 0:
        raise InvalidKeyError(f"The member {name} of a JWK is not a number in its shortest form.")
    return int.from_bytes(raw, "big")


def _key_members(handle: PublicHandle) -> dict[str, str]:
    match handle:
        case ed25519.Ed25519PublicKey():
            return {"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(handle.public_bytes_raw())}
        case rsa.RSAPublicKey():
            numbers = handle.public_numbers()
            return {"kty": "RSA", "n": _shortest(numbers.n), "e": _shortest(numbers.e)}
        case ec.EllipticCurvePublicKey():
            size = (handle.curve.key_size + 7) // 8
            point = handle.public_numbers()
            x, y = (encode_base64url(number.to_bytes(size, "big")) for number in (point.x, point.y))
            return {"kty": "EC", "crv": _NAMES_OF_CURVES[handle.curve.name], "x": x, "y": y}


def _shortest(number: int) -> str:
    return encode_base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))

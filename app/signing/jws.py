"""Compact JWS tokens that carry one JSON object (RFC 7515), and none of the options that went wrong since.

Reading and believing are two steps. `read_jwt` takes a token apart under strict rules and says what it
claims to be; `verify_jwt` asks one key, whose algorithm is the only one that counts. Claims are judged
elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NoReturn, cast

import jwt
from jwt.algorithms import Algorithm as JWTAlgorithm

from app import strictjson
from app.errors import InvalidProofError, TooLargeError, UnsupportedCryptoError
from app.signing.algorithms import Algorithm
from app.signing.jwk import PRIVATE_MEMBERS
from app.signing.keys import PublicKey, Signer
from app.signing.multibase import decode_base64url, encode_base64url

MAX_TOKEN_BYTES: Final = 262_144
MAX_HEADER_BYTES: Final = 4_096
MAX_PAYLOAD_BYTES: Final = 196_608
CREDENTIAL_TYPES: Final = frozenset({"jwt", "vc+jwt"})
"""What `typ` may say, in lower case: Open Badges has JWT, VC-JOSE-COSE has vc+jwt (RFC 8725 section 3.11)."""
PRESENTATION_TYPES: Final = frozenset({"jwt", "vp+jwt"})
"""The same of presentations, so that neither is taken for the other."""

_MAX_SIGNATURE_BYTES: Final = 1_024  # RSA with 8,192 bits
_PARTS: Final = 3
_ALGORITHMS: Final[Mapping[str, Algorithm]] = MappingProxyType(
    {algorithm.value: algorithm for algorithm in Algorithm} | {"Ed25519": Algorithm.EDDSA}  # RFC 9864
)
# Registered signature algorithms that we have no key for. What is in neither list is refused as no proof.
_OTHER_ALGORITHMS: Final = frozenset(
    {
        "RS384",
        "RS512",
        "PS256",
        "PS384",
        "PS512",
        "ES512",
        "ES256K",
        "Ed448",
        "ML-DSA-44",
        "ML-DSA-65",
        "ML-DSA-87",
    }
)
# Headers that change what is signed, how it is read, or where a key would be fetched from.
_REFUSED_HEADERS: Final = ("crit", "b64", "zip", "enc", "jku", "x5u")


@dataclass(frozen=True, slots=True)
class UnverifiedJWT:
    """A well-formed token that nobody has verified. `payload_bytes` are the bytes that were signed.

    Its `repr` shows the header only: the rest is about a person.
    """

    token: str = field(repr=False)
    header: Mapping[str, Any]
    payload: Mapping[str, Any] = field(repr=False)
    payload_bytes: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    algorithm: Algorithm

    @property
    def signing_input(self) -> bytes:
        return self.token.rpartition(".")[0].encode("ascii")


def sign_jwt(payload: Mapping[str, Any], signer: Signer, *, kid: str, typ: str = "JWT") -> str:
    """The compact token over `payload`. `kid` is the URL that answers the signer's JWK."""
    headers = {"kid": kid, "typ": typ}
    name = signer.algorithm.value
    # PyJWT hands the key through to the algorithm object below, which only forwards it; hence the cast.
    return _writer.encode(strictjson.dumps(payload), cast("Any", signer), algorithm=name, headers=headers)


def token_beginning(algorithm: Algorithm, kid: str) -> str:
    """What every token of `sign_jwt` begins with that a key under this `kid` signs: its header, up to the dot."""
    header = {"alg": algorithm.value, "kid": kid, "typ": "JWT"}
    return encode_base64url(json.dumps(header, separators=(",", ":"), sort_keys=True).encode()) + "."


def read_jwt(
    token: str,
    *,
    max_bytes: int = MAX_TOKEN_BYTES,
    max_header_bytes: int = MAX_HEADER_BYTES,
    max_payload_bytes: int = MAX_PAYLOAD_BYTES,
    types: Collection[str] = CREDENTIAL_TYPES,
) -> UnverifiedJWT:
    """Takes `token` apart; believes nothing of it.

    Raises TooLargeError beyond a limit, MalformedJSONError (duplicate members, depth, ...),
    UnsupportedCryptoError for a registered algorithm that this version does not know, and InvalidProofError
    for everything else that is wrong: no signature algorithm or a shared-secret one, headers that redirect
    or compress, loose base64url, private keys.
    """
    if len(token) > max_bytes:
        raise TooLargeError(f"The token has {len(token)} characters; the limit is {max_bytes}.")
    parts = token.split(".", _PARTS)
    if len(parts) != _PARTS:
        raise InvalidProofError("The token does not have the three parts of a signed token.")
    header = _object(parts[0], max_header_bytes, "header")[0]
    algorithm = _require_sound_header(header, types)
    payload, payload_bytes = _object(parts[1], max_payload_bytes, "payload")
    signature = decode_base64url(parts[2], error=InvalidProofError, max_length=_encoded(_MAX_SIGNATURE_BYTES))
    return UnverifiedJWT(token, header, payload, payload_bytes, signature, algorithm)


def verify_jwt(token: UnverifiedJWT, public_key: PublicKey) -> Mapping[str, Any]:
    """The payload, now known to be signed by `public_key`.

    Raises InvalidProofError when the token names another algorithm than the key's, SignatureInvalidError
    when the signature does not fit.
    """
    if token.algorithm is not public_key.algorithm:
        raise InvalidProofError(
            f"The token is signed with {token.algorithm}, but its key is for {public_key.algorithm}."
        )
    public_key.verify(token.signature, token.signing_input)
    return token.payload


class _SignerAlgorithm(JWTAlgorithm):
    """Lets PyJWT sign with whatever holds the key: it never sees the key itself."""

    def prepare_key(self, key: Any) -> Any:
        return key

    def sign(self, msg: bytes, key: Any) -> bytes:
        return cast("Signer", key).sign(msg)

    def verify(self, msg: bytes, key: Any, sig: bytes) -> NoReturn:
        raise NotImplementedError("tokens are verified by verify_jwt")

    @staticmethod
    def to_jwk(key_obj: Any, as_dict: bool = False) -> NoReturn:  # noqa: FBT001, FBT002  (PyJWT's signature)
        raise NotImplementedError("keys are written by app.signing.jwk")

    @staticmethod
    def from_jwk(jwk: Any) -> NoReturn:
        raise NotImplementedError("keys are read by app.signing.jwk")


def _new_writer() -> jwt.PyJWS:
    """A PyJWS with our algorithms and none of its own: it cannot fall back on a shared secret or on none."""
    writer = jwt.PyJWS(algorithms=[])
    for algorithm in Algorithm:
        writer.register_algorithm(algorithm.value, _SignerAlgorithm())
    return writer


_writer: Final = _new_writer()


def _encoded(size: int) -> int:
    """How many base64url characters `size` bytes take."""
    return (size * 4 + 2) // 3


def _object(part: str, max_bytes: int, name: str) -> tuple[dict[str, Any], bytes]:
    if len(part) > _encoded(max_bytes):
        raise TooLargeError(f"The token's {name} has more than {max_bytes} bytes.")
    raw = decode_base64url(part, error=InvalidProofError, max_length=len(part))
    value = strictjson.loads(raw, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise InvalidProofError(f"The token's {name} is not a JSON object.")
    return value, raw


def _require_sound_header(header: Mapping[str, Any], types: Collection[str]) -> Algorithm:
    """The algorithm that the header names. Raises as `read_jwt` says."""
    refused = [name for name in _REFUSED_HEADERS if name in header]
    if refused:
        raise InvalidProofError(f"The token's header holds {refused[0]}, which is refused.")
    if not isinstance(header.get("kid", ""), str):
        raise InvalidProofError("The token's key identifier (kid) is not a text.")
    if not _is_accepted_type(header.get("typ", "JWT"), types):
        raise InvalidProofError("The token's type (typ) is that of something else.")
    jwk = header.get("jwk", {})
    if not isinstance(jwk, dict) or PRIVATE_MEMBERS & jwk.keys():
        raise InvalidProofError("The token's header holds a jwk that is not a public key.")
    return _algorithm(header.get("alg"))


def _is_accepted_type(typ: object, types: Collection[str]) -> bool:
    return isinstance(typ, str) and typ.lower().removeprefix("application/") in types


def _algorithm(name: object) -> Algorithm:
    if isinstance(name, str) and name in _ALGORITHMS:
        return _ALGORITHMS[name]
    if isinstance(name, str) and name in _OTHER_ALGORITHMS:
        raise UnsupportedCryptoError(f"This version does not know the signature algorithm {name}.")
    raise InvalidProofError("The token names no signature algorithm that a public key could check.")

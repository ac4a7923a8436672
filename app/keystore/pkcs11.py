"""Private keys on a device (PKCS #11): made there, marked as sensitive and not extractable, and never anywhere else.

    stored in the row = form | CKA_ID (16 random bytes)
    CKA_LABEL         = SHA-256 over issuer id, kid and algorithm, each with its length in front, as hex

Because of the label what is stored finds its key from its own row only: moved to another one it is refused.

A device may be away, or slow. All calls go one after another through one thread with one session, since a login counts
for the whole process; each has a deadline. A session that fails is given up, and the call tried once more with another.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as DeadlineError
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from app.errors import ConfigurationError, KeystoreUnavailableError, KeyUnwrapError, UnsupportedCryptoError
from app.keystore.protocol import PKCS11, WrappedKey
from app.signing import Algorithm, PublicKey, Signer

try:
    import pkcs11
    from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
except ImportError:  # an extra: most deployments have no device
    pkcs11 = None  # type: ignore[assignment]  # asked for before anything else is

FORM: Final = b"\x11"
_ID_BYTES: Final = 16
_RSA_BITS: Final = 2_048
_DER_OCTETS: Final = 2  # tag and length in front of a short OCTET STRING
# Object identifiers, in DER: id-Ed25519 (RFC 8410) and prime256v1 (RFC 5480).
_CURVES: Final[Mapping[Algorithm, bytes]] = MappingProxyType(
    {Algorithm.EDDSA: bytes.fromhex("06032b6570"), Algorithm.ES256: bytes.fromhex("06082a8648ce3d030107")}
)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Device:
    """Where keys are, and how long a call may take. `pin` is the user's."""

    module: Path
    token: str
    pin: str = field(repr=False)
    seconds: float = 5.0


class PKCS11Keystore:
    """Nothing is opened before the first call, so that a device that is away keeps nobody from starting."""

    def __init__(self, device: Device) -> None:
        if pkcs11 is None:
            raise ConfigurationError("Keys on a device need the package python-pkcs11: install laurel[pkcs11].")
        self._device = device
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="laurel-pkcs11")
        self._opened: Any = None  # the session; for that thread alone

    def generate(self, *, issuer_id: str, kid: str, algorithm: Algorithm) -> WrappedKey:
        """A fresh key on the device. Raises UnsupportedCryptoError, KeystoreUnavailableError."""
        algorithm = Algorithm(algorithm)
        if algorithm not in _CURVES and algorithm is not Algorithm.RS256:
            raise UnsupportedCryptoError(f"Keys for {algorithm} are not made on a device.")
        id_, label = secrets.token_bytes(_ID_BYTES), _label(issuer_id, kid, algorithm)
        public = self._call(lambda session: _make(session, algorithm, id_, label))
        return WrappedKey(public, FORM + id_, PKCS11)

    def signer(self, *, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> Signer:
        """Raises KeyUnwrapError when there is no such key, KeystoreUnavailableError."""
        algorithm = Algorithm(algorithm)
        id_, label = _id(ciphertext, kid), _label(issuer_id, kid, algorithm)
        public = self._call(lambda session: _public_key(session, algorithm, id_, label, kid))
        return _DeviceSigner(algorithm, public, kid, lambda data: self._sign(algorithm, id_, label, kid, data))

    def destroy(self, *, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> None:
        """Both halves leave the device; the public one stays in the row. Raises KeystoreUnavailableError."""
        id_, label = _id(ciphertext, kid), _label(issuer_id, kid, Algorithm(algorithm))
        self._call(lambda session: _remove(session, id_, label))

    def rewrapped(self, *, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> bytes | None:  # noqa: ARG002 - one signature for all back ends
        """Nothing here is under a key-encryption key."""
        return None

    def _sign(self, algorithm: Algorithm, id_: bytes, label: str, kid: str, data: bytes) -> bytes:
        return self._call(lambda session: _signature(session, algorithm, id_, label, kid, data))

    def _call(self, work: Callable[[Any], Result]) -> Result:
        """Raises KeystoreUnavailableError when it fails, or takes longer than it may."""
        waiting = self._thread.submit(self._try_twice, work)
        try:
            return waiting.result(self._device.seconds)
        except DeadlineError:
            waiting.cancel()
            raise KeystoreUnavailableError("The device that holds the keys does not answer in time.") from None

    def _try_twice(self, work: Callable[[Any], Result]) -> Result:
        """A library that was started without its device does not see that it is back, nor what is on it."""
        try:
            return self._try(work)
        except (KeystoreUnavailableError, KeyUnwrapError):
            self._start_again()
            return self._try(work)

    def _try(self, work: Callable[[Any], Result]) -> Result:
        try:
            return work(self._session())
        except (pkcs11.exceptions.PKCS11Error, RuntimeError, OSError) as error:
            # The kind of error is enough for whoever looks into it; the words are the driver's.
            raise KeystoreUnavailableError(
                f"The device that holds the keys cannot be used ({type(error).__name__})."
            ) from None

    def _session(self) -> Any:
        if self._opened is None:
            token = pkcs11.lib(str(self._device.module)).get_token(token_label=self._device.token)
            try:
                self._opened = token.open(rw=True, user_pin=self._device.pin)
            except pkcs11.exceptions.UserAlreadyLoggedIn:  # by another session of this process
                self._opened = token.open(rw=True)
        return self._opened

    def _start_again(self) -> None:
        self._opened = None
        with suppress(pkcs11.exceptions.PKCS11Error, RuntimeError, OSError):  # the next call says what is wrong
            pkcs11.lib(str(self._device.module)).reinitialize()


@dataclass(frozen=True, slots=True)
class _DeviceSigner:
    algorithm: Algorithm
    public_key: PublicKey
    key_id: str
    _sign: Callable[[bytes], bytes] = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        return self._sign(data)


# In a session -------------------------------------------------------------------------------------------------------


def _make(session: Any, algorithm: Algorithm, id_: bytes, label: str) -> PublicKey:
    options: dict[str, Any] = {
        "id": id_,
        "label": label,
        "store": True,
        "private_template": {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False},
    }
    if algorithm is Algorithm.RS256:
        public, _ = session.generate_keypair(KeyType.RSA, _RSA_BITS, **options)
        return _read_public(public, algorithm)
    kind = KeyType.EC_EDWARDS if algorithm is Algorithm.EDDSA else KeyType.EC
    if algorithm is Algorithm.EDDSA:
        options["mechanism"] = Mechanism.EC_EDWARDS_KEY_PAIR_GEN
    curve = session.create_domain_parameters(kind, {Attribute.EC_PARAMS: _CURVES[algorithm]}, local=True)
    public, _ = curve.generate_keypair(**options)
    return _read_public(public, algorithm)


def _public_key(session: Any, algorithm: Algorithm, id_: bytes, label: str, kid: str) -> PublicKey:
    """That of a key whose private half is there too."""
    _find(session, ObjectClass.PRIVATE_KEY, id_, label, kid)
    return _read_public(_find(session, ObjectClass.PUBLIC_KEY, id_, label, kid), algorithm)


def _signature(session: Any, algorithm: Algorithm, id_: bytes, label: str, kid: str, data: bytes) -> bytes:
    """As JOSE and Data Integrity write it: that is how PKCS #11 has it, too."""
    key = _find(session, ObjectClass.PRIVATE_KEY, id_, label, kid)
    match algorithm:
        case Algorithm.EDDSA:
            return bytes(key.sign(data, mechanism=Mechanism.EDDSA))
        case Algorithm.ES256:  # over the digest: not every device hashes
            return bytes(key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA))
        case _:
            return bytes(key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))


def _remove(session: Any, id_: bytes, label: str) -> None:
    for kind in (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY):
        for found in list(session.get_objects({Attribute.CLASS: kind, Attribute.ID: id_, Attribute.LABEL: label})):
            found.destroy()


def _find(session: Any, kind: Any, id_: bytes, label: str, kid: str) -> Any:
    try:
        return session.get_key(object_class=kind, id=id_, label=label)
    except pkcs11.exceptions.NoSuchKey:
        raise KeyUnwrapError(f"The device does not hold the key {kid}.") from None


def _read_public(key: Any, algorithm: Algorithm) -> PublicKey:
    if algorithm is Algorithm.RS256:
        members = {"kty": "RSA", "n": key[Attribute.MODULUS], "e": key[Attribute.PUBLIC_EXPONENT]}
    else:
        point = key[Attribute.EC_POINT][_DER_OCTETS:]
        if algorithm is Algorithm.EDDSA:
            members = {"kty": "OKP", "crv": "Ed25519", "x": point}
        else:
            members = {"kty": "EC", "crv": "P-256", "x": point[1:33], "y": point[33:]}
    return PublicKey.from_jwk(
        {name: value if isinstance(value, str) else _base64url(value) for name, value in members.items()}
    )


# Names --------------------------------------------------------------------------------------------------------------


def _id(ciphertext: bytes, kid: str) -> bytes:
    if not ciphertext.startswith(FORM) or len(ciphertext) != len(FORM) + _ID_BYTES:
        raise KeyUnwrapError(f"The stored key {kid} is not in a form that this version writes.")
    return ciphertext[len(FORM) :]


def _label(issuer_id: str, kid: str, algorithm: Algorithm) -> str:
    parts = (b"laurel private key", issuer_id.encode(), kid.encode(), algorithm.value.encode())
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).hexdigest()


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")

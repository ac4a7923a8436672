"""TEST KEYS from fixed seeds, and signatures by them that are the same on every run. Never use them elsewhere."""

from __future__ import annotations

import hashlib
from functools import cache
from itertools import count
from math import gcd

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from app.signing import PrivateKey, did_key, did_key_method
from tests.factories import TestIssuer, ed25519_key

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
_SMALL_PRIMES = [n for n in range(3, 2_000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2))]


def seeded(name: str, size: int = 32) -> bytes:
    """`size` bytes that depend on the name alone."""
    blocks = (hashlib.sha256(f"laurel hostile sample {name} {n}".encode()).digest() for n in count())
    raw = b""
    while len(raw) < size:
        raw += next(blocks)
    return raw[:size]


@cache
def p256_handle(name: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(seeded(name)) % (P256_ORDER - 1) + 1, ec.SECP256R1())


@cache
def rsa_handle(name: str, bits: int = 2_048, exponent: int = 65_537) -> rsa.RSAPrivateKey:
    p, q = (_prime(f"{name} {half}", bits // 2, exponent) for half in "pq")
    d = pow(exponent, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(exponent, p * q)
    crt = (rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q))
    return rsa.RSAPrivateNumbers(p, q, d, *crt, public).private_key(unsafe_skip_rsa_key_validation=True)


@cache
def p256_issuer(name: str) -> TestIssuer:
    """did:key of a P-256 key, which signs tokens with ES256."""
    key = PrivateKey(p256_handle(name))
    method = did_key_method(key.public_key)
    return TestIssuer(did_key(key.public_key), method, key, key, method, {})


def ed25519_sign(name: str):
    """From bytes to the signature of the Ed25519 key of that name."""
    return ed25519_key(name).sign


def es256_numbers(name: str, data: bytes) -> tuple[int, int]:
    """r and s of the deterministic signature (RFC 6979)."""
    return decode_dss_signature(p256_handle(name).sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))


def es256_raw(r: int, s: int) -> bytes:
    return r.to_bytes(32) + s.to_bytes(32)


def es256_sign(name: str):
    return lambda data: es256_raw(*es256_numbers(name, data))


def rs256_sign(name: str, bits: int = 2_048, exponent: int = 65_537):
    handle = rsa_handle(name, bits, exponent)
    return lambda data: handle.sign(data, padding.PKCS1v15(), hashes.SHA256())


def fits_by_openssl(key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether OpenSSL alone, without our rules for keys, takes an Ed25519 signature."""
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
    except Exception:  # noqa: BLE001 - whatever the library says of a broken key, it does not fit
        return False
    return True


def _prime(name: str, bits: int, exponent: int) -> int:
    """The first prime from a seeded start, with its two highest bits set, that suits the exponent."""
    start = int.from_bytes(seeded(name, bits // 8)) | (3 << (bits - 2)) | 1
    for candidate in range(start, start + 2**20, 2):
        if any(candidate % small == 0 for small in _SMALL_PRIMES) or gcd(candidate - 1, exponent) != 1:
            continue
        if all(_is_strong_probable(candidate, base) for base in (2, 3, 5, 7, 11)):
            return candidate
    raise AssertionError("no prime near the seed")


def _is_strong_probable(n: int, base: int) -> bool:
    """Miller and Rabin's test."""
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    x = pow(base, odd, n)
    if x in (1, n - 1):
        return True
    return any((x := x * x % n) == n - 1 for _ in range(twos - 1))


class Steady:
    """A `Signer` with a P-256 key whose signatures are the same on every run."""

    key_id = "key-1"

    def __init__(self, name: str) -> None:
        self.public_key = p256_issuer(name).key.public_key
        self.algorithm = self.public_key.algorithm
        self.sign = es256_sign(name)

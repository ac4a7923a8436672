"""`jwt-*`: claims that contradict the credential they stand around, and members that stand twice (threat T-06)."""

from __future__ import annotations

from tests.factories import REMOVED
from tests.hostile.generate.honest import (
    ATTACKER,
    HEADER,
    ISSUER,
    SIGN,
    as_json,
    claiming,
    compact,
    payload,
    subject,
)
from tests.hostile.generate.sample import INVALID, PROBLEM, rows

LEARNER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
_WITH_ID = {"credentialSubject": subject(id=LEARNER)}

MISMATCHES = {
    "iss-other": {"iss": ATTACKER.did},
    "iss-missing": {"iss": REMOVED},
    "iss-prefix": {"iss": ISSUER.did[:-1]},
    "iss-longer": {"iss": ISSUER.did + "x"},
    "iss-list": {"iss": [ISSUER.did, ATTACKER.did]},
    "iss-number": {"iss": 1},
    "iss-null": {"iss": None},
    "iss-upper-case": {"iss": ISSUER.did.upper()},
    "iss-padded": {"iss": ISSUER.did + " "},
    "issuer-other": {"issuer": ATTACKER.did},
    "jti-other": {"jti": "urn:uuid:00000000-0000-4000-8000-000000000000"},
    "jti-missing": {"jti": REMOVED},
    "jti-number": {"jti": 1},
    "id-other": {"id": "https://badges.example/credentials/another"},
    "nbf-other": {"nbf": 1_000_000_000},
    "nbf-missing": {"nbf": REMOVED},
    "nbf-text": {"nbf": "1777888800"},
    "nbf-true": {"nbf": True},
    "nbf-null": {"nbf": None},
    "exp-later": {"exp": 4_000_000_000},
    "exp-text": {"exp": "never"},
    "exp-true": {"exp": True},
    "exp-null": {"exp": None},
    "exp-list": {"exp": [4_000_000_000]},
    "exp-negative": {"exp": -1},
    "exp-endless": {"exp": 9_007_199_254_740_991},
    "sub-without-subject": {"sub": "did:key:z6Mkother"},
    "sub-missing": _WITH_ID,
    "sub-other": {**_WITH_ID, "sub": ATTACKER.did},
    "sub-list": {**_WITH_ID, "sub": [LEARNER]},
    "valid-until-later": {"validUntil": "2099-01-01T00:00:00Z"},
    "valid-from-earlier": {"validFrom": "2000-01-01T00:00:00Z"},
}
EXPIRED = {
    "exp-past": {"exp": 1_700_000_000, "validUntil": REMOVED},
    "exp-and-until-past": {"exp": 1_777_975_200, "validUntil": "2026-05-05T10:00:00Z"},
    "exp-past-fraction": {"exp": 1_700_000_000.5, "validUntil": REMOVED},
    "exp-null-without-until": {"exp": None, "validUntil": REMOVED},
    "exp-text-without-until": {"exp": "2099", "validUntil": REMOVED},
    "nbf-future": {"nbf": 1_900_000_000, "validFrom": "2030-03-17T17:46:40Z", "validUntil": REMOVED, "exp": REMOVED},
}


def twice(name: str, value: str, *, before: bytes) -> bytes:
    """The honest payload in bytes, with a member written a second time before `before`."""
    raw = as_json(payload())
    assert before in raw
    return compact(body=raw.replace(before, f'"{name}":{value},'.encode() + before, 1))


def _duplicate_in_header() -> bytes:
    raw = as_json(HEADER).replace(b'"alg":"EdDSA"', b'"alg":"none","alg":"EdDSA"')
    return compact(raw)


def _escaped_duplicate() -> bytes:
    raw = as_json(payload()).replace(b'"iss":', b'"\\u0069ss":"' + ATTACKER.did.encode() + b'","iss":', 1)
    return compact(body=raw)


def samples():
    yield from rows(
        INVALID,
        {
            f"jwt-mismatch-{label}": (
                "a claim is not what the credential says",
                lambda claims=claims: claiming(**claims),
            )
            for label, claims in MISMATCHES.items()
        },
    )
    yield from rows(
        INVALID,
        {
            f"jwt-{label}": ("the token does not hold at this moment", lambda claims=claims: claiming(**claims))
            for label, claims in EXPIRED.items()
        },
    )
    yield from rows(
        PROBLEM,
        {
            "jwt-dup-alg": ("the algorithm stands twice", _duplicate_in_header),
            "jwt-dup-iss": ("a claim stands twice", lambda: twice("iss", f'"{ATTACKER.did}"', before=b'"iss":')),
            "jwt-dup-iss-escaped": ("a claim stands twice, once with an escaped letter", _escaped_duplicate),
            "jwt-dup-issuer": (
                "the issuer stands twice",
                lambda: twice("issuer", f'"{ATTACKER.did}"', before=b'"issuer":'),
            ),
            "jwt-dup-subject": (
                "the subject stands twice",
                lambda: twice("credentialSubject", "{}", before=b'"credentialSubject":'),
            ),
            "jwt-dup-deep": (
                "a member far down stands twice",
                lambda: twice("achievementType", '"Degree"', before=b'"achievementType":'),
            ),
            "jwt-exp-nan": ("a date is not a number", lambda: _literal("NaN")),
            "jwt-exp-infinity": ("a date is endless", lambda: _literal("Infinity")),
            "jwt-exp-1e400": ("a date is a number that nothing can hold", lambda: _literal("1e400")),
            "jwt-exp-2e308-digits": ("a date has a thousand digits", lambda: _literal("9" * 1_000)),
        },
    )


def _literal(number: str) -> bytes:
    raw = as_json({**payload(), "exp": 4_711_000_001}).replace(b"4711000001", number.encode())
    return compact(body=raw)


def control_with_subject() -> bytes:
    """The honest form of what `sub-*` break."""
    return compact(body=payload(**_WITH_ID, sub=LEARNER), signer=SIGN)

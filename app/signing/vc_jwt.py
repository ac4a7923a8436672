"""A credential as the payload of a token: claims beside its own members (Open Badges 3.0, 8.2.4).

    iss = issuer.id    jti = id    nbf = validFrom    sub = credentialSubject.id    exp = validUntil

The standard calls `sub` required although a subject may have no id; here it is required when there is one.

In version 1.1 of the data model the credential is the claim `vc`, which may leave out what the claims say; its dates
are called issuanceDate and expirationDate (VC Data Model 1.1, 6.3.1).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from app.errors import FieldProblem

_SOURCES: Final = {
    "iss": "issuer.id",
    "jti": "id",
    "nbf": "validFrom",
    "sub": "credentialSubject.id",
    "exp": "validUntil",
}
_OLD_SOURCES: Final = {**_SOURCES, "nbf": "issuanceDate", "exp": "expirationDate"}
_DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)


def jwt_claims(document: Mapping[str, Any]) -> dict[str, Any]:
    """The whole credential and the claims that repeat it; what `document` does not state makes no claim."""
    return {**document, **_expected(document, _SOURCES)}


def credential_in(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The credential that a token carries: the payload itself, or its `vc` with what only the claims say filled in."""
    vc = payload.get("vc")
    if not isinstance(vc, Mapping):
        return payload
    filled: dict[str, Any] = {**vc}
    claimed = {
        "id": payload.get("jti"),
        "issuer": payload.get("iss"),
        "issuanceDate": _date_time(payload.get("nbf")),
        "expirationDate": _date_time(payload.get("exp")),
    }
    for name, value in claimed.items():
        if value is not None:
            filled.setdefault(name, value)
    subject = filled.get("credentialSubject")
    if isinstance(subject, Mapping) and "sub" in payload:
        filled["credentialSubject"] = {"id": payload["sub"], **subject}
    return filled


def check_claims(payload: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """The claims of a payload that contradict its credential, or that have to be there and are not.

    `iss` and `nbf` have to be there, `jti` and `sub` when the credential and its subject have ids. An `exp` without a
    `validUntil` contradicts nothing: it then is the date of expiry.
    """
    sources = _OLD_SOURCES if "vc" in payload else _SOURCES
    expected = _expected(credential_in(payload), sources)
    problems = [_problem(name, payload, expected, sources) for name in sources]
    return tuple(problem for problem in problems if problem is not None)


def numeric_date(value: object) -> int | None:
    """The NumericDate (whole seconds) of an RFC 3339 date-time, rounded down; None for anything else."""
    if not isinstance(value, str) or not _DATE_TIME.fullmatch(value):
        return None
    whole_seconds = re.sub(r"\.\d+", "", value).upper()
    try:
        return math.floor(datetime.fromisoformat(whole_seconds).timestamp())
    except (ValueError, OverflowError):
        return None


def _expected(document: Mapping[str, Any], sources: Mapping[str, str]) -> dict[str, Any]:
    claims = {
        "iss": _id_of(document.get("issuer")),
        "jti": _text(document.get("id")),
        "nbf": numeric_date(document.get(sources["nbf"])),
        "sub": _id_of(document.get("credentialSubject")),
        "exp": numeric_date(document.get(sources["exp"])),
    }
    return {name: value for name, value in claims.items() if value is not None}


def _problem(
    name: str, payload: Mapping[str, Any], expected: Mapping[str, Any], sources: Mapping[str, str]
) -> FieldProblem | None:
    pointer, source = f"/{name}", sources[name]
    if name not in payload:
        is_needed = name in {"iss", "nbf"} or (name in {"jti", "sub"} and name in expected)
        return FieldProblem(pointer, f"The token has no {name}, which repeats {source}.") if is_needed else None
    if name == "exp" and name not in expected and source not in credential_in(payload):
        return None if _seconds(payload[name]) is not None else FieldProblem(pointer, "The token's exp is no date.")
    if name not in expected:
        return FieldProblem(pointer, f"The token has {name}, but the credential has no readable {source}.")
    if _comparable(name, payload[name]) != expected[name]:
        return FieldProblem(pointer, f"The token's {name} is not the credential's {source}.")
    return None


def _date_time(claim: object) -> str | None:
    """The RFC 3339 date-time of a NumericDate; None for what is none."""
    seconds = _seconds(claim)
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return None


def _comparable(name: str, value: object) -> object:
    return _seconds(value) if name in {"nbf", "exp"} else value


def _seconds(value: object) -> int | None:
    """A NumericDate rounded down. True is no number, though Python thinks so."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return math.floor(value)


def _id_of(value: object) -> str | None:
    """The id of an object, of the only object of a list, or the reference itself."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return _text(value.get("id") if isinstance(value, Mapping) else value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None

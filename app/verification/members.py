"""Looking into a stranger's document: a member may be absent or of the wrong type, and that is never an error here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

VC_1_CONTEXT: Final = "https://www.w3.org/2018/credentials/v1"

# RFC 3339 with a zone; what xsd:dateTimeStamp and RFC 3339 both allow.
_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")


def text(value: object) -> str | None:
    """`value` if it is a non-empty string."""
    return value if isinstance(value, str) and value else None


def mapping(value: object) -> Mapping[str, Any]:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def several(value: object) -> list[Any]:
    """The values of a member that may hold one or many."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def texts(value: object) -> list[str]:
    return [item for item in several(value) if isinstance(item, str)]


def issuer_id(document: Mapping[str, Any]) -> str | None:
    """The issuer's id, whether the issuer is written as an object or as the id alone."""
    issuer = document.get("issuer")
    return text(issuer) or text(mapping(issuer).get("id"))


def dates_of(document: Mapping[str, Any]) -> tuple[str, str]:
    """What the members are called that say from when and until when it is valid: it depends on the data model."""
    old = texts(document.get("@context"))[:1] == [VC_1_CONTEXT]
    return ("issuanceDate", "expirationDate") if old else ("validFrom", "validUntil")


def moment(value: object) -> datetime | None:
    """The time that an RFC 3339 text with a zone names, in UTC; None for anything else."""
    if not isinstance(value, str) or not _TIMESTAMP.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def numeric_date(value: object) -> datetime | None:
    """The time that a NumericDate (RFC 7519 section 2) names; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None

"""Words that every body uses: strict types, bounded texts, safe addresses, RFC 3339 moments."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)
from pydantic.alias_generators import to_camel

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# What an IRI may not hold (RFC 3987); such characters are escaped by some canonicalisers and not by others.
_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f]")
_FIRST_YEAR, _LAST_YEAR = 1970, 9990
_DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]+")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s\x00-\x1f\"<>(),:;\[\]\\]{1,64}@[^@\s\x00-\x1f\"<>(),:;\[\]\\]{1,253}")


class Body(BaseModel):
    """A request: strict types, nothing unknown."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_alias=True,
        extra="forbid",
        frozen=True,
        strict=True,
    )


def example(body: dict[str, Any]) -> ConfigDict:
    """The configuration that shows `body` as the example of a request's schema."""
    return ConfigDict(json_schema_extra={"examples": [body]})


class Answer(BaseModel):
    """A response. Fields have no defaults, so that clients see them as required."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        frozen=True,
        serialize_by_alias=True,
    )


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("must be a date and time with a zone, such as 2026-05-04T10:00:00Z")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("is not a date of the calendar") from None


def _in_the_common_era(value: datetime) -> datetime:
    # Years that every reader, time zone and database can hold.
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError(f"must lie between the years {_FIRST_YEAR} and {_LAST_YEAR}")
    return value.astimezone(UTC).replace(microsecond=0)


def _single_line(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("must be a single line without control characters")
    if not value.strip():
        raise ValueError("must not be empty")
    return value.strip()


def _lines(value: str) -> str:
    if _CONTROL_BUT_LINES.search(value):
        raise ValueError("must not hold control characters")
    return value


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise ValueError("must be a short name of a-z, 0-9 and single hyphens, such as differentiated-teaching")
    return value


def _web_address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or _NOT_IN_IRI.search(value):
        raise ValueError('must be an http or https address without spaces or any of <>"{}|\\^`')
    try:
        parts = urlsplit(value)
        usable = bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:  # brackets that hold no IPv6 address, a port that is none
        usable = False
    if not usable:
        raise ValueError("must name a host, and no user name")
    return value


def _did(value: str) -> str:
    if not _DID.fullmatch(value):
        raise ValueError("must be a DID such as did:key:z6Mk…")
    return value


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value) or ".." in value:
        raise ValueError("must be an e-mail address")
    return value


def to_z(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _each_once(values: list[Any]) -> list[Any]:
    repeated = next((value for place, value in enumerate(values) if value in values[:place]), None)
    if repeated is not None:
        raise ValueError(f"has {repeated} twice")
    return values


def _whole(value: Any) -> Any:
    """JSON has one kind of number: 60.0 is a whole one, too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _pattern(pattern: str) -> Any:
    """Says in the schema what a validator above checks, and says better, when it refuses."""
    return Field(json_schema_extra={"pattern": pattern})


_NO_CONTROL = r"[^\x00-\x1f\x7f\u2028\u2029]"
_LINE_PATTERN = _pattern(rf"^{_NO_CONTROL}*[^\x00-\x1f\x7f\s]{_NO_CONTROL}*$")

# For lists; `uniqueItems` says so in the schema.
EachOnce = AfterValidator(_each_once)

Moment = Annotated[
    AwareDatetime,
    Field(strict=False, json_schema_extra={"pattern": f"^{_RFC3339.pattern}$", "examples": ["2026-05-04T10:00:00Z"]}),
    BeforeValidator(_moment),
    AfterValidator(_in_the_common_era),
    PlainSerializer(to_z, return_type=str, when_used="json"),
]
WHOLE = BeforeValidator(_whole)  # for numbers
Line = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_single_line), _LINE_PATTERN]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=255), AfterValidator(_single_line), _LINE_PATTERN]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_single_line), _LINE_PATTERN]
Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=20_000),
    AfterValidator(_lines),
    _pattern(r"^[^\x00-\x08\x0b-\x1f\x7f]*$"),
]
Slug = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64),
    AfterValidator(_slug),
    _pattern(f"^{_SLUG.pattern}$"),
]
WebAddress = Annotated[
    str,
    StringConstraints(max_length=2_000),
    AfterValidator(_web_address),
    _pattern(r"^https?://[^\x00-\x20<>\"{}|\\^`\x7f/?#@]+([/?#][^\x00-\x20<>\"{}|\\^`\x7f]*)?$"),
]
Did = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(_did), _pattern(f"^{_DID.pattern}$")]
Email = Annotated[
    str,
    StringConstraints(max_length=254),
    AfterValidator(_email),
    _pattern(rf"^(?!.*\.\.){_EMAIL.pattern}$"),
]

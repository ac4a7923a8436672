"""Field types of other people's documents: what the Open Badges 3.0 schema accepts, as pydantic sees it.

Where the schema allows a language map (`{"en": "..."}`) instead of text we allow it for words that people
read, and refuse it for identifiers and types, where JSON-LD could not make sense of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Final, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    Strict,
    StringConstraints,
    ValidationInfo,
    WrapValidator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, PydanticCustomError

from app.openbadges.plain import Says
from app.openbadges.vocabulary import EXTENSION_PATTERN, LANGUAGE_KEY_PATTERN, LANGUAGE_PATTERN

Item = TypeVar("Item")

_EXTENSION: Final = re.compile(EXTENSION_PATTERN)
# RFC 3339 as XML Schema's dateTimeStamp has it too: capital T and Z, and a zone.
_DATE_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-][0-2][0-9]:[0-5][0-9])"
)
_DATE_TIME_SAYS: Final = "must be a real date and time with a zone, such as 2026-05-04T10:00:00Z"
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class DataModel(Enum):
    """The version of the VC data model that a document is read by: the validation context of every model here.

    Whatever a credential holds is of the same version, since the contexts of one protect their terms from the other.
    """

    V1 = "1.1"
    V2 = "2.0"


class Use(Enum):
    """What a version says of a member."""

    NEEDED = "needed"
    ALLOWED = "allowed"
    UNKNOWN = "unknown"  # so whatever stands there is another vocabulary's affair


class OpenNode(BaseModel):
    """A class of the model that may have members of other contexts as well."""

    model_config = ConfigDict(frozen=True, extra="allow", alias_generator=to_camel)


class ClosedNode(BaseModel):
    """A class of the model that the schema closes."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)


@dataclass(frozen=True, slots=True)
class _NotNull:
    """Lets a field be absent but not null: `X | None` without the None on the wire."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        return schema["schema"] if schema["type"] == "nullable" else schema


def as_list(value: object) -> tuple[object, ...]:
    """JSON-LD may write a list of one as the value itself."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _date_time(value: str) -> datetime:
    try:
        if _DATE_TIME.fullmatch(value):
            return datetime.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("value", _DATE_TIME_SAYS)


def _date(value: str) -> date:
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("value", "must be a real date such as 1990-05-04")


# What N-Quads allows inside an IRI; anything else could not be canonicalised.
URI_PATTERN: Final = r"^[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+$"

Maybe = Annotated[Item | None, _NotNull()]
Many = Annotated[tuple[Item, ...], BeforeValidator(as_list)]

PlainText = Annotated[str, Strict(), Says("must be text")]
LanguageMap = dict[Annotated[str, StringConstraints(pattern=LANGUAGE_KEY_PATTERN)], Annotated[str, Strict()]]
Text = Annotated[Annotated[str, Strict()] | LanguageMap, Field(union_mode="left_to_right"), Says("must be text")]
URI = Annotated[
    str,
    StringConstraints(strict=True, pattern=URI_PATTERN),
    Says("must be an absolute URI"),
]
DateTime = Annotated[str, Strict(), Says("must be text with a date and time"), AfterValidator(_date_time)]
Date = Annotated[str, Strict(), Says("must be text with a date"), AfterValidator(_date)]
Number = Annotated[float, Strict(), Says("must be a number")]
TypeNames = Many[PlainText]
CompactJWS = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[a-zA-Z0-9_-]+\.[a-zA-Z0-9_-]*\.[a-zA-Z0-9_-]+$"),
    Says("must be a compact JWS"),
]
LanguageTag = Annotated[
    str,
    StringConstraints(strict=True, pattern=LANGUAGE_PATTERN),
    Says("must be a language tag such as en or en-GB"),
]


_ABSENT: Final = object()


def absent() -> Any:
    """The default of a member that is `used` differently: the one default that its constraint gets to see."""
    return Field(default=_ABSENT, validate_default=True)


def used(*, v1: Use, v2: Use) -> WrapValidator:
    """Constraint of a member that the versions of the data model treat differently."""

    def check(value: object, read: Callable[[object], object], info: ValidationInfo) -> object:
        use = v1 if info.context is DataModel.V1 else v2
        if value is _ABSENT and use is Use.NEEDED:
            raise PydanticCustomError("missing", "is missing")
        return None if value is _ABSENT or use is Use.UNKNOWN else read(value)

    return WrapValidator(check)


def not_before(start: str) -> AfterValidator:
    """Constraint of a date: not earlier than that in the field `start`, which stands before it."""

    def check(end: datetime, info: ValidationInfo) -> datetime:
        begins = info.data.get(start)
        if isinstance(begins, datetime) and end < begins:
            raise PydanticCustomError("value", "is before {start}", {"start": to_camel(start)})
        return end

    return AfterValidator(check)


def contains(*names: str) -> AfterValidator:
    """Constraint of `type`: one of `names` is among the types."""
    wanted = frozenset(names)
    words = " or ".join(names)

    def check(types: tuple[str, ...]) -> tuple[str, ...]:
        if wanted.isdisjoint(types):
            raise PydanticCustomError("value", "must contain {words}", {"words": words})
        return types

    return AfterValidator(check)


def listed(names: tuple[str, ...], *, extensible: bool = True, v1: tuple[str, ...] = ()) -> AfterValidator:
    """Constraint of a word from a list of the standard, or (if `extensible`) one that begins with ext:.

    `v1`: words of drafts, which stand in documents on version 1.1 of the data model.
    """
    known = frozenset(names)
    words = f"one of {', '.join(names)}{' or begin with ext:' if extensible else ''}"

    def check(word: str, info: ValidationInfo) -> str:
        drafted = info.context is DataModel.V1 and word in v1
        if word not in known and not drafted and not (extensible and _EXTENSION.search(word)):
            raise PydanticCustomError("value", "must be {words}", {"words": words})
        return word

    return AfterValidator(check)

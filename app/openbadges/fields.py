"""Field types of other people's documents: what the Open Badges 3.0 schema accepts, as pydantic sees it.

Where the schema allows a language map (`{"en": "..."}`) instead of text we allow it for words that people
read, and refuse it for identifiers and types, where JSON-LD could not make sense of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
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


def _listed(value: object) -> object:
    """JSON-LD may write a list of one as the value itself."""
    return value if isinstance(value, list | tuple) else (value,)


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


Maybe = Annotated[Item | None, _NotNull()]
Many = Annotated[tuple[Item, ...], BeforeValidator(_listed)]

PlainText = Annotated[str, Strict(), Says("must be text")]
LanguageMap = dict[Annotated[str, StringConstraints(pattern=LANGUAGE_KEY_PATTERN)], Annotated[str, Strict()]]
Text = Annotated[Annotated[str, Strict()] | LanguageMap, Field(union_mode="left_to_right"), Says("must be text")]
# What N-Quads allows inside an IRI; anything else could not be canonicalised.
URI = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+$"),
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


def contains(*names: str) -> AfterValidator:
    """Constraint of `type`: one of `names` is among the types."""
    wanted = frozenset(names)
    words = " or ".join(names)

    def check(types: tuple[str, ...]) -> tuple[str, ...]:
        if wanted.isdisjoint(types):
            raise PydanticCustomError("value", "must contain {words}", {"words": words})
        return types

    return AfterValidator(check)


def listed(names: tuple[str, ...], *, extensible: bool = True) -> AfterValidator:
    """Constraint of a word from a list of the standard, or (if `extensible`) one that begins with ext:."""
    known = frozenset(names)
    words = f"one of {', '.join(names)}{' or begin with ext:' if extensible else ''}"

    def check(word: str) -> str:
        if word not in known and not (extensible and _EXTENSION.search(word)):
            raise PydanticCustomError("value", "must be {words}", {"words": words})
        return word

    return AfterValidator(check)

"""Field types for what issuers write: bounded, printable, and the same after a round trip through JSON.

Patterns keep to the syntax that pydantic, Python and OpenAPI readers share.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler, StringConstraints
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

# Control characters, line and paragraph separators, direction overrides (they can make a text read as
# another), and the two code points that XML cannot hold (badges are drawn as SVG).
_UNPRINTABLE: Final = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff"
_LINE_PATTERN: Final = rf"^[^{_UNPRINTABLE}]*$"
_TEXT_PATTERN: Final = rf"^([\n\t]|[^{_UNPRINTABLE}])*$"
# What N-Quads allows inside an IRI; anything else could not be signed.
_URL_PATTERN: Final = r"^https?://[^\x00-\x20\x7f-\x9f<>\"{}|\\^`]+$"
_SLUG_PATTERN: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"


@dataclass(frozen=True, slots=True)
class Says:
    """Replaces whatever pydantic would say about a wrong value by one sentence fragment."""

    message: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.custom_error_schema(
            handler(source), custom_error_type="value", custom_error_message=self.message
        )


def _unix_line_ends(value: object) -> object:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _check_host(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise PydanticCustomError("value", "must be an http or https URL with a host and without a user name")
    return url


def _few_decimals(number: float) -> float:
    """Whole numbers as int, so that 2 and 2.0 are one value; few decimals, so that a double holds it."""
    if round(number, 4) != number:
        raise PydanticCustomError("value", "must have at most four decimals")
    return int(number) if number == int(number) else number


def line(max_length: int) -> Any:
    """Constraints of one line of text."""
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=max_length, pattern=_LINE_PATTERN)


def text(max_length: int) -> Any:
    """Constraints of text that may have several lines."""
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=max_length, pattern=_TEXT_PATTERN)


_LINE_SAYS: Final = "must be one line of printable text, 1 to {} characters"
_TEXT_SAYS: Final = "must be printable text, 1 to {} characters"

Code = Annotated[str, line(64), Says(_LINE_SAYS.format(64))]
Name = Annotated[str, line(200), Says(_LINE_SAYS.format(200))]
Sentence = Annotated[str, line(500), Says(_LINE_SAYS.format(500))]
Paragraph = Annotated[str, text(4_000), Says(_TEXT_SAYS.format("4,000")), BeforeValidator(_unix_line_ends)]
Markdown = Annotated[str, text(20_000), Says(_TEXT_SAYS.format("20,000")), BeforeValidator(_unix_line_ends)]
Slug = Annotated[
    str,
    StringConstraints(max_length=64, pattern=_SLUG_PATTERN),
    Says("must be a short name of a-z, 0-9 and single hyphens, at most 64 characters"),
]
Url = Annotated[
    str,
    StringConstraints(max_length=2_048, pattern=_URL_PATTERN),
    Says("must be an http or https URL of at most 2,048 characters"),
    AfterValidator(_check_host),
]
Number = Annotated[
    Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)]
    | Annotated[float, Field(strict=True, ge=-1_000_000, le=1_000_000)],
    Says("must be a number between -1,000,000 and 1,000,000"),
    AfterValidator(_few_decimals),
]
Amount = Annotated[
    Annotated[int, Field(strict=True, ge=1, le=100_000)] | Annotated[float, Field(strict=True, ge=0.01, le=100_000)],
    Says("must be a number between 0.01 and 100,000"),
    AfterValidator(_few_decimals),
]

_NUMERAL: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")


def number_text(number: float) -> str:
    """`number` as Open Badges wants values: text, without an exponent."""
    return format(Decimal(str(number)), "f")


def read_number(value: str) -> float | None:
    """The number that `value` writes out, or None."""
    return float(value) if _NUMERAL.fullmatch(value) else None

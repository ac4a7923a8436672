"""Words that remember how they were made, so that they can be told in another language later.

Each is an English `str` and may be used as one: in JSON, in a log, in a terminal. Rooms that find something out say it
with these; only who shows it to a person knows the language (`telling.told`). Nothing here imports anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, Self

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Said(str):
    """A sentence of ours. `template` is its English with named values in braces, under which catalogues have it;
    `values` are verbatim, or themselves words of ours.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, str]

    def __new__(cls, template: str, values: Mapping[str, str] = _NOTHING, *, english: str | None = None) -> Self:
        made = super().__new__(
            cls, english if english is not None else template.format(**values) if values else template
        )
        made.template, made.values = template, values
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        # From one process to another: a report made elsewhere is told here.
        return _remade, (type(self), str(self), self._memory())

    def _memory(self) -> dict[str, Any]:
        return {"template": self.template, "values": dict(self.values)}


class SaidNumber(Said):
    """A sentence that depends on a count: English has two forms, other languages up to six."""

    __slots__ = ("number", "plural")
    plural: str
    number: float

    def _memory(self) -> dict[str, Any]:
        return {**super()._memory(), "plural": self.plural, "number": self.number}


class Listed(Said):
    """Several things one after another, with the template between them."""

    __slots__ = ("parts",)
    parts: tuple[str, ...]

    def _memory(self) -> dict[str, Any]:
        return {**super()._memory(), "parts": self.parts}


class Day(Said):
    """A date: `4 May 2026`, as it is in UTC."""

    __slots__ = ("moment",)
    moment: datetime

    def __new__(cls, moment: datetime) -> Self:
        utc = moment.astimezone(UTC)
        made = super().__new__(cls, "", english=cls._english(utc))
        made.moment = utc
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.moment,)

    @classmethod
    def _english(cls, utc: datetime) -> str:
        return f"{utc.day} {_MONTHS[utc.month - 1]} {utc.year}"


class Moment(Day):
    """A date and the time to the minute: `4 May 2026 at 10:00 UTC`."""

    __slots__ = ()

    @classmethod
    def _english(cls, utc: datetime) -> str:
        return f"{super()._english(utc)} at {utc.hour:02}:{utc.minute:02} UTC"


def said(template: str, /, **values: str) -> Said:
    """`template` with its values filled in. Raises KeyError for a value that is missing."""
    return Said(template, values)


def said_number(one: str, other: str, count: float, /, **values: str) -> SaidNumber:
    """The form that fits `count`; `{count}` in it is the number as people write it."""
    filled = {"count": f"{count:g}", **values}
    made = SaidNumber(one, filled, english=(one if count == 1 else other).format(**filled))
    made.plural, made.number = other, count
    return made


SEMICOLON: Final = Said("; ")
COMMA: Final = Said(", ")
AND: Final = Said(" and ")


def listed(parts: Iterable[str], separator: Said = SEMICOLON) -> str:
    """The parts one after another; a single part is itself."""
    kept = tuple(parts)
    if len(kept) == 1:
        return kept[0]
    made = Listed(separator.template, english=separator.join(kept))
    made.parts = kept
    return made


def _remade(kind: type[Said], english: str, memory: dict[str, Any]) -> Said:
    made = str.__new__(kind, english)
    for name, value in memory.items():
        setattr(made, name, value)
    return made

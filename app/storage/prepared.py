"""Statements that are written once, for the driver itself: where SQLAlchemy would cost more than the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import CompoundSelect, Select, TextClause
    from sqlalchemy.engine import Dialect


@dataclass(frozen=True, slots=True)
class Written:
    """A statement in the words of one kind of database."""

    sql: str
    processors: Mapping[str, Callable[[Any], Any] | None]
    positions: Sequence[str] | None  # None: values are given by name

    def bound(self, values: Mapping[str, Any]) -> Any:
        given = {name: process(values[name]) if process else values[name] for name, process in self.processors.items()}
        return given if self.positions is None else [given[name] for name in self.positions]


class Prepared:
    """A SELECT of columns that both drivers return as plain values: texts, numbers, bytes."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any] | TextClause) -> None:
        self._statement = statement
        self._written: dict[str, Written] = {}

    def written(self, dialect: Dialect) -> Written:
        known = self._written.get(dialect.name)
        if known is None:
            known = self._written[dialect.name] = self._write(dialect)
        return known

    def _write(self, dialect: Dialect) -> Written:
        compiled = self._statement.compile(dialect=dialect)
        processors = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
        }
        return Written(str(compiled), processors, compiled.positiontup if compiled.positional else None)

"""What `laurel doctor` finds: one answer a question, of four kinds, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal

_SHOWN: Final = 5


class Health(StrEnum):
    """`cannot tell` is neither: what could not be asked may be in order."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Examination:
    """`cure` is there unless all is well."""

    id: str
    title: str
    health: Health
    detail: str
    cure: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, before it is answered."""

    id: str
    title: str

    def ok(self, detail: str) -> Examination:
        return Examination(self.id, self.title, Health.OK, detail)

    def warn(self, detail: str, cure: str) -> Examination:
        return Examination(self.id, self.title, Health.WARN, detail, cure)

    def fail(self, detail: str, cure: str) -> Examination:
        return Examination(self.id, self.title, Health.FAIL, detail, cure)

    def cannot_tell(self, detail: str, cure: str) -> Examination:
        return Examination(self.id, self.title, Health.CANNOT_TELL, detail, cure)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All answers; `health` is derived. Nothing asked is nothing known."""

    examinations: Sequence[Examination]

    @property
    def health(self) -> Health:
        seen = {examination.health for examination in self.examinations}
        if Health.FAIL in seen:
            return Health.FAIL
        if not seen or Health.CANNOT_TELL in seen:
            return Health.CANNOT_TELL
        return Health.WARN if Health.WARN in seen else Health.OK


@dataclass(frozen=True, slots=True)
class Deployment:
    """The settings, as far as they are looked at. `sqlite_file` is None with PostgreSQL."""

    base_url: str
    development: bool
    kek: Literal["file", "environment", "made here"]
    fetches: bool
    sqlite_file: Path | None


def listed(things: Iterable[str]) -> str:
    """The first few, and how many more there are."""
    found = list(things)
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(found[:_SHOWN]) + more

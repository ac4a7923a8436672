"""What one hostile sample is: bytes that somebody may send, what is wrong with them, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Flag, auto

from app.verification import Answer, Need

CANARY = "Canary Kestrel 4711"
"""The learner's name in every sample: it must be found nowhere afterwards."""


class Expect(Flag):
    """What may come of a sample. More than one where honest verifiers may differ; `VALID` stands alone."""

    INVALID = auto()
    UNDETERMINED = auto()
    PROBLEM = auto()  # it cannot be read at all: a 4xx answer, an InputError
    VALID = auto()

    NOT_VALID = INVALID | UNDETERMINED
    REFUSED = INVALID | PROBLEM
    ANYTHING_BUT_VALID = INVALID | UNDETERMINED | PROBLEM


INVALID, UNDETERMINED, PROBLEM, VALID = Expect.INVALID, Expect.UNDETERMINED, Expect.PROBLEM, Expect.VALID
NOT_VALID, REFUSED, ANYTHING_BUT_VALID = Expect.NOT_VALID, Expect.REFUSED, Expect.ANYTHING_BUT_VALID

Evidence = Mapping[Need, Answer]


@dataclass(frozen=True)
class Sample:
    """`breaks` is the one thing that is wrong (or unusual, in a control). The bytes are made anew when asked for.

    `evidence` is what the addresses that it names answer; where it is None nothing may be asked for at all.
    """

    name: str
    breaks: str
    expect: Expect
    build: Callable[[], bytes] = field(repr=False)
    evidence: Callable[[], Evidence] | None = field(default=None, repr=False)

    @property
    def family(self) -> str:
        return self.name.partition("-")[0]


def rows(
    expect: Expect,
    table: Mapping[str, tuple[str, Callable[[], bytes]]],
    *,
    evidence: Callable[[], Evidence] | None = None,
) -> list[Sample]:
    """Samples that are expected to fare alike: name to what is wrong and how to make it."""
    return [Sample(name, breaks, expect, build, evidence) for name, (breaks, build) in table.items()]


def nothing_there() -> Evidence:
    """For samples that lead to addresses, where nothing is to be had."""
    return {}

"""How a sample fares in this process: what comes of it, how long that takes, and which addresses it asks for."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from app.errors import InputError
from app.verification import NOBODY, Missing, Need, Report, Verdict, gathered, judge, read
from tests.factories import NOW
from tests.hostile.generate.sample import Evidence, Expect, Sample

NOT_THERE = Missing("There is nothing at this address.")
OF_VERDICT = {
    Verdict.VALID: Expect.VALID,
    Verdict.INVALID: Expect.INVALID,
    Verdict.UNDETERMINED: Expect.UNDETERMINED,
}


@dataclass
class World:
    """What the addresses of a sample answer, and who asked for what. It stands in for the fetcher."""

    evidence: Evidence = field(default_factory=dict)
    asked: list[Need] = field(default_factory=list)

    def look(self, need: Need):
        self.asked.append(need)
        return self.evidence.get(need, NOT_THERE)

    async def answer(self, need: Need, /):
        return self.look(need)

    @asynccontextmanager
    async def errand(self, *, most: int):
        yield self

    def show(self, sample: Sample) -> None:
        """From now on the world is this sample's."""
        self.evidence = sample.evidence() if sample.evidence is not None else {}
        self.asked = []


@dataclass
class Fate:
    outcome: Expect
    seconds: float
    asked: list[Need]
    report: Report | None = None
    problem: str = ""

    def explain(self) -> str:
        if self.report is None:
            return self.problem
        return "; ".join(f"{check.code}: {check.detail}"[:200] for check in self.report.checks if check.remedy)


def fate_of(sample: Sample) -> Fate:
    """Judged without any service; the seconds are this thread's own work."""
    world = World()
    world.show(sample)
    raw = sample.build()
    began = time.thread_time()
    try:
        presented = read(raw)
        report = judge(presented, gathered(presented, world.look), NOBODY, now=NOW)
    except InputError as error:
        return Fate(Expect.PROBLEM, time.thread_time() - began, world.asked, problem=error.message)
    return Fate(OF_VERDICT[report.verdict], time.thread_time() - began, world.asked, report)

"""What was tried and what came of it, for the table at the end of a run."""

from __future__ import annotations

from dataclasses import dataclass

FIGURES: list[Figure] = []
HEADINGS = ("what", "where", "trials", "failures", "bound (95 %)", "seen")


@dataclass(frozen=True)
class Figure:
    """`trials` without a failure: a test that finds one has failed, and has no figure."""

    what: str
    where: str
    trials: int
    of: str
    seen: str
    all_there_are: bool

    @property
    def cells(self):
        """With no failure in n trials the rate is below 3/n, with 95 % confidence."""
        return (
            self.what,
            self.where,
            f"{self.trials:,} {self.of}",
            "0",
            "these are all" if self.all_there_are else self.bound,
            self.seen,
        )

    @property
    def bound(self):
        return f"< {300 / self.trials:.2g} % of {self.of}" if self.trials > 3 else "too few to say"


def found_whole(what, where, trials, of, *, all_there_are=False, **seen):
    """Notes that all of it went well."""
    words = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in seen.items())
    FIGURES.append(Figure(what, where, trials, of, words, all_there_are))


def table():
    """The lines of a Markdown table."""
    rows = [HEADINGS, tuple("-" * len(heading) for heading in HEADINGS), *(figure.cells for figure in FIGURES)]
    return [f"| {' | '.join(row)} |" for row in rows]

"""fsck: whether what is stored still is what was issued."""

from __future__ import annotations

import itertools
import json
import sys
import time
from dataclasses import asdict
from typing import Annotated, Final

import typer

from app.cli.setup import opened
from app.services.fsck import Check, Counts, Finding

CLEAN: Final = 0
DAMAGED: Final = 1
UNCHECKED: Final = 2
_MOST_IN_JSON: Final = 10_000
_PAUSE_SECONDS: Final = 0.2  # between two words about the progress


def register(app: typer.Typer) -> None:
    app.command()(fsck)


def fsck(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object when all is done.")] = False,
    progress: Annotated[
        bool | None, typer.Option(help="Tell on standard error how far it is; by default on a terminal only.")
    ] = None,
) -> None:
    """Verify everything that is stored again, and change nothing. Exit status 1 on a finding, 2 if not all could be
    checked.
    """
    shown = _Progress() if progress or (progress is None and sys.stderr.isatty()) else None
    begin = time.monotonic()
    with opened() as laurel:
        check = Check(laurel.database, laurel.instance, laurel.clock(), shown.tell if shown else _silent)
        seen = _Seen(keep=_MOST_IN_JSON if as_json else 0)
        for finding in check.findings():
            seen.add(finding)
            if not as_json:
                print(finding.text)
    if shown:
        shown.end()
    seconds = time.monotonic() - begin
    print(json.dumps(seen.document(check.counts, seconds)) if as_json else seen.summary(check.counts))
    raise typer.Exit(seen.status)


class _Seen:
    """How many findings there were, and the first of them for whoever wants them together."""

    def __init__(self, *, keep: int) -> None:
        self._keep = keep
        self._kept: list[Finding] = []
        self._findings = 0
        self._unchecked = 0

    def add(self, finding: Finding) -> None:
        self._findings += finding.checked
        self._unchecked += not finding.checked
        if len(self._kept) < self._keep:
            self._kept.append(finding)

    @property
    def status(self) -> int:
        if self._findings:
            return DAMAGED
        return UNCHECKED if self._unchecked else CLEAN

    def summary(self, counts: Counts) -> str:
        not_all = f" {self._unchecked} steps could not be finished." if self._unchecked else ""
        return f"{counts.credentials} credentials checked, {self._findings} findings.{not_all}"

    def document(self, counts: Counts, seconds: float) -> dict[str, object]:
        return {
            "credentials": counts.credentials,
            "statusLists": counts.lists,
            "keys": counts.keys,
            "endorsements": counts.endorsements,
            "auditLines": counts.audit_lines,
            "seconds": round(seconds, 3),
            "findings": self._findings,
            "unchecked": self._unchecked,
            "details": [asdict(finding) for finding in self._kept],
        }


class _Progress:
    """One line that is written over again and again."""

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}
        self._next = 0.0
        self._turning = itertools.cycle("|/-\\")

    def tell(self, step: str, done: int, of: int) -> None:
        now = time.monotonic()
        begun = self._begun.setdefault(step, now)
        if now < self._next and done < of:
            return
        self._next = now + _PAUSE_SECONDS
        rate = f", {done / (now - begun):,.0f} a second" if now > begun and done > 1 else ""
        print(f"\r\x1b[K{next(self._turning)} {step}: {done:,} of {of:,}{rate}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _silent(_step: str, _done: int, _of: int) -> None:
    """Nobody wants to know."""

"""Interop preflight: would a badge of this achievement be taken everywhere? Asked before the first one is awarded.

    sample = rehearse(draft, scene, throwaway=PrivateKey.generate(Algorithm.EDDSA), now=now)
    preflight = examine(sample)                      # every rule says something
    preflight.outcome, preflight.blocking            # derived from preflight.findings

Each rule is a pure function of the sample in one of the files `*_rules.py`; docs/preflight.md lists them all. What it
says comes from the standard, from running other validators and from reading their code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.errors import AppError, WrongMembersError
from app.issuance.preflight import achievement_rules, credential_rules, issuer_rules, proof_rules
from app.issuance.preflight.places import why_unreachable
from app.issuance.preflight.rehearsal import Scene, rehearse
from app.issuance.preflight.rule import Finding, Outcome, Reader, Rule, Said
from app.issuance.preflight.sample import Picture, Sample, Token

RULES: Final[tuple[Rule, ...]] = (
    *credential_rules.RULES,
    *achievement_rules.RULES,
    *issuer_rules.RULES,
    *proof_rules.RULES,
)
_BY_SEVERITY: Final = (Outcome.FAILS, Outcome.WARNS)
_MOST_TOLD: Final = 10


@dataclass(frozen=True, slots=True)
class Preflight:
    """What all rules said. Nothing found is nothing proven, so it is never empty."""

    findings: Sequence[Finding]

    @property
    def outcome(self) -> Outcome:
        """The worst of all."""
        seen = {finding.said.outcome for finding in self.findings}
        return next((outcome for outcome in _BY_SEVERITY if outcome in seen), Outcome.PASSES)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Why nothing may be awarded; empty when badges would at least be valid."""
        return tuple(finding for finding in self.findings if finding.blocks)

    def of(self, outcome: Outcome) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.said.outcome is outcome)


def examine(sample: Sample, rules: Sequence[Rule] = RULES) -> Preflight:
    """Asks every rule."""
    return Preflight([Finding(rule, rule.check(sample)) for rule in rules])


def refused(error: AppError) -> Preflight:
    """The preflight of an achievement whose fullest award cannot be made, for the reason that the award would give."""
    problems = error.problems[:_MOST_TOLD] if isinstance(error, WrongMembersError) else ()
    told = [f"{problem.pointer or 'The badge'}: {problem.detail}" for problem in problems]
    said = Said(Outcome.FAILS, " ".join(told) or error.message, "Change what is named here in the achievement.")
    return Preflight([Finding(credential_rules.RULES[0], said)])


__all__ = [
    "RULES",
    "Finding",
    "Outcome",
    "Picture",
    "Preflight",
    "Reader",
    "Rule",
    "Said",
    "Sample",
    "Scene",
    "Token",
    "examine",
    "refused",
    "rehearse",
    "why_unreachable",
]

"""What a rule is, and what it says: which readers of badges would stumble, over what, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.issuance.preflight.sample import Sample

LINKEDIN_NAME: Final = 100
"""Characters. LinkedIn publishes no lengths; longer titles were seen to be cut."""


class Outcome(StrEnum):
    """`warns`: readers take the badge, and something of it is lost on them. `fails`: some refuse it."""

    PASSES = "passes"
    WARNS = "warns"
    FAILS = "fails"


class Reader(StrEnum):
    """Who reads badges and looks at such a thing."""

    STANDARD = "Open Badges 3.0"
    ONE_ED_TECH = "1EdTech validator"
    DCC = "VerifierPlus and Learner Credential Wallet"
    DIGITAL_BAZAAR = "Digital Bazaar libraries"
    HOSTS = "badge hosts such as Credly and Parchment"
    WALLETS = "wallets"
    LINKEDIN = "LinkedIn"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule says of one sample. `cure` is there unless it passes."""

    outcome: Outcome
    detail: str
    cure: str | None = None


def passes(detail: str) -> Said:
    return Said(Outcome.PASSES, detail)


def warns(detail: str, cure: str) -> Said:
    return Said(Outcome.WARNS, detail, cure)


def fails(detail: str, cure: str) -> Said:
    return Said(Outcome.FAILS, detail, cure)


@dataclass(frozen=True, slots=True)
class Rule:
    """`check` is a pure function of the sample.

    `binding`: without this the badge is invalid by the standard itself, so nothing is awarded that fails it.
    """

    id: str
    title: str
    readers: tuple[Reader, ...]
    check: Callable[[Sample], Said]
    binding: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule said of the sample."""

    rule: Rule
    said: Said

    @property
    def blocks(self) -> bool:
        """Whether nothing may be awarded until this is mended."""
        return self.rule.binding and self.said.outcome is Outcome.FAILS

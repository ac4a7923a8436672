"""For what occasion was it signed? (Data Integrity 1.0 section 4.4, steps on domain, challenge and proof purpose)"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from app.language.said import Said
from app.verification.members import mapping, several, texts
from app.verification.reading import Presented
from app.verification.report import CheckResult, say

__all__ = ["Occasion", "check_occasion"]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the asker expects every signature to name. None: that is not asked."""

    challenge: str | None = None
    domain: frozenset[str] | None = None
    purpose: str | None = None


_ASKED: Final = {"purpose": Said("the purpose"), "challenge": Said("the challenge"), "domain": Said("the domain")}


def check_occasion(presented: Presented, occasion: Occasion) -> CheckResult:
    """Whether each signature names what is expected, and nothing else in its place. A token says it by its claims."""
    if occasion == Occasion():
        return say("challenge.not-asked")
    named = [_of_proof(mapping(proof)) for proof in several(presented.document.get("proof"))]
    if presented.token is not None:
        named.append(replace(_of_token(presented.token.payload), purpose=occasion.purpose))  # tokens name no purpose
    for name, what in _ASKED.items():
        wanted = getattr(occasion, name)
        if wanted is not None and not (named and all(getattr(one, name) == wanted for one in named)):
            return say("challenge.differs", what=what)
    return say("challenge.answered")


def _of_proof(proof: Mapping[str, Any]) -> Occasion:
    return Occasion(_text(proof.get("challenge")), _texts(proof.get("domain")), _text(proof.get("proofPurpose")))


def _of_token(claims: Mapping[str, Any]) -> Occasion:
    """RFC 7519 section 4.1.3, and OpenID's `nonce`."""
    return Occasion(_text(claims.get("nonce")), _texts(claims.get("aud")))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> frozenset[str]:
    return frozenset(texts(value))

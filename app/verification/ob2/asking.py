"""What has to be fetched to judge an assertion: its hosted copy, badge class, issuer, key and revocation list."""

from __future__ import annotations

from collections.abc import Iterator

from app.verification.evidence import Evidence, Need
from app.verification.ob2.following import follow
from app.verification.reading import Presented

__all__ = ["assertion_needs"]


def assertion_needs(presented: Presented, evidence: Evidence) -> Iterator[Need]:
    """Everything that is needed as far as it is known by now, the answered ones too."""
    yield from follow(presented, evidence).needs

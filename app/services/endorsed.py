"""What others say of an issuer and its achievements, as it is embedded in what the issuer signs.

OB 3.0 sections B.1.2 (`endorsement`) and B.1.15: a Profile and an Achievement may each carry endorsements, as
credentials or as tokens. They keep their own signatures; whoever verifies the badge judges each for itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app import strictjson
from app.models import EndorsementForm
from app.storage import Session, endorsements
from app.storage.endorsements import StandingEndorsement

__all__ = ["NOBODY_ENDORSES", "Endorsed", "StandingEndorsement", "endorsed", "members"]


@dataclass(frozen=True, slots=True)
class Endorsed:
    """The endorsements that stand for an issuer and for one of its achievements."""

    of_issuer: tuple[StandingEndorsement, ...] = ()
    of_achievement: tuple[StandingEndorsement, ...] = ()

    def at(self, now: datetime) -> Endorsed:
        """Without those that have ended; itself when none has."""
        mine, its = _unended(self.of_issuer, now), _unended(self.of_achievement, now)
        same = len(mine) == len(self.of_issuer) and len(its) == len(self.of_achievement)
        return self if same else Endorsed(mine, its)


NOBODY_ENDORSES: Final = Endorsed()


def endorsed(session: Session, issuer_id: UUID, achievement_id: UUID | None = None) -> Endorsed:
    """What stands now for the issuer, and for the achievement if one is named."""
    standing = endorsements.list_standing(session, issuer_id)
    if not standing:
        return NOBODY_ENDORSES
    return Endorsed(
        tuple(one for one in standing if one.achievement_id is None),
        tuple(one for one in standing if one.achievement_id is not None and one.achievement_id == achievement_id),
    )


def members(standing: Iterable[StandingEndorsement]) -> dict[str, list[Any]]:
    """The members of a Profile or an Achievement that hold the endorsements; none where there are none."""
    found: dict[str, list[Any]] = {}
    for one in standing:
        if one.form is EndorsementForm.JWT:
            found.setdefault("endorsementJwt", []).append(one.document.decode())
        else:
            document = strictjson.loads(one.document, max_bytes=len(one.document))
            found.setdefault("endorsement", []).append(document)
    return found


def _unended(standing: tuple[StandingEndorsement, ...], now: datetime) -> tuple[StandingEndorsement, ...]:
    return tuple(one for one in standing if one.valid_until is None or now <= one.valid_until)

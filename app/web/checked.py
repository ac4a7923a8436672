"""A stored credential and what comes of checking it now, for addresses that tell of it without asking others."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.routers.deps import Laurel
from app.services.verifying import Question, verify_published
from app.verification import NOBODY, Report
from app.web.composing import credential_view
from app.web.views import CredentialView

__all__ = ["Checked", "checked"]


class Checked(NamedTuple):
    """`home` is the tag of its issuer's language."""

    view: CredentialView
    report: Report
    home: str


def checked(credential_id: UUID, laurel: Laurel, now: datetime) -> Checked:
    """Raises NotFoundError, ErasedError. Endorsements whose keys lie with others do not change the conclusion."""
    with laurel.database.reading() as session:
        question = Question(now, policy=NOBODY)
        stored, report = verify_published(session, credential_id, question, instance=laurel.instance, now=now)
        view = credential_view(stored, site=laurel.instance.site, checked_at=now, conclusion=report.conclusion)
    return Checked(view, report, stored.edition.appearance.language)

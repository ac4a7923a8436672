"""The twin of a badge in Open Badges 2.0: three hosted documents, and what is baked beside the signed one.

All are made when they are asked for, out of what was signed and stored (docs/decisions/0023). So a badge has its twin
also when its issuer asks for twins later, and no twin says anything that its badge does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app import strictjson
from app.errors import NotFoundError
from app.openbadges import Twin, achievement_document
from app.openbadges.twin import (
    assertion_document,
    badge_class_document,
    issuer_document,
    issuer_problems,
    withdrawn_document,
)
from app.services.achievements import read_definition
from app.services.credentials import StoredCredential
from app.services.site import Site
from app.storage.live import Award, IssuerWords, Live

__all__ = ["Hosted", "assertion", "badge_class", "issuer_profile", "twin_of"]

_NO_TWINS = "This issuer does not publish its badges in Open Badges 2.0."
_A_TEST = "A badge issued as a test has no form in Open Badges 2.0: there it would look like a real one."
_NOBODY = "This badge names its learner neither by e-mail nor by DID, and Open Badges 2.0 knows nothing else."


@dataclass(frozen=True, slots=True)
class Hosted:
    """What stands at the address of an assertion. `withdrawn`: only that it counts no more, which HTTP says by 410."""

    raw: bytes = field(repr=False)
    withdrawn: bool = False


def assertion(live: Live, credential_id: UUID, *, site: Site) -> Hosted:
    """The hosted assertion of a credential. Raises NotFoundError where there is no credential, or it has no twin."""
    award = live.find_award(credential_id)
    if award is None:
        raise NotFoundError("There is no such badge.")
    _require_twins(award.issuer)
    if award.test:
        raise NotFoundError(_A_TEST)
    if _is_withdrawn(award):
        document = withdrawn_document(site.assertion(credential_id), award.revocation_reason)
        return Hosted(strictjson.dumps(document), withdrawn=True)
    made = _assertion(_read(award.document), credential_id, award.achievement_id, award.revision, site)
    if made is None:
        raise NotFoundError(_NOBODY)
    return Hosted(made)


def badge_class(live: Live, achievement_id: UUID, revision: int, *, site: Site) -> bytes:
    """What was to be achieved in that revision, for ever. Raises NotFoundError."""
    found = live.find_definition(achievement_id, revision)
    if found is None:
        raise NotFoundError("There is no such achievement, or no such revision of it.")
    definition, issuer = found
    _require_twins(issuer)
    achievement = achievement_document(
        read_definition(definition.encode()),
        id=site.achievement(achievement_id),
        image_url=site.achievement_image(achievement_id),
    )
    address = site.badge_class(achievement_id, revision)
    return strictjson.dumps(badge_class_document(achievement, id=address, issuer=site.profile_2(issuer.slug)))


def issuer_profile(live: Live, slug: str, *, site: Site) -> bytes:
    """Who issues, and which addresses speak for it. Raises NotFoundError."""
    issuer = live.find_issuer_words(slug)
    if issuer is None:
        raise NotFoundError(f"There is no issuer '{slug}'.")
    _require_twins(issuer)
    profile = _read(issuer.profile.encode())
    return strictjson.dumps(issuer_document(profile, id=site.profile_2(slug), assertions=site.assertions))


def twin_of(stored: StoredCredential, *, site: Site) -> Twin | None:
    """What is baked beside the signed document; None for a badge without a twin.

    It says what the address says while the badge counts: readers ask the address before they believe it.
    """
    row, edition = stored.row, stored.edition
    if row.test or not _has_twins(edition.issuer.settings, edition.issuer.profile):
        return None
    made = _assertion(stored.document, row.id, edition.achievement.id, edition.revision.number, site)
    return Twin(site.assertion(row.id), made.decode()) if made is not None else None


def _assertion(
    credential: Mapping[str, Any], credential_id: UUID, achievement_id: UUID, revision: int, site: Site
) -> bytes | None:
    document = assertion_document(
        credential,
        id=site.assertion(credential_id),
        badge=site.badge_class(achievement_id, revision),
        image=f"{site.credential(credential_id)}.png",
    )
    return strictjson.dumps(document) if document is not None else None


def _is_withdrawn(award: Award) -> bool:
    """Whether the badge counts no more. Whatever else ends a badge than its revocation belongs here."""
    return award.revocation_reason is not None or award.erased


def _has_twins(settings: Mapping[str, Any], profile: Mapping[str, Any]) -> bool:
    """Whether the issuer asks for twins, and (still) says of itself what they need."""
    return settings.get("openBadges2") is True and not issuer_problems(profile, settings["identifyLearnersBy"])


def _require_twins(issuer: IssuerWords) -> None:
    if not _has_twins(_read(issuer.settings.encode()), _read(issuer.profile.encode())):
        raise NotFoundError(_NO_TWINS)


def _read(stored: bytes) -> dict[str, Any]:
    return dict(strictjson.loads(stored, max_bytes=len(stored)))

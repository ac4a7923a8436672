"""Achievements as an award needs them: read, validated and written as they are signed, once for each version.

Every award names an achievement. Which version of it is current is asked each time, by one short statement; what that
version says, which takes ten times as long to read, is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.services.achievements import Edition, address_or_slug, endorsed_edition
from app.storage import achievements

if TYPE_CHECKING:
    from datetime import datetime

    from app.services.actors import Actor
    from app.services.instance import Instance
    from app.services.site import Site
    from app.storage import Session
    from app.storage.achievements import Version


@dataclass(frozen=True, slots=True)
class Awardable:
    """An edition, and the OB 3.0 Achievement that its credentials carry. Belongs to no session; nobody changes it."""

    edition: Edition
    document: Mapping[str, Any]

    def at(self, now: datetime, site: Site) -> Awardable:
        """The same without endorsements that have ended."""
        standing = self.edition.endorsed.at(now)
        if standing is self.edition.endorsed:
            return self
        edition = replace(self.edition, endorsed=standing)
        return Awardable(edition, edition.document(site))


def find_awardable(session: Session, name: str, *, actor: Actor, instance: Instance) -> list[Awardable]:
    """The achievements that `name` (an address, a UUID or a slug) may mean, as far as the key may see them."""
    achievement_id, slug = address_or_slug(name, instance.site)
    versions = achievements.list_versions(session, achievement_id=achievement_id, slug=slug, issuer_id=actor.issuer_id)
    return [instance.awardable.find(version) or _read(session, version, instance) for version in versions]


def _read(session: Session, version: Version, instance: Instance) -> Awardable:
    current = achievements.get_achievement(session, version.achievement_id, issuer_id=None)
    found = endorsed_edition(session, current)
    for row in (current.achievement, current.revision, current.issuer):
        session.expunge(row)  # a rollback would empty it
    # Under the version that was read: on PostgreSQL another may have become current since it was asked for.
    return instance.awardable.add(current.version, Awardable(found, found.document(instance.site)))

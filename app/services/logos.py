"""The issuer's logo: on its pages, and as `image` in the Profile of every badge from then on (OB 3.0 section B.1.15).

The Profile names an address that stays the same, so a badge of before shows the logo of today, and none once it is
removed. The picture is stored, and the address is written into the Profile, at once.
"""

from __future__ import annotations

from datetime import datetime

from app.errors import NotFoundError
from app.models import Issuer
from app.rendering import CheckedImage
from app.services.actors import Actor
from app.services.audit import record
from app.services.issuers import get_issuer, get_own_issuer
from app.services.pictures import ImageForm, keep_picture, picture
from app.services.site import Site
from app.storage import Session, issuers


def set_logo(session: Session, slug: str, image: CheckedImage, *, site: Site, actor: Actor, now: datetime) -> Issuer:
    """The issuer with that logo from now on; the one that it has already changes nothing. Raises NotFoundError."""
    issuer = issuers.lock_issuer(session, get_own_issuer(session, slug, actor).id)
    sha256 = keep_picture(session, image, now=now)
    shown = {"id": site.issuer_logo(issuer.slug), "type": "Image"}
    if issuer.logo_sha256 == sha256 and issuer.profile.get("image") == shown:
        return issuer
    issuers.set_logo(session, issuer, sha256=sha256, profile={**issuer.profile, "image": shown}, now=now)
    _record(session, issuer, sha256.hex(), actor=actor, now=now)
    return issuer


def remove_logo(session: Session, slug: str, *, actor: Actor, now: datetime) -> Issuer:
    """The issuer without a logo; one that has none stays as it is. Raises NotFoundError."""
    issuer = issuers.lock_issuer(session, get_own_issuer(session, slug, actor).id)
    if issuer.logo_sha256 is None:
        return issuer
    profile = {name: value for name, value in issuer.profile.items() if name != "image"}
    issuers.set_logo(session, issuer, sha256=None, profile=profile, now=now)
    _record(session, issuer, None, actor=actor, now=now)
    return issuer


def issuer_logo(session: Session, slug: str, form: ImageForm) -> bytes:
    """The picture. Raises NotFoundError, also for an issuer without a logo."""
    sha256 = get_issuer(session, slug).logo_sha256
    if sha256 is None:
        raise NotFoundError(f"The issuer '{slug}' has no logo.")
    return picture(session, sha256, form)


def _record(session: Session, issuer: Issuer, sha256: str | None, *, actor: Actor, now: datetime) -> None:
    record(
        session,
        "issuer.logo",
        actor=actor.name,
        issuer_id=issuer.id,
        subject=issuer.did,
        detail={"sha256": sha256, "revision": issuer.revision},
        now=now,
    )

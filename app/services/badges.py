"""Badge images: the achievement's own picture or the drawn one, with the signed credential baked in; and the
certificate.
"""

from __future__ import annotations

from functools import lru_cache

from app.models import Issuer
from app.openbadges import bake_png, bake_svg
from app.rendering import BadgeArt, badge_png, badge_svg, marked_as_test, to_svg
from app.services.achievements import Edition
from app.services.credentials import StoredCredential
from app.services.pictures import ImageForm, picture
from app.services.site import Site
from app.services.twins import twin_of
from app.storage import Session


def achievement_image(session: Session, edition: Edition, form: ImageForm) -> bytes:
    """The achievement's picture: uploaded, or drawn from its name, issuer and category."""
    sha256 = edition.achievement.image_sha256
    if sha256 is None:
        return _drawn(_art(edition), form)
    return picture(session, sha256, form)


def credential_image(session: Session, stored: StoredCredential, form: ImageForm) -> bytes:
    """The achievement's picture; a test's says in large letters that it is one."""
    if not stored.row.test:
        return achievement_image(session, stored.edition, form)
    return _marked(achievement_image(session, stored.edition, "png"), form)


def printed_image(session: Session, stored: StoredCredential) -> bytes:
    """The same for paper: drawn art as SVG, which stays sharp; an upload or a test's as PNG, as it was checked."""
    drawn = stored.edition.achievement.image_sha256 is None and not stored.row.test
    return credential_image(session, stored, "svg" if drawn else "png")


def issuer_logo(session: Session, issuer: Issuer) -> bytes | None:
    """The issuer's logo as PNG, or None."""
    sha256 = issuer.logo_sha256
    return None if sha256 is None else picture(session, sha256, "png")


@lru_cache(maxsize=32)
def _marked(png: bytes, form: ImageForm) -> bytes:
    marked = marked_as_test(png)
    return marked.content if form == "png" else to_svg(marked)


def baked_badge(session: Session, stored: StoredCredential, form: ImageForm, *, site: Site) -> bytes:
    """The picture with the exact signed JSON inside (OB 3.0 section 5.3), and its twin of version 2 if it has one."""
    shown = credential_image(session, stored, form)
    bake = bake_png if form == "png" else bake_svg
    return bake(shown, stored.row.document.decode(), twin=twin_of(stored, site=site))


def _art(edition: Edition) -> BadgeArt:
    tags = edition.definition.tags
    return BadgeArt(
        title=edition.definition.name,
        issuer=edition.issuer.profile["name"],
        category=tags[0] if tags else None,
        seed=str(edition.achievement.id),
        accent=edition.appearance.accent_color,
    )


@lru_cache(maxsize=512)
def _drawn(art: BadgeArt, form: ImageForm) -> bytes:
    return badge_png(art) if form == "png" else badge_svg(art)

"""Values in, pictures and pages out: badge art, uploaded images made safe, certificates.

    art = BadgeArt("Digital Literacy", "Riverside Academy", category="digital", seed=achievement_id)
    png = badge_png(art)                                # or badge_svg(art)

    image = check_image(uploaded)                       # refuses what is not a safe, about square picture
    png, svg = to_png(image), to_svg(image)

    pdf = certificate_pdf(certificate, art_png=png, credential=signed, file_name="credential.json")

The same values give the same bytes. Everything here takes milliseconds and may run in any number of
threads; nothing looks at the clock, the network or the database. Letters come from the fonts of `fonts/`
only (see its README).
"""

from __future__ import annotations

from app.rendering.art import BadgeArt, badge_png, badge_svg
from app.rendering.certificate import Certificate, certificate_pdf
from app.rendering.images import CheckedImage, Shape, check_image, marked_as_test, to_png, to_svg

__all__ = [
    "BadgeArt",
    "Certificate",
    "CheckedImage",
    "Shape",
    "badge_png",
    "badge_svg",
    "certificate_pdf",
    "check_image",
    "marked_as_test",
    "to_png",
    "to_svg",
]

"""Values in, pictures and pages out: badge art, uploaded images made safe, certificates.

    art = BadgeArt("Digital Literacy", "Riverside Academy", category="digital", seed=achievement_id)
    png = badge_png(art)                                # or badge_svg(art)

    image = check_image(uploaded)                       # refuses what is not a safe, about square picture
    png, svg = to_png(image), to_svg(image)

    pdf = certificate_pdf(certificate, art=svg, credential=signed, file_name="credential.json")
    card = preview_png(PreviewCard("Digital Literacy", "Riverside Academy", state="Valid", tone="good"), art=png)
    code = qr_svg(address)                              # or qr_png(address)
    receipt = receipt_pdf(page, receipt=signed, file_name="receipt.json")

The same values give the same bytes. Everything here takes milliseconds and may run in any number of
threads; nothing looks at the clock, the network or the database. What a page says in its own words is
given to it, in any language. Letters come from the fonts of `fonts/` only (see its README).
"""

from __future__ import annotations

from app.rendering.art import BadgeArt, badge_png, badge_svg
from app.rendering.certificate import Certificate, CertificateWords, Paper, certificate_pdf
from app.rendering.colour import Shades, contrast, is_colour, readable, shades_on_dark, shades_on_light
from app.rendering.images import CheckedImage, Shape, check_image, marked_as_test, to_png, to_svg
from app.rendering.preview import PREVIEW_SIZE, PreviewCard, Tone, preview_png
from app.rendering.qr import qr_png, qr_svg
from app.rendering.receipt import ReceiptCheck, ReceiptPage, ReceiptWords, receipt_pdf

__all__ = [
    "PREVIEW_SIZE",
    "BadgeArt",
    "Certificate",
    "CertificateWords",
    "CheckedImage",
    "Paper",
    "PreviewCard",
    "ReceiptCheck",
    "ReceiptPage",
    "ReceiptWords",
    "Shades",
    "Shape",
    "Tone",
    "badge_png",
    "badge_svg",
    "certificate_pdf",
    "check_image",
    "contrast",
    "is_colour",
    "marked_as_test",
    "preview_png",
    "qr_png",
    "qr_svg",
    "readable",
    "receipt_pdf",
    "shades_on_dark",
    "shades_on_light",
    "to_png",
    "to_svg",
]

"""What drawing costs in process: certificates, preview pictures, QR codes, badge art, receipts.

    python bench/pages.py [--rounds 3] [--seconds 4] [--folder DIR] [--json]

Each drawing is of another person or address, as when it is asked for the first time. The art on certificates and
previews is that of one achievement and drawn before, as a server keeps it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from bars import CERTIFICATE, PREVIEW
from figures import Figures, programme, rate

from app.rendering import (
    BadgeArt,
    Certificate,
    PreviewCard,
    ReceiptCheck,
    ReceiptPage,
    badge_png,
    badge_svg,
    certificate_pdf,
    preview_png,
    qr_png,
    qr_svg,
    receipt_pdf,
)

_AWARDED: Final = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
_ADDRESS: Final = "https://badges.riverside.example/credentials/3f0c1e52-8a3b-4f5e-9a55-"
_ART: Final = BadgeArt("Differentiated Teaching in Mixed-Ability Classrooms", "Riverside Academy", "teaching", "s")
_CERTIFICATE: Final = Certificate(
    recipient="",
    achievement=_ART.title,
    issuer=_ART.issuer,
    awarded=_AWARDED,
    address="",
    facts=(
        ("Awarded", "4 May 2026"),
        ("Valid until", "4 May 2029"),
        ("Workload", "25 hours, 1 ECTS credit"),
        ("Level", "EQF level 6"),
    ),
    summary="Plans and teaches lessons in which all pupils reach the same goal by different paths, and shows it.",
)
_CARD: Final = PreviewCard(
    _ART.title, _ART.issuer, state="Valid", tone="good", line="Awarded 4 May 2026 · Valid until 4 May 2029"
)
_RECEIPT: Final = ReceiptPage(
    result="Valid",
    tone="good",
    sentence="The credential is genuine and was not revoked when it was checked.",
    checked_at=_AWARDED,
    when="4 May 2026, 10:00 UTC",
    format="Open Badges 3.0 in a PNG image",
    sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    service="badges.riverside.example",
    address="https://badges.riverside.example/verify",
    checks=tuple(ReceiptCheck(f"Check number {number}", "Passed", "good") for number in range(12)),
)
_SIGNED: Final = b'{"@context":[]}' * 300  # about as long as a credential


def main() -> None:
    with programme("pages.py") as asked:
        for _ in range(asked.rounds):
            add_drawings(asked.figures, asked.seconds)


def add_drawings(figures: Figures, seconds: float) -> None:
    """One round of every drawing, in milliseconds each."""
    svg, png = badge_svg(_ART), badge_png(_ART)
    draw: dict[str, Callable[[str], bytes]] = {
        CERTIFICATE: lambda name: _certificate(name, svg),
        "draw: certificate, uploaded art": lambda name: _certificate(name, png),
        PREVIEW: lambda name: preview_png(replace(_CARD, recipient=f"Amina Haddad {name}"), art=png),
        "draw: receipt": lambda name: receipt_pdf(
            replace(_RECEIPT, claims=(("Awarded to", name),)), receipt=_SIGNED, file_name="receipt.json"
        ),
        "draw: QR as SVG": lambda name: qr_svg(_ADDRESS + name),
        "draw: QR as PNG": lambda name: qr_png(_ADDRESS + name),
        "draw: badge art as SVG": lambda name: badge_svg(replace(_ART, seed=name)),
        "draw: badge art as PNG": lambda name: badge_png(replace(_ART, seed=name)),
    }
    for label, each in draw.items():
        figures.add(label, 1_000 / rate(lambda each=each: each(next(_NAMES)), seconds), "ms")  # type: ignore[misc]


def _certificate(name: str, art: bytes) -> bytes:
    page = replace(_CERTIFICATE, recipient=f"Amina Haddad {name}", address=_ADDRESS + name)
    return certificate_pdf(page, art=art, credential=_SIGNED, file_name="credential.json")


def _names() -> Iterator[str]:
    for number in itertools.count():
        yield f"{number:012x}"


_NAMES: Final = _names()


if __name__ == "__main__":
    main()

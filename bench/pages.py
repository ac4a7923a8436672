"""What pages cost over HTTP, and drawing in process: certificates, preview pictures, QR codes, badge art, receipts.

    python bench/pages.py [--rounds 3] [--seconds 4] [--folder DIR] [--json]

Each drawing is of another person or address, as when it is asked for the first time. The art on certificates and
previews is that of one achievement and drawn before, as a server keeps it.

A page is asked for in a language by name, which is never answered from memory, and as most visitors ask. Next to them,
in the same run, an application that does nothing (`bare.py`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from bars import BARE_GET, CERTIFICATE, KEPT_PAGE, PAGE, PREVIEW
from figures import Figures, Programme, programme, rate
from serving import Served, bare_server, drive, served

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

_CLIENTS: Final = 16
_FIRST_SECONDS: Final = 10.0
_HTML: Final = "text/html"
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
        with (
            served(asked.folder, cpu=asked.server_cpu, client_cpu=asked.client_cpu) as server,
            bare_server(cpu=asked.server_cpu) as bare_port,
        ):
            path = server.award()["id"].removeprefix(server.url(""))
            for _ in range(asked.rounds):
                _add_bare(bare_port, path, asked)
                _add_pages(server, path, asked)


def _add_bare(port: int, path: str, asked: Programme) -> None:
    plan = {"port": port, "clients": _CLIENTS, "seconds": asked.seconds, "method": "GET", "path": path}
    found = drive({**plan, "cpu": asked.client_cpu, "headers": {"Accept": _HTML}}, 200)
    asked.figures.add(BARE_GET, found["rate"], "/s", client=found["busy"])


def _add_pages(server: Served, path: str, asked: Programme) -> None:
    for label, each in {
        PAGE: f"{path}?lang=en",
        "HTTP: badge page in Arabic": f"{path}?lang=ar",
        KEPT_PAGE: path,
        "HTTP: certificate from memory": f"{path}.pdf",
        "HTTP: form to verify": "/verify",
    }.items():
        plan = {"method": "GET", "path": each, "headers": {"Accept": _HTML if ".pdf" not in each else "*/*"}}
        server.run(
            {**plan, "clients": 1, "requests": 1, "seconds": _FIRST_SECONDS}, expected=200
        )  # reads its templates
        found = server.run({**plan, "clients": _CLIENTS, "seconds": asked.seconds}, expected=200)
        asked.figures.add(label, found["rate"], "/s", client=found["busy"])
        asked.figures.add(f"{label}: CPU of the server", found["cpu"], "ms each")
        asked.figures.add(f"{label}: p99", found["p99"], "ms")


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

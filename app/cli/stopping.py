"""stop, resume: the switch of issuing, for whoever holds the machine."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.setup import opened
from app.services import stops
from app.services.actors import TERMINAL

_Issuer = Annotated[str | None, typer.Argument(help="Slug of the issuer; none for all.")]
_Reason = Annotated[str, typer.Option(help="Why, for the audit log. No personal data.")]


def register(app: typer.Typer) -> None:
    app.command()(stop)
    app.command()(resume)


def stop(reason: _Reason, issuer: _Issuer = None) -> None:
    """Stop issuing, for one issuer or for all, at once and in every process."""
    with opened() as laurel:
        now = laurel.clock()
        made = stops.stop_issuing(
            laurel.database, issuer, reason=reason, actor=TERMINAL, instance=laurel.instance, now=now
        )
        print(f"Issuing is stopped for {issuer or 'everybody'} since {made.at:%Y-%m-%dT%H:%M:%SZ}.")


def resume(reason: _Reason, issuer: _Issuer = None) -> None:
    """Resume issuing, for one issuer or for all."""
    with opened() as laurel, laurel.database.transaction() as session:
        stops.resume_issuing(session, issuer, reason=reason, actor=TERMINAL, now=laurel.clock())
    print(f"Issuing is resumed for {issuer or 'everybody'}.")

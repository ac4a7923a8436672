"""endorsement: what accrediting bodies say of an issuer or an achievement, under their own signature."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import UUID

import anyio
import typer

from app.cli.setup import opened
from app.services import endorsements
from app.services.actors import TERMINAL
from app.services.paging import all_pages

endorsement_app = typer.Typer(no_args_is_help=True, help="Endorsements of issuers and achievements.")


def register(app: typer.Typer) -> None:
    app.add_typer(endorsement_app, name="endorsement")


@endorsement_app.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="The signed EndorsementCredential, as JSON or as a token.")],
) -> None:
    """Verify an endorsement and embed it in every badge from now on. Prints its id."""
    raw = file.read_bytes()
    with opened() as laurel:
        now = laurel.clock().replace(microsecond=0)
        report = anyio.run(partial(endorsements.verified, raw, laurel.verifier, now=now))
        with laurel.database.transaction() as session:
            view = endorsements.add_endorsement(session, raw, report, actor=TERMINAL, instance=laurel.instance, now=now)
            print(view.row.id)


@endorsement_app.command("list")
def list_() -> None:
    """Every endorsement: id, state, what it endorses, whose it is."""
    with opened() as laurel, laurel.database.reading() as session:
        instance = laurel.instance
        for view in all_pages(
            lambda at: endorsements.list_endorsements(session, actor=TERMINAL, instance=instance, after=at, limit=100)
        ):
            state = "removed" if view.row.removed_at else "standing"
            print(view.row.id, state, view.endorses, view.row.endorser_id, sep="\t")


@endorsement_app.command("remove")
def remove(endorsement_id: Annotated[UUID, typer.Argument()]) -> None:
    """Embed it no more; badges that carry it keep it."""
    with opened() as laurel, laurel.database.transaction() as session:
        endorsements.remove_endorsement(
            session, endorsement_id, actor=TERMINAL, instance=laurel.instance, now=laurel.clock()
        )

"""person, retention: what people may ask of us, and what is kept no longer than it has to be."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.reading import as_model
from app.cli.setup import opened
from app.errors import ConfigurationError
from app.routers.deps import Laurel
from app.schemas.people import PersonIn
from app.services import people, person_export, retention
from app.services.actors import TERMINAL
from app.storage.people import PersonKey

person_app = typer.Typer(no_args_is_help=True, help="What is stored about somebody.")
retention_app = typer.Typer(no_args_is_help=True, help="What is kept no longer than it has to be.")

_STDIN = "-"
EmailOption = Annotated[
    str | None, typer.Option(help="Their e-mail address; - reads it from standard input, which nobody else sees.")
]
DidOption = Annotated[str | None, typer.Option(help="Their DID.")]
NameOption = Annotated[
    str | None, typer.Option(help="Their name; finds only credentials that hold neither address nor DID.")
]


def register(app: typer.Typer) -> None:
    app.add_typer(person_app, name="person")
    app.add_typer(retention_app, name="retention")


@person_app.command("export")
def person_export_(
    out: Annotated[Path, typer.Option(help="The ZIP file to be made; it must not exist.")],
    email: EmailOption = None,
    did: DidOption = None,
    name: NameOption = None,
) -> None:
    """Write all that is stored about somebody to a file that only you may read."""
    with opened() as laurel:
        who = _who(email, did, name)
        pieces = person_export.export_person(
            laurel.database, who, actor=TERMINAL, instance=laurel.instance, now=laurel.clock()
        )
        try:
            with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.writelines(pieces)
        except OSError as error:
            raise ConfigurationError(f"{out} cannot be written ({error.strerror}).") from None
    print(f"Wrote {out}.")


@person_app.command("erase")
def person_erase(
    email: EmailOption = None,
    did: DidOption = None,
    name: NameOption = None,
    revoke: Annotated[bool, typer.Option(help="Take the badges back as well.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Erase it; otherwise it is only listed.")] = False,
) -> None:
    """List what is stored about somebody; with --yes forget it for good."""
    with opened() as laurel:
        who = _who(email, did, name)
        found = _erase(laurel, who, revoke=revoke) if yes else _find(laurel, who)
        for stored in found.credentials:
            address = laurel.instance.site.credential(stored.row.id)
            print(address, stored.edition.issuer.slug, stored.edition.achievement.slug, sep="\t")
    said = f"{found.erased} erased" if yes else f"{len(found.credentials)} would be erased; add --yes to do it"
    print(f"{said}.")


def _find(laurel: Laurel, who: PersonKey) -> people.Found:
    with laurel.database.reading() as session:
        return people.find_person(session, who, actor=TERMINAL)


def _erase(laurel: Laurel, who: PersonKey, *, revoke: bool) -> people.Found:
    found = people.erase_person(
        laurel.database, who, revoke=revoke, actor=TERMINAL, instance=laurel.instance, now=laurel.clock()
    )
    retention.settle(laurel.database)
    return found


@retention_app.command("run")
def retention_run(
    dry_run: Annotated[bool, typer.Option(help="Only count what would go.")] = False,
    rewrite: Annotated[
        bool, typer.Option(help="PostgreSQL: write the tables anew afterwards; the service waits meanwhile.")
    ] = False,
) -> None:
    """Delete what LAUREL_RETENTION_* leave no reason to keep. Run it once a day."""
    with opened() as laurel:
        kept = laurel.settings.retention
        rules = retention.Rules(request_days=kept.request_days, learner_days=kept.learner_days)
        applied = retention.apply(laurel.database, rules, dry_run=dry_run, instance=laurel.instance, now=laurel.clock())
        if not dry_run:
            retention.settle(laurel.database, rewrite=rewrite)
    said = "would be" if dry_run else "were"
    print(f"{applied.requests} idempotency keys {said} deleted, {applied.credentials} credentials {said} erased.")


def _who(email: str | None, did: str | None, name: str | None) -> PersonKey:
    """Whom to look for. Raises InvalidFieldsError."""
    if email == _STDIN:
        email = sys.stdin.readline(1_000).strip()
    body = as_model(PersonIn, {"email": email, "did": did, "name": name})
    return people.person(email=body.email, did=body.did, name=body.name)

"""key: signing keys, and the key that protects them."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.cli.setup import opened
from app.errors import InvalidFieldsError
from app.keystore import KeyEncryptionKey
from app.routers.deps import Laurel
from app.services import key_life, receipt_keys, resigning, rewrapping
from app.services.actors import TERMINAL
from app.services.key_life import KeyView
from app.settings import write_private_file

key_app = typer.Typer(no_args_is_help=True, help="Signing keys and the key that protects them.")

Issuer = Annotated[str, typer.Argument(help="Slug of the issuer.")]
Kid = Annotated[str, typer.Argument(help="The key, as `laurel key list` calls it.")]


def register(app: typer.Typer) -> None:
    app.add_typer(key_app, name="key")


@key_app.command("new-kek")
def key_new_kek(file: Annotated[Path, typer.Argument(help="A file that does not exist yet.")]) -> None:
    """Make a key-encryption key in a file that only you may read (LAUREL_KEY_ENCRYPTION_KEY_FILE)."""
    write_private_file(file, KeyEncryptionKey.generate().text())
    print(f"Wrote {file}. Keep a copy away from the database: without it the signing keys are lost.")


@key_app.command("list")
def key_list() -> None:
    """Every signing key: issuer, kid, algorithm, purpose, state, back end, badges signed with it.

    The service's own, which sign verification receipts, come last, with a dash for the issuer.
    """
    with opened() as laurel, laurel.database.reading() as session:
        for slug in key_life.every_slug(session):
            for found in key_life.list_keys(session, slug, actor=TERMINAL):
                print(_line(found))
        for row in receipt_keys.list_receipt_keys(session):
            print(_receipt_line(row))


@key_app.command("rotate-receipts")
def key_rotate_receipts() -> None:
    """A new key for verification receipts, from the next one on. Receipts that are out stay verifiable."""
    with opened() as laurel:
        row = receipt_keys.rotate(laurel.database, actor=TERMINAL, instance=laurel.instance, now=laurel.clock())
        print(_receipt_line(row))


@key_app.command("rotate")
def key_rotate(
    issuer: Annotated[str | None, typer.Argument(help="Slug of the issuer.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every issuer.")] = False,
    at: Annotated[str | None, typer.Option(help="When the new keys take over, such as 2026-06-01T00:00:00Z.")] = None,
) -> None:
    """New keys in the place of those that sign, at once or from a time on. Badges signed before stay verifiable."""
    if (issuer is None) is not every:
        raise typer.BadParameter("Name an issuer, or say --all.")
    moment = _moment(at, "/at") if at else None
    with opened() as laurel:
        with laurel.database.reading() as session:
            slugs = key_life.every_slug(session) if issuer is None else [issuer]
        for slug in slugs:
            rotated = key_life.rotate(
                laurel.database, slug, at=moment, actor=TERMINAL, instance=laurel.instance, now=laurel.clock()
            )
            for found in rotated:
                print(_line(found))


@key_app.command("compromise")
def key_compromise(
    issuer: Issuer,
    kid: Kid,
    since: Annotated[str, typer.Option(help="Since when others may have had it, such as 2026-05-03T22:00:00Z.")],
    reason: Annotated[str, typer.Option(help="For the audit log.")],
) -> None:
    """Mark a key as leaked: what it signed since then counts no more. If it is the one that signs, it is replaced."""
    with opened() as laurel:
        found = key_life.compromise(
            laurel.database,
            issuer,
            kid,
            since=_moment(since, "/since"),
            reason=reason,
            actor=TERMINAL,
            instance=laurel.instance,
            now=laurel.clock(),
        )
        print(_line(found))
        if found.signed:
            print(f"{found.signed} badges bear its signature: laurel key resign {issuer} {kid}")


@key_app.command("destroy")
def key_destroy(issuer: Issuer, kid: Kid) -> None:
    """Remove the private half of a key for good. Its public half stays published, and its badges verifiable."""
    with opened() as laurel:
        found = key_life.destroy(
            laurel.database, issuer, kid, actor=TERMINAL, instance=laurel.instance, now=laurel.clock()
        )
        print(_line(found))


@key_app.command("resign")
def key_resign(issuer: Issuer, kid: Kid) -> None:
    """Sign every badge of a key again with the key that signs now. May be stopped and started again at any time.

    Exit status 1 when badges were left that could not be signed again; each is named.
    """
    with opened() as laurel:
        done, left = _resign_all(laurel, issuer, kid)
    print(f"{done} badges signed again, {left} left as they are.")
    raise typer.Exit(1 if left else 0)


def _resign_all(laurel: Laurel, issuer: str, kid: str) -> tuple[int, int]:
    done, left, after, started = 0, 0, None, time.monotonic()
    while True:
        chunk = resigning.resign_chunk(
            laurel.database, issuer, kid, after=after, actor=TERMINAL, instance=laurel.instance, now=laurel.clock()
        )
        done, left, after = done + len(chunk.resigned), left + len(chunk.failures), chunk.next
        for failure in chunk.failures:
            print(f"{laurel.instance.site.credential(failure.credential_id)}: {failure.reason}")
        if after is None:
            return done, left
        print(f"{done} signed again, {chunk.remaining} to go, {done / (time.monotonic() - started):.0f} a second")


@key_app.command("rewrap")
def key_rewrap() -> None:
    """Put every stored key under the current key-encryption key. May be stopped and started again at any time."""
    with opened() as laurel:
        found = rewrapping.rewrap(laurel.database, instance=laurel.instance, actor=TERMINAL, now=laurel.clock())
    print(f"{found.rewrapped} keys put under the current key-encryption key; {found.current} were or need none.")


def _line(found: KeyView) -> str:
    row = found.row
    facts = (row.kid, row.algorithm, row.purpose, row.state, row.backend, found.signed)
    when = [
        f"{name} {moment:%Y-%m-%dT%H:%M:%SZ}"
        for name, moment in (
            ("from", row.activates_at if row.state == "pending" else None),
            ("since", row.compromised_at),
        )
        if moment is not None
    ]
    return "\t".join([found.issuer.slug, *map(str, facts), *when])


def _receipt_line(row: receipt_keys.ReceiptKey) -> str:
    """The same columns; a dash for the issuer, and no count: nobody knows how many receipts there are."""
    state = "active" if row.retired_at is None else "retired"
    return f"-\t{row.kid}\t{row.ALGORITHM}\treceipts\t{state}"


def _moment(text: str, pointer: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidFieldsError.one(pointer, "Give a time with its zone, such as 2026-06-01T00:00:00Z.")
    return moment

"""audit: the log of who did what, to be kept elsewhere and checked there."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from app import strictjson
from app.cli.reading import read_bytes
from app.cli.setup import opened
from app.errors import ConfigurationError, MalformedDocumentError
from app.services import audit_reading

audit_app = typer.Typer(no_args_is_help=True, help="The audit log.")
_LONGEST_LINE = audit_reading.MAX_LINE_BYTES + 2
HEADS = "Heads that `laurel audit head` printed earlier; - for standard input."


def register(app: typer.Typer) -> None:
    app.add_typer(audit_app, name="audit")


@audit_app.command("export")
def audit_export(
    file: Annotated[Path | None, typer.Option("--output", "-o", help="Write it there instead of printing it.")] = None,
    issuer: Annotated[str | None, typer.Option(help="Slug; only the chain of this issuer.")] = None,
) -> None:
    """Every line as JSON, one a line, in a form that proves itself."""
    with opened() as laurel, laurel.database.reading() as session, _output(file) as output:
        for line in audit_reading.export(session, issuer_slug=issuer):
            output.write(strictjson.dumps(line) + b"\n")


@audit_app.command("head")
def audit_head() -> None:
    """How long each chain is and the digest of its end, as JSON: to be kept where the service cannot write."""
    with opened() as laurel, laurel.database.reading() as session:
        print(json.dumps(audit_reading.heads_document(session, now=laurel.clock())))


@audit_app.command("verify")
def audit_verify(
    file: Annotated[
        Path | None, typer.Argument(help="What `laurel audit export` wrote; - for standard input. Else the database.")
    ] = None,
    heads: Annotated[Path | None, typer.Option(help=HEADS)] = None,
) -> None:
    """Check that no line was changed, taken out, put in or moved. Exit status 1 names the first such line."""
    known = audit_reading.read_heads(read_bytes(heads)) if heads is not None else None
    if file is None:
        with opened() as laurel:
            checked = audit_reading.check_database(laurel.database, known=known)
    else:
        with _input(file) as lines:
            checked = audit_reading.check_file(lines, known=known)
    for finding in checked.findings:
        print(finding)
    older = f", {checked.unchained} of them from before there were chains" if checked.unchained else ""
    print(f"{checked.lines} lines in {checked.chains} chains checked{older}, {len(checked.findings)} findings.")
    raise typer.Exit(1 if checked.findings else 0)


@contextmanager
def _output(file: Path | None) -> Iterator[BinaryIO]:
    if file is None:
        yield sys.stdout.buffer
        return
    try:
        with file.open("wb") as opened_file:
            yield opened_file
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written ({error.strerror}).") from None


@contextmanager
def _input(file: Path) -> Iterator[Iterator[bytes]]:
    """The lines of the file, none read further than a line may be long. Raises MalformedDocumentError."""
    try:
        if str(file) == "-":
            yield _lines(sys.stdin.buffer)
            return
        with file.open("rb") as opened_file:
            yield _lines(opened_file)
    except OSError as error:
        raise MalformedDocumentError(f"{file} cannot be read ({error.strerror}).") from None


def _lines(source: BinaryIO) -> Iterator[bytes]:
    while line := source.readline(_LONGEST_LINE):
        yield line.rstrip(b"\n")

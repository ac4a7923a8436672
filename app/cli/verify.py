"""verify: what anybody issued, judged at the terminal as it is over HTTP."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import anyio
import typer

from app.cli.reading import read_bytes
from app.cli.setup import opened
from app.errors import ConfigurationError, InputError
from app.remote import Fetcher, FetchLimits, Rules
from app.routers.deps import utc_now
from app.routers.resources import report_body
from app.services.outside import NOWHERE
from app.services.receipt_pages import receipt_page
from app.services.receipts import make_receipt, receipt_bytes
from app.services.verifying import Question, Verified, Verifier
from app.settings import Settings, load_settings
from app.verification import Known, Outcome, Policy, Report, Verdict, read_registry

EXIT: Final = {Verdict.VALID: 0, Verdict.INVALID: 1, Verdict.UNDETERMINED: 2}
UNREADABLE: Final = 3
_MARKS: Final = {
    Outcome.PASSED: "ok",
    Outcome.FAILED: "FAILED",
    Outcome.UNDETERMINED: "unknown",
    Outcome.NOT_APPLICABLE: "-",
}


def register(app: typer.Typer) -> None:
    app.command()(verify)


def verify(
    what: Annotated[
        str, typer.Argument(metavar="FILE|URL|-", help="A badge file, its address, or - for standard input.")
    ],
    email: Annotated[str | None, typer.Option(help="Was it issued to this address?")] = None,
    did: Annotated[str | None, typer.Option(help="Was it issued to this DID?")] = None,
    at: Annotated[datetime | None, typer.Option(help="Judge as of this day (UTC).")] = None,
    trust: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Issuers you recognise: a JSON list of ids, or a registry.")
    ] = None,
    offline: Annotated[bool, typer.Option(help="Ask no other server.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    receipt: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a signed receipt there: JSON, or a PDF if it ends so.")
    ] = None,
) -> None:
    """Is this badge real, and valid now? Exit status: 0 valid, 1 invalid, 2 undetermined, 3 unreadable."""
    now = utc_now()
    try:
        question = Question(
            at=at.replace(tzinfo=UTC) if at else now,
            known=Known(email, did),
            policy=Policy(read_registry(read_bytes(trust))) if trust else None,
        )
        report = _report(what, question, now, offline=offline, receipt=receipt)
    except InputError as error:
        print(f"unreadable: {error.message}")
        raise typer.Exit(UNREADABLE) from None
    print(json.dumps(report_body(report).model_dump(mode="json"), indent=2) if as_json else "\n".join(_lines(report)))
    raise typer.Exit(EXIT[report.verdict])


def _report(what: str, question: Question, now: datetime, *, offline: bool, receipt: Path | None) -> Report:
    """Raises ConfigurationError when a receipt is wanted and there is no deployment to sign it."""
    asked = what if what.startswith(("https://", "http://")) else read_bytes(Path(what))
    try:
        settings = load_settings()
    except ConfigurationError as error:
        if receipt is not None:
            raise
        report = anyio.run(partial(_alone, asked, question, now, offline=offline))
        if report.verdict is Verdict.UNDETERMINED:  # a deployment might have known more
            print(f"laurel: there was no deployment to ask. {error}", file=sys.stderr)
        return report
    verified, made = anyio.run(
        partial(_by_deployment, settings, asked, question, now, offline=offline, receipt=receipt is not None)
    )
    if receipt is not None and made is not None:
        _write(receipt, made)
    return verified.report


async def _by_deployment(
    settings: Settings, asked: bytes | str, question: Question, now: datetime, *, offline: bool, receipt: bool
) -> tuple[Verified, Mapping[str, Any] | None]:
    with opened(settings) as laurel:
        verifier = replace(laurel.verifier, outside=NOWHERE) if offline else laurel.verifier
        async with aclosing(laurel.fetcher):
            verified = await verifier.examine(asked, question, now=now)
        if not receipt:
            return verified, None
        return verified, make_receipt(verified, laurel.database, instance=laurel.instance, now=now, at=question.at)


def _write(file: Path, receipt: Mapping[str, Any]) -> None:
    """Raises ConfigurationError."""
    raw = receipt_page(receipt) if file.suffix.lower() == ".pdf" else receipt_bytes(receipt)
    try:
        file.write_bytes(raw)
    except OSError as error:
        raise ConfigurationError(f"The receipt cannot be written to {file} ({error.strerror}).") from None


async def _alone(asked: bytes | str, question: Question, now: datetime, *, offline: bool) -> Report:
    """On a machine that is nobody's deployment."""
    async with aclosing(Fetcher(Rules(enabled=not offline), FetchLimits())) as fetcher:
        return await Verifier(fetcher).verify(asked, question, now=now)


def _lines(report: Report, margin: str = "") -> Iterator[str]:
    """The report for people; those on what is inside it stand below, further to the right."""
    yield f"{margin}{report.verdict.value.upper()}: {report.summary}"
    yield ""
    for check in report.checks:
        yield f"{margin}  {_MARKS[check.outcome]:8} {check.title}: {check.detail}"
        if check.remedy:
            yield f"{margin}           {check.remedy}" + (f" (Who can act: {check.who}.)" if check.who else "")
    for name, inner in (("Endorsement", report.endorsements), ("Badge inside", report.contents)):
        for number, one in enumerate(inner, 1):
            yield ""
            yield f"{margin}  {name} {number} of {len(inner)}"
            yield from _lines(one, margin + "    ")

"""issue, verify: the main job and its counterpart, without HTTP."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import anyio
import typer

from app.cli.reading import read_bytes, read_model
from app.cli.setup import opened
from app.errors import ConfigurationError, InputError
from app.routers.awarding import to_completion
from app.routers.deps import utc_now
from app.routers.resources import report_body
from app.schemas.completions import CompletionIn
from app.services.actors import TERMINAL
from app.services.verifying import Question, verify_alone
from app.settings import load_settings
from app.verification import Outcome, Report, Verdict

EXIT = {Verdict.VALID: 0, Verdict.INVALID: 1, Verdict.UNDETERMINED: 2}
UNREADABLE = 3
_MARKS = {
    Outcome.PASSED: "ok",
    Outcome.FAILED: "FAILED",
    Outcome.UNDETERMINED: "unknown",
    Outcome.NOT_APPLICABLE: "-",
}


def register(app: typer.Typer) -> None:
    app.command()(issue)
    app.command()(verify)


def issue(
    file: Annotated[Path, typer.Argument(help="The body of POST /v1/completions as JSON; - for standard input.")],
) -> None:
    """Issue a badge for a completion and print its address. The same completion again prints the same address."""
    completion = to_completion(read_model(CompletionIn, file))
    with opened() as laurel:
        awarded = laurel.writer.award_one(completion, actor=TERMINAL, now=laurel.clock())
        print(laurel.instance.site.credential(awarded.credential_id))


def verify(
    what: Annotated[
        str, typer.Argument(metavar="FILE|URL|-", help="A badge file, its address, or - for standard input.")
    ],
    email: Annotated[str | None, typer.Option(help="Was it issued to this address?")] = None,
    at: Annotated[datetime | None, typer.Option(help="Judge as of this day.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Is this badge real, and valid now? Exit status: 0 valid, 1 invalid, 2 undetermined, 3 unreadable."""
    try:
        report = _report(what, email, at)
    except InputError as error:
        print(f"unreadable: {error.message}")
        raise typer.Exit(UNREADABLE) from None
    print(json.dumps(report_body(report).model_dump(mode="json"), indent=2) if as_json else _text(report))
    raise typer.Exit(EXIT[report.verdict])


def _report(what: str, email: str | None, at: datetime | None) -> Report:
    is_url = what.startswith(("https://", "http://"))
    raw = b"" if is_url else read_bytes(Path(what))
    now = utc_now()
    question = Question(at=at.astimezone() if at else now, email=email)
    try:
        settings = load_settings()
    except ConfigurationError as error:
        if is_url:
            raise ConfigurationError(f"Only the deployment it belongs to can judge an address. {error}") from None
        return _alone(raw, question, now, str(error))
    with opened(settings) as laurel:
        return anyio.run(partial(laurel.verifier.verify, what if is_url else raw, question, now=now))


def _alone(raw: bytes, question: Question, now: datetime, reason: str) -> Report:
    """On a machine without a deployment; says so where one might have known more."""
    report = verify_alone(raw, question, now=now)
    if report.verdict is Verdict.UNDETERMINED:
        print(f"laurel: there was no deployment to ask. {reason}", file=sys.stderr)
    return report


def _text(report: Report) -> str:
    lines = [f"{report.verdict.value.upper()}: {report.summary}", ""]
    for check in report.checks:
        lines.append(f"  {_MARKS[check.outcome]:8} {check.title}: {check.detail}")
        if check.remedy:
            lines.append(f"           {check.remedy}")
    return "\n".join(lines)

"""doctor: is this deployment in order?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final, Literal

import anyio
import typer

from app.errors import ConfigurationError
from app.main import build
from app.services.doctor import diagnose
from app.services.doctor_database import DATABASE
from app.services.examination import Deployment, Diagnosis, Health, Question
from app.settings import Settings, load_settings

EXIT: Final = {Health.OK: 0, Health.FAIL: 1, Health.WARN: 2, Health.CANNOT_TELL: 2}
_MARKS: Final = {Health.OK: "ok", Health.WARN: "warn", Health.FAIL: "FAIL", Health.CANNOT_TELL: "?"}
_SUMMARIES: Final = {
    Health.OK: "OK: this deployment is in order.",
    Health.WARN: "WARN: it works; some things should be mended.",
    Health.FAIL: "FAIL: something has to be mended.",
    Health.CANNOT_TELL: "CANNOT TELL: nothing is known to be wrong, and not everything could be asked.",
}
SETTINGS: Final = Question("settings", "Settings")


def register(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False) -> None:
    """Is this deployment in order? Changes nothing. Exit status: 0 all well, 1 something fails, 2 neither."""
    found = _diagnosis()
    print(json.dumps(_body(found), indent=2) if as_json else "\n".join(_lines(found)))
    raise typer.Exit(EXIT[found.health])


def _diagnosis() -> Diagnosis:
    """Where the service would not even start, only why."""
    try:
        settings = load_settings()
        deployment = _deployment(settings)
        file = deployment.sqlite_file
        if file is not None and not file.exists():  # opening it would make it
            return Diagnosis([DATABASE.fail(f"There is no database at {file} yet.", "Run `laurel migrate`.")])
        return anyio.run(_asked, settings, deployment)
    except ConfigurationError as error:
        return Diagnosis([SETTINGS.fail(error.message, "See docs/configuration.md.")])


async def _asked(settings: Settings, deployment: Deployment) -> Diagnosis:
    laurel = build(settings)
    try:
        async with aclosing(laurel.fetcher):
            return await diagnose(deployment, laurel.database, laurel.instance, laurel.fetcher, utc_now=laurel.clock)
    finally:
        laurel.close()


def _deployment(settings: Settings) -> Deployment:
    kek: Literal["file", "environment", "made here"] = "made here"
    if settings.has_key_encryption_key:
        kek = "file" if settings.key_encryption_key_file is not None else "environment"
    scheme, _, path = settings.sqlalchemy_url.partition(":///")
    return Deployment(
        base_url=settings.base_url,
        development=settings.development,
        kek=kek,
        fetches=settings.fetch,
        sqlite_file=Path(path.partition("?")[0]) if scheme.startswith("sqlite") else None,
    )


def _body(found: Diagnosis) -> dict[str, object]:
    return {
        "health": found.health.value,
        "examinations": [asdict(examination) for examination in found.examinations],
    }


def _lines(found: Diagnosis) -> Iterator[str]:
    yield _SUMMARIES[found.health]
    yield ""
    for examination in found.examinations:
        yield f"  {_MARKS[examination.health]:5} {examination.title}: {examination.detail}"
        if examination.cure:
            yield f"        {examination.cure}"

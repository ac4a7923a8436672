"""issue: the main job, without HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.reading import read_model
from app.cli.setup import opened
from app.routers.awarding import to_completion
from app.schemas.completions import CompletionIn
from app.services.actors import TERMINAL


def register(app: typer.Typer) -> None:
    app.command()(issue)


def issue(
    file: Annotated[Path, typer.Argument(help="The body of POST /v1/completions as JSON; - for standard input.")],
) -> None:
    """Issue a badge for a completion and print its address. The same completion again prints the same address."""
    completion = to_completion(read_model(CompletionIn, file))
    with opened() as laurel:
        awarded = laurel.writer.award_one(completion, actor=TERMINAL, now=laurel.clock())
        print(laurel.instance.site.credential(awarded.credential_id))

"""achievement preflight: what others would make of its badges, before the first one is awarded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Final

import typer

from app.cli.setup import achievement_app, opened
from app.errors import NotFoundError
from app.routers.resources import preflight_resource
from app.schemas.preflight import PreflightResource
from app.services.actors import TERMINAL
from app.services.awardable import Awardable, find_awardable
from app.services.preflight import preflight

EXIT: Final = {"passes": 0, "fails": 1, "warns": 2}
_MARKS: Final = {"passes": "ok", "warns": "warn", "fails": "FAILS"}
_SUMMARIES: Final = {
    "passes": "Nothing speaks against its badges anywhere.",
    "warns": "Its badges are taken everywhere; something of them is lost on some readers.",
    "fails": "Some would refuse its badges.",
}


def register(app: typer.Typer) -> None:
    _ = app  # a command of `laurel achievement`, which stands already
    achievement_app.command("preflight")(achievement_preflight)


def achievement_preflight(
    achievement: Annotated[str, typer.Argument(metavar="SLUG", help="Its slug, its UUID or its address.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """How will others take its badges? Nothing is issued. Exit status: 0 all well, 1 something fails, 2 only warns."""
    with opened() as laurel, laurel.database.reading() as session:
        awardable = _only(achievement, find_awardable(session, achievement, actor=TERMINAL, instance=laurel.instance))
        now = laurel.clock()
        found = preflight(session, awardable, instance=laurel.instance, now=now)
        resource = preflight_resource(found, awardable.edition, laurel.instance.site, now=now)
    print(json.dumps(resource.model_dump(mode="json"), indent=2) if as_json else "\n".join(_lines(resource)))
    raise typer.Exit(EXIT[resource.verdict])


def _only(name: str, found: list[Awardable]) -> Awardable:
    """Raises NotFoundError unless the name is that of one achievement."""
    if not found:
        raise NotFoundError(f"There is no achievement '{name}'.")
    if len(found) > 1:
        raise NotFoundError(f"Several issuers have an achievement '{name}'; give its address.")
    return found[0]


def _lines(resource: PreflightResource) -> Iterator[str]:
    yield f"{resource.verdict.upper()}: {_SUMMARIES[resource.verdict]}"
    if resource.blocks_award:
        yield "No badge is awarded as it stands."
    yield ""
    for result in resource.results:
        yield f"  {_MARKS[result.outcome]:6} {result.title}: {result.detail}"
        if result.cure:
            yield f"         {result.cure}"
            yield f"         Looked at by: {', '.join(result.readers)}."

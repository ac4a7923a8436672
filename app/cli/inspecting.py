"""inspect: what is in a file, without judging it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from app.cli.reading import read_bytes
from app.cli.verify import UNREADABLE
from app.errors import InputError, MalformedDocumentError
from app.verification import inspect as look_into

_LABELS: Final[Mapping[str, str]] = {
    "form": "It is",
    "place": "Found in",
    "beside": "Not counted",
    "bytes": "Bytes",
    "kindInWords": "Holding",
    "address": "Address",
    "refused": "Not accepted",
    "header": "Token header",
    "contexts": "Contexts",
    "types": "Types",
    "claims": "It says",
    "claimedIssuer": "Issuer, it says",
    "claimedAchievement": "Achievement",
    "proofs": "Proofs",
    "status": "Status entries",
    "endorsements": "Endorsements",
    "contents": "Credentials inside",
}
_WIDTH: Final = max(map(len, _LABELS.values())) + 2


def register(app: typer.Typer) -> None:
    app.command()(inspect)


def inspect(
    what: Annotated[str, typer.Argument(metavar="FILE|-", help="A badge file, or - for standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """What is in this file? Nothing of it is checked: `laurel verify` does that. Exit status: 0, or 3 unreadable."""
    try:
        found = look_into(_bytes(what))
    except InputError as error:
        print(f"unreadable: {error.message}")
        raise typer.Exit(UNREADABLE) from None
    print(json.dumps(found, indent=2) if as_json else "\n".join(_lines(found)))


def _bytes(what: str) -> bytes:
    if what.startswith(("https://", "http://")):
        raise MalformedDocumentError("Only files are looked into. Download the badge file from there first.")
    return read_bytes(Path(what))


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"NOT CHECKED: {found['notice']} What follows is what the file says; `laurel verify` checks it."
    yield ""
    for name, label in _LABELS.items():
        for index, text in enumerate(_texts(found[name]) if name in found else ()):
            yield f"  {'' if index else label:{_WIDTH}}{text}"


def _texts(value: Any) -> Iterator[str]:
    """One line each: `name: value` for members, list items one below the other."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield f"{name}: {item if isinstance(item, str | int) else json.dumps(item, ensure_ascii=False)}"
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    else:
        yield str(value)

"""The house in one picture: arrows point one way, and breaking the table fails by name."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.house.rooms import ARROWS, CORE_ROOMS, IMPURE_CALLS, KNOWN_OUTSIDE, NEVER, UNRESTRICTED

if TYPE_CHECKING:
    from collections.abc import Iterator

APP = Path(__file__).parents[2] / "app"


def rows() -> list[str]:
    """The rows of the table, longest first: `routers.deps` before `routers`."""
    return sorted(ARROWS, key=len, reverse=True)


def room_of(dotted: str) -> str:
    """The row that `app.<dotted>` belongs to; its first part where the table has none."""
    return next((row for row in rows() if dotted == row or dotted.startswith(row + ".")), dotted.partition(".")[0])


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every import, those inside functions and `if TYPE_CHECKING` too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def within(dotted: str, names: set[str]) -> str | None:
    return next((name for name in sorted(names) if dotted == name or dotted.startswith(name + ".")), None)


def arrow_allowed(room: str, dotted: str) -> bool:
    """`dotted` is below app/. Within one room everything may import everything."""
    same_room = dotted.partition(".")[0] == room.partition(".")[0]
    return same_room or within(dotted, ARROWS[room]) is not None


def faults(source: str, where: str, room: str) -> list[str]:
    tree = ast.parse(source)
    found = [f"{where}:{line} {fault}" for line, fault in import_faults(tree, room)]
    if room in CORE_ROOMS:
        found += [f"{where}:{line} app/{room} may not call {name}()" for line, name in impure_calls(tree)]
    return list(dict.fromkeys(found))


def import_faults(tree: ast.AST, room: str) -> Iterator[tuple[int, str]]:
    for line, dotted in imports(tree):
        top = dotted.partition(".")[0]
        inside = dotted.removeprefix("app.")
        if top == "app":
            if dotted != "app" and not arrow_allowed(room, inside):
                yield line, f"app/{room} may not import app.{room_of(inside)}"
        elif forbidden := within(dotted, NEVER[room]):
            yield line, f"app/{room} may not import {forbidden}"
        elif top not in sys.stdlib_module_names and top not in KNOWN_OUTSIDE.get(room, {top}):
            yield line, f"app/{room} may not import {top}"


def impure_calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := ast.unparse(node.func)) in IMPURE_CALLS:
            yield node.lineno, name


def files() -> list[tuple[Path, str]]:
    found = [(path, ".".join(path.relative_to(APP).with_suffix("").parts)) for path in sorted(APP.rglob("*.py"))]
    return [(path, dotted) for path, dotted in found if dotted != "__init__" and room_of(dotted) not in UNRESTRICTED]


@pytest.mark.parametrize(("path", "dotted"), [pytest.param(*item, id=item[1]) for item in files()])
def test_the_file_imports_what_its_room_may(path: Path, dotted: str):
    room = room_of(dotted)
    assert room in ARROWS, f"app/{room} has no row in tests/house/rooms.py"
    where = str(path.relative_to(APP))
    assert faults(path.read_text("utf-8"), where, room) == []


def test_every_room_of_the_table_exists():
    gone = [
        row
        for row in ARROWS
        if not ((APP / row.replace(".", "/")).is_dir() or (APP / (row.replace(".", "/") + ".py")).is_file())
    ]
    assert gone == []


def test_each_room_has_both_rows():
    assert set(ARROWS) == set(NEVER)


@pytest.mark.parametrize(
    ("room", "source", "fault"),
    [
        ("openbadges", "import httpx", "x.py:1 app/openbadges may not import httpx"),
        (
            "openbadges",
            "from app.signing import PublicKey",
            "x.py:1 app/openbadges may not import app.signing",
        ),
        ("openbadges", "from app import models", "x.py:1 app/openbadges may not import app.models"),
        (
            "openbadges",
            "def f():\n    import sqlalchemy.orm",
            "x.py:2 app/openbadges may not import sqlalchemy",
        ),
        ("jsonld", "from pydantic import BaseModel", "x.py:1 app/jsonld may not import pydantic"),
        ("jsonld", "import rdflib", "x.py:1 app/jsonld may not import rdflib"),
        ("verification", "now = datetime.now(UTC)", "x.py:1 app/verification may not call datetime.now()"),
        ("issuance", "from os import environ", "x.py:1 app/issuance may not import os"),
        ("jsonld", "import urllib.request", "x.py:1 app/jsonld may not import urllib.request"),
        ("services", "from fastapi import Request", "x.py:1 app/services may not import fastapi"),
        ("models", "from app.errors import AppError", "x.py:1 app/models may not import app.errors"),
        ("routers", "from app.storage import transaction", "x.py:1 app/routers may not import app.storage"),
        ("web", "from app.storage import Database", "x.py:1 app/web may not import app.storage"),
        ("cli", "from app.signing import PrivateKey", "x.py:1 app/cli may not import app.signing"),
    ],
)
def test_a_broken_rule_is_named(room: str, source: str, fault: str):
    assert faults(source, "x.py", room) == [fault]


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("jsonld", "from app.errors import UnknownContextError"),
        ("jsonld", "from urllib.parse import urlsplit"),
        ("jsonld", "from datetime import datetime\nfrom pyld import jsonld"),
        ("web", "from app.routers.deps import Now"),
        ("routers.deps", "from app.storage import transaction\nfrom app.routers.problems import problems"),
        ("routers", "from app.routers.deps import Tx"),
        ("signing", "from app.jsonld import canonicalize\nfrom app import strictjson"),
        ("openbadges", "import app"),
    ],
)
def test_what_the_table_allows_passes(room: str, source: str):
    assert faults(source, "x.py", room) == []

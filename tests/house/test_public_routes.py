"""Every route asks for an API key or stands in this list: a new public address is a decision."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.routing import RouteContext, iter_route_contexts

from tests.house.served import application

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUTERS = Path(__file__).parents[2] / "app" / "routers"

# Addresses that answer without a key: (methods, path).
PUBLIC = {
    # the front door and its pages
    "GET /",
    "GET /static/{name}",
    "GET /problems/{code}",
    "GET /docs",
    "GET /verify",
    "POST /verify",
    "POST /verify/receipt",
    # what a badge points at, for people and for programs
    "GET /credentials/{credential_id}",
    "GET /credentials/{credential_id}.{form}",
    "GET /credentials/{credential_id}/preview-{version}.png",
    "GET /credentials/{credential_id}/qr.{form}",
    "GET /credentials/{credential_id}/expiry.ics",
    "GET /credentials/{credential_id}/embed",
    "GET /achievements/{achievement_id}",
    "GET /achievements/{achievement_id}/image.{form}",
    "GET /achievements/{achievement_id}/preview-{version}.png",
    "GET /issuers/{slug}",
    "GET /issuers/{slug}/did.json",
    "GET /.well-known/did.json",
    "GET /issuers/{slug}/jwks.json",
    "GET /issuers/{slug}/logo.{form}",
    "GET /issuers/{slug}/preview-{version}.png",
    "GET /issuers/{slug}/keys/{kid}",
    "GET /status/{list_id}",
    # the same in Open Badges 2.0
    "GET /credentials/{credential_id}/assertion.json",
    "GET /achievements/{achievement_id}/revisions/{revision}/badge-class.json",
    "GET /issuers/{slug}/profile-2.json",
    # anybody may verify anything
    "POST /v1/verify",
    # the VC-API: verifying; issuing asks for a key by itself, unless the issuer is for tests in development
    "GET /vc-api/issuers/{slug}",
    "GET /vc-api/status/{vc_list_id}",
    "GET /1.0/identifiers/{did:anything}",
    "POST /vc-api/credentials/verify",
    "POST /vc-api/presentations/verify",
    "POST /vc-api/issuers/{slug}/{instance}/credentials/issue",
    "POST /vc-api/issuers/{slug}/{instance}/credentials/status",
    # operating; keep /metrics inside your network
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    # the description of the API
    "GET /openapi.json",
}
IMPLIED = {"HEAD", "OPTIONS"}  # answered wherever GET is


@pytest.fixture
def routes(tmp_path: Path) -> list[RouteContext]:
    return list(iter_route_contexts(application(tmp_path).routes))


def names(route: RouteContext) -> Iterator[str]:
    """`GET /path` for each method; a mounted folder of files is read with GET."""
    methods = set(route.methods or {"GET"}) - IMPLIED or {"GET"}
    yield from (f"{method} {route.path}" for method in sorted(methods))


def dependencies(dependant: Any) -> Iterator[Any]:
    """What is called before the route, however deep."""
    for child in dependant.dependencies:
        yield child.call
        yield from dependencies(child)


def asks_for_a_key(route: RouteContext) -> bool:
    from app.routers.deps import require_actor, require_known_actor

    guards = {require_actor, require_known_actor}
    dependant = getattr(route, "dependant", None)
    return dependant is not None and not guards.isdisjoint(dependencies(dependant))


def test_a_route_without_an_actor_is_in_the_list(routes: list[RouteContext]):
    unguarded = {name for route in routes if not asks_for_a_key(route) for name in names(route)}
    assert unguarded - PUBLIC == set()


def test_the_list_names_no_route_that_is_gone_or_guarded(routes: list[RouteContext]):
    unguarded = {name for route in routes if not asks_for_a_key(route) for name in names(route)}
    assert PUBLIC - unguarded == set()


def test_a_route_that_asks_for_a_key_says_which_scope_the_key_needs(tmp_path: Path):
    """In the OpenAPI document, where FastAPI writes what `deps.py` enforces: one scope or more, and such as exist."""
    from app.schemas.api_keys import Scope

    operations = {
        f"{method.upper()} {path}": operation
        for path, item in application(tmp_path).openapi()["paths"].items()
        for method, operation in item.items()
    }
    declared = {
        name: [scope for asked in operation["security"] for scope in asked["HTTPBearer"]]
        for name, operation in operations.items()
        if "security" in operation
    }
    assert {name for name, scopes in declared.items() if not scopes} == set()
    assert {scope for scopes in declared.values() for scope in scopes} == set(Scope)


def test_what_a_keys_holder_may_see_is_asked_for_in_its_tenants_name():
    """A transaction that says whose it is sees nobody else's rows on PostgreSQL, whatever was forgotten."""
    opened = re.compile(r"database\.(?:transaction|reading)\(\)")
    texts = {
        f"{room.name}/{path.name}": path.read_text("utf-8")
        for room in (ROUTERS, ROUTERS.parent / "services")
        for path in room.glob("*.py")
    }
    nobodys = {
        f"{name}: {function.name}"
        for name, text in texts.items()
        for function in ast.walk(ast.parse(text))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        if any(argument.arg == "actor" for argument in (*function.args.args, *function.args.kwonlyargs))
        if opened.search(ast.get_source_segment(text, function) or "")
    }
    # Anybody may use an open instance; the terminal wraps the keys of all anew; and keys of receipts are of no tenant.
    of_all = {
        "services/vc_issuing.py: may_issue",
        "services/rewrapping.py: rewrap",
        "services/receipt_keys.py: rotate",
    }
    assert nobodys == of_all, "pass `actor.issuer_id` to the transaction"


def test_what_changes_something_asks_for_a_key(routes: list[RouteContext]):
    """Of the public ones, only verification takes a body, and it stores nothing. Instances of the VC-API ask by
    themselves; that they do is tested in tests/api/test_vc_api_access.py.
    """
    open_writes = {
        name for route in routes if not asks_for_a_key(route) for name in names(route) if not name.startswith("GET ")
    }
    asks_itself = {f"POST /vc-api/issuers/{{slug}}/{{instance}}/credentials/{act}" for act in ("issue", "status")}
    verifies = {f"POST /vc-api/{what}/verify" for what in ("credentials", "presentations")}
    assert open_writes - asks_itself - verifies <= {"POST /verify", "POST /verify/receipt", "POST /v1/verify"}

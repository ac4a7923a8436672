"""Every route asks for an API key or stands in this list: a new public address is a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fastapi.routing import RouteContext, iter_route_contexts

from tests.house.served import application

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Addresses that answer without a key: (methods, path).
PUBLIC = {
    # the front door and its pages
    "GET /",
    "GET /static/{name}",
    "GET /problems/{code}",
    "GET /docs",
    "GET /verify",
    "POST /verify",
    # what a badge points at, for people and for programs
    "GET /credentials/{credential_id}",
    "GET /credentials/{credential_id}.{form}",
    "GET /achievements/{achievement_id}",
    "GET /achievements/{achievement_id}/image.{form}",
    "GET /issuers/{slug}",
    "GET /issuers/{slug}/did.json",
    "GET /issuers/{slug}/jwks.json",
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
    "GET /1.0/identifiers/{did:path}",
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
    from app.routers.deps import Actor, KnownActor

    guards = {actor.__metadata__[0].dependency for actor in (Actor, KnownActor)}
    dependant = getattr(route, "dependant", None)
    return dependant is not None and not guards.isdisjoint(dependencies(dependant))


def test_a_route_without_an_actor_is_in_the_list(routes: list[RouteContext]):
    unguarded = {name for route in routes if not asks_for_a_key(route) for name in names(route)}
    assert unguarded - PUBLIC == set()


def test_the_list_names_no_route_that_is_gone_or_guarded(routes: list[RouteContext]):
    unguarded = {name for route in routes if not asks_for_a_key(route) for name in names(route)}
    assert PUBLIC - unguarded == set()


def test_what_changes_something_asks_for_a_key(routes: list[RouteContext]):
    """Of the public ones, only verification takes a body, and it stores nothing. Instances of the VC-API ask by
    themselves; that they do is tested in tests/api/test_vc_api_access.py.
    """
    open_writes = {
        name for route in routes if not asks_for_a_key(route) for name in names(route) if not name.startswith("GET ")
    }
    asks_itself = {f"POST /vc-api/issuers/{{slug}}/{{instance}}/credentials/{act}" for act in ("issue", "status")}
    verifies = {f"POST /vc-api/{what}/verify" for what in ("credentials", "presentations")}
    assert open_writes - asks_itself - verifies <= {"POST /verify", "POST /v1/verify"}

"""Routes that FastAPI describes and does not run: for the addresses whose speed is the product's.

FastAPI finds the route, winds its middleware and works out parameters and dependencies anew for each request, which
costs more than signing a badge. `Direct` answers such an address itself, behind an `Edge` like everybody's. Whatever is
not exactly its path and method goes to the framework, which has the same routes and gives the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from app.errors import AppError
from app.routers.deps import Laurel, known_actor, require_known_actor
from app.routers.edge import Edge
from app.routers.problems import problem_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from app.routers.clients import Clients
    from app.routers.observability import Metrics

Handle = Callable[[Request], Coroutine[Any, Any, Response]]

_HANDLE = "laurel.handle"


class DirectRoute(APIRoute):
    """The endpoint is `async (request) -> Response`, or `async (request, actor: KnownIssuing) -> Response`.

    The actor is declared as everywhere, and its key and scope were checked; the endpoint reads the rest by itself.
    """

    def get_route_handler(self) -> Handle:
        endpoint: Callable[..., Coroutine[Any, Any, Response]] = self.endpoint
        asked = next((item for item in self.dependant.dependencies if item.call is require_known_actor), None)
        if asked is None:
            return endpoint
        needs = tuple(asked.own_oauth_scopes or ())

        async def handle(request: Request) -> Response:
            laurel: Laurel = request.app.state.laurel
            return await endpoint(request, await known_actor(laurel, request, needs))

        return handle


class Direct:
    """Wraps `framework`, which is all of `app`; `routers` are those that `app` includes, without a prefix."""

    def __init__(
        self,
        app: ASGIApp,
        framework: ASGIApp,
        routers: Iterable[APIRouter],
        *,
        metrics: Metrics,
        clients: Clients,
        https: bool,
    ) -> None:
        self._app = app
        self._framework = framework
        self._routes = {
            (method, route.path): (route, route.get_route_handler())
            for route in _direct_routes(routers)
            for method in route.methods or ()
        }
        self._edge = Edge(self._answer, metrics=metrics, clients=clients, https=https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._routes.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if found is None:
            await self._framework(scope, receive, send)
            return
        scope["app"] = self._app
        scope["route"], scope[_HANDLE] = found
        await self._edge(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        handle: Handle = scope[_HANDLE]
        try:
            response = await handle(request)
        except AppError as error:
            response = problem_response(request, error)
            error.__traceback__ = None  # one error may refuse many requests, and would remember each
        await response(scope, receive, send)


def _direct_routes(routers: Iterable[APIRouter]) -> Iterator[DirectRoute]:
    for router in routers:
        for route in router.routes:
            if isinstance(route, DirectRoute):
                if route.param_convertors:
                    raise TypeError(f"{route.path} is not one address")
                yield route

"""A route that FastAPI describes and does not run: for the one address whose speed is the product's.

FastAPI works out parameters and dependencies anew for each request, which costs more than signing a badge. An
endpoint on a `DirectRoute` takes the request and the actor, declared as everywhere, and reads the rest by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from app.routers.deps import Laurel, known_actor


class DirectRoute(APIRoute):
    """The endpoint is `async (request, actor: KnownActor) -> Response`; the actor's key was checked."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        endpoint = self.endpoint

        async def handle(request: Request) -> Response:
            laurel: Laurel = request.app.state.laurel
            actor = await known_actor(laurel, request.headers.get("authorization"))
            response: Response = await endpoint(request, actor)
            return response

        return handle

"""The smallest applications that the walls around a route can be tried on."""

from __future__ import annotations

from types import SimpleNamespace

import httpx
from fastapi import APIRouter, FastAPI

from app.routers import problems
from app.routers.body import StrictJSONRoute
from app.routers.clients import Clients
from app.routers.edge import Edge
from app.routers.observability import Metrics
from app.settings import Limits, Rates

BASE_URL = "http://localhost:8000"


def small_app(*, https=False, metrics=None, **limits):
    """An application without routes; `application.router_of_tests` takes them."""
    app = FastAPI(openapi_url=None)
    app.state.base_url = BASE_URL
    app.state.laurel = SimpleNamespace(settings=SimpleNamespace(limits=Limits(**limits)))
    problems.install(app)
    app.add_middleware(Edge, metrics=metrics or Metrics(), clients=clients(), https=https)
    return app


def clients(**rates):
    """Counted as by default."""
    return Clients(**Rates(**rates).model_dump())


def add_routes(app, *routes):
    """Each route: (method, path, endpoint)."""
    router = APIRouter(route_class=StrictJSONRoute)
    for method, path, endpoint in routes:
        router.add_api_route(path, endpoint, methods=[method])
    app.include_router(router)
    return app


def client_of(app):
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=BASE_URL)

"""Direct routes: answered before the framework, which would say the same; everything else is the framework's."""

from __future__ import annotations

import httpx
import pytest
import structlog
from fastapi import APIRouter, Request, Response

from app.errors import ConflictError
from app.routers.direct import Direct, DirectRoute
from app.routers.observability import Metrics
from tests.problem import assert_problem
from tests.unit.routers.support import BASE_URL, clients, small_app

pytestmark = pytest.mark.anyio

SHARED = ConflictError("Taken.")


class Service:
    """An application with direct routes. `framework` counts what reaches it."""

    def __init__(self):
        self.framework = 0
        self.metrics = Metrics()
        self.app = small_app(metrics=self.metrics)
        router = APIRouter(prefix="/v1", route_class=DirectRoute)
        router.add_api_route("/echo", self._echo, methods=["POST"])
        router.add_api_route("/taken", self._taken, methods=["POST"])
        router.add_api_route("/broken", self._broken, methods=["POST"])
        slow = APIRouter()
        slow.add_api_route("/slow", self._echo, methods=["POST"])
        for each in (router, slow):
            self.app.include_router(each)
        walls = {"metrics": self.metrics, "clients": clients(), "https": False}
        self.front = Direct(self.app, self._framework, (router, slow), **walls)

    async def _framework(self, scope, receive, send):
        self.framework += 1
        await self.app(scope, receive, send)

    async def _echo(self, request: Request) -> Response:
        name = f"{request.state.request_id} {request.app.state.base_url} {request.url}"
        return Response(f"{name} {(await request.body()).decode()}", 201, {"Location": "/x"})

    async def _taken(self, request: Request) -> Response:
        raise SHARED

    async def _broken(self, request: Request) -> Response:
        raise RuntimeError("canary")

    async def ask(self, method, path, *, directly=True, **options):
        transport = httpx.ASGITransport(self.front if directly else self.app, raise_app_exceptions=False)
        headers = {"X-Request-Id": "abcdefgh"}
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, headers=headers) as client:
            return await client.request(method, path, **options)


@pytest.fixture
def service():
    return Service()


DIRECT = [
    ("the address", "POST", "/v1/echo"),
    ("with a query", "POST", "/v1/echo?a=b"),
    ("refused", "POST", "/v1/taken"),
    ("broken", "POST", "/v1/broken"),
]
NOT_DIRECT = [
    ("another method", "GET", "/v1/echo"),
    ("HEAD", "HEAD", "/v1/echo"),
    ("OPTIONS", "OPTIONS", "/v1/echo"),
    ("a slash at its end", "POST", "/v1/echo/"),
    ("two slashes", "POST", "/v1//echo"),
    ("capitals", "POST", "/v1/Echo"),
    ("a line break at its end", "POST", "/v1/echo%0A"),
    ("the same, otherwise spelt", "POST", "/v1/ech%6F"),
    ("another route class", "POST", "/slow"),
    ("nowhere", "POST", "/nowhere"),
]


@pytest.mark.parametrize(
    ("method", "path"), [row[1:] for row in DIRECT + NOT_DIRECT], ids=[row[0] for row in DIRECT + NOT_DIRECT]
)
async def test_both_ways_give_the_same_answer(service, method, path):
    answers = []
    for directly in (True, False):
        with structlog.testing.capture_logs() as lines:
            answer = await service.ask(method, path, directly=directly, content=b"body")
        for line in lines:
            line.pop("ms", None)
        answers.append((answer.status_code, answer.headers.raw, answer.content, lines))
    assert answers[0] == answers[1]
    assert len(answers[0][3]) >= 1


@pytest.mark.parametrize(("method", "path"), [row[1:] for row in DIRECT], ids=[row[0] for row in DIRECT])
async def test_the_framework_is_not_asked_for_a_direct_route(service, method, path):
    await service.ask(method, path)
    assert service.framework == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [row[1:] for row in NOT_DIRECT if "%6F" not in row[2]],
    ids=[row[0] for row in NOT_DIRECT if "%6F" not in row[2]],
)
async def test_the_framework_is_asked_for_everything_else(service, method, path):
    await service.ask(method, path)
    assert service.framework == 1


async def test_an_error_of_ours_is_a_problem_and_anything_else_says_nothing(service):
    assert_problem(await service.ask("POST", "/v1/taken"), 409, "conflict")
    response = await service.ask("POST", "/v1/broken")
    assert_problem(response, 500, "internal")
    assert "canary" not in response.text
    assert "abcdefgh" in response.json()["detail"]


async def test_an_error_that_refuses_many_does_not_remember_them(service):
    for _ in range(3):
        await service.ask("POST", "/v1/taken")
    assert SHARED.__traceback__ is None


async def test_it_is_counted_by_its_pattern(service):
    await service.ask("POST", "/v1/echo")
    await service.ask("POST", "/v1/taken")
    text = service.metrics.text().decode()
    for route, status in (("/v1/echo", 201), ("/v1/taken", 409)):
        assert f'seconds_count{{method="POST",route="{route}",status="{status}"}} 1.0' in text


async def test_what_is_no_request_is_the_frameworks():
    seen = []

    async def framework(scope, _receive, _send):
        seen.append(scope["type"])

    direct = Direct(small_app(), framework, (), metrics=Metrics(), clients=clients(), https=False)
    for kind in ("lifespan", "websocket"):
        await direct({"type": kind, "path": "/v1/echo"}, None, None)
    assert seen == ["lifespan", "websocket"]


def test_only_one_address_can_be_direct():
    router = APIRouter(route_class=DirectRoute)

    async def thing(request: Request, name: str) -> Response:
        return Response(name)

    router.add_api_route("/things/{name}", thing)
    with pytest.raises(TypeError, match="not one address"):
        Direct(small_app(), small_app(), (router,), metrics=Metrics(), clients=clients(), https=False)

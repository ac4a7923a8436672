"""Answers from memory: the same as the application's, as long as they are right, and for nobody but the public."""

from __future__ import annotations

import re

import pytest
import structlog
from fastapi import Response

from app.routers.answers import public_bytes
from app.routers.hot import SIGNED_SECONDS, Front
from app.routers.kept import ListVersion, Signed, Unchanged
from tests.unit.routers.hot_service import CREDENTIAL, KEEPS, LIST, PATH, Service, sent

pytestmark = pytest.mark.anyio


@pytest.fixture(params=KEEPS.values(), ids=KEEPS)
def service(request):
    return Service(request.param)


# The same answer ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("https", [False, True])
async def test_from_memory_it_is_the_same_answer(https):
    service = Service(https=https)
    first, second = await service.get(), await service.get()
    assert sent(first) == sent(second)
    assert first.headers["vary"] == "Accept"
    assert ("strict-transport-security" in second.headers) == https
    assert service.made == 1


async def test_each_answer_has_an_id_of_its_own_or_the_senders(service):
    answers = [await service.get() for _ in range(3)]
    ids = [answer.headers.get_list("x-request-id") for answer in answers]
    assert all(len(found) == 1 and re.fullmatch("[0-9a-f]{16}", found[0]) for found in ids)
    assert len({found[0] for found in ids}) == 3
    assert (await service.get(**{"X-Request-Id": "from-the-proxy"})).headers["x-request-id"] == "from-the-proxy"
    assert re.fullmatch("[0-9a-f]{16}", (await service.get(**{"X-Request-Id": "<b>"})).headers["x-request-id"])


async def test_who_has_it_is_told_so_in_the_applications_words(service):
    tag = (await service.get()).headers["etag"]
    asked = {"If-None-Match": tag}
    from_memory = await service.get(**asked)
    service.kept.clear()
    assert sent(from_memory) == sent(await service.get(**asked))
    assert (from_memory.status_code, from_memory.content) == (304, b"")
    assert service.made == 2


CONDITIONS = [
    ("the tag", "{tag}", 304),
    ("any", "*", 304),
    ("any, with spaces", "  * ", 304),
    ("a list", '"x", {tag}', 304),
    ("weakly", "W/{tag}", 304),
    ("another", '"x"', 200),
    ("the tag without quotes", "{bare}", 200),
    ("nothing", "", 200),
    ("not ASCII", "é", 200),
]


@pytest.mark.parametrize(("condition", "status"), [row[1:] for row in CONDITIONS], ids=[row[0] for row in CONDITIONS])
async def test_conditions_are_read_as_the_application_reads_them(condition, status):
    service = Service()
    tag = (await service.get()).headers["etag"]
    asked = {"If-None-Match": condition.format(tag=tag, bare=tag.strip('"')).encode()}
    from_memory = await service.get(**asked)
    service.kept.clear()
    assert sent(from_memory) == sent(await service.get(**asked))
    assert (from_memory.status_code, service.made) == (status, 2)


@pytest.mark.parametrize("asked", [{}, {"If-None-Match": "*"}])
async def test_head_is_the_answer_without_its_content(service, asked):
    get, head = await service.get(**asked), await service.get(method="HEAD", **asked)
    assert sent(head) == (get.status_code, sent(get)[1], b"")
    assert service.made == 1


async def test_head_has_no_content_whoever_answers_it(service):
    made = await service.messages("HEAD")
    from_memory = await service.messages("HEAD")
    assert [message.get("body") for message in made] == [None, b""]
    assert [message.get("body") for message in from_memory] == [None, b""]
    assert made[0]["headers"] == from_memory[0]["headers"] == (await service.messages("GET"))[0]["headers"]
    assert service.made == 1


@pytest.mark.parametrize("first", [{"method": "HEAD"}, {"If-None-Match": "*"}], ids=["HEAD", "a 304"])
async def test_an_answer_is_kept_whole_whoever_asked_first(service, first):
    await service.get(**first)
    whole = await service.get()
    assert (whole.status_code, whole.content, service.made) == (200, service.content, 1)


async def test_each_path_and_each_accept_header_has_its_own_answer(service):
    for path in (PATH, "/things/b"):
        for accept in ("application/vc", "application/json", "application/vc, */*"):
            for _ in range(2):
                await service.get(path, Accept=accept)
    assert service.made == 6


async def test_of_a_header_that_came_twice_the_first_counts_as_for_the_application(service):
    await service.get()
    async with service.client() as client:
        twice = [("Accept", "application/vc"), ("Accept", "text/html"), ("If-None-Match", "*"), ("If-None-Match", "x")]
        del client.headers["accept"]
        assert (await client.get(PATH, headers=twice)).status_code == 304
    assert service.made == 1


# Only as long as it is right ------------------------------------------------------------------------------------------


async def test_after_a_commit_the_application_is_asked_again():
    service = Service(Unchanged())
    await service.get()
    service.content, service.stamp.number = b"new", 2
    assert [(await service.get()).content for _ in range(2)] == [b"new", b"new"]
    assert service.made == 2


async def test_what_holds_for_some_seconds_is_made_anew_after_them():
    service = Service(Unchanged(CREDENTIAL, seconds=12.5))
    await service.get()
    for seconds, made in ((12.4, 1), (12.5, 2), (24.9, 2), (25.0, 3)):
        service.seconds = seconds
        await service.get()
        assert service.made == made


async def test_each_language_has_its_own_answer():
    service = Service(Unchanged(), tongue=lambda header: header[:2] if header[:2] in ("es", "fr") else "")
    for language, made in (("es", 1), ("es-MX,en;q=0.5", 1), ("fr", 2), ("de", 3), ("", 3), ("es;q=0.9", 3)):
        await service.get(**{"Accept-Language": language})
        assert service.made == made, language


async def test_signed_bytes_outlive_commits():
    service = Service(Signed(CREDENTIAL))
    await service.get()
    service.stamp.number = 2
    await service.get()
    assert service.made == 1


async def test_signed_bytes_are_asked_for_again_when_every_other_cache_asks():
    service = Service(Signed(CREDENTIAL))
    await service.get()
    for seconds, made in ((SIGNED_SECONDS - 1, 1), (SIGNED_SECONDS, 2), (2 * SIGNED_SECONDS - 1, 2)):
        service.seconds = seconds
        await service.get()
        assert service.made == made
    assert f"max-age={SIGNED_SECONDS:.0f}" in (await service.get()).headers["cache-control"]


async def test_a_list_outlives_commits_that_leave_its_version():
    service = Service(ListVersion(LIST, 1))
    await service.get()
    for number in range(2, 5):
        service.stamp.number = number
        await service.get()
    assert service.made == 1
    service.stamp.number, service.stamp.version, service.keep = 9, 2, ListVersion(LIST, 2)
    await service.get()
    assert service.made == 2


async def test_the_version_is_asked_for_once_after_a_commit():
    service = Service(ListVersion(LIST, 1))
    await service.get()
    service.stamp.number = 2
    for _ in range(3):
        await service.get()
    assert (service.made, service.stamp.asked) == (1, 1)


async def test_a_revocation_right_after_the_version_was_read_is_seen_the_next_time():
    service = Service(ListVersion(LIST, 1))
    await service.get()
    service.stamp.number = 2
    service.stamp.afterwards = lambda: vars(service.stamp).update(number=3, version=2)
    await service.get()
    assert service.made == 1  # as of the moment at which it was asked
    await service.get()
    assert service.made == 2


@pytest.mark.parametrize("version", [0, 2, None])
async def test_a_list_of_another_version_is_not_sent(version):
    service = Service(ListVersion(LIST, 1))
    await service.get()
    service.stamp.number, service.stamp.version = 2, version
    await service.get()
    assert service.made == 2


@pytest.mark.parametrize(("keep", "made"), [("signed", 1), ("unchanged", 2), ("list", 2)])
async def test_when_nobody_can_tell_the_application_is_asked(keep, made):
    service = Service(KEEPS[keep])
    await service.get()
    service.stamp.number = None
    await service.get()
    assert service.made == made


@pytest.mark.parametrize(("keep", "made"), [("signed", 1), ("unchanged", 2), ("list", 2)])
async def test_without_a_stamp_only_signed_bytes_are_kept(keep, made):
    service = Service(KEEPS[keep], stamp=False)
    for _ in range(2):
        await service.get()
    assert service.made == made


async def test_what_was_made_before_the_stamp_can_be_had_is_not_kept():
    service = Service(Unchanged())
    service.stamp.number = None
    await service.get()
    service.stamp.number = 1
    await service.get()
    assert service.made == 2


async def test_a_commit_during_the_answer_counts_as_one_after_it():
    """The answer may have been read before it."""
    service = Service(Unchanged())
    service.during = lambda: setattr(service.stamp, "number", 2)
    await service.get()
    service.during = None
    await service.get()
    assert service.made == 2


@pytest.mark.parametrize("purge", ["forget", "clear"])
async def test_what_is_removed_during_the_answer_is_not_kept(purge):
    service = Service()
    service.during = service.kept.clear if purge == "clear" else lambda: service.kept.forget(CREDENTIAL)
    await service.get()
    service.during = None
    await service.get()
    assert service.made == 2


async def test_what_was_removed_is_not_sent():
    service = Service()
    await service.get()
    service.kept.forget(CREDENTIAL)
    await service.get()
    assert service.made == 2


# Nobody else's --------------------------------------------------------------------------------------------------------

NEVER = [
    ("who brings a key", {"Authorization": "Bearer lrl_live_x"}, PATH, "GET"),
    ("who brings an empty key", {"Authorization": ""}, PATH, "GET"),
    ("who asks with a query", {}, f"{PATH}?a=1", "GET"),
    ("who sends something", {}, PATH, "POST"),
    ("who sends a long Accept header", {"Accept": "application/vc," + "x/y," * 70 + "*/*"}, PATH, "GET"),
]


@pytest.mark.parametrize(("headers", "path", "method"), [row[1:] for row in NEVER], ids=[row[0] for row in NEVER])
async def test_the_application_answers(service, headers, path, method):
    await service.get()  # so that there is something in memory
    for _ in range(2):
        assert (await service.get(path, method, **headers)).status_code == 200
    assert (service.made, len(service.kept)) == (3, 1)


def _broken(request):
    public_bytes(request, b"x", "text/plain", keep=Signed(CREDENTIAL))
    raise RuntimeError("after the offer")


def _refused(request):
    public_bytes(request, b"x", "text/plain", keep=Signed(CREDENTIAL))
    return Response("no", 410)


ANSWERS = [
    ("a route that says nothing", lambda request: public_bytes(request, b"x", "text/plain"), 200),
    ("what only looks as if", lambda _: Response("x", headers={"Cache-Control": "public", "ETag": '"x"'}), 200),
    ("a failure after the offer", _broken, 500),
    ("another status after the offer", _refused, 410),
]


@pytest.mark.parametrize(("answer", "status"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
async def test_it_is_not_kept(answer, status):
    service = Service(answer=answer)
    for _ in range(2):
        assert (await service.get()).status_code == status
    assert (service.made, len(service.kept)) == (2, 0)


async def test_what_is_not_there_is_not_kept(service):
    for _ in range(2):
        assert (await service.get("/nowhere")).status_code == 404
    assert len(service.kept) == 0


async def test_without_room_every_answer_is_made():
    service = Service(room=0)
    for _ in range(3):
        assert (await service.get()).status_code == 200
    assert service.made == 3


# What an operator sees ------------------------------------------------------------------------------------------------


async def test_answers_from_memory_are_counted_like_others(service):
    await service.get()
    await service.get()
    await service.get(**{"If-None-Match": "*"})
    await service.get(method="HEAD")
    text = service.metrics.text().decode()
    seconds = "laurel_http_request_seconds_count"
    assert f'{seconds}{{method="GET",route="/things/{{name}}",status="200"}} 2.0' in text
    assert f'{seconds}{{method="GET",route="/things/{{name}}",status="304"}} 1.0' in text
    assert f'{seconds}{{method="HEAD",route="/things/{{name}}",status="200"}} 1.0' in text
    assert 'laurel_hot_reads_total{outcome="hit"} 3.0' in text
    assert 'laurel_hot_reads_total{outcome="miss"} 1.0' in text
    assert f"laurel_hot_bytes {float(service.kept.size)}" in text


async def test_other_requests_are_neither_hits_nor_misses(service):
    await service.get("/nowhere")
    await service.get(method="POST")
    text = service.metrics.text().decode()
    assert 'laurel_hot_reads_total{outcome="hit"} 0.0' in text
    assert 'laurel_hot_reads_total{outcome="miss"} 0.0' in text


@pytest.mark.parametrize("log_hits", [False, True])
async def test_answers_from_memory_are_logged_only_when_asked_for(log_hits):
    service = Service(log_hits=log_hits)
    await service.get()
    with structlog.testing.capture_logs() as lines:
        await service.get("/things/a", **{"X-Request-Id": "abcdefgh"})
    milliseconds = [line.pop("ms") for line in lines]
    expected = {"method": "GET", "route": "/things/{name}", "status": 200, "request_id": "abcdefgh"}
    assert lines == ([{"event": "request", "log_level": "debug", **expected}] if log_hits else [])
    assert milliseconds == ([0.0] if log_hits else [])


# The front ------------------------------------------------------------------------------------------------------------


async def test_the_front_passes_on_what_is_no_request():
    """uvicorn's lifespan messages reach the application."""
    seen = []
    front = Front()

    async def hot(scope, receive, send):
        seen.append(scope["type"])
        await front.framework(scope, receive, send)

    front.hot = hot
    phases = iter(["lifespan.startup", "lifespan.shutdown"])
    answers = []

    async def receive():
        return {"type": next(phases)}

    async def send(message):
        answers.append(message["type"])

    await front({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)
    assert (seen, answers) == (["lifespan"], ["lifespan.startup.complete", "lifespan.shutdown.complete"])

"""What is remembered, for how long, and that nothing stale is served."""

from __future__ import annotations

import pytest

from app.remote import reasons
from app.remote.cache import Cache, Kept, lifetime
from app.remote.exchange import Response
from app.verification.evidence import Found, Missing, Need, NeedKind
from tests import standin

pytestmark = pytest.mark.anyio

URL = "https://school.example/list"
NEED = Need(NeedKind.STATUS_LIST, URL)


class Clock:
    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def fetcher(web, make_fetcher, clock):
    web.host("school.example")
    web.host("other.example")
    return make_fetcher(clock=clock)


def page(content, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (200, {"Content-Type": "application/json"} | named, content)


def revalidating(content, tag, **headers):
    """Answers 304 to whoever has it."""

    def answer(question):
        if question.headers.get("if-none-match") == tag:
            return (304, {"ETag": tag}, b"")
        return page(content, ETag=tag, **headers)

    return answer


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, 30, id="nothing is said"),
        pytest.param({"cache-control": "max-age=60"}, 60, id="a minute"),
        pytest.param({"cache-control": 'public, Max-Age="60", immutable'}, 60, id="a minute among other things"),
        pytest.param({"cache-control": "max-age=31536000"}, 300, id="a year, which is too long"),
        pytest.param({"cache-control": "max-age=60", "age": "45"}, 15, id="a minute that has begun elsewhere"),
        pytest.param({"cache-control": "max-age=60", "age": "90"}, 0, id="a minute that is over"),
        pytest.param({"cache-control": "max-age=60", "age": "-5"}, 60, id="an age that is none"),
        pytest.param({"cache-control": "max-age=60", "expires": "0"}, 60, id="max-age before Expires"),
        pytest.param({"cache-control": "max-age=0"}, 0, id="no time"),
        pytest.param({"cache-control": "max-age=-1"}, 0, id="less than no time"),
        pytest.param({"cache-control": "max-age=9" + "9" * 400}, 0, id="a number without end"),
        pytest.param({"cache-control": "max-age=soon"}, 0, id="no number"),
        pytest.param({"cache-control": "max-age=٦٠"}, 0, id="other digits"),
        pytest.param({"cache-control": "no-cache"}, 0, id="to be confirmed"),
        pytest.param({"cache-control": "no-cache, max-age=60"}, 0, id="to be confirmed, whatever else is said"),
        pytest.param({"cache-control": "no-store"}, None, id="not to be kept"),
        pytest.param({"cache-control": "max-age=60, no-store"}, None, id="not to be kept, whatever else is said"),
        pytest.param({"cache-control": "private, max-age=60"}, None, id="for one reader"),
        pytest.param({"vary": "*"}, None, id="different each time"),
        pytest.param({"vary": "Accept"}, 30, id="by form, of which we ask one"),
        pytest.param({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0, id="Expires"),
        pytest.param({"cache-control": ",,=,;"}, 30, id="no sense"),
    ],
)
def test_an_answer_counts_as_new_for(headers, seconds):
    assert lifetime(Response(200, list(headers.items())), unsaid=30) == seconds


async def test_what_is_new_is_not_asked_for_again(web, fetcher, clock):
    web[URL] = page(b"1")
    assert (await fetcher.answer(NEED)).content == b"1"
    web[URL] = page(b"2")
    clock.now += 29
    assert (await fetcher.answer(NEED)).content == b"1"
    clock.now += 2
    assert (await fetcher.answer(NEED)).content == b"2"
    assert len(web.asked) == 2


async def test_what_is_no_longer_new_is_confirmed_by_its_tag(web, fetcher, clock):
    web[URL] = revalidating(b"1", '"one"')
    first = await fetcher.answer(NEED)
    for _ in range(3):
        clock.now += 31
        assert await fetcher.answer(NEED) == first
        assert await fetcher.answer(NEED) == first
    assert [question.headers.get("if-none-match") for question in web.questions] == [None, '"one"', '"one"', '"one"']
    web[URL] = revalidating(b"2", '"two"')
    clock.now += 31
    assert (await fetcher.answer(NEED)).content == b"2"
    clock.now += 31
    assert (await fetcher.answer(NEED)).content == b"2"
    assert web.questions[-1].headers["if-none-match"] == '"two"'


async def test_it_is_confirmed_by_its_date_where_it_has_no_tag(web, fetcher, clock):
    date = "Wed, 21 Oct 2026 07:28:00 GMT"
    web[URL] = standin.in_turn(page(b"1", Last_Modified=date), (304, {}, b""))
    await fetcher.answer(NEED)
    clock.now += 31
    assert (await fetcher.answer(NEED)).content == b"1"
    assert web.questions[-1].headers["if-modified-since"] == date


async def test_no_cache_is_confirmed_each_time(web, fetcher):
    web[URL] = revalidating(b"1", '"one"', Cache_Control="no-cache")
    for _ in range(3):
        assert (await fetcher.answer(NEED)).content == b"1"
    assert len(web.asked) == 3


@pytest.mark.parametrize("value", ["no-store", "private, max-age=60"])
async def test_what_must_not_be_kept_is_asked_for_in_full_each_time(web, fetcher, value):
    web[URL] = page(b"1", Cache_Control=value, ETag='"1"')
    await fetcher.answer(NEED)
    await fetcher.answer(NEED)
    assert ["if-none-match" in question.headers for question in web.questions] == [False, False]


async def test_what_must_not_be_kept_any_more_is_forgotten(web, fetcher, clock):
    web[URL] = standin.in_turn(page(b"1", ETag='"1"'), page(b"2", ETag='"2"', Cache_Control="no-store"))
    await fetcher.answer(NEED)
    assert fetcher._cache.size > 0
    clock.now += 31
    assert (await fetcher.answer(NEED)).content == b"2"
    assert fetcher._cache.size == 0


async def test_the_time_that_was_said_last_holds_until_another_is_said(web, fetcher, clock):
    unchanged = (304, {"ETag": '"1"'}, b"")
    sooner = (304, {"ETag": '"1"', "Cache-Control": "max-age=10"}, b"")
    web[URL] = standin.in_turn(page(b"1", ETag='"1"', Cache_Control="max-age=60"), sooner, unchanged)
    for asked, seconds in enumerate((61, 11, 9, 2), 1):
        assert (await fetcher.answer(NEED)).content == b"1"
        assert len(web.asked) == min(asked, 3)
        clock.now += seconds
    await fetcher.answer(NEED)
    assert len(web.asked) == 4


async def test_what_can_neither_be_used_nor_confirmed_is_not_kept(web, fetcher):
    web[URL] = page(b"1", Cache_Control="no-cache")
    await fetcher.answer(NEED)
    assert fetcher._cache.size == 0


@pytest.mark.parametrize("kind", [NeedKind.STATUS_LIST, NeedKind.KEY, NeedKind.LINKED])
@pytest.mark.parametrize(
    ("fault", "missing"),
    [
        (503, Missing(reasons.TOO_BUSY)),
        (404, Missing(reasons.NOTHING_THERE, absent=True)),
        (410, Missing(reasons.GONE, gone=True, absent=True)),
        (standin.raw(b""), Missing(reasons.BROKEN_OFF)),
        ((304, {}, b""), Missing(reasons.NO_DOCUMENT)),
    ],
    ids=["busy", "not found", "gone", "broken off", "unchanged, unasked"],
)
async def test_nothing_stale_is_served_when_the_server_is_away(web, fetcher, clock, kind, fault, missing):
    need = Need(kind, URL)
    web[URL] = page(b"1") if isinstance(fault, tuple) else page(b"1", ETag='"one"')
    await fetcher.answer(need)
    web[URL] = fault
    clock.now += 31
    assert await fetcher.answer(need) == missing
    web[URL] = page(b"2")
    assert (await fetcher.answer(need)).content == b"2"  # nor is the failure remembered


async def test_a_badge_is_not_remembered(web, fetcher):
    web[URL] = page(b"1", Cache_Control="max-age=60", ETag='"1"')
    for _ in range(2):
        await fetcher.answer(Need(NeedKind.CREDENTIAL, URL))
    assert ["if-none-match" in question.headers for question in web.questions] == [False, False]
    assert fetcher._cache.size == 0


async def test_kinds_do_not_share_since_they_ask_for_other_forms(web, fetcher):
    web[URL] = lambda question: page(question.headers["accept"].encode())
    one, other = [await fetcher.answer(Need(kind, URL)) for kind in (NeedKind.KEY, NeedKind.SCHEMA)]
    assert b"jwk" in one.content
    assert b"schema" in other.content


async def test_a_tag_goes_back_only_to_where_it_came_from(web, fetcher, clock):
    web["https://other.example/"] = revalidating(b"1", '"one"')
    web[URL] = standin.redirect("https://other.example/")
    await fetcher.answer(NEED)
    clock.now += 31
    assert (await fetcher.answer(NEED)).content == b"1"
    assert [(question.host, "if-none-match" in question.headers) for question in web.questions[2:]] == [
        ("school.example", False),
        ("other.example", True),
    ]
    web[URL] = standin.redirect("https://other.example/else")
    web["https://other.example/else"] = page(b"2")
    clock.now += 31
    assert (await fetcher.answer(NEED)).content == b"2"
    assert "if-none-match" not in web.questions[-1].headers


@pytest.mark.parametrize(("told", "asked"), [("max-age=10", 2), ("no-store", 2), ("max-age=300", 1)])
async def test_the_shortest_time_on_the_way_counts(web, fetcher, clock, told, asked):
    web[URL] = (302, {"Location": "/there", "Cache-Control": told}, b"")
    web["https://school.example/there"] = page(b"1", Cache_Control="max-age=60")
    await fetcher.answer(NEED)
    clock.now += 20
    await fetcher.answer(NEED)
    assert web.asked.count(URL) == asked


@pytest.mark.parametrize("tag", ["x" * 257, "\xe9", ""])
async def test_a_tag_that_is_not_fit_to_be_sent_is_not(web, fetcher, clock, tag):
    web[URL] = page(b"1", ETag=tag)
    for _ in range(2):
        assert (await fetcher.answer(NEED)).content == b"1"
        clock.now += 31
    assert "if-none-match" not in web.questions[-1].headers


def test_the_memory_is_bounded_and_what_was_used_stays():
    cache = Cache(10_000)
    needs = [Need(NeedKind.KEY, f"https://school.example/{number}") for number in range(100)]
    for need in needs:
        cache.keep(need, Kept(Found(b"x" * 1_000, ""), 30, fresh_until=30))
        assert cache.find(needs[0], now=0) is not None
        assert cache.size <= 10_000
    assert sum(cache.find(need, now=0) is not None for need in needs) == 4
    cache.keep(needs[0], Kept(Found(b"x" * 10_000, ""), 30, fresh_until=30))
    assert cache.size == 0
    assert cache.find(needs[0], now=0) is None


def test_nothing_stays_for_longer_than_an_hour_after_it_was_new():
    cache = Cache(10_000)
    cache.keep(NEED, Kept(Found(b"x", ""), 30, fresh_until=30, etag='"1"'))
    assert cache.find(NEED, now=3_600) is not None
    assert cache.find(NEED, now=3_631) is None
    assert cache.size == 0


async def test_the_memory_may_be_none(web, make_fetcher):
    web[URL] = page(b"1")
    fetcher = make_fetcher(cache=0)
    for _ in range(2):
        await fetcher.answer(NEED)
    assert len(web.asked) == 2

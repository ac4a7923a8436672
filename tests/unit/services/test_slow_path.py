"""The slow path in real processes: the same answers as in this one, and an end to everything that goes on too long."""

from __future__ import annotations

import json
import os
import random
import signal
import time

import pytest

from app.errors import OverloadedError, TooComplexError, UnknownContextError, UnsafeDocumentError
from app.jsonld import BUNDLED_CONTEXTS, DEFAULT_LIMITS, GENERIC_CONTEXTS, Limits, canonicalize
from app.jsonld.canonical import canonicalize_slowly
from app.services import workers as module
from app.services.slow_path import SlowPath
from app.verification import ReadLimits, Verdict, judge, read
from tests.factories import NOBODY, NOW, as_bytes, make_credential, make_evidence, sign
from tests.unit.jsonld.mutations import BASES, TYPICAL, VC, changed
from tests.unit.jsonld.test_expansion import SAFE, UNSAFE, put
from tests.unit.services.slow import (
    ANSWER,
    BOMB,
    FRENCH,
    SLOW,
    WIDE,
    computed_seconds,
    in_thread,
    is_there,
    outcome,
    wait_until,
    workers,
)


@pytest.fixture(scope="module")
def path():
    opened = SlowPath(seconds=20)
    yield opened
    opened.close()


@pytest.fixture
def opened():
    """Slow paths of one test; they are closed after it."""
    made = []

    def make(**options):
        made.append(SlowPath(**options))
        return made[-1]

    yield make
    for each in made:
        each.close()


# The same answers


def is_json(document):
    try:
        return json.loads(json.dumps(document)) == document
    except TypeError:
        return False


SAMPLES = [
    *(pytest.param(make(), id=f"base {number}") for number, make in enumerate(BASES)),
    *(pytest.param(put(pointer, value), id=name) for name, pointer, value in SAFE),
    *(pytest.param(put(pointer, value), id=name) for name, pointer, value, _ in UNSAFE),
    pytest.param({"@context": [VC, {"x": "urn:x"}], "id": "urn:x", "name": "n"}, id="an inline context"),
    pytest.param({"@context": [VC, "urn:unknown"], "id": "urn:x", "name": "n"}, id="an unknown context"),
    pytest.param({"@context": [VC], "id": "urn:x"}, id="no statement"),
    pytest.param({**FRENCH, "evidence": {"@context": "urn:unknown"}}, id="an unknown context within"),
    pytest.param({**FRENCH, "tag": float("nan")}, id="not a number"),
    pytest.param({**FRENCH, "evidence": [None] * 5_000}, id="too many nulls"),
    pytest.param({**FRENCH, "name": 'é😀\x00\x1f\u2028"'}, id="strange letters"),
]


@pytest.mark.parametrize("document", [sample for sample in SAMPLES if is_json(sample.values[0])])
def test_the_answer_is_the_same_as_in_this_process(path, document):
    here = outcome(lambda: canonicalize_slowly(document, BUNDLED_CONTEXTS, DEFAULT_LIMITS))
    assert outcome(lambda: path(document, DEFAULT_LIMITS)) == here
    through = outcome(lambda: canonicalize(document, limits=Limits(slow_path=path)))
    assert through == outcome(lambda: canonicalize(document))


def test_the_answer_is_the_same_for_whatever_comes(path):
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    for _ in range(60):
        document = changed(chance.choice(BASES)(), chance)
        here = outcome(lambda: canonicalize_slowly(document, BUNDLED_CONTEXTS, DEFAULT_LIMITS))  # noqa: B023
        assert outcome(lambda: path(document, DEFAULT_LIMITS)) == here, f"seed {seed}"  # noqa: B023


EXAMPLE = {"@context": [VC, {"grade": "https://academy.example/#grade"}], "id": "urn:x", "name": "n", "grade": "A"}


def test_generic_documents_are_read_there_under_generic_contexts(path):
    here = canonicalize_slowly(EXAMPLE, GENERIC_CONTEXTS, DEFAULT_LIMITS)
    assert path(EXAMPLE, DEFAULT_LIMITS, generic=True) == here
    assert canonicalize(EXAMPLE, contexts=GENERIC_CONTEXTS, limits=Limits(slow_path=path)) == here
    with pytest.raises(UnknownContextError):
        path(EXAMPLE, DEFAULT_LIMITS)


def test_an_unknown_context_comes_back_with_its_address(path):
    with pytest.raises(UnknownContextError) as caught:
        path({**FRENCH, "evidence": {"@context": "urn:unknown"}}, DEFAULT_LIMITS)
    assert (caught.value.url, caught.value.pointer) == ("urn:unknown", "/evidence/@context")


def test_what_is_not_json_is_unsafe(path):
    for value in ({1, 2}, b"x"):
        with pytest.raises(UnsafeDocumentError):
            path({**FRENCH, "tag": value}, DEFAULT_LIMITS)


def test_depth_is_bounded_before_any_stack_is(path):
    document = {"name": "innermost"}
    for _ in range(20_000):
        document = {"evidence": document}
    with pytest.raises(TooComplexError):
        path({**FRENCH, "evidence": document}, DEFAULT_LIMITS)


def test_the_limits_go_with_the_document(path):
    with pytest.raises(TooComplexError, match="more than 40 statements"):
        path(FRENCH, Limits(quads=40))


def test_our_own_mistakes_stay_exceptions(path):
    with pytest.raises(RuntimeError, match="TypeError"):
        path(FRENCH, Limits(quads=None))
    assert path(FRENCH, DEFAULT_LIMITS) == ANSWER


def test_only_documents_of_the_slow_path_go_there(opened):
    before = workers()
    untouched = opened()
    limits = Limits(slow_path=untouched)
    assert canonicalize(TYPICAL, limits=limits) == canonicalize(TYPICAL)
    assert canonicalize(FRENCH, limits=limits, contexts=BUNDLED_CONTEXTS.plus()) == ANSWER
    with pytest.raises(UnsafeDocumentError):
        canonicalize(FRENCH, limits=limits, fallback=False)
    assert workers() == before


def test_where_the_work_is_done_is_no_part_of_the_limits(path):
    assert Limits(slow_path=path) == DEFAULT_LIMITS
    assert hash(Limits(slow_path=path)) == hash(DEFAULT_LIMITS)


# An end to everything


def test_a_slow_document_is_stopped_in_time_and_the_next_one_read(opened):
    path = opened(seconds=1)
    assert path(FRENCH, DEFAULT_LIMITS) == ANSWER
    first = path._workers._idle.queue[0]._process.pid
    start = time.monotonic()
    with pytest.raises(TooComplexError, match="longer than 1 s"):
        path(SLOW, WIDE)
    assert 1 <= time.monotonic() - start < 5
    assert not is_there(first)
    assert path(FRENCH, DEFAULT_LIMITS) == ANSWER


def test_plans_are_compiled_while_a_slow_document_is_read(opened):
    path = opened(seconds=60)
    path(FRENCH, DEFAULT_LIMITS)
    pid = path._workers._idle.queue[0]._process.pid
    used = computed_seconds(pid)
    thread, outcomes = in_thread(lambda: path(SLOW, WIDE))
    wait_until(lambda: computed_seconds(pid) > used + 0.3)  # it is reading
    assert canonicalize(TYPICAL, contexts=BUNDLED_CONTEXTS.plus()) == canonicalize(TYPICAL)
    assert thread.is_alive()
    os.kill(pid, signal.SIGKILL)
    thread.join()
    assert outcomes[0][0] is TooComplexError


def test_a_memory_bomb_ends_within_its_own_process(path):
    assert len(json.dumps(BOMB)) < ReadLimits().document
    with pytest.raises(TooComplexError, match="more memory"):
        path(BOMB, DEFAULT_LIMITS)
    assert path(FRENCH, DEFAULT_LIMITS) == ANSWER


def test_an_answer_without_end_is_not_taken(path):
    document = {**BOMB, "id": "urn:" + "x" * 30_000}
    with pytest.raises(TooComplexError, match="more memory"):
        path(document, DEFAULT_LIMITS)
    assert path(FRENCH, DEFAULT_LIMITS) == ANSWER


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_that_dies_costs_one_document(opened, number):
    path = opened(seconds=20)
    path(FRENCH, DEFAULT_LIMITS)
    pid = path._workers._idle.queue[0]._process.pid
    used = computed_seconds(pid)
    thread, outcomes = in_thread(lambda: path(SLOW, WIDE))
    wait_until(lambda: computed_seconds(pid) > used + 0.3)  # it is reading
    os.kill(pid, number)
    thread.join(10)
    assert outcomes[0][0] is TooComplexError
    assert path(FRENCH, DEFAULT_LIMITS) == ANSWER


def test_a_worker_that_dies_while_it_waits_costs_nothing(opened):
    path = opened()
    path(FRENCH, DEFAULT_LIMITS)
    pid = path._workers._idle.queue[0]._process.pid
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_there(pid))
    assert path(FRENCH, DEFAULT_LIMITS) == ANSWER


def test_a_worker_that_does_not_react_is_killed(opened):
    """Stopped, it neither reads what is written to it nor hears any other signal."""
    path = opened(seconds=1)
    path(FRENCH, DEFAULT_LIMITS)
    os.kill(path._workers._idle.queue[0]._process.pid, signal.SIGSTOP)
    with pytest.raises(TooComplexError, match="longer than 1 s"):
        path({**FRENCH, "description": "x" * 500_000}, DEFAULT_LIMITS)  # more than a pipe holds
    assert path(FRENCH, DEFAULT_LIMITS) == ANSWER


def test_whoever_finds_all_workers_busy_waits_no_longer_than_they_may_take(opened):
    path = opened(seconds=0.2)
    taken = path._workers._idle.get()
    start = time.monotonic()
    with pytest.raises(OverloadedError, match="others"):
        path(FRENCH, DEFAULT_LIMITS)
    assert 0.2 <= time.monotonic() - start < 2
    path._workers._idle.put(taken)
    assert path(FRENCH, DEFAULT_LIMITS) == ANSWER


@pytest.mark.parametrize("program", ["/nonexistent", "/bin/false", "/bin/cat"])
def test_a_worker_that_does_not_start_fails_the_document_alone(opened, monkeypatch, program):
    path = opened()
    monkeypatch.setattr(module, "_START_SECONDS", 1)
    with monkeypatch.context() as patch:
        patch.setattr(module.sys, "executable", program)
        with pytest.raises(OverloadedError, match="at the moment"):
            path(FRENCH, DEFAULT_LIMITS)
    monkeypatch.undo()
    assert path(FRENCH, DEFAULT_LIMITS) == ANSWER


def test_eight_threads_at_two_workers(opened):
    before = workers()
    path = opened(workers=2, seconds=20)
    seen = set()

    def ask(thread):
        found = []
        for number in range(5):
            document = {**FRENCH, "description": f"{thread} {number}"}
            found.append(path(document, DEFAULT_LIMITS) == canonicalize(document))
            seen.update(workers() - before)
        return all(found)

    running = [in_thread(lambda thread=thread: ask(thread)) for thread in range(8)]
    for thread, _ in running:
        thread.join()
    assert [outcomes for _, outcomes in running] == [[True]] * 8
    assert len(seen) == 2


# What it means for a report


def report_on(document, path):
    presented = read(as_bytes(document), limits=ReadLimits(work=Limits(slow_path=path)))
    return judge(presented, make_evidence(), NOBODY, now=NOW)


# A member by its address instead of a term: rare, allowed below the top, and the slow path's business.
NAMED = {"evidence": [{"type": ["Evidence"], "name": "Essay", "https://e.example/words": 1_200}]}


def test_a_badge_of_the_slow_path_is_valid(path):
    with pytest.raises(UnsafeDocumentError):
        canonicalize(make_credential(**NAMED), fallback=False)
    report = report_on(sign(make_credential(**NAMED)), path)
    assert (report.check("proof").code, report.verdict) == ("proof.fits", Verdict.VALID)


def test_a_badge_whose_turn_did_not_come_is_undetermined_for_the_time_being(opened):
    path = opened(seconds=0.2)
    taken = path._workers._idle.get()
    signed = sign(make_credential(**NAMED))
    report = report_on({**signed, "proof": signed["proof"] * 8}, path)
    assert (report.check("proof").code, report.verdict) == ("proof.busy", Verdict.UNDETERMINED)
    path._workers._idle.put(taken)
    assert report_on(signed, path).verdict is Verdict.VALID


def test_a_badge_that_cannot_be_read_in_time_or_memory_is_undetermined(path):
    """Not "altered": nobody has looked."""
    signed = sign(make_credential())
    achievement = {**signed["credentialSubject"]["achievement"], "id": BOMB["id"], "tag": BOMB["https://e.example/p"]}
    subject = {**signed["credentialSubject"], "achievement": achievement}
    # The evidence is met first, so that the walk gives up before the subject becomes gigabytes.
    first = {"@context": signed.pop("@context"), **NAMED}
    report = report_on({**first, **signed, **NAMED, "credentialSubject": subject}, path)
    assert (report.check("proof").code, report.verdict) == ("proof.too-complex", Verdict.UNDETERMINED)

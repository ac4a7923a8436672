"""The switch that stops issuing, thrown while everybody issues: once it is answered not one more badge is made."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from itertools import count

import pytest
from sqlalchemy import func, select

from app.cli import samples
from app.models import AuditEvent, Credential, Issuer, StatusList
from app.storage import Database
from tests.problem import assert_problem
from tests.reliability.figures import found_whole
from tests.reliability.ledger import assert_there, assert_whole
from tests.reliability.posting import (
    ACHIEVEMENT,
    CLIENTS,
    WAIT_SECONDS,
    in_background,
    in_threads,
    make_completion,
)
from tests.reliability.scale import scale

ROUNDS = scale("SWITCHES", short=2, long=50)
OURS, THEIRS = samples.ISSUER["slug"], "other"
ACHIEVEMENTS = {OURS: ACHIEVEMENT, THEIRS: "another-course"}
SWITCHES = {"one issuer": (f"/v1/issuers/{OURS}", (OURS,)), "all": ("/v1/service", (OURS, THEIRS))}
REASON = {"reason": "A drill."}
MORE = 30  # badges before a switch is thrown, and of others after it
BATCH = 5
BATCHES = 0.2  # of what is asked
STOPPED_SECONDS = 0.5  # at least, while clients go on asking


@pytest.mark.parametrize("what", SWITCHES)
def test_not_one_badge_after_the_stop_was_answered(place, what):
    with place.server() as server:
        stop_and_resume([server], place, what)


@pytest.mark.parametrize("what", SWITCHES)
def test_nor_by_another_process(postgresql_place, what):
    """The switch is thrown in one, clients ask both."""
    place = postgresql_place
    with place.server("one") as one, place.server("two") as two:
        stop_and_resume([one, two], place, what)


def stop_and_resume(servers, place, what):
    path, stopped = SWITCHES[what]
    others = set(ACHIEVEMENTS) - set(stopped)
    with ExitStack() as opened:
        clients = [opened.enter_context(place.client(server)) for server in servers]
        add_another_issuer(clients[0])
        look = opened.enter_context(looking(place.url))
        crowd = opened.enter_context(Askers(clients))
        for _ in range(ROUNDS):
            crowd.await_more(dict.fromkeys(ACHIEVEMENTS, MORE))
            assert clients[0].post(f"{path}:stop", json=REASON).status_code == 200
            stands = look(stopped)
            refused = crowd.refused
            time.sleep(STOPPED_SECONDS)
            crowd.await_more(dict.fromkeys(others, MORE))
            crowd.await_refusals(refused + CLIENTS)
            assert look(stopped) == stands, "something was issued after the stop had been answered"
            assert clients[0].post(f"{path}:resume", json=REASON).status_code == 204
    assert set(crowd.statuses) == {200, 201, 503}, crowd.statuses
    assert_there(assert_whole(place.url, credentials=len(crowd.told)), crowd.told)
    found_whole(
        f"the stop of {what}, eight clients, processes: {len(servers)}",
        place.dialect,
        ROUNDS,
        "stops",
        issued=len(crowd.told),
        refused=crowd.refused,
    )


@pytest.mark.parametrize("what", SWITCHES)
def test_the_stop_waits_for_an_award_that_has_begun(postgresql_place, what):
    """The award has asked whether it may, and waits for its place in a list, which the test holds."""
    place = postgresql_place
    path, _ = SWITCHES[what]
    with place.server() as server, place.client(server) as client:
        issue = in_background_with_answer(client, "/v1/completions", make_completion(0))
        assert issue().status_code == 201  # it opens the list
        with nobody_gets_a_place(place.url):
            issue = in_background_with_answer(client, "/v1/completions", make_completion(1))
            await_waiting(place.url, 1)
            stop = in_background_with_answer(client, f"{path}:stop", REASON)
            await_waiting(place.url, 2)
        assert issue().status_code == 201
        assert stop().status_code == 200
        assert_problem(client.post("/v1/completions", json=make_completion(2)), 503, "issuing-stopped")
    assert_whole(place.url, credentials=2)


def test_nothing_is_signed_for_a_stranger_after_the_stop(place):
    """The VC-API signs between two transactions: what had begun before the stop is refused in the second."""
    with place.server() as server, ExitStack() as opened:
        client = opened.enter_context(place.client(server))
        client.put(f"/vc-api/issuers/{OURS}/eddsa-rdfc-2022").raise_for_status()
        [found] = client.get(f"/vc-api/issuers/{OURS}").json()["instances"]
        document = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential"],
            "issuer": found["id"],
            "credentialSubject": {"id": "did:example:subject"},
        }
        signed = Signers(place.client(server), "/vc-api/" + found["endpoint"].partition("/vc-api/")[2], document)
        with signed:
            for path, _ in SWITCHES.values():
                signed.await_more(MORE)
                client.post(f"{path}:stop", json=REASON).raise_for_status()
                stands = count_signed(place.url)
                time.sleep(STOPPED_SECONDS)
                assert count_signed(place.url) == stands, "something was signed after the stop had been answered"
                client.post(f"{path}:resume", json=REASON).raise_for_status()
    assert count_signed(place.url) == signed.statuses[201]
    assert set(signed.statuses) == {201, 503}


def add_another_issuer(client):
    definition = {name: value for name, value in samples.ACHIEVEMENTS[ACHIEVEMENT].items() if name != "validity"}
    for path, body in (
        ("/v1/issuers", {"slug": THEIRS, "name": "Other", "jwtAlgorithm": "ES256"}),
        ("/v1/achievements", {"slug": ACHIEVEMENTS[THEIRS], "issuer": THEIRS, **definition}),
    ):
        response = client.post(path, json=body)
        assert response.status_code == 201, response.text


class Background:
    """Threads that ask one thing after another between the ends of the `with` block; raises what one of them raised."""

    def __init__(self):
        self._over = threading.Event()
        self._lock = threading.Lock()
        self.statuses: Counter = Counter()

    def __enter__(self):
        self._finish = in_background(lambda: in_threads([self._loop] * CLIENTS))
        return self

    def __exit__(self, *_):
        self._over.set()
        self._finish()

    def _loop(self):
        while not self._over.is_set():
            self.ask()

    def ask(self):
        raise NotImplementedError

    def until(self, condition):
        end = time.monotonic() + WAIT_SECONDS
        while not condition():
            assert time.monotonic() < end, self.statuses
            time.sleep(0.005)


class Askers(Background):
    """They want badges of both issuers, singly and in batches, of all processes in turn."""

    def __init__(self, clients):
        super().__init__()
        self._clients = clients
        self._numbers = count()
        self.told: dict[str, str] = {}  # external id -> address
        self.issued: Counter = Counter()  # by issuer
        self.refused = 0

    def ask(self):
        number = next(self._numbers)
        client = self._clients[number // 2 % len(self._clients)]
        slug = (OURS, THEIRS)[number % 2]
        if number % int(1 / BATCHES):
            name = f"one-{number}"
            answer = client.post("/v1/completions", json=completion(slug, name))
            self._note(slug, answer, [(name, answer.json() | {"issued": answer.status_code == 201})])
        else:
            names = [f"batch-{number}-{row}" for row in range(BATCH)]
            answer = client.post("/v1/completions:batch", json=[completion(slug, name) for name in names])
            outcomes = answer.json().get("outcomes", [{}] * BATCH)
            rows = [
                {**row, **(row.get("credential") or {}), "issued": row.get("outcome") == "issued"} for row in outcomes
            ]
            self._note(slug, answer, list(zip(names, rows, strict=True)))

    def _note(self, slug, answer, rows):
        with self._lock:
            self.statuses[answer.status_code] += 1
            for name, row in rows:
                if row["issued"]:
                    self.told[name] = row["id"]
                    self.issued[slug] += 1
                else:
                    assert (row.get("problem") or answer.json())["type"].endswith("/issuing-stopped"), row
                    self.refused += 1
                    assert answer.status_code == 200 or int(answer.headers["retry-after"]) >= 1

    def await_more(self, wanted):
        goals = {slug: self.issued[slug] + more for slug, more in wanted.items()}
        self.until(lambda: all(self.issued[slug] >= goal for slug, goal in goals.items()))

    def await_refusals(self, wanted):
        self.until(lambda: self.refused >= wanted)


class Signers(Background):
    """They have documents of their own signed."""

    def __init__(self, client, path, document):
        super().__init__()
        self._client, self._path, self._body = client, path, {"credential": document}

    def __exit__(self, *given):
        super().__exit__(*given)
        self._client.close()

    def ask(self):
        answer = self._client.post(self._path, json=self._body)
        with self._lock:
            self.statuses[answer.status_code] += 1

    def await_more(self, wanted):
        goal = self.statuses[201] + wanted
        self.until(lambda: self.statuses[201] >= goal)


def completion(slug, name):
    return make_completion(0, externalId=name, achievement=ACHIEVEMENTS[slug])


@contextmanager
def looking(url):
    """A function from slugs to how many credentials their issuers have at this moment."""
    database = Database.open(url)
    query = select(func.count()).select_from(Credential).join(Issuer, Issuer.id == Credential.issuer_id)

    def look(slugs):
        with database.reading() as session:
            return session.scalar(query.where(Issuer.slug.in_(slugs)))

    try:
        yield look
    finally:
        database.close()


def count_signed(url):
    database = Database.open(url)
    try:
        with database.reading() as session:
            return session.scalar(select(func.count()).where(AuditEvent.action == "vc.issue"))
    finally:
        database.close()


@contextmanager
def nobody_gets_a_place(url):
    database = Database.open(url)
    try:
        with database.transaction() as session:
            session.scalars(select(StatusList).with_for_update()).all()
            yield
    finally:
        database.close()


def await_waiting(url, wanted):
    """Until so many transactions of others wait for a lock."""
    database = Database.open(url)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    end = time.monotonic() + WAIT_SECONDS
    try:
        while True:
            with database.reading() as session:
                if session.connection().exec_driver_sql(waiting).scalar() >= wanted:
                    return
            assert time.monotonic() < end, f"never {wanted} waited"
            time.sleep(0.01)
    finally:
        database.close()


def in_background_with_answer(client, path, body):
    """Sends it; returns the function that waits for the answer."""
    answers = []
    finish = in_background(lambda: answers.append(client.post(path, json=body)))

    def answer():
        finish()
        return answers[0]

    return answer

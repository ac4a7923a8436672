"""A town with a badge in every state that a page can show, on a real socket, with a web of strangers around it.

    with open_town(folder) as town:
        town.url("valid")       # the address of a badge, an achievement, an issuer
        town.files["png"]       # what a holder downloaded, what a stranger made

The clock stands still at `NOW`, so that the same pages look the same tomorrow. Screenshots and tests share it.
"""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
from sqlalchemy import make_url

from app.cli import samples
from app.cli.operate import server_for
from app.main import create_app
from app.services import api_keys
from app.services.actors import TERMINAL
from app.settings import Limits, Settings
from app.signing import did_web_url
from app.storage import migrate
from tests import standin
from tests.browser import people, strangers
from tests.browser.art import badge_png, badge_svg, logo_svg
from tests.elsewhere import PAGES
from tests.factories import as_bytes, key_issuer, sign, web_issuer
from tests.unit.verification.inner import make_endorsement

NOW = datetime(2026, 5, 10, 12, 0, tzinfo=UTC)
AHEAD = NOW + timedelta(days=250)
LONG_AGO = samples.EXPIRED["completedAt"]
COUNCIL = key_issuer("Council for Teacher Education")
CLOSED_COUNCIL = web_issuer("closed-council")
REASON = samples.REVOCATION_REASON


class Clock:
    """Stands still until somebody moves the hand."""

    now = NOW

    def __call__(self):
        return self.now


@dataclass
class Town:
    """Addresses by name; files by name, as (file name, content)."""

    base: str
    database: str
    client: httpx.Client
    clock: Clock
    addresses: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def url(self, name):
        return self.addresses[name]

    def path(self, name):
        return urlsplit(self.addresses[name]).path

    def post(self, path, body, *, token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return _done(self.client.post(path, json=body, headers=headers))

    def award(self, name, achievement, learner="Amina Haddad", *, token=None, **members):
        body = {
            "achievement": achievement,
            "externalId": name,
            "learner": {"name": learner, "email": f"learner-{len(self.addresses)}@riverside.example"},
            "completedAt": "2026-05-04T10:00:00Z",
            **members,
        }
        credential = self.post("/v1/completions", body, token=token)
        self.addresses[name] = credential["id"]
        return credential

    def move(self, name, verb, body):
        return self.post(f"/v1{self.path(name)}:{verb}", body)

    def endorse(self, subject, issuer):
        endorsement = sign(make_endorsement(issuer, about=subject), issuer)
        _done(self.client.post("/v1/endorsements", content=as_bytes(endorsement), headers=_as("application/vc")))


@contextmanager
def open_town(folder):
    """Everything in it is made on entry, which takes some seconds, and stops on leaving."""
    address = did_web_url(CLOSED_COUNCIL.did)
    open_once = (200, {"Cache-Control": "no-store"}, CLOSED_COUNCIL.document)
    with (
        standin.serve({**PAGES, address: open_once}) as web,
        socket.create_server(("127.0.0.1", 0)) as listener,
        _served(web, listener, folder) as town,
    ):
        _fill(town)
        web[address] = 404
        yield town


@contextmanager
def _served(web, listener, folder):
    base = f"http://localhost:{listener.getsockname()[1]}"
    settings = Settings(
        environment="development",
        data_dir=folder,
        public_url=base,
        key_encryption_key="11" * 32,
        test_host_map=web.host_map,
        test_ca_file=web.ca_file,
        limits=Limits(fetch_seconds=1),
    )
    clock = Clock()
    app = create_app(settings, clock=clock)
    laurel = app.state.laurel
    migrate(laurel.database)
    server = server_for(app, settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        with _client(base, _token(laurel)) as client:
            _until_it_answers(client)
            yield Town(base, make_url(settings.sqlalchemy_url).database, client, clock)
    finally:
        server.should_exit = True
        thread.join(30)


def _token(laurel):
    with laurel.database.transaction() as session:
        return api_keys.create_api_key(
            session,
            instance=laurel.instance,
            actor=TERMINAL,
            name="town",
            issuer_slug=None,
            scopes=("admin",),
            test=False,
            expires_at=None,
            now=NOW,
        ).token


def _client(base, token):
    return httpx.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False)


def _until_it_answers(client):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if client.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    raise AssertionError("the town's server did not answer within 30 s")


def _done(response):
    assert response.is_success, response.text
    return response.json()


def _as(media_type):
    return {"Content-Type": media_type}


# What is in it -------------------------------------------------------------------------------------------------------


def _fill(town):
    _issuers(town)
    _achievements(town)
    _in_each_state(town)
    _said_strangely(town)
    _files(town)
    _altered(town)


def _issuers(town):
    everything = {
        **samples.ISSUER,
        "timeZone": "Europe/London",
        "linkedinOrganizationId": "1337",
        "accentColor": "#1d5c8f",
    }
    for name, body in {
        "issuer": everything,
        "issuer, bare": {"slug": "bare", "name": "Bare Hands"},
        "issuer, hostile": {
            "slug": "hostile",
            "name": f"{people.TAGS} {people.BIDI}"[:200],
            "url": f"https://{people.CANARY}/%22%3E",
            "description": people.MARKDOWN[:3000],
        },
        "issuer, long": {"slug": "long", "name": people.LONGEST_NAME, "description": people.LONG_MARKDOWN},
    }.items():
        made = town.post("/v1/issuers", body)
        town.addresses[name] = f"{town.base}/issuers/{made['slug']}"
        if name == "issuer":
            town.endorse(made["did"], COUNCIL)
            _done(town.client.put("/v1/issuers/riverside/logo", content=logo_svg(), headers=_as("image/svg+xml")))


def _achievements(town):
    for slug in ("differentiated-teaching", "pupil-wellbeing", "formative-assessment"):
        made = _achievement(town, slug, slug=slug, issuer="riverside", **samples.ACHIEVEMENTS[slug])
        if slug == "formative-assessment":
            town.endorse(made["id"], COUNCIL)
            town.endorse(made["id"], CLOSED_COUNCIL)
    plain = {"description": "Made something.", "criteriaNarrative": "Make something."}
    _achievement(town, "achievement, bare", slug="bare", issuer="bare", name="Something", **plain)
    _achievement(town, "achievement, hostile", slug="hostile", issuer="hostile", **_hostile_definition())
    _achievement(town, "achievement, long", slug="long", issuer="long", **_long_definition())
    _achievement(
        town, "achievement, arabic", slug="arabic", issuer="riverside", name="التدريس المتمايز في الصفوف المختلطة",
        description="يخطط لدرس واحد يصل إلى كل تلميذ ويدرّسه.", criteriaNarrative="قدّم **خطة درس** وثلاث عينات.",
        language="ar", learningOutcomes=["يعرف ما يعرفه التلاميذ", "يكيّف المهام"], hours=12,
    )  # fmt: skip
    for name, media_type, picture in (
        ("differentiated-teaching", "image/png", badge_png()),
        ("achievement, long", "image/svg+xml", badge_svg()),
    ):
        answer = town.client.put(f"/v1{town.path(name)}/image", content=picture, headers=_as(media_type))
        assert answer.is_success, answer.text


def _achievement(town, known_as, **body):
    made = town.post("/v1/achievements", body)
    town.addresses[known_as] = made["id"]
    return made


def _hostile_definition():
    """Definitions refuse what turns the direction of writing; names of people and narratives do not."""
    return {
        "name": people.QUOTES,
        "description": people.PRINTABLE,
        "criteriaNarrative": people.PRINTABLE,
        "criteriaUrl": f"https://{people.CANARY}/criteria",
        "learningOutcomes": [people.TAGS, people.UNBROKEN_NAME],
        "assessment": {"type": people.TAGS, "description": people.PRINTABLE},
        "tags": ["<b>tag</b>", "'><i>"],
        "alignments": [
            {
                "targetName": people.QUOTES,
                "targetUrl": f"https://{people.CANARY}/%22onmouseover=alert(1)",
                "targetFramework": people.TAGS,
                "targetDescription": people.PRINTABLE,
            }
        ],
        "resultDescriptions": [{"id": "quiz", "name": people.TAGS, "resultType": "Result"}],
    }


def _long_definition():
    whole = samples.ACHIEVEMENTS["differentiated-teaching"]
    return {
        **whole,
        "name": (people.UNBROKEN_NAME + " " + people.LONGEST_NAME)[:200].strip(),
        "description": "Plans, teaches and reviews lessons that reach every pupil. " * 40,
        "criteriaNarrative": people.LONG_MARKDOWN * 3,
        "learningOutcomes": [f"Outcome {number}: adapts the task, the support and the pace." for number in range(30)],
        "tags": [f"topic number {number}" for number in range(20)],
        "alignments": whole["alignments"] * 5,
    }


def _in_each_state(town):
    first = samples.COMPLETIONS[0]
    usual = {name: first[name] for name in ("results", "evidence", "narrative", "assessor")}
    town.award("valid", "differentiated-teaching", **usual)
    town.award("valid, does not expire", "bare")
    town.award("public", "differentiated-teaching", visibility="public", **usual)
    town.award("expired", "pupil-wellbeing", "Tomás Ó Briain", completedAt=LONG_AGO, results=samples.EXPIRED["results"])
    town.award("revoked", "differentiated-teaching", "Robin Ashdown", **usual)
    town.move("revoked", "revoke", {"reason": REASON})
    town.award("revoked, hostile reason", "differentiated-teaching", "Robin Ashdown")
    town.move("revoked, hostile reason", "revoke", {"reason": f"{people.TAGS} {people.BIDI}"})
    town.award("replaced", "differentiated-teaching", "Amina Hadad", **usual)
    change = {"reason": "The name was misspelt.", "learner": {"name": "Amina Haddad"}}
    town.addresses["replacement"] = town.move("replaced", "replace", change)["id"]
    town.award("renewed", "pupil-wellbeing", "Priya Raghunathan", completedAt=LONG_AGO)
    renewal = {"completedAt": "2026-05-01T10:00:00Z", "results": samples.EXPIRED["results"]}
    town.addresses["renewal"] = town.move("renewed", "renew", renewal)["id"]
    town.award("erased", "differentiated-teaching", "Erased Person")
    town.move("erased", "erase", {})
    key = town.post("/v1/api-keys", {"name": "trials", "issuer": "riverside", "scopes": ["issue"], "test": True})
    town.award("test", "differentiated-teaching", "Only Trying", token=key["key"])
    town.award("endorsed, one cannot be asked", "formative-assessment", results=samples.COMPLETIONS[1]["results"])
    town.award("altered", "differentiated-teaching", "Altered Person")
    town.clock.now = AHEAD  # nothing is awarded before it was earned
    town.award("not yet valid", "differentiated-teaching", "Siân Llewellyn", completedAt=f"{AHEAD:%Y-%m-%dT%XZ}")
    town.clock.now = NOW


def _said_strangely(town):
    for script, name in people.SCRIPTS.items():
        town.award(f"name in {script}", "differentiated-teaching", name)
    town.award("arabic content", "arabic", people.SCRIPTS["arabic"])
    evidence = [{"name": f"Item {number}", "narrative": people.LONG_MARKDOWN} for number in range(4)]
    town.award(
        "everything, long", "long", people.LONGEST_NAME, evidence=evidence, narrative=people.LONG_MARKDOWN,
        results=[{"resultDescription": "rubric", "value": "Exceeds"}], assessor={"name": people.UNBROKEN_NAME},
    )  # fmt: skip
    town.award(
        "hostile", "hostile", f"{people.TAGS} {people.BIDI}", narrative=people.MARKDOWN,
        evidence=[{
            "name": people.QUOTES, "url": f"https://{people.CANARY}/'onclick=alert(1)", "narrative": people.MARKDOWN,
            "description": people.TAGS, "genre": people.BIDI,
        }],
        results=[{"resultDescription": "quiz", "value": people.TAGS[:200]}], assessor={"name": people.QUOTES},
    )  # fmt: skip


def _files(town):
    for form in ("png", "svg", "pdf", "json", "jwt"):
        answer = town.client.get(f"{town.path('valid')}.{form}")
        assert answer.is_success, answer.text
        town.files[form] = (f"badge.{form}", answer.content)
    for name in ("revoked", "expired", "test", "hostile"):
        town.files[name] = (f"{name}.json", town.client.get(f"{town.path(name)}.json").content)
    changed = samples.tampered(json.loads(town.files["json"][1]))
    town.files["altered"] = ("altered.json", as_bytes(changed))
    answer = town.client.post("/v1/verify", json={"url": town.url("valid"), "receipt": True})
    receipt = answer.json()["receipt"]
    town.files["receipt"] = ("receipt.json", as_bytes(receipt))
    town.files["receipt, altered"] = ("receipt.json", as_bytes(receipt | {"verdict": "invalid"}))
    town.files |= strangers.files()


def _altered(town):
    """Somebody with the database file takes away what stops them, and writes another name into a signed document."""
    with closing(sqlite3.connect(town.database, isolation_level=None)) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{name}"')
        for row, document in file.execute("SELECT rowid, document FROM credentials").fetchall():
            changed = bytes(document).replace(b"Altered Person", b"Altered Pirate")
            file.execute("UPDATE credentials SET document = ? WHERE rowid = ?", (changed, row))

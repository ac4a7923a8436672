"""The twin in Open Badges 2.0 before 1EdTech's own verifier of that version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from app.cli import samples
from app.main import create_app
from app.schemas.api_keys import Scope
from app.services import api_keys
from app.services.actors import TERMINAL
from app.settings import Environment, Settings
from app.storage import migrate
from tests.interop.test_served import bearer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

    from tests.interop.elsewhere import Version2

LEARNER = samples.COMPLETIONS[0]["learner"]
AMINA = {"email": LEARNER["email"]}
ACCEPTED = {"valid": True, "messages": []}
ACCEPT = "application/ld+json, application/json, image/png, image/svg+xml"  # as that verifier asks


@dataclass(frozen=True)
class Server:
    """An application whose issuer publishes twins."""

    app: FastAPI
    key: str

    def award(self, **changes: Any) -> str:
        """The address of a new badge."""
        return str(self.ask("POST", "/v1/completions", samples.COMPLETIONS[0] | changes).json()["id"])

    def get(self, url: str) -> httpx.Response:
        return self.ask("GET", url)

    def web(self, badge: str) -> dict[str, httpx.Response]:
        """What the addresses answer that lead on from the assertion of that badge."""
        web = {f"{badge}/assertion.json": self.get(f"{badge}/assertion.json")}
        assertion = web[f"{badge}/assertion.json"].json()
        badge_class = self.get(assertion["badge"])
        web[assertion["badge"]] = badge_class
        for url in (assertion["image"], badge_class.json()["image"], badge_class.json()["issuer"]):
            web[url] = self.get(url)
        return web

    def ask(self, method: str, url: str, body: Any = None) -> httpx.Response:
        return anyio.run(self._ask, method, url, body)

    async def _ask(self, method: str, url: str, body: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        headers = bearer(self.key) if body is not None else {"Accept": ACCEPT}
        async with httpx.AsyncClient(transport=transport, base_url=self.app.state.base_url) as client:
            return await client.request(method, url, json=body, headers=headers)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    app = create_app(Settings(environment=Environment.DEVELOPMENT, data_dir=tmp_path))
    laurel = app.state.laurel
    migrate(laurel.database)
    with laurel.database.transaction() as session:
        made = api_keys.create_api_key(
            session, instance=laurel.instance, actor=TERMINAL, name="interop", issuer_slug=None,
            scopes=[Scope.ADMIN], test=False, expires_at=None, now=laurel.clock(),
        )  # fmt: skip
    server = Server(app, made.token)
    server.ask("POST", "/v1/issuers", samples.ISSUER | {"openBadges2": True})
    slug = samples.COMPLETIONS[0]["achievement"]
    server.ask("POST", "/v1/achievements", {"slug": slug, "issuer": "riverside", **samples.ACHIEVEMENTS[slug]})
    yield server
    laurel.close()


def files_of(server: Server, badge: str, folder: Path) -> list[Path]:
    """The badge in every form in which somebody may hand it over: images, its address, the assertion."""
    contents = {
        "badge.png": server.get(f"{badge}.png").content,
        "badge.svg": server.get(f"{badge}.svg").content,
        "address.txt": f"{badge}/assertion.json".encode(),
        "assertion.json": server.get(f"{badge}/assertion.json").content,
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def test_the_twin_is_accepted_in_every_form(server: Server, version_2: Version2, tmp_path: Path):
    badge = server.award()
    files = files_of(server, badge, tmp_path)
    assert version_2.verify(server.web(badge), *files, recipient=AMINA) == [ACCEPTED] * len(files)


def test_a_badge_of_somebody_else_is_refused(server: Server, version_2: Version2, tmp_path: Path):
    badge = server.award()
    files = files_of(server, badge, tmp_path)
    said = version_2.verify(server.web(badge), *files, recipient={"email": "someone@riverside.example"})
    assert [one["valid"] for one in said] == [False] * len(files)


def test_a_learner_known_by_did_alone_is_accepted(server: Server, version_2: Version2, tmp_path: Path):
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    badge = server.award(learner={"name": LEARNER["name"], "did": did})
    files = files_of(server, badge, tmp_path)
    assert version_2.verify(server.web(badge), *files, recipient=None) == [ACCEPTED] * len(files)


def test_a_revoked_badge_is_refused(server: Server, version_2: Version2, tmp_path: Path):
    badge = server.award()
    files, web = files_of(server, badge, tmp_path), server.web(badge)
    server.ask("POST", f"/v1/credentials/{badge.rpartition('/')[2]}:revoke", {"reason": "Issued by mistake"})
    web[f"{badge}/assertion.json"] = server.get(f"{badge}/assertion.json")
    assert web[f"{badge}/assertion.json"].status_code == 410
    said = version_2.verify(web, *files, recipient=AMINA)
    assert [one["valid"] for one in said] == [False] * len(files)


def test_an_expired_badge_is_refused(server: Server, version_2: Version2, tmp_path: Path):
    badge = server.award(validUntil="2026-05-05T10:00:00Z")
    files = files_of(server, badge, tmp_path)
    said = version_2.verify(server.web(badge), *files, recipient=AMINA)
    assert all("expired" in " ".join(one["messages"]) for one in said), said


def test_an_assertion_elsewhere_does_not_speak_for_the_issuer(server: Server, version_2: Version2, tmp_path: Path):
    badge = server.award()
    web, file = server.web(badge), tmp_path / "address.txt"
    elsewhere = f"{server.app.state.base_url}/uploads/assertion.json"
    content = web[f"{badge}/assertion.json"].text.replace(f"{badge}/assertion.json", elsewhere)
    web[elsewhere] = httpx.Response(200, text=content, headers={"Content-Type": "application/json"})
    file.write_text(elsewhere, "utf-8")
    [said] = version_2.verify(web, file, recipient=AMINA)
    assert "does not start with any permitted values" in " ".join(said["messages"]), said

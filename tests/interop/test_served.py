"""The same over HTTP: what the server published about a completion is all that another vendor's library needs."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
import httpx
import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from app.main import create_app
from app.schemas.api_keys import Scope
from app.services import api_keys
from app.services.actors import TERMINAL
from app.services.vc_instances import InstanceName
from app.settings import Environment, Settings
from app.storage import migrate
from tests.interop.elsewhere import Case

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from fastapi import FastAPI

    from tests.interop.elsewhere import Elsewhere

ISSUER = {"slug": "riverside", "name": "Riverside Academy", "url": "https://riverside.example"}
ACHIEVEMENT = {
    "issuer": "riverside",
    "slug": "differentiated-teaching",
    "name": "Differentiated teaching",
    "description": "Plans and teaches lessons that reach every pupil.",
    "criteriaNarrative": "Three lessons, planned, taught and reviewed.",
    "learningOutcomes": ["Plans for three levels", "Adapts a lesson while teaching it"],
    "hours": 12.5,
    "level": {"framework": "EQF", "code": "6"},
    "resultDescriptions": [{"id": "rubric", "name": "Rubric", "resultType": "Result", "allowedValues": ["1", "2"]}],
}
COMPLETION = {
    "achievement": "differentiated-teaching",
    "source": "interop",
    "externalId": "1",
    "learner": {"name": "Zoë Ōkubo · أمينة 🎓", "email": "zoe@riverside.example"},
    "completedAt": "2026-05-04T10:00:00Z",
    "results": [{"resultDescription": "rubric", "value": "2"}],
    "evidence": [{"name": "Plan", "url": "https://riverside.example/plan", "narrative": "Two *pages*."}],
}


@dataclass(frozen=True)
class Server:
    """An application with a badge in it; asked from tests that are not asynchronous."""

    app: FastAPI
    key: str
    badge: str

    def get(self, url: str) -> httpx.Response:
        return anyio.run(asked, self.app, lambda client: client.get(urlsplit(url).path))

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return anyio.run(asked, self.app, lambda client: client.post(path, json=body, headers=bearer(self.key)))

    def put(self, path: str) -> httpx.Response:
        return anyio.run(asked, self.app, lambda client: client.put(path, headers=bearer(self.key)))

    def case_of(self, credential: dict[str, Any]) -> Case:
        """The same for what the VC-API signed, whose issuer is resolved over HTTP as well."""
        resolved = self.get(f"/1.0/identifiers/{credential['issuer']}").json()
        status_list = self.get(credential["credentialStatus"]["statusListCredential"]).json()
        return Case(credential, resolved["didDocument"], status_list)

    def case(self) -> Case:
        """Every document over HTTP, found from the badge alone."""
        credential = self.get(f"{self.badge}.json").json()
        slug = credential["issuer"]["id"].rpartition(":")[2]
        did_document = self.get(f"/issuers/{slug}/did.json").json()
        status_list = self.get(credential["credentialStatus"]["statusListCredential"]).json()
        return Case(credential, did_document, status_list)


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


async def asked(app: FastAPI, ask: Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=app.state.base_url) as client:
        answer = await ask(client)
    assert answer.is_success, answer.text
    return answer


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
    empty = Server(app, made.token, "")
    empty.post("/v1/issuers", ISSUER)
    empty.post("/v1/achievements", ACHIEVEMENT)
    answer = empty.post("/v1/completions", COMPLETION)
    yield Server(app, made.token, answer.json()["id"])
    laurel.close()


def test_a_served_badge_is_accepted_elsewhere(server: Server, elsewhere: Elsewhere):
    assert elsewhere.verify_one(server.case()) == {"verified": True, "revoked": False, "error": None}


def test_a_served_badge_with_one_changed_character_is_refused_elsewhere(server: Server, elsewhere: Elsewhere):
    case = server.case()
    changed = [
        case.changed("credentialSubject.result.0.value", "2", "1"),
        case.changed("credentialSubject.achievement.name", "D", "d"),
        case.changed("credentialSubject.achievement.criteria.narrative", "three", "thr3e"),
        case.changed("credentialStatus.statusListIndex", case.credential["credentialStatus"]["statusListIndex"], "1"),
        case.changed("awardedDate", "2026", "2025"),
    ]
    assert [answer["verified"] for answer in elsewhere.verify(changed)] == [False] * len(changed)


def test_a_revoked_badge_is_seen_to_be_revoked_elsewhere(server: Server, elsewhere: Elsewhere):
    server.post(f"/v1/credentials/{server.badge.rpartition('/')[2]}:revoke", {"reason": "Issued by mistake"})
    assert elsewhere.verify_one(server.case()) == {"verified": True, "revoked": True, "error": None}


def test_the_token_is_accepted_with_the_key_at_its_kid(server: Server):
    compact = server.get(f"{server.badge}.jwt").text.strip()
    jwk = server.get(header_of(compact)["kid"]).json()
    decoded = jwt.decode(compact, import_key(jwk), algorithms=[jwk["alg"]])
    assert decoded.header["alg"] == "RS256"
    assert decoded.claims["jti"] == server.badge
    assert decoded.claims["credentialSubject"] == server.case().credential["credentialSubject"]


def test_a_changed_token_is_refused_with_that_key(server: Server):
    compact = server.get(f"{server.badge}.jwt").text.strip()
    jwk = server.get(header_of(compact)["kid"]).json()
    header, payload, signature = compact.split(".")
    changed = unpadded(bytes_of(payload).replace(b"Differentiated", b"differentiated", 1))
    with pytest.raises(JoseError):
        jwt.decode(f"{header}.{changed}.{signature}", import_key(jwk), algorithms=[jwk["alg"]])


@pytest.mark.parametrize("name", list(InstanceName))
def test_what_the_vc_api_signs_is_accepted_elsewhere_until_it_is_revoked(
    server: Server, elsewhere: Elsewhere, name: InstanceName
):
    place = f"/vc-api/issuers/riverside/{name}"
    issuer = server.put(place).json()["id"]
    unsigned = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "id": "urn:uuid:7e1f8a34-6a4e-4b52-9a3c-5f2d2f3a9b10",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "issuer": issuer,
        "credentialSubject": {"id": "did:example:zoe", "alumniOf": "Riverside Academy"},
    }
    issued = server.post(f"{place}/credentials/issue", {"credential": unsigned}).json()["verifiableCredential"]
    case = server.case_of(issued)
    changed = case.changed("credentialSubject.alumniOf", "Riverside", "Lakeside")
    assert [answer["verified"] for answer in elsewhere.verify([case, changed])] == [True, False]
    assert elsewhere.verify_one(case)["revoked"] is False
    revocation = {"credentialId": issued["id"], "credentialStatus": issued["credentialStatus"], "status": True}
    server.post(f"{place}/credentials/status", revocation)
    assert elsewhere.verify_one(server.case_of(issued)) == {"verified": True, "revoked": True, "error": None}


def header_of(compact: str) -> dict[str, Any]:
    return json.loads(bytes_of(compact.partition(".")[0]))


def bytes_of(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

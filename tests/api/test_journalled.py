"""Whatever revokes a credential says so in the audit log in such words that it can be done again from the journal."""

from __future__ import annotations

import pytest

from app.services.journalled import find_revoked
from app.storage import audit
from tests.api.conftest import path_of

pytestmark = pytest.mark.anyio
REASON = {"reason": "The portfolio was somebody else's."}


async def one(admin, path, _credential):
    return await admin.post(f"/v1{path}:revoke", json=REASON)


async def many(admin, _path, credential):
    asked = {"filter": {"externalId": credential["externalId"]}, **REASON}
    shown = (await admin.post("/v1/credentials:revoke", json={**asked, "dryRun": True})).json()
    return await admin.post("/v1/credentials:revoke", json={**asked, "confirmation": shown["confirmation"]})


async def by_a_replacement(admin, path, _credential):
    return await admin.post(f"/v1{path}:replace", json={**REASON, "narrative": "Corrected."})


async def with_its_erasure(admin, path, _credential):
    return await admin.post(f"/v1{path}:erase", json={"revoke": True})


@pytest.mark.parametrize("revoke", [one, many, by_a_replacement, with_its_erasure])
async def test_the_line_of_a_revocation_tells_the_place(admin, laurel, credential, revoke):
    response = await revoke(admin, path_of(credential["id"]), credential)
    assert response.status_code in (200, 201), response.text
    with laurel.database.reading() as session:
        events = audit.list_events(session, issuer_id=None)
    [told] = [found for event in events if (found := find_revoked(event.detail)) is not None]
    entry = credential["credential"]["credentialStatus"]
    assert (str(told.id), str(told.index)) == (credential["id"].rsplit("/", 1)[1], entry["statusListIndex"])
    assert "Amina" not in str([event.detail for event in events])

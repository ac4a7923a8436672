"""Another key-encryption key takes over: both are live meanwhile, and who is stopped begins again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.cli import samples
from app.errors import KeyUnwrapError
from app.main import build, create_app
from app.models import SigningKey, VCInstance
from app.services import issuers as issuing
from app.services import key_life, rewrapping
from app.services.actors import TERMINAL
from app.settings import Settings
from app.signing import Algorithm
from app.storage import rewrapping as rows
from tests.api.conftest import NOW, client_for
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

OLD, NEW = "11" * 32, "22" * 32  # OLD is that of `settings`
ROTATIONS = 60  # more keys than a chunk has


@pytest.fixture
async def issuer(admin):
    response = await admin.post("/v1/issuers", json={**samples.ISSUER, "jwtAlgorithm": "ES256"})
    assert response.status_code == 201, response.text
    assert (await admin.put("/vc-api/issuers/riverside/eddsa-rdfc-2022")).status_code in {200, 201, 404, 405}
    return response.json()


@pytest.fixture
def laurel_with(settings):
    """A function from key-encryption keys to the same deployment started with them."""
    opened = []

    def start(kek, former=None):
        changed = settings.model_dump() | {"key_encryption_key": kek, "key_encryption_key_previous": former}
        opened.append(build(Settings(**changed), clock=lambda: NOW))
        return opened[-1]

    yield start
    for laurel in opened:
        laurel.close()


def openable(laurel):
    """How many stored keys this deployment opens, and how many there are."""
    found = [False]
    with laurel.database.reading() as session:
        stored = [*session.scalars(select(SigningKey)), *session.scalars(select(VCInstance))]
    found = [opens(laurel, row) for row in stored]
    return sum(found), len(found)


def opens(laurel, row):
    place = {"issuer_id": str(row.issuer_id), "kid": row.kid, "algorithm": Algorithm(row.algorithm.value)}
    try:
        laurel.instance.keystore.signer(**place, ciphertext=row.ciphertext)
    except KeyUnwrapError:
        return False
    return True


def rewrap(laurel):
    return rewrapping.rewrap(laurel.database, instance=laurel.instance, actor=TERMINAL, now=NOW)


async def test_stopped_in_the_middle_both_keys_open_everything(issuer, laurel, laurel_with, monkeypatch):
    for _ in range(ROTATIONS):
        key_life.rotate(laurel.database, "riverside", at=None, actor=TERMINAL, instance=laurel.instance, now=NOW)
    of_all = openable(laurel)[1]
    assert of_all >= 2 * ROTATIONS + 2
    both, put, count = laurel_with(NEW, OLD), rows.put_ciphertext, [0]

    def stopped(*args):
        count[0] += 1
        if count[0] == 110:
            raise KeyboardInterrupt
        put(*args)

    monkeypatch.setattr(rows, "put_ciphertext", stopped)
    with pytest.raises(KeyboardInterrupt):
        rewrap(both)
    monkeypatch.undo()
    only_new = laurel_with(NEW)
    assert openable(both) == (of_all, of_all)
    assert openable(only_new) == (100, of_all)  # the first chunk
    done = rewrap(both)
    assert (done.rewrapped, done.current) == (of_all - 100, 100)
    assert openable(laurel_with(NEW)) == (of_all, of_all)
    assert openable(laurel_with(OLD)) == (0, of_all)
    assert rewrap(both).rewrapped == 0


async def test_awards_go_on_under_both_and_stop_without_the_right_one(
    admin, achievement, completion, settings, make_key
):
    token = make_key()
    assert (await admin.post("/v1/completions", json=completion)).status_code == 201
    for given, status in (({"key_encryption_key": NEW, "key_encryption_key_previous": f"{'33' * 32} {OLD}"}, 201),
                          ({"key_encryption_key": NEW}, 503)):  # fmt: skip
        app = create_app(Settings(**settings.model_dump() | given), clock=lambda: NOW)
        async with client_for(app, token) as client:
            response = await client.post("/v1/completions", json={**completion, "externalId": f"under-{status}"})
            assert response.status_code == status, response.text
            assert (await client.get("/readyz")).status_code == (200 if status == 201 else 503)
            if status == 503:
                assert_problem(response, 503, "key-unwrap")
        app.state.laurel.close()


async def test_a_destroyed_key_needs_no_wrapping(issuer, laurel, laurel_with):
    with laurel.database.reading() as session:
        kid = next(row.kid for row in issuing.view(session, issuing.get_issuer(session, "riverside")).keys)
    key_life.rotate(laurel.database, "riverside", at=None, actor=TERMINAL, instance=laurel.instance, now=NOW)
    key_life.destroy(laurel.database, "riverside", kid, actor=TERMINAL, instance=laurel.instance, now=NOW)
    assert rewrap(laurel_with(NEW, OLD)).current == 1

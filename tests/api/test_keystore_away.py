"""The place where keys are is away, slow or wrong: nothing is stored, and it recovers."""

from __future__ import annotations

import pytest

from app.cli import samples
from app.errors import KeystoreUnavailableError
from app.main import create_app
from app.settings import Settings
from tests.api.conftest import NOW, client_for
from tests.problem import assert_problem
from tests.unit.keystore import softhsm

pytestmark = pytest.mark.anyio


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture(params=["envelope", "pkcs11"])
def settings(request, settings, tmp_path):
    if request.param == "envelope":
        return settings
    device, pin = softhsm.device(), tmp_path / "pin"
    pin.write_text(device.pin)
    pin.chmod(0o600)
    members = {"keystore": "pkcs11", "device_module": device.module, "device_token": "laurel", "device_pin_file": pin}
    return Settings(**settings.model_dump() | members)


async def issue(admin, name="one"):
    return await admin.post("/v1/completions", json={**samples.COMPLETIONS[0], "externalId": name})


async def stored(admin):
    return len((await admin.get("/v1/credentials")).json()["items"])


async def test_where_new_keys_are_made(admin, issuer, settings):
    found = (await admin.get("/v1/issuers/riverside/keys")).json()["items"]
    assert {key["backend"] for key in found} == {settings.keystore}


async def test_badges_and_tokens_verify(admin, anonymous, credential):
    path = credential["id"].removeprefix("http://localhost:8000")
    for form, media_type in ((".json", "application/vc"), (".jwt", "text/plain")):
        content = (await anonymous.get(path + form)).content
        report = await admin.post("/v1/verify", content=content, headers={"Content-Type": media_type})
        assert report.json()["verdict"] == "valid"


async def test_away_nothing_is_stored_and_it_recovers(admin, achievement, laurel, monkeypatch):
    def away(**_place):
        raise KeystoreUnavailableError("The device that holds the keys does not answer in time.")

    with monkeypatch.context() as broken:
        broken.setattr(laurel.instance.keystore, "signer", away)
        response = await issue(admin)
        assert_problem(response, 503, "keystore-unavailable")
        assert int(response.headers["Retry-After"]) > 0
        assert await stored(admin) == 0
    assert (await issue(admin)).status_code == 201
    assert await stored(admin) == 1


async def test_a_wrong_signature_is_not_given_out(admin, achievement, laurel, monkeypatch):
    open_signer = laurel.instance.keystore.signer

    def wrong(**place):
        return Turned(open_signer(**place))

    with monkeypatch.context() as broken:
        broken.setattr(laurel.instance.keystore, "signer", wrong)
        assert_problem(await issue(admin), 503, "signing-fault")
        assert await stored(admin) == 0
    assert (await issue(admin)).status_code == 201


class Turned:
    """A signer with one bit wrong."""

    def __init__(self, signer):
        self._signer = signer

    def __getattr__(self, name):
        return getattr(self._signer, name)

    def sign(self, data):
        signature = bytearray(self._signer.sign(data))
        signature[7] ^= 1
        return bytes(signature)


async def test_a_device_that_is_gone_and_comes_back(admin, achievement, settings):
    if settings.keystore == "envelope":
        pytest.skip("an envelope is in the database")
    tokens, away = softhsm.folder() / "tokens", softhsm.folder() / "away"
    assert (await issue(admin, "before")).status_code == 201
    tokens.rename(away)
    try:
        response = await issue(admin)
        assert_problem(response, 503, "keystore-unavailable")
        assert int(response.headers["Retry-After"]) > 0
        assert (await admin.post("/v1/issuers/riverside/keys:rotate", json={})).status_code == 503
        assert (await admin.get("/readyz")).status_code == 503
    finally:
        away.rename(tokens)
    assert (await issue(admin)).status_code == 201
    assert await stored(admin) == 2
    assert (await admin.get("/readyz")).status_code == 200


async def test_moving_to_a_device_is_a_rotation(admin, credential, settings, make_key, laurel):
    """And back again: keys made there sign until they are retired, and badges of both verify."""
    if settings.keystore == "envelope":
        pytest.skip("nowhere to move to")
    back = Settings(**settings.model_dump() | {"keystore": "envelope"})
    app = create_app(back, clock=lambda: NOW)
    async with client_for(app, make_key()) as client:
        assert (await issue(client, "still on the device")).status_code == 201
        rotated = (await client.post("/v1/issuers/riverside/keys:rotate", json={})).json()["items"]
        assert {key["backend"] for key in rotated} == {"envelope"}
        after = (await issue(client, "in an envelope")).json()
        for document in (credential["credential"], after["credential"]):
            assert (await client.post("/v1/verify", json={"credential": document})).json()["verdict"] == "valid"
    app.state.laurel.close()

"""`laurel doctor` at a terminal: before there is anything, without a server, and beside a real one."""

from __future__ import annotations

import json

import pytest

from app.cli import samples
from tests.cli.conftest import SLUG, deployment
from tests.reliability.processes import Server, free_port


def examined(place, status):
    return {one["id"]: one for one in json.loads(place("doctor", "--json", status=status).out)["examinations"]}


def test_where_nothing_is_yet(tmp_path):
    place = deployment(tmp_path)
    ended = place("doctor", status=1)
    assert "Run `laurel migrate`." in ended.out
    assert list(tmp_path.iterdir()) == []


def test_settings_that_do_not_let_the_service_start(nowhere):
    found = examined(nowhere, 1)
    assert list(found) == ["settings"]
    assert "LAUREL_PUBLIC_URL" in found["settings"]["detail"]


def test_without_a_server_what_is_outside_cannot_be_told(laurel):
    laurel.env["LAUREL_PUBLIC_URL"] = "http://localhost:1"
    found = examined(laurel, 2)
    assert found["public-address"]["health"] == "cannot tell"
    assert found["keys"]["health"] == "ok"
    assert laurel("doctor", status=2).out.startswith("CANNOT TELL: ")


def test_another_key_encryption_key(laurel):
    laurel.env["LAUREL_KEY_ENCRYPTION_KEY"] = "22" * 32
    ended = laurel("doctor", status=1)
    assert ended.out.startswith("FAIL: ")
    assert "Restore the key-encryption key" in ended.out


def test_an_address_that_is_not_public_is_named_as_such(laurel):
    """In production, where no rule is relaxed."""
    kek = laurel.folder / "kek"
    kek.write_text("11" * 32)
    kek.chmod(0o600)
    del laurel.env["LAUREL_KEY_ENCRYPTION_KEY"]
    laurel.env |= {
        "LAUREL_ENVIRONMENT": "production",
        "LAUREL_KEY_ENCRYPTION_KEY_FILE": str(kek),
        "LAUREL_PUBLIC_URL": "https://badges.internal",
    }
    found = examined(laurel, 1)
    assert found["public-url"]["health"] == "fail"
    assert found["public-address"]["health"] == "fail"
    assert "does not lead to the public internet" in found["public-address"]["detail"]
    assert found["key-encryption-key"]["health"] == "ok"
    assert found["environment"]["health"] == "ok"


class ServerAt(Server):
    """On the port that is in the badges already."""

    def __init__(self, environment, log, port):
        super().__init__(environment, log)
        self.port, self.url = port, f"http://127.0.0.1:{port}"
        self._environment["LAUREL_PORT"] = str(port)


@pytest.fixture
def served(tmp_path):
    port = free_port()
    place = deployment(tmp_path)
    place.env["LAUREL_PUBLIC_URL"] = f"http://localhost:{port}"
    place("migrate")
    place("issuer", "create", place.json_file("issuer.json", samples.ISSUER))
    body = {"slug": SLUG, "issuer": "riverside", **samples.ACHIEVEMENTS[SLUG]}
    place("achievement", "create", place.json_file("achievement.json", body))
    place("issue", place.json_file("completion.json", samples.COMPLETIONS[0]))
    with ServerAt(place.env, tmp_path / "log", port).start():
        yield place


def test_beside_a_server_that_is_in_order(served):
    """Development is a warning, so it is not all well; nothing is left open."""
    found = examined(served, 2)
    assert {one["health"] for one in found.values()} == {"ok", "warn"}
    asked = ("public-address", "clock-outside", "did-documents", "published-lists")
    assert {found[name]["health"] for name in asked} == {"ok"}
    assert served("doctor", status=2).out.startswith("WARN: ")

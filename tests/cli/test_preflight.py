"""`laurel achievement preflight`: words, JSON, exit status."""

from __future__ import annotations

import json

import pytest

from app.cli import samples
from app.issuance.preflight import RULES
from tests.cli.conftest import SLUG, Place

# Named as if it were on the internet: nothing is fetched.
PUBLIC = {
    "public_url": "https://badges.riverside.school",
    "key_encryption_key": "11" * 32,
}


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    """A deployment as in production, with one issuer that lacks nothing."""
    folder = tmp_path_factory.mktemp("production")
    place = Place(folder, data_dir=folder / "var", **PUBLIC)
    place("migrate")
    issuer = {**samples.ISSUER, "url": "https://riverside.school", "email": "badges@riverside.school"}
    place("issuer", "create", place.json_file("issuer.json", issuer))
    definition = {**samples.ACHIEVEMENTS[SLUG], "language": "en", "imageCaption": "A hand that sorts cards."}
    for slug, body in {"good": definition, "silent": {"name": "Silent", "description": "Says little."}}.items():
        place("achievement", "create", place.json_file("body.json", {"slug": slug, "issuer": "riverside", **body}))
    return place


def test_nothing_speaks_against_it(production):
    ended = production("achievement", "preflight", "good")
    assert ended.out.startswith("PASSES: ")
    assert ended.out.count("  ok ") == len(RULES)


def test_advice_has_an_exit_status_of_its_own(production):
    ended = production("achievement", "preflight", "silent", status=2)
    assert ended.out.startswith("WARNS: ")
    assert "Set language, for example en or zh-Hans." in ended.out


def test_what_others_refuse_is_a_failure_and_says_who(laurel):
    ended = laurel("achievement", "preflight", SLUG, status=1)
    assert ended.out.startswith("FAILS: ")
    assert "http://localhost:8000" in ended.out
    assert "Looked at by: Open Badges 3.0, 1EdTech validator" in ended.out
    assert "No badge is awarded" not in ended.out


def test_json_is_the_body_of_the_api(production):
    ended = production("achievement", "preflight", "good", "--json")
    body = json.loads(ended.out)
    assert (body["verdict"], body["blocksAward"], body["revision"]) == ("passes", False, 1)
    assert [result["id"] for result in body["results"]] == [rule.id for rule in RULES]
    by_address = production("achievement", "preflight", body["achievement"], "--json")
    assert json.loads(by_address.out)["achievement"] == body["achievement"]


def test_an_unknown_name(production):
    ended = production("achievement", "preflight", "nothing", status=3)
    assert ended.err == "laurel: There is no achievement 'nothing'.\n"


def test_a_name_of_several_issuers(production):
    production("issuer", "create", production.json_file("other.json", {"slug": "other", "name": "Other School"}))
    body = {"slug": "silent", "issuer": "other", "name": "Silent", "description": "Says little."}
    address = production("achievement", "create", production.json_file("body.json", body)).out.strip()
    assert "give its address" in production("achievement", "preflight", "silent", status=3).err
    production("achievement", "preflight", address, status=2)

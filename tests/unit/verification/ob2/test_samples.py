"""The samples of 1EdTech's own validator for Open Badges 2.0: judged as its tests say, or the difference has a reason.

Reasons stand in docs/divergences.md. The web of its tests: each asset under the three spellings of example.org.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from app.openbadges import ob2
from app.verification import Found, Missing, Need, NeedKind, Verdict, gathered, judge, read
from app.verification.addresses import secured
from app.verification.policy import NOBODY
from tests.factories import NOW

SAMPLES = Path(__file__).parents[5] / "shared" / "spec" / "examples" / "validator-ob20"
SITES = ("https://example.org/", "http://example.org/", "https://www.example.org/")
VALID, INVALID, OPEN = Verdict.VALID, Verdict.INVALID, Verdict.UNDETERMINED

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="1EdTech's samples not present")

# What the validator's tests say of each assertion, and the check that says the same here.
ASSERTIONS = {
    "assertion-with-data-image.json": (INVALID, "schema.problems"),
    "assertion-with-endorsements.json": (VALID, None),
    "assertion-with-extension-node-basic.json": (VALID, None),
    "assertion-with-multiple-extensions.json": (VALID, None),
    "basic-assertion-expired-before-issued.json": (INVALID, "dates.expired"),
    "basic-assertion-expired.json": (INVALID, "dates.expired"),
    "basic-assertion-in-future.json": (INVALID, "dates.early"),
    "basic-assertion-invalid-context.json": (INVALID, "context.not-ob2"),
    "basic-assertion-invalid-type.json": (INVALID, "format.not-a-badge"),
    "basic-assertion-no-public-key.json": (VALID, None),
    "basic-assertion-with-allowed-origins-invalid-multiple-starts-with.json": (INVALID, "issuer.out-of-scope"),
    "basic-assertion-with-allowed-origins-invalid-starts-with.json": (INVALID, "issuer.out-of-scope"),
    "basic-assertion-with-allowed-origins-valid-multiple-starts-with.json": (VALID, None),
    "basic-assertion-with-allowed-origins-valid-starts-with.json": (VALID, None),
    "basic-assertion-with-allowed-origins.json": (VALID, None),
    "basic-assertion-with-language.json": (VALID, None),
    "basic-assertion.json": (VALID, None),
    "simple-badge.png": (VALID, None),
    "simple.jwt": (VALID, None),
    "simple-not-revoked.jwt": (VALID, None),
    "simple-revoked.jwt": (INVALID, "status.listed"),
    "redirected-validation-subject.json": (VALID, None),
    "warning-with-redirection.json": (VALID, None),
}
# Here the validator says something else.
DIFFERENT = {
    "assertion-with-extension-node-invalid.json": (VALID, None),  # the schema of an extension is not fetched
    "warning-issuer-non-http.json": (
        OPEN,
        "issuer.unsupported",
    ),  # an issuer without an address, and only a warning there
}
# Documents that are no assertion. Nobody is awarded anything by them: they are no badge, sound or not.
OTHERS = {
    "badge-class-with-language.json": ob2.check_badge_class,
    "issuer-compact-iri-validation.json": ob2.check_issuer,
    "rdf-validation/badge-class-invalid-issuer-type.json": ob2.check_badge_class,
    "rdf-validation/invalid-class.json": None,
    "rdf-validation/invalid-empty-type.json": None,
    "rdf-validation/invalid-one-invalid-class.json": ob2.check_issuer,
    "rdf-validation/valid-alignment-object.json": None,
    "rdf-validation/valid-badge-class-empty-criteria-type.json": ob2.check_badge_class,
    "rdf-validation/valid-badge-class.json": ob2.check_badge_class,
    "rdf-validation/valid-cool-class.json": None,
    "rdf-validation/valid-issuer-extension.json": ob2.check_issuer,
}


def sample(name):
    """The bytes of a sample; comments in one of them are taken out, as its reader there does."""
    raw = (SAMPLES / name).read_bytes()
    return re.sub(rb"\s// .*", b"", raw) if name.endswith(".json") else raw


def web_of(document):
    """The addresses of the validator's tests, and the assertion at its own."""
    assets = [path for path in (SAMPLES / "assets").iterdir() if path.suffix == ".json"]
    web = {Need(NeedKind.LINKED, site + path.name): Found(path.read_bytes(), "") for path in assets for site in SITES}
    if isinstance(document.get("id"), str):
        web[Need(NeedKind.CREDENTIAL, secured(document["id"]))] = Found(json.dumps(document).encode(), "")
    return web


@pytest.mark.parametrize(("name", "expected"), (ASSERTIONS | DIFFERENT).items())
def test_assertions(name, expected):
    presented = read(sample(name))
    web = web_of(presented.document)
    evidence = gathered(presented, lambda need: web.get(need, Missing("There is nothing at this address.")))
    report = judge(presented, evidence, NOBODY, now=NOW)
    verdict, code = expected
    assert report.verdict is verdict
    assert code is None or code in [check.code for check in report.checks]


@pytest.mark.parametrize("name", OTHERS)
def test_other_documents_are_no_badges(name):
    report = judge(read(sample(name)), {}, NOBODY, now=NOW)
    assert report.check("format").code == "format.not-a-badge"


@pytest.mark.parametrize("name", [name for name, check in OTHERS.items() if check])
def test_but_are_sound_where_they_are_said_to_be(name):
    # In one sample the badge class is sound and what it names as its issuer is not.
    document = json.loads(sample(name))
    issuer = SAMPLES / "assets" / str(document.get("issuer", "")).rpartition("/")[2]
    sound = not OTHERS[name](document) and not (issuer.is_file() and ob2.check_issuer(json.loads(issuer.read_bytes())))
    assert sound is ("invalid" not in name)


def test_none_is_forgotten():
    here = {str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*") if path.is_file()}
    known = ASSERTIONS.keys() | DIFFERENT.keys() | OTHERS.keys()
    assert {name for name in here if not name.startswith("assets/")} == known

"""The VC-API before the inputs of the W3C's suite for the data model, as that suite sends them.

github.com/w3c/vc-data-model-2.0-test-suite, tests/input and tests/mock.data.js. They are read from the folder of
published vectors; where that is absent, the requests that we wrote ourselves remain (test_vc_api_issue.py).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.problem import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

FOLDER = Path(__file__).parents[3] / "shared/vectors/vcdm2/tests/input"
INPUTS = sorted(FOLDER.rglob("*.json")) or [None]
CREDENTIALS = [path for path in INPUTS if path is None or not path.name.startswith("presentation")]

# Statements have no direction of writing, so that suites which sign statements would leave it unsigned (see
# docs/divergences.md); those that sign the text take it.
DIRECTED = {
    "credential-description-language-direction-en-ok", "credential-name-language-direction-en-ok",
    "issuer-description-language-direction-en-ok", "issuer-name-language-direction-en-ok",
}  # fmt: skip
# Signed as asked, and not verified by us: their status is in other people's lists, or the moment is outside its dates.
UNCHECKED = {"credential-status-ok", "credential-status-missing-id-ok"}
OUTSIDE_ITS_DATES = {
    "credential-validfrom-far-future-ok", "credential-validuntil-ms-ok", "credential-validuntil-ok",
    "credential-validuntil-tz-ok",
}  # fmt: skip


def name_of(path):
    return "absent" if path is None else path.stem


def as_sent(path, issuer):
    """What the suite makes of an input: dates in the place of words, the issuer's id where it is left open."""
    text = path.read_text().replace("PAST DATE", "2025-01-01T00:00:00Z").replace("FUTURE DATE", "2027-01-01T00:00:00Z")
    document = json.loads(text)
    if isinstance(document.get("issuer"), dict):
        document["issuer"].setdefault("id", issuer)
    else:
        document.setdefault("issuer", issuer)
    return document


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-jcs-2019"], indirect=True)
@pytest.mark.parametrize("path", CREDENTIALS, ids=name_of)
async def test_credentials(suite, path):
    if path is None:
        pytest.skip("published vectors not present")
    response = await suite.issue(as_sent(path, suite.did))
    if "-fail" in path.stem or (path.stem in DIRECTED and "rdfc" in suite.name):
        problem = assert_problem(response, 400, "invalid-credential")
        assert problem["errors"][0]["pointer"].startswith("/credential")
        return
    assert response.status_code == 201, response.text
    issued = response.json()["verifiableCredential"]
    verified = await suite.verify(issued)
    undetermined = {"status": "undetermined"} if path.stem in UNCHECKED else {}
    failed = {"dates": "failed"} if path.stem in OUTSIDE_ITS_DATES else {}
    assert against(verified.json()["report"]) == {**undetermined, **failed}
    assert verified.status_code == (400 if undetermined or failed else 200)


def against(report):
    """What keeps it from being valid."""
    return {
        check["id"]: check["outcome"] for check in report["checks"] if check["outcome"] in ("failed", "undetermined")
    }

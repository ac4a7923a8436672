"""jsonld.js and rdf-canonize still say what the reference corpus says, and agree with us on documents nobody has seen.

`JSONLD_SEED=…` repeats a run. A document on which we differ without a reason is written to `tests/unit/jsonld/found/`.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess

import pytest

from tests.unit.jsonld import found
from tests.unit.jsonld.corpus import REFERENCE, Sample, UnexplainedError, deviation, load
from tests.unit.jsonld.documents import CHANGED, DOCUMENTS, ODD_VALUES
from tests.unit.jsonld.reference.build import answered, answers, drawn

LOCK = REFERENCE / "package-lock.json"
INSTALLED = REFERENCE / "node_modules" / ".package-lock.json"
SEED = int(os.environ.get("JSONLD_SEED") or secrets.randbits(32))


@pytest.fixture(scope="module", autouse=True)
def jsonld_js():
    """Installed from the lock file on first use. A failing installation is a failure, not a skip."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("the reference needs node and npm, and they are not on this machine")
    if not INSTALLED.is_file() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime:
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=REFERENCE, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, f"npm ci failed:\n{done.stderr[-2000:]}"


def test_the_corpus_can_be_rebuilt():
    kept = load()
    renewed = answered((sample.name, sample.document) for sample in kept)
    assert [sample.written() for sample in renewed] == [sample.written() for sample in kept]


@pytest.mark.parametrize("strategy", [DOCUMENTS, CHANGED, ODD_VALUES], ids=["well-formed", "changed", "odd values"])
def test_fresh_documents_have_one_answer(strategy):
    print(f"JSONLD_SEED={SEED}")  # noqa: T201 - whoever reads a failure needs it
    documents = drawn(strategy, 200, SEED)
    differing = []
    for document, answer in zip(documents, answers(documents), strict=True):
        try:
            deviation(Sample.of("fresh", document, answer))
        except UnexplainedError as difference:
            differing.append(f"{difference} {found.save('reference', document, **answer)}")
    assert differing == []

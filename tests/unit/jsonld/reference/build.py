"""Makes `corpus.jsonl.gz`: documents, and what jsonld.js says of each.

    python -m tests.unit.jsonld.reference.build           the same documents, answered anew
    python -m tests.unit.jsonld.reference.build --anew    other documents as well

Needs `npm ci --ignore-scripts` in this folder. A difference that `corpus.DEVIATIONS` does not explain stops it.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from app.cli import samples
from app.issuance import prepare
from app.jsonld import BUNDLED_CONTEXTS
from app.openbadges import AchievementDefinition, ResultInput, achievement_document, result_documents
from tests.factories import make_status_list, sign
from tests.unit.issuance.drafts import ACHIEVEMENT_ID, ENTRY, bare_draft, make_draft
from tests.unit.jsonld import documents
from tests.unit.jsonld.corpus import FIXTURE, Sample, deviation, load
from tests.unit.jsonld.mutations import TYPICAL, endorsed, legacy, presentation
from tests.unit.jsonld.reference.cases import CASES

HERE = Path(__file__).parent

# Name, strategy, how many of its documents are kept, and the most bytes of one: the corpus has to stay small.
DRAWN = (
    ("award", documents.AWARDS, 60, 8_000),
    ("endorsed endorsement", documents.ENDORSED, 25, 4_000),
    ("status list", documents.STATUS_LISTS, 20, 4_000),
    ("legacy credential", documents.LEGACY, 20, 6_000),
    ("Open Badges 2 assertion", documents.OLD_BADGES, 15, 4_000),
    ("CLR", documents.TRANSCRIPTS, 20, 8_000),
    ("presentation", documents.PRESENTATIONS, 15, 6_000),
    ("key document", documents.KEY_DOCUMENTS, 10, 4_000),
    ("changed", documents.CHANGED, 110, 8_000),
)


def answers(given_documents: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """What jsonld.js says of each document, in order: `nquads` or `refused`."""
    contexts = {url: context.parsed() for url, context in BUNDLED_CONTEXTS.items()}
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus.json"
        corpus.write_text(json.dumps({"contexts": contexts, "documents": list(given_documents)}), "utf-8")
        command = ["node", str(HERE / "canonize.mjs"), str(corpus)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=600, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def answered(named: Iterable[tuple[str, dict[str, Any]]]) -> list[Sample]:
    """The documents with jsonld.js's answers and the deviation of ours; raises UnexplainedError."""
    pairs = list(named)
    found = []
    for (name, document), answer in zip(pairs, answers(document for _, document in pairs), strict=True):
        sample = Sample.of(name, document, answer)
        found.append(Sample.of(name, document, answer, deviation(sample)))
    return found


def drawn(strategy: Any, count: int, chosen_seed: int) -> list[dict[str, Any]]:
    """Different documents of a strategy; the same for the same seed and version of hypothesis."""
    found: dict[str, dict[str, Any]] = {}

    @seed(chosen_seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(document: dict[str, Any]) -> None:
        found.setdefault(json.dumps(document, sort_keys=True), document)

    collect()
    return list(found.values())


def issued() -> Iterator[tuple[str, dict[str, Any]]]:
    """What we sign, with the rooms that sign it."""
    yield "issued: typical", TYPICAL
    yield "issued: the fullest", sign(prepare(make_draft(), entry=ENTRY).document)
    yield "issued: the barest", sign(prepare(bare_draft(), entry=ENTRY).document)
    for slug, body in samples.ACHIEVEMENTS.items():
        definition = AchievementDefinition.model_validate(body)
        completion = next(item for item in samples.COMPLETIONS if item["achievement"] == slug)
        results = [ResultInput.model_validate(result) for result in completion["results"]]
        draft = make_draft(
            achievement=achievement_document(definition, id=ACHIEVEMENT_ID, image_url=f"{ACHIEVEMENT_ID}/image.png"),
            results=result_documents(definition, ACHIEVEMENT_ID, results),
        )
        yield f"issued: {slug}", sign(prepare(draft, entry=ENTRY).document)
    yield "issued: status list", sign(make_status_list(revoked=[1, 94_567]))
    yield "endorsed in two places", endorsed()
    yield "presentation", presentation()
    yield "Open Badges 3.0.1 on VC 1.1", legacy()


def chosen() -> Iterator[tuple[str, dict[str, Any]]]:
    yield from issued()
    yield from CASES
    for number, (name, strategy, count, most_bytes) in enumerate(DRAWN):
        fitting = [item for item in drawn(strategy, 8 * count, number) if len(json.dumps(item)) <= most_bytes]
        # Hypothesis begins with the smallest and stays near what it drew last, so these are taken from everywhere.
        kept = fitting[:: max(1, len(fitting) // count)][:count]
        yield from ((f"{name} {index}", document) for index, document in enumerate(kept, start=1))


def write(found: Iterable[Sample]) -> None:
    text = "".join(f"{sample.written()}\n" for sample in found)
    FIXTURE.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


def main() -> None:
    named = chosen() if "--anew" in sys.argv[1:] else ((sample.name, sample.document) for sample in load())
    found = answered(named)
    write(found)
    refused = sum(sample.nquads is None for sample in found)
    deviating = sum(sample.deviation is not None for sample in found)
    size = FIXTURE.stat().st_size
    print(f"{len(found)} documents, {refused} refused by jsonld.js, {deviating} deviations, {size} bytes")  # noqa: T201


if __name__ == "__main__":
    main()

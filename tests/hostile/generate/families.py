"""All samples by family, in one place: the manifest."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import chain

from tests.hostile.generate import (
    addresses,
    bodies,
    control_files,
    controls,
    identities,
    inside,
    linked,
    linked_context,
    linked_proof,
    members,
    older,
    pdfs,
    pngs,
    poison,
    status,
    suites,
    svgs,
    texts,
    token_bytes,
    token_claims,
    tokens,
)
from tests.hostile.generate.sample import Sample

MODULES = (
    tokens,
    token_claims,
    token_bytes,
    linked,
    linked_context,
    linked_proof,
    suites,
    poison,
    bodies,
    members,
    pngs,
    svgs,
    pdfs,
    status,
    identities,
    addresses,
    inside,
    older,
    texts,
    controls,
    control_files,
)
FAMILIES = {
    "jwt": "tokens: algorithms, keys brought along, claims, weak curves, loose base64, sizes",
    "ld": "linked data: undefined words, contexts, keywords, IRIs for names, proofs, poisoned graphs",
    "suite": "the other cryptosuites: over JSON, by ECDSA, with selective disclosure, in chains",
    "json": "JSON that readers take differently, and values of the wrong type in every member",
    "png": "images: bombs, lies about length, two credentials, files that are two things",
    "svg": "drawings: entities, expansion, depth, scripts, two credentials",
    "pdf": "documents: attachments, bombs, loops, lies",
    "status": "status lists and entries that lie, or that two verifiers read differently",
    "did": "issuers' documents and identifiers: other keys, other purposes, lies",
    "url": "addresses in the place of a badge that lead where nobody may be sent",
    "held": "credentials inside credentials, newer copies, and the older data model",
    "ob2": "badges of version 2, which are as good as the addresses that they point at",
    "text": "badges signed rightly whose every text is hostile",
    "href": "badges signed rightly whose links lead astray",
    "control": "honest badges that look odd and must stay valid",
}


@cache
def samples() -> tuple[Sample, ...]:
    return tuple(chain.from_iterable(module.samples() for module in MODULES))


def family(name: str) -> tuple[Sample, ...]:
    return tuple(sample for sample in samples() if sample.family == name)


def counts() -> dict[str, int]:
    """How many samples each family has, in the order of FAMILIES."""
    counted = Counter(sample.family for sample in samples())
    return {name: counted[name] for name in FAMILIES}

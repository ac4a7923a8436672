"""Credentials of one achievement, for what is filled in from templates."""

from __future__ import annotations

from app.errors import DocumentError
from app.issuance import prepare
from app.jsonld import canonicalize
from tests.unit.issuance.drafts import ENTRY, bare_draft, make_draft

CONSTANT = frozenset({"@context", "issuer", "achievement", "credentialSchema"})
FULL = prepare(make_draft(), entry=ENTRY).document
BARE = prepare(bare_draft(), entry=ENTRY).document


def walked(document, **options):
    return canonicalize(document, fallback=False, **options)


def outcome(read, document):
    """The bytes, or the class of the error and where it points."""
    try:
        return read(document)
    except DocumentError as error:
        return type(error), getattr(error, "pointer", "")


def through(templates):
    return lambda document: templates.canonicalize(document).nquads


def rewritten(value, change, key=""):
    """`value` with `change(text, key)` in place of each text that is the learner's, not the achievement's."""
    if isinstance(value, dict):
        fixed = CONSTANT | {"type"}
        return {name: item if name in fixed else rewritten(item, change, name) for name, item in value.items()}
    if isinstance(value, list):
        return [rewritten(item, change, key) for item in value]
    return change(value, key) if isinstance(value, str) else value


def named(document, number):
    """Another credential of the same achievement: every text of the learner's is another one."""
    return rewritten(document, lambda text, key: f"{text}-{number}")


def evidence(*items):
    return {**FULL, "evidence": [{"type": ["Evidence"], **item} for item in items]}


NAMED = evidence({"id": "urn:a", "name": "a"}, {"id": "urn:b", "name": "b"})

"""Verifying for the VC-API: any credential and any presentation, in the words that the VC-API processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app import strictjson
from app.jsonld import GENERIC_CONTEXTS
from app.services.instance import Instance
from app.services.verifying import Question, Verifier
from app.verification import (
    ENVELOPED_CREDENTIAL,
    EVERY_CREDENTIAL,
    Occasion,
    Presented,
    Report,
    check_occasion,
    opened,
    read,
)

Sent = Mapping[str, Any] | str


async def verify_credential(
    verifier: Verifier, sent: Sent, occasion: Occasion, *, instance: Instance, now: datetime
) -> Report:
    """The report on a credential: a document, an envelope, or a token as text.

    Raises InputError when no credential can be read from it, InvalidCredentialError for a malformed envelope.
    """
    raw = _bytes(sent, ENVELOPED_CREDENTIAL)
    generic = _generic(instance)
    report = await replace(verifier, instance=generic).verify(raw, Question(now, kinds=EVERY_CREDENTIAL), now=now)
    presented: Presented = read(raw, limits=generic.read_limits)
    return replace(report, checks=(*report.checks, check_occasion(presented, occasion)))


def _bytes(sent: Sent, envelope: str) -> bytes:
    if isinstance(sent, str):
        return sent.strip().encode()
    return opened(sent, envelope) or strictjson.dumps(sent)


def _generic(instance: Instance) -> Instance:
    """The same deployment, which reads what the VC-API reads."""
    return replace(instance, read_limits=replace(instance.read_limits, contexts=GENERIC_CONTEXTS))

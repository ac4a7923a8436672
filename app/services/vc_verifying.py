"""Verifying for the VC-API: any credential and any presentation, in the words that the VC-API processes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from app import strictjson
from app.errors import InvalidCredentialError
from app.jsonld import GENERIC_CONTEXTS
from app.services.instance import Instance
from app.services.verifying import Question, Verifier
from app.verification import (
    ENVELOPED_CREDENTIAL,
    EVERY_CREDENTIAL,
    MAX_NEEDS_OF_PRESENTATION,
    Answer,
    Need,
    Occasion,
    Presented,
    Report,
    check_occasion,
    judge_presentation,
    opened,
    presentation_needs,
    read,
    read_presentation,
    with_meaning,
)

Sent = Mapping[str, Any] | str

_TOKEN: Final = re.compile(r"[\w-]+\.[\w-]*\.[\w-]*", re.ASCII)


async def verify_credential(
    verifier: Verifier, sent: Sent, occasion: Occasion, *, instance: Instance, now: datetime
) -> Report:
    """The report on a credential: a document, an envelope, or a token as text.

    Raises InputError when no credential can be read from it, InvalidCredentialError for a malformed envelope.
    """
    enveloped = opened(sent, ENVELOPED_CREDENTIAL) if isinstance(sent, Mapping) else None
    raw = enveloped or _bytes(sent, "credential")
    generic = _generic(instance)
    report = await replace(verifier, instance=generic).verify(raw, Question(now, kinds=EVERY_CREDENTIAL), now=now)
    presented: Presented = read(raw, limits=generic.read_limits)
    report = await verifier.in_thread(with_meaning, report, presented)
    return replace(report, checks=(*report.checks, check_occasion(presented, occasion)))


async def verify_presentation(
    verifier: Verifier, sent: Sent, occasion: Occasion, *, signed: bool, instance: Instance, now: datetime
) -> Report:
    """The report on a presentation, in the same forms. Without `signed` only what is in it is asked about.

    Raises InputError when none can be read from it, InvalidCredentialError for a malformed envelope.
    """
    raw = _bytes(sent, "presentation")
    limits = _generic(instance).read_limits
    presentation = await verifier.in_thread(read_presentation, raw, limits=limits)
    evidence: dict[Need, Answer] = {}
    async with verifier.errand(most=MAX_NEEDS_OF_PRESENTATION) as errand:
        await verifier.gather(partial(presentation_needs, presentation), evidence, errand)
    return await verifier.in_thread(
        judge_presentation, presentation, evidence, now=now, occasion=occasion, signed=signed
    )


def _bytes(sent: Sent, what: str) -> bytes:
    """Nothing that is sent as text may be an address: the VC-API fetches no credentials."""
    if isinstance(sent, Mapping):
        return strictjson.dumps(sent)
    if not _TOKEN.fullmatch(sent.strip()):
        raise InvalidCredentialError.one("", f"This must be a {what}, an envelope, or a compact JWS.")
    return sent.strip().encode()


def _generic(instance: Instance) -> Instance:
    """The same deployment, which reads what the VC-API reads."""
    return replace(instance, read_limits=replace(instance.read_limits, contexts=GENERIC_CONTEXTS))

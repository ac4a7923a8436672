"""Signing many awards at once, and the proof that each is right before any is stored.

Every signature is checked with the key that the issuer publishes. The first credential of each kind is read back and
judged whole, as a stranger's would be, and so is one of each kind a second from then on: documents that are filled from
one template and signed with one key differ in nothing else.
Signing and checking leave the interpreter to other threads, so a group of some size is shared out among the cores.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from app.errors import DocumentError
from app.issuance import (
    Prepared,
    Sealed,
    require_own_output,
    require_own_signature,
    seal,
)
from app.jsonld import Templates
from app.services.instance import Instance
from app.services.issuers import SigningIdentity
from app.signing import PublicKey

_JUDGED_SECONDS = 1.0  # judging whole costs as much as ten awards
_SHARE = 50  # signatures; waking a thread for fewer costs more than it saves
_CORES = os.cpu_count() or 1
_POOL = ThreadPoolExecutor(max_workers=_CORES, thread_name_prefix="laurel-sealing")


@dataclass(frozen=True, slots=True)
class SealingJob:
    """`created` is the signing time; `judge_at` the moment at which the credential has to be valid."""

    prepared: Prepared
    created: datetime
    judge_at: datetime


@dataclass(frozen=True, slots=True)
class Kind:
    """Credentials that differ in their values alone: of one template, which stands for itself, and one key."""

    template: object
    verification_method: str


def seal_all(jobs: Sequence[SealingJob], identity: SigningIdentity, instance: Instance) -> list[Sealed | DocumentError]:
    """One result per job, in order; a document that safe mode refuses is refused alone.

    Raises SigningFaultError when a signature does not fit, or our own verifier finds anything wrong.
    """
    results = [_seal(job, identity, instance.templates) for job in jobs]
    _require_signatures([sealed for sealed in results if isinstance(sealed, Sealed)], identity.published.public_key)
    for job, sealed in zip(jobs, results, strict=True):
        if isinstance(sealed, Sealed):
            _judge(job, sealed, identity, instance)
    return results


def _seal(job: SealingJob, identity: SigningIdentity, templates: Templates) -> Sealed | DocumentError:
    try:
        return seal(
            job.prepared,
            identity.signer,
            verification_method=identity.published.verification_method,
            created=job.created,
            templates=templates,
        )
    except DocumentError as error:
        return error


def _require_signatures(sealed: Sequence[Sealed], key: PublicKey) -> None:
    share = math.ceil(len(sealed) / _CORES)
    if share < _SHARE:
        _check_share(sealed, key)
        return
    shares = [sealed[start : start + share] for start in range(0, len(sealed), share)]
    for _ in _POOL.map(partial(_check_share, key=key), shares):
        pass


def _check_share(sealed: Sequence[Sealed], key: PublicKey) -> None:
    for one in sealed:
        require_own_signature(one, key)


def _judge(job: SealingJob, sealed: Sealed, identity: SigningIdentity, instance: Instance) -> None:
    """Unless one of its kind was judged within the last second. What came without a template is of its own kind."""
    kind = Kind(sealed.template, identity.published.verification_method)
    now = instance.monotonic()
    if sealed.template is not None:
        last = instance.judged.find(kind)
        if last is not None and now - last < _JUDGED_SECONDS:
            return
    require_own_output(
        sealed.raw, did=identity.published.did, did_document=identity.published.did_document, now=job.judge_at
    )
    if sealed.template is not None:
        instance.judged.add(kind, now)

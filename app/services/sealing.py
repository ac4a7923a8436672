"""Signing many awards at once, and the proof that each is right before any is stored.

Every signature is checked with the key that the issuer publishes, and one credential of each kind in a group is read
back and judged whole, as a stranger's would be: documents filled from one template differ in nothing else.
Signing and checking leave the interpreter to other threads, so a group of some size is shared out among the cores.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
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
from app.services.issuers import SigningIdentity

_SHARE = 16  # rows; fewer are not worth another thread
_POOL = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="laurel-sealing")


@dataclass(frozen=True, slots=True)
class SealingJob:
    """`created` is the signing time; `judge_at` the moment at which the credential has to be valid."""

    prepared: Prepared
    created: datetime
    judge_at: datetime


def seal_all(
    jobs: Sequence[SealingJob], identity: SigningIdentity, templates: Templates
) -> list[Sealed | DocumentError]:
    """One result per job, in order; a document that safe mode refuses is refused alone.

    Raises SigningFaultError when a signature does not fit, or our own verifier finds anything wrong.
    """
    shares = [jobs[start : start + _SHARE] for start in range(0, len(jobs), _SHARE)]
    seal_share = partial(_seal_share, identity=identity, templates=templates)
    parts = _POOL.map(seal_share, shares) if len(shares) > 1 else map(seal_share, shares)
    results = [result for part in parts for result in part]
    for job, sealed in _one_of_each_kind(jobs, results):
        require_own_output(sealed.raw, did=identity.did, did_document=identity.did_document, now=job.judge_at)
    return results


def _seal_share(
    jobs: Sequence[SealingJob], identity: SigningIdentity, templates: Templates
) -> list[Sealed | DocumentError]:
    return [_seal(job, identity, templates) for job in jobs]


def _seal(job: SealingJob, identity: SigningIdentity, templates: Templates) -> Sealed | DocumentError:
    try:
        sealed = seal(
            job.prepared,
            identity.signer,
            verification_method=identity.verification_method,
            created=job.created,
            templates=templates,
        )
    except DocumentError as error:
        return error
    require_own_signature(sealed, identity.public_key)
    return sealed


def _one_of_each_kind(
    jobs: Sequence[SealingJob], results: Sequence[Sealed | DocumentError]
) -> Iterator[tuple[SealingJob, Sealed]]:
    """The first of each template, and everything that came without one."""
    seen: set[int] = set()
    for job, sealed in zip(jobs, results, strict=True):
        if isinstance(sealed, Sealed):
            if sealed.template is None:
                yield job, sealed
            elif id(sealed.template) not in seen:
                seen.add(id(sealed.template))
                yield job, sealed

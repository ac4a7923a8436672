"""Resolving DIDs for others: did:key and did:jwk by themselves, our own did:web out of the database, others' over the
network.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import anyio.to_thread

from app import strictjson
from app.errors import MalformedJSONError, TooLargeError
from app.services.did_options import Options, Refused, read_options
from app.services.instance import Instance
from app.services.outside import Outside
from app.services.own_evidence import answer_of_our_own
from app.signing import Elsewhere, Failure, Resolved, Unresolved, resolve, resolve_fetched, with_absolute_urls
from app.storage import Database
from app.storage.live import asking
from app.verification import Answer, Found, Missing, Need, NeedKind

_MAX_DOCUMENT = 256 * 1024


@dataclass(frozen=True, slots=True)
class Resolution:
    """`document` is None exactly when there is a `failure`, or the DID was `deactivated`. `reason` is a sentence.

    `failure` is the standard's name for it, such as NOT_FOUND (DID Resolution v1.0 section 11).
    """

    document: Mapping[str, Any] | None = None
    failure: str | None = None
    deactivated: bool = False
    reason: str = ""


async def resolve_did(
    did: str,
    *,
    database: Database,
    outside: Outside,
    instance: Instance,
    parameters: Iterable[tuple[str, str]] = (),
) -> Resolution:
    """What `did` stands for. Whatever a stranger's server does is a failure with its reason, and no error.

    In the order of DID Resolution v1.0 section 4.4: the DID, its method, the options, the document. An option that is
    wrong is told before one that is not known for this method.
    """
    scheme = instance.site.base_url.partition(":")[0]  # so that our own addresses are known as ours
    found = resolve(did, scheme=scheme)
    if isinstance(found, Unresolved):
        return _resolution(found)
    options = read_options(parameters)
    if isinstance(options, Options):
        options = _out_of_reach(options, found) or options
    if isinstance(options, Refused):
        return Resolution(failure=options.failure, reason=options.reason)
    if isinstance(found, Elsewhere):
        whole = await _looked_up(did, options, database=database, outside=outside, instance=instance)
    else:
        whole = _resolution(found)
    if options.expanded and whole.document is not None:
        return replace(whole, document=with_absolute_urls(whole.document))
    return whole


def _out_of_reach(options: Options, found: Resolved | Elsewhere) -> Refused | None:
    """What this kind of DID has not."""
    if options.version and isinstance(found, Elsewhere):
        return Refused(_UNSUPPORTED, "Earlier versions of documents at web addresses cannot be had.")
    if options.key_format is None:
        return None
    methods = found.document["verificationMethod"] if isinstance(found, Resolved) else ()
    if not methods or any(method["type"] != options.key_format for method in methods):
        return Refused(_UNSUPPORTED, "The key of this DID is not given in that format here.")
    return None


async def _looked_up(
    did: str, options: Options, *, database: Database, outside: Outside, instance: Instance
) -> Resolution:
    need = Need(NeedKind.DID_DOCUMENT, did)
    ours = await anyio.to_thread.run_sync(_our_answer, need, database, instance)
    if isinstance(ours, Missing):  # ours do not end: they were never there
        return Resolution(failure=_NAMES[Failure.NOT_FOUND], reason=ours.reason)
    found: Answer | None = ours
    if found is None:
        if options.fresh:  # section 13.2
            return Resolution(failure=_UNSUPPORTED, reason="Other hosts are not asked past what is remembered of them.")
        async with outside.errand(most=1) as errand:
            found = await errand.answer(need)
    if isinstance(found, Missing):
        failure = None if found.gone else _NAMES[Failure.NOT_FOUND]
        return Resolution(failure=failure, deactivated=found.gone, reason=found.reason)
    return _read(did, found)


def _our_answer(need: Need, database: Database, instance: Instance) -> Answer | None:
    """None for a DID of somebody else's host."""
    with asking(database) as live:
        return answer_of_our_own(live, need, instance=instance)


def _read(did: str, found: Answer | None) -> Resolution:
    content = found.content if isinstance(found, Found) else b""
    try:
        document = strictjson.loads(content, max_bytes=_MAX_DOCUMENT)
    except (MalformedJSONError, TooLargeError) as error:
        return Resolution(failure=_NAMES[Failure.INVALID_DID_DOCUMENT], reason=error.message)
    return _resolution(resolve_fetched(did, document))


def _resolution(found: Resolved | Unresolved) -> Resolution:
    if isinstance(found, Resolved):
        return Resolution(found.document)
    return Resolution(failure=_NAMES[found.failure], reason=_REASONS[found.failure])


_UNSUPPORTED = "FEATURE_NOT_SUPPORTED"
_NAMES: Mapping[Failure, str] = {
    Failure.INVALID_DID: "INVALID_DID",
    Failure.NOT_FOUND: "NOT_FOUND",
    Failure.METHOD_NOT_SUPPORTED: "METHOD_NOT_SUPPORTED",
    Failure.REPRESENTATION_NOT_SUPPORTED: "REPRESENTATION_NOT_SUPPORTED",
    Failure.INVALID_DID_DOCUMENT: "INVALID_DID_DOCUMENT",
    Failure.UNSUPPORTED_PUBLIC_KEY_TYPE: _UNSUPPORTED,  # did:key has a name of its own for this
}
_REASONS: Mapping[Failure, str] = {
    Failure.INVALID_DID: "This is not a DID as its syntax or its method has it.",
    Failure.NOT_FOUND: "There is no document for this DID.",
    Failure.METHOD_NOT_SUPPORTED: "Only did:key, did:jwk and did:web are resolved here.",
    Failure.REPRESENTATION_NOT_SUPPORTED: "The document cannot be had in this form.",
    Failure.INVALID_DID_DOCUMENT: "What was found at the address of this DID is not its document, or not built as one.",
    Failure.UNSUPPORTED_PUBLIC_KEY_TYPE: "This version does not know keys of this kind.",
}

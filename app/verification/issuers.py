"""Whose key is it? The key of a signature has to be one that the *issuer* publishes for assertions.

A key that is found anywhere else, in the badge or at an address that the badge names, is nobody's until the issuer's
own document lists it, or names the address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.language.said import Moment
from app.signing import PublicKey, resolve_did_jwk, resolve_did_key
from app.verification.evidence import Evidence, Need
from app.verification.issuer_documents import (
    DID,
    DID_JWK,
    DID_KEY,
    IssuerDocument,
    document_needs,
    is_address,
    issuer_document,
    origin_of,
    with_fragment,
)
from app.verification.keys import StatedKey, is_web_url, key_at, key_need
from app.verification.members import text
from app.verification.report import CheckResult, say

# The name of a part, as it stands after "#" (RFC 3986 section 3.5), without what could be taken for a path.
_THUMBPRINT: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # SHA-256 in base64url
_NAME: Final = re.compile(r"#?[A-Za-z0-9_.~-]{1,200}")


def key_of_method(method: str, issuer: str, evidence: Evidence) -> PublicKey | CheckResult:
    """The key behind the verification method `method`, or the finding on the issuer that there is none.

    By the issuer's document alone is a key the issuer's (OB 3.0 section 8.3; VC Data Integrity 4.4, controller),
    however well its signature fits.
    """
    if not may_be_of(method, issuer):
        return say("issuer.other-key", issuer=issuer) if is_address(issuer) else say("issuer.unnamed")
    document = issuer_document(issuer, evidence)
    if isinstance(document, CheckResult):
        return document
    method = with_fragment(method)
    try:
        return document.key(method)
    except InvalidKeyError as error:
        elsewhere = _stated_elsewhere(method, issuer, document, evidence)
        if elsewhere is not None:
            return elsewhere.key if isinstance(elsewhere, StatedKey) else elsewhere
        return document.doubt or say("issuer.not-listed", issuer=issuer, reason=error.message)
    except UnsupportedCryptoError as error:
        return say("proof.unsupported", what=error.message)


def key_by_kid(kid: object, issuer: str | None, evidence: Evidence) -> PublicKey | CheckResult:
    """The key that a token names: by a web address, a DID URL, by its name in the issuer's document or its thumbprint.

    Standards have the last two (VC-JOSE-COSE section 3.3.1: relative to the issuer; RFC 7638), and tokens hold them.
    """
    if isinstance(kid, str) and is_web_url(kid):
        found = key_at(kid, evidence)
        return _unless_anothers(found, issuer) if isinstance(found, StatedKey) else found
    name = text(kid)
    if name is None or not (name.startswith(DID) or _NAME.fullmatch(name)):
        return say("proof.no-key")
    if issuer is None:
        return say("issuer.unnamed")
    if _THUMBPRINT.fullmatch(name):
        known = _of_thumbprint(name, issuer, evidence)
        if known is not None:
            return known
    if not name.startswith(DID):
        name = f"{issuer.partition('#')[0]}#{name.removeprefix('#')}"
    return key_of_method(name, issuer, evidence)


def _of_thumbprint(thumbprint: str, issuer: str, evidence: Evidence) -> PublicKey | None:
    document = issuer_document(issuer, evidence)
    if isinstance(document, CheckResult):
        return None
    return next((stated.key for stated in document.keys if stated.key.thumbprint() == thumbprint), None)


def _unless_anothers(found: StatedKey, issuer: str | None) -> PublicKey | CheckResult:
    return found.key if found.controller in {None, issuer} else say("issuer.other-key", issuer=str(issuer))


def check_listed(
    key: PublicKey,
    issuer: str,
    evidence: Evidence,
    *,
    method: str | None,
    signed_at: datetime | None,
    now: datetime,
) -> CheckResult:
    """Whether `key`, wherever it came from, is one that the issuer lists for assertions (equal keys, RFC 7638).

    `method` is what the signature calls it, `signed_at` when it says that it was made. A key that is listed under
    several names is retired when it is under one.
    """
    document = issuer_document(issuer, evidence)
    if isinstance(document, CheckResult):
        return document
    found = [stated for stated in document.keys if stated.key == key]
    if not found and method is not None:
        elsewhere = _stated_elsewhere(method, issuer, document, evidence)
        found = [elsewhere] if isinstance(elsewhere, StatedKey) and elsewhere.key == key else []
    if not found:
        return document.doubt or say("issuer.other-key", issuer=issuer)
    retired = min((stated.retired for stated in found if stated.retired), default=None)
    return _check_time(issuer, retired, signed_at, now)


def may_be_of(method: str, issuer: str) -> bool:
    """Whether the issuer's document could list `method`; what it could not list needs no look at it.

    An issuer's methods stand under its own identifier, or at a web address of its host. The document of a web address
    may also name other addresses, and identifiers that are keys themselves.
    """
    if method.partition("#")[0] == issuer.partition("#")[0]:
        return True
    if is_web_url(issuer):
        return is_web_url(method) or method.startswith((DID_KEY, DID_JWK))
    return is_web_url(method) and origin_of(method) == origin_of(issuer)


def issuer_needs(issuer: str, methods: Iterable[str], evidence: Evidence) -> Iterator[Need]:
    """What has to be fetched to know whether keys called `methods` are the issuer's: documents, then keys.

    A key at a stranger's address is fetched only if the issuer's own document names that address.
    """
    yield from document_needs(issuer, evidence)
    apart = [method for method in methods if _is_apart(method, issuer)]
    document = issuer_document(issuer, evidence) if apart else None
    for method in apart:
        if document is not None and _may_be_fetched(method, issuer, document):
            yield key_need(method)


def _stated_elsewhere(
    method: str, issuer: str, document: IssuerDocument, evidence: Evidence
) -> StatedKey | CheckResult | None:
    """The key called `method` that the document lists under another name, or names by address; None if neither."""
    found = _self_evident(method) or _fetched(method, issuer, document, evidence)
    if not isinstance(found, StatedKey):
        return found
    if found.controller not in {None, issuer}:
        return say("issuer.other-key", issuer=issuer)
    if method in document.references or any(found.key == listed.key for listed in document.keys):
        return found
    return None


def _fetched(method: str, issuer: str, document: IssuerDocument, evidence: Evidence) -> StatedKey | CheckResult | None:
    return key_at(method, evidence) if _is_apart(method, issuer) and _may_be_fetched(method, issuer, document) else None


def _is_apart(method: str, issuer: str) -> bool:
    """Whether it is a web address with a document of its own."""
    return is_web_url(method) and method.partition("#")[0] != issuer.partition("#")[0]


def _may_be_fetched(method: str, issuer: str, document: IssuerDocument | CheckResult) -> bool:
    if origin_of(method) == origin_of(issuer):
        return True
    return isinstance(document, IssuerDocument) and method in document.references


def _self_evident(method: str) -> StatedKey | None:
    """The key that a method's own text holds. Anybody can write one there, so this says nothing about whose it is."""
    try:
        if method.startswith(DID_KEY):
            return StatedKey(resolve_did_key(method)[1])
        if method.startswith(DID_JWK):
            return StatedKey(resolve_did_jwk(method)[1])
        if is_web_url(method) and "#z" in method:
            return StatedKey(PublicKey.from_multikey(method.partition("#")[2]))
    except (InvalidKeyError, UnsupportedCryptoError):
        pass
    return None


def _check_time(issuer: str, retired: datetime | None, signed_at: datetime | None, now: datetime) -> CheckResult:
    """What the end of a key means for a signature of it. When that was made, only the signer says."""
    if retired is None or retired > now:
        return say("issuer.bound", issuer=issuer)
    if signed_at is None:
        return say("issuer.retired-undated", issuer=issuer, retired=Moment(retired))
    said = {"issuer": issuer, "retired": Moment(retired), "signed": Moment(signed_at)}
    return say("issuer.bound-retired" if signed_at < retired else "issuer.retired-before", **said)

"""A badge that nobody earned, made as a real one is but signed with a key that is thrown away (docs/decisions/0024)."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from app import strictjson
from app.issuance.draft import Draft, StatusEntry
from app.issuance.preflight.sample import Picture, Sample, Token
from app.issuance.prepare import prepare
from app.issuance.seal import Sealed, seal
from app.jsonld import Templates
from app.openbadges import list_bits
from app.signing import Algorithm, LocalSigner, PrivateKey, PublishedKey, did_document, jwk_with_kid, jwt_claims
from app.verification import NOBODY, Evidence, Found, Need, NeedKind, OwnList, Report, judge, read

_SIGNATURE_BYTES: Final = {
    Algorithm.EDDSA: 64,
    Algorithm.ES256: 64,
    Algorithm.ES384: 96,
    Algorithm.RS256: 256,  # of a key of 2,048 bits, as we make them
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What is published around the badge.

    `signing_kid` and `token_kid` name the keys that sign, among `keys`; None when no key signs tokens now.
    """

    did: str
    issuer_page: str
    keys: Sequence[PublishedKey]
    signing_kid: str
    token_kid: str | None
    token_key_url: str
    public_url: str
    entry: StatusEntry
    list_length: int
    picture: Picture | None


def rehearse(
    draft: Draft, scene: Scene, *, throwaway: PrivateKey, now: datetime, templates: Templates | None = None
) -> Sample:
    """The sample. Raises what a real award would raise: InvalidFieldsError, DocumentError."""
    prepared = prepare(draft, entry=scene.entry)
    sealed = seal(
        prepared,
        LocalSigner(throwaway, scene.signing_kid),
        verification_method=f"{scene.did}#{scene.signing_kid}",
        created=now,
        templates=templates,
    )
    return Sample(
        document=sealed.document,
        size=len(sealed.raw),
        report=_judged(sealed, scene, throwaway, now),
        token=_token(sealed, scene),
        did_document=_did_document(scene, scene.keys),
        list_length=scene.list_length,
        picture=scene.picture,
        public_url=scene.public_url,
        now=now,
    )


def _judged(sealed: Sealed, scene: Scene, throwaway: PrivateKey, now: datetime) -> Report:
    """What our verifier says where the throw-away key stands in the place of the real one."""
    keys = [
        replace(key, public_key=throwaway.public_key) if key.kid == scene.signing_kid else key for key in scene.keys
    ]
    published = strictjson.dumps(_did_document(scene, keys))
    evidence: Evidence = {
        Need(NeedKind.DID_DOCUMENT, scene.did): Found(published, "application/did+json"),
        Need(NeedKind.STATUS_LIST, scene.entry.list_url): OwnList(
            scene.did, "revocation", list_bits((), length=scene.list_length)
        ),
    }
    return judge(read(sealed.raw), evidence, NOBODY, now=now)


def _did_document(scene: Scene, keys: Sequence[PublishedKey]) -> dict[str, Any]:
    return did_document(scene.did, keys, also_known_as=(scene.issuer_page,))


def _token(sealed: Sealed, scene: Scene) -> Token:
    claims = jwt_claims({name: value for name, value in sealed.document.items() if name != "proof"})
    key = next((key.public_key for key in scene.keys if key.kid == scene.token_kid), None)
    if key is None:
        return Token({}, claims, 0, {})
    header = {"alg": key.algorithm.value, "typ": "JWT", "kid": scene.token_key_url}
    parts = (strictjson.dumps(header), strictjson.dumps(claims), bytes(_SIGNATURE_BYTES[key.algorithm]))
    size = len(".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts))
    return Token(header, claims, size, jwk_with_kid(key, scene.token_key_url))

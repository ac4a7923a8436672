"""Status lists, derived from the recorded changes: as others fetch them, signed on read, once per version; and as we
ask them ourselves, unsigned, by the version that stands at that moment.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.errors import NotFoundError
from app.issuance import seal_document
from app.models import Issuer, StatusList
from app.openbadges import encode_bitstring, list_bits, status_list_document
from app.services import issuers as issuing
from app.services.instance import Instance
from app.signing import jwt_claims, sign_jwt
from app.storage import Session, issuers, status_lists
from app.storage.live import Live
from app.verification import OwnList

# How long a verifier may keep the list, in milliseconds (Bitstring Status List v1.0 section 2.2).
TTL_MS = 300_000
_BITS = "bits"


class ListForm(StrEnum):
    JSON = "json"
    JWT = "jwt"


def signed_status_list(
    session: Session, list_id: UUID, form: ListForm, *, instance: Instance, now: datetime
) -> tuple[bytes, int]:
    """The signed list and its version. Raises NotFoundError."""
    row = status_lists.find_list(session, list_id)
    if row is None:
        raise NotFoundError("There is no such status list.")
    cached = instance.status_cache.get(list_id, row.version, form)
    if cached is None:
        cached = _sign(session, row, form, instance=instance, now=now.replace(microsecond=0))
        instance.status_cache.put(list_id, row.version, form, cached)
    return cached, row.version


def own_status_list(live: Live, list_id: UUID, *, instance: Instance) -> OwnList:
    """The list as it stands now, whoever changed it last and in whichever process. Raises NotFoundError.

    The version is read before the bits: what is remembered for it may be newer, never older.
    """
    state = live.find_list_state(list_id)
    if state is None:
        raise NotFoundError("There is no such status list.")
    bits = instance.status_cache.get(list_id, state.version, _BITS)
    if bits is None:
        bits = list_bits(live.revoked_indexes(list_id), length=state.length)
        instance.status_cache.put(list_id, state.version, _BITS, bits)
    return OwnList(state.issuer_did, state.purpose, bits)


def _sign(session: Session, row: StatusList, form: ListForm, *, instance: Instance, now: datetime) -> bytes:
    issuer = issuers.get_issuer(session, row.issuer_id)
    document = status_list_document(
        id=instance.site.status_list(row.id),
        issuer=issuer.did,
        valid_from=now,
        valid_until=None,
        encoded_list=encode_bitstring(status_lists.revoked_indexes(session, row.id), length=row.length),
        purpose=row.purpose.value,
        ttl_ms=TTL_MS,
    )
    if form is ListForm.JWT:
        key, signer = issuing.signer_for(session, issuer.id, issuing.VC_JWT, instance=instance, now=now)
        return sign_jwt(jwt_claims(document), signer, kid=instance.site.key(issuer.slug, key.kid)).encode()
    return _sealed(session, issuer, document, instance=instance, now=now)


def _sealed(
    session: Session, issuer: Issuer, document: dict[str, object], *, instance: Instance, now: datetime
) -> bytes:
    key, signer = issuing.signer_for(session, issuer.id, issuing.DATA_INTEGRITY, instance=instance, now=now)
    sealed = seal_document(document, signer, verification_method=f"{issuer.did}#{key.kid}", created=now)
    return sealed.raw

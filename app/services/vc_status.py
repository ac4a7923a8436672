"""Status lists of VC-API instances: derived from the recorded changes, and signed by the instance that owns them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app import strictjson
from app.errors import InvalidCredentialError, MalformedDocumentError, NotFoundError
from app.issuance import sign_list
from app.openbadges import encode_bitstring, list_bits, parse_index, status_list_document
from app.services.audit import record
from app.services.instance import Instance
from app.services.site import Site
from app.services.status import TTL_MS
from app.services.vc_instances import Permission, way_of
from app.services.vc_issuing import digest_of
from app.storage import Entry, Session, vc_instances
from app.storage.live import Live
from app.verification import OwnList

_SIGNED: Final = "json"
_BITS: Final = "bits"


def signed_vc_list(session: Session, list_id: UUID, *, instance: Instance, now: datetime) -> bytes:
    """The list as it stands now, signed once per version. Raises NotFoundError, KeyUnwrapError."""
    found = vc_instances.find_list(session, list_id)
    if found is None:
        raise NotFoundError("There is no such status list.")
    kept = instance.status_cache.get(list_id, found.row.version, _SIGNED)
    if kept is None:
        now = now.replace(microsecond=0)
        document = status_list_document(
            id=instance.site.vc_status_list(list_id),
            issuer=found.owner.did,
            valid_from=now,
            valid_until=None,
            encoded_list=encode_bitstring(vc_instances.revoked_indexes(session, list_id), length=found.row.length),
            purpose=found.row.purpose.value,
            ttl_ms=TTL_MS,
        )
        kept = strictjson.dumps(sign_list(document, way_of(found.owner, instance), now=now))
        instance.status_cache.put(list_id, found.row.version, _SIGNED, kept)
    return kept


def own_vc_list(live: Live, list_id: UUID, *, instance: Instance) -> OwnList:
    """The same unsigned, for our own verifier; see `own_status_list`. Raises NotFoundError."""
    state = live.find_vc_list_state(list_id)
    if state is None:
        raise NotFoundError("There is no such status list.")
    bits = instance.status_cache.get(list_id, state.version, _BITS)
    if bits is None:
        bits = list_bits(live.vc_revoked_indexes(list_id), length=state.length)
        instance.status_cache.put(list_id, state.version, _BITS, bits)
    return OwnList(state.issuer_did, state.purpose, bits)


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """Which credential, by its id and by what its status entry says, and what it shall be."""

    credential_id: str
    entry: Mapping[str, Any]
    status: bool


def update_status(
    session: Session, update: StatusUpdate, permitted: Permission, *, instance: Instance, now: datetime
) -> None:
    """Revokes it for good. Raises InvalidCredentialError, NotFoundError."""
    if update.entry.get("type") != "BitstringStatusListEntry" or update.entry.get("statusPurpose") != "revocation":
        raise InvalidCredentialError.one(
            "/credentialStatus", "The lists here are of the type BitstringStatusListEntry, with the purpose revocation."
        )
    if not update.status:
        raise InvalidCredentialError.one("/status", "A revocation is final; the status can only become true.")
    entries = vc_instances.find_entries(
        session,
        permitted.row.id,
        credential_sha256=digest_of(update.credential_id),
        entry=_entry(update.entry, instance.site),
    )
    if not entries:
        raise NotFoundError("This instance has issued no such credential with such an entry.")
    if vc_instances.revoke(session, entries, actor=permitted.actor_name, now=now.replace(microsecond=0)):
        record(
            session,
            "vc.revoke",
            actor=permitted.actor_name,
            issuer_id=permitted.issuer.id,
            subject=permitted.row.did,
            now=now,
            detail={"entries": [[str(entry.list_id), entry.index] for entry in entries]},
        )


def _entry(stated: Mapping[str, Any], site: Site) -> Entry | None:
    """The place that the entry names; None when it leaves that to the credential's id."""
    if "statusListIndex" not in stated and "statusListCredential" not in stated:
        return None
    list_id = site.vc_status_list_at(str(stated.get("statusListCredential")))
    try:
        index = parse_index(stated.get("statusListIndex"))
    except MalformedDocumentError as error:
        raise InvalidCredentialError.one("/credentialStatus/statusListIndex", error.message) from error
    if list_id is None:
        raise InvalidCredentialError.one("/credentialStatus/statusListCredential", "This is no list of this service.")
    return Entry(list_id, index)

"""Rows for storage tests: a tenant with all that a credential refers to, and credentials to vary."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from app.models import KeyPurpose, VCInstance, VCStatusChange, VCStatusEntry, VCStatusList
from app.storage import NewCredential, achievements, credentials, issuers, keys, status_lists

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
DIGEST = hashlib.sha256(b"request").digest()


@dataclass(frozen=True)
class Tenant:
    issuer_id: UUID
    achievement_id: UUID
    revision_id: UUID
    key_id: UUID


def add_issuer(session, slug="riverside", did=None):
    return issuers.add_issuer(
        session,
        issuer_id=uuid4(),
        slug=slug,
        did=did or f"did:web:badges.example:issuers:{slug}",
        profile={"name": slug},
        settings={},
        now=NOW,
    )


def add_key(session, issuer_id, kid="k1", purpose=KeyPurpose.DATA_INTEGRITY):
    return keys.add_key(
        session,
        key_id=uuid4(),
        issuer_id=issuer_id,
        kid=kid,
        algorithm="EdDSA",
        purpose=purpose,
        public_jwk={"kty": "OKP"},
        ciphertext=b"sealed",
        now=NOW,
    )


def add_achievement(session, issuer_id, slug="differentiated-teaching", now=NOW):
    return achievements.add_achievement(
        session,
        achievement_id=uuid4(),
        issuer_id=issuer_id,
        slug=slug,
        revision_id=uuid4(),
        definition={"name": slug},
        now=now,
    )


def add_tenant(session, slug="riverside"):
    issuer = add_issuer(session, slug)
    key = add_key(session, issuer.id)
    current = add_achievement(session, issuer.id)
    return Tenant(issuer.id, current.achievement.id, current.revision.id, key.id)


def allocate(session, tenant, count=1, **changes):
    options = {"now": NOW, "randbelow": random.randrange} | changes
    issuers.lock_issuer(session, tenant.issuer_id)
    return status_lists.allocate(session, tenant.issuer_id, count, **options)


def new_credential(tenant, entry, **changes):
    id_ = uuid4()
    document = f'{{"id":"{id_}"}}'.encode()
    values = {
        "id": id_,
        "issuer_id": tenant.issuer_id,
        "achievement_id": tenant.achievement_id,
        "revision_id": tenant.revision_id,
        "signing_key_id": tenant.key_id,
        "status_list_id": entry.list_id,
        "status_index": entry.index,
        "document": document,
        "sha256": hashlib.sha256(document).digest(),
        "test": False,
        "source": "moodle",
        "external_id": str(id_),
        "request_sha256": DIGEST,
        "learner": {"name": "Amina Haddad"},
        "awarded_at": NOW,
        "valid_from": NOW,
        "valid_until": None,
        "issued_at": NOW,
    }
    return NewCredential(**values | changes)


def award(session, tenant, count=1, **changes):
    """`count` credentials of the tenant, stored."""
    rows = [new_credential(tenant, entry, **changes) for entry in allocate(session, tenant, count)]
    credentials.insert_credentials(session, rows)
    return rows


def add_vc_instance(session, issuer_id, name="eddsa-rdfc-2022", did="did:key:z6Mk"):
    row = VCInstance(
        id=uuid4(),
        issuer_id=issuer_id,
        name=name,
        did=did,
        kid=f"v-{name}",
        algorithm="EdDSA",
        ciphertext=b"sealed",
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def add_vc_list(session, instance_id):
    """A list with two entries that are held, the first of them revoked."""
    row = VCStatusList(
        id=uuid4(),
        instance_id=instance_id,
        purpose="revocation",
        number=1,
        length=131_072,
        allocated=2,
        version=2,
        open=True,
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    for index in (0, 1):
        session.add(VCStatusEntry(list_id=row.id, status_index=index, credential_sha256=DIGEST, test=False, at=NOW))
    session.flush()
    session.add(VCStatusChange(list_id=row.id, status_index=0, value="revoked", actor="key", at=NOW))
    session.flush()
    return row

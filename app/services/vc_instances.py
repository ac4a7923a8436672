"""Signing instances of the VC-API: under which key, by which suite and for whom any credential is signed.

An instance is made by somebody who may manage the issuer, never by the first request that comes along. Its identifier
is the did:key of its key, so it stands for itself: it is in no document of the issuer's, and cannot be rotated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from app.errors import NotFoundError, UnauthenticatedError
from app.issuance import WayOfSigning
from app.models import Issuer, VCInstance
from app.services.actors import Actor
from app.services.audit import record
from app.services.instance import Instance
from app.services.issuers import get_issuer, get_own_issuer
from app.signing import Algorithm, did_key
from app.storage import Session, issuers, vc_instances

ISSUE: Final = "vc:issue"


class InstanceName(StrEnum):
    """Stands in the address of an instance."""

    EDDSA_RDFC = "eddsa-rdfc-2022"
    EDDSA_JCS = "eddsa-jcs-2022"
    ECDSA_RDFC = "ecdsa-rdfc-2019"
    ECDSA_RDFC_P384 = "ecdsa-rdfc-2019-p384"
    ECDSA_JCS = "ecdsa-jcs-2019"


@dataclass(frozen=True, slots=True)
class _Way:
    cryptosuite: str
    algorithm: Algorithm


_WAYS: Final[Mapping[InstanceName, _Way]] = MappingProxyType(
    {
        InstanceName.EDDSA_RDFC: _Way("eddsa-rdfc-2022", Algorithm.EDDSA),
        InstanceName.EDDSA_JCS: _Way("eddsa-jcs-2022", Algorithm.EDDSA),
        InstanceName.ECDSA_RDFC: _Way("ecdsa-rdfc-2019", Algorithm.ES256),
        InstanceName.ECDSA_RDFC_P384: _Way("ecdsa-rdfc-2019", Algorithm.ES384),
        InstanceName.ECDSA_JCS: _Way("ecdsa-jcs-2019", Algorithm.ES256),
    }
)
_KEY_TYPES: Final = MappingProxyType({Algorithm.EDDSA: "Ed25519", Algorithm.ES256: "P-256", Algorithm.ES384: "P-384"})


def put_instance(
    session: Session, slug: str, name: InstanceName, *, actor: Actor, instance: Instance, now: datetime
) -> tuple[InstanceView, bool]:
    """The instance, made if there is none yet, and whether it was.

    Raises NotFoundError for an issuer that `actor` may not see.
    """
    issuer = get_own_issuer(session, slug, actor)
    issuers.hold_issuer(session, issuer.id)
    known = vc_instances.find_instance(session, issuer.id, name)
    if known is not None:
        return view(known, issuer, instance=instance), False
    row = vc_instances.add_instance(session, _new_instance(issuer, name, instance=instance, now=now))
    record(session, "vc-instance.create", actor=actor.name, issuer_id=issuer.id, subject=row.did, now=now)
    return view(row, issuer, instance=instance), True


def _new_instance(issuer: Issuer, name: InstanceName, *, instance: Instance, now: datetime) -> VCInstance:
    algorithm = _WAYS[name].algorithm
    kid = f"{now:%Y%m%d}-{instance.random_bytes(4).hex()}-{name}"  # keys of other purposes are called otherwise
    wrapped = instance.keystore.generate(issuer_id=str(issuer.id), kid=kid, algorithm=algorithm)
    return VCInstance(
        id=instance.new_id(),
        issuer_id=issuer.id,
        name=name.value,
        did=did_key(wrapped.public_key),
        kid=kid,
        algorithm=algorithm.value,
        ciphertext=wrapped.ciphertext,
        created_at=now,
    )


@dataclass(frozen=True, slots=True)
class InstanceView:
    """An instance as everybody may see it."""

    name: str
    cryptosuite: str
    key_type: str
    did: str
    endpoint: str
    open: bool


def list_instances(session: Session, slug: str, *, instance: Instance) -> tuple[Issuer, list[InstanceView]]:
    """Raises NotFoundError."""
    issuer = get_issuer(session, slug)
    found = vc_instances.list_instances(session, issuer.id)
    return issuer, [view(row, issuer, instance=instance) for row in found]


def view(row: VCInstance, issuer: Issuer, *, instance: Instance) -> InstanceView:
    way = _WAYS[InstanceName(row.name)]
    return InstanceView(
        name=row.name,
        cryptosuite=way.cryptosuite,
        key_type=_KEY_TYPES[way.algorithm],
        did=row.did,
        endpoint=f"{instance.site.vc_instance(issuer.slug, row.name)}/credentials/issue",
        open=is_open(issuer, instance),
    )


def is_open(issuer: Issuer, instance: Instance) -> bool:
    """Whether anybody may have credentials signed: by an issuer that exists for tests, while nothing is real."""
    return instance.development and is_test(issuer)


def is_test(issuer: Issuer) -> bool:
    """Issuers of before there were such have no such setting."""
    return issuer.settings.get("test") is True


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may sign with which instance of whom."""

    issuer: Issuer
    row: VCInstance
    actor_name: str
    test: bool


def permission(
    session: Session, slug: str, name: InstanceName, *, actor: Actor | None, scope: str, instance: Instance
) -> Permission:
    """That of `actor`, or of anybody where the instance is open.

    Raises NotFoundError, UnauthenticatedError, ForbiddenError.
    """
    issuer = get_issuer(session, slug)
    if not is_open(issuer, instance):
        if actor is None:
            raise UnauthenticatedError("Send your API key: Authorization: Bearer lrl_…")
        issuer = get_own_issuer(session, slug, actor)
        actor.require(scope)
    test = is_test(issuer) or (actor is not None and actor.test)
    return Permission(issuer, _get(session, issuer, name), actor.name if actor else "anybody", test)


def way_of(row: VCInstance, instance: Instance) -> WayOfSigning:
    """How the instance signs. Raises KeyUnwrapError."""
    way = _WAYS[InstanceName(row.name)]
    signer = instance.keystore.signer(
        issuer_id=str(row.issuer_id), kid=row.kid, algorithm=way.algorithm, ciphertext=row.ciphertext
    )
    return WayOfSigning(signer, way.cryptosuite, f"{row.did}#{row.did.removeprefix('did:key:')}")


def _get(session: Session, issuer: Issuer, name: InstanceName) -> VCInstance:
    row = vc_instances.find_instance(session, issuer.id, name)
    if row is None:
        raise NotFoundError(f"Issuer '{issuer.slug}' has no instance '{name}'. PUT makes one, with the scope 'manage'.")
    return row

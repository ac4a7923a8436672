"""The tables. Invariants stand here as constraints, so that no path through the code can get round them.

A row that refers to another row of the same issuer does so together with `issuer_id`: a reference from one
tenant into another cannot be stored. Nothing here runs queries; `app/storage/` does.

    issuer = Issuer(id=uuid4(), slug="riverside", did="did:web:…", profile={…}, settings={}, revision=1, …)
"""

from __future__ import annotations

from app.models.achievements import Achievement, AchievementRevision, Image
from app.models.audit import AuditEvent
from app.models.base import NAMING_CONVENTION, Base, UTCDateTime
from app.models.credentials import (
    MINIMUM_LIST_LENGTH,
    Credential,
    IdempotencyKey,
    StatusChange,
    StatusList,
    StatusPurpose,
    StatusValue,
)
from app.models.issuers import APIKey, Issuer, KeyAlgorithm, KeyPurpose, KeyState, SigningKey
from app.models.vc_instances import VCInstance, VCStatusChange, VCStatusEntry, VCStatusList

__all__ = [
    "MINIMUM_LIST_LENGTH",
    "NAMING_CONVENTION",
    "APIKey",
    "Achievement",
    "AchievementRevision",
    "AuditEvent",
    "Base",
    "Credential",
    "IdempotencyKey",
    "Image",
    "Issuer",
    "KeyAlgorithm",
    "KeyPurpose",
    "KeyState",
    "SigningKey",
    "StatusChange",
    "StatusList",
    "StatusPurpose",
    "StatusValue",
    "UTCDateTime",
    "VCInstance",
    "VCStatusChange",
    "VCStatusEntry",
    "VCStatusList",
]

"""The tables. Invariants stand here as constraints, so that no path through the code can get round them.

A row that refers to another row of the same issuer does so together with `issuer_id`: a reference from one
tenant into another cannot be stored. Nothing here runs queries; `app/storage/` does.

    issuer = Issuer(id=uuid4(), slug="riverside", did="did:web:…", profile={…}, settings={}, revision=1, …)
"""

from __future__ import annotations

from app.models.achievements import Achievement, AchievementRevision, Image
from app.models.audit import AuditEvent, AuditHead
from app.models.base import NAMING_CONVENTION, Base, UTCDateTime
from app.models.credentials import (
    MINIMUM_LIST_LENGTH,
    Credential,
    IdempotencyKey,
    StatusChange,
    StatusList,
    StatusPurpose,
    StatusValue,
    Visibility,
)
from app.models.endorsements import Endorsement, EndorsementForm
from app.models.issuers import APIKey, Issuer, KeyAlgorithm, KeyBackend, KeyPurpose, KeyState, SigningKey, Stop
from app.models.life import ErasedCompletion, Succession, SuccessionKind, SupersededDocument
from app.models.receipts import ReceiptKey
from app.models.vc_instances import VCInstance, VCStatusChange, VCStatusEntry, VCStatusList

__all__ = [
    "MINIMUM_LIST_LENGTH",
    "NAMING_CONVENTION",
    "APIKey",
    "Achievement",
    "AchievementRevision",
    "AuditEvent",
    "AuditHead",
    "Base",
    "Credential",
    "Endorsement",
    "EndorsementForm",
    "ErasedCompletion",
    "IdempotencyKey",
    "Image",
    "Issuer",
    "KeyAlgorithm",
    "KeyBackend",
    "KeyPurpose",
    "KeyState",
    "ReceiptKey",
    "SigningKey",
    "StatusChange",
    "StatusList",
    "StatusPurpose",
    "StatusValue",
    "Stop",
    "Succession",
    "SuccessionKind",
    "SupersededDocument",
    "UTCDateTime",
    "VCInstance",
    "VCStatusChange",
    "VCStatusEntry",
    "VCStatusList",
    "Visibility",
]

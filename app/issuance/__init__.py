"""The rules of issuing: a draft is prepared, a prepared document is sealed, a sealed one is checked as a stranger's
would be.

    draft = Draft(credential_id=…, issuer=…, achievement=…, recipient=…, awarded_at=…, …)
    prepared = prepare(draft, entry=StatusEntry(list_url=…, index=94_567))      # refuses, or is complete
    sealed = seal(prepared, signer, verification_method="did:web:…#key-1", created=now)
    require_own_output(sealed.raw, did=…, did_document=…, now=now)              # before anything is stored

`prepare` is the maker of a `Prepared` (`prepare_again` of one that was issued before), and `seal` the only caller of a
signer, so nothing unchecked is signed.
"""

from __future__ import annotations

from app.issuance.any_credential import Admitted, WayOfSigning, admit, sign, sign_list
from app.issuance.draft import (
    AssessorDraft,
    Draft,
    EvidenceDraft,
    Recipient,
    RecipientIdentifier,
    StatusEntry,
)
from app.issuance.key_life import KeyMove, KeyState, due_key, next_state, require_earlier
from app.issuance.life import Move, Standing, State, require_move
from app.issuance.prepare import Prepared, prepare, prepare_again, recipient_problems
from app.issuance.seal import (
    Sealed,
    credential_templates,
    require_own_output,
    require_own_signature,
    seal,
    seal_document,
)

__all__ = [
    "Admitted",
    "AssessorDraft",
    "Draft",
    "EvidenceDraft",
    "KeyMove",
    "KeyState",
    "Move",
    "Prepared",
    "Recipient",
    "RecipientIdentifier",
    "Sealed",
    "Standing",
    "State",
    "StatusEntry",
    "WayOfSigning",
    "admit",
    "credential_templates",
    "due_key",
    "next_state",
    "prepare",
    "prepare_again",
    "recipient_problems",
    "require_earlier",
    "require_move",
    "require_own_output",
    "require_own_signature",
    "seal",
    "seal_document",
    "sign",
    "sign_list",
]

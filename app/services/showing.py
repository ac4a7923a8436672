"""Who finds a credential's page: whoever has its address, or search engines too. Nothing that is signed changes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.issuance import Move, require_move
from app.services.actors import Actor
from app.services.appearance import Visibility
from app.services.audit import record
from app.services.credentials import StoredCredential, get_credential, require_reach
from app.storage import Session, credentials, issuers


def show_credential(
    session: Session, credential_id: UUID, visibility: Visibility, *, actor: Actor, now: datetime
) -> StoredCredential:
    """The credential with that visibility; with the one that it has, nothing is done.

    Raises NotFoundError, ForbiddenError, and InvalidTransitionError when it was erased.
    """
    # Under the lock it cannot be erased in between.
    issuers.hold_issuer(session, credentials.owner_of(session, credential_id, issuer_id=actor.issuer_id))
    stored = get_credential(session, credential_id)
    require_reach(actor, stored)
    require_move(Move.CHANGE, stored.standing)
    if stored.visibility is visibility:
        return stored
    credentials.set_visibility(session, credential_id, visibility)
    record(
        session,
        f"credential.{Move.CHANGE}",
        actor=actor.name,
        issuer_id=stored.row.issuer_id,
        subject=str(credential_id),
        detail={"visibility": visibility.value},
        now=now.replace(microsecond=0),
    )
    session.expire_all()  # the row was changed behind the back of the object that stands for it
    return get_credential(session, credential_id)

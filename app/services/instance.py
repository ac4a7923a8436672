"""What every use case needs besides its session: the addresses, the keys, the limits, and randomness."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from app.keystore import EnvelopeKeystore
from app.services.site import Site
from app.services.status_cache import StatusCache
from app.verification import ReadLimits


@dataclass(frozen=True, slots=True)
class Instance:
    """One running deployment. Built once by `create_app` and by the terminal; nothing in it changes but caches."""

    site: Site
    keystore: EnvelopeKeystore
    trusted_issuers: frozenset[str] = frozenset()
    read_limits: ReadLimits = field(default_factory=ReadLimits)
    status_cache: StatusCache = field(default_factory=StatusCache)
    new_id: Callable[[], uuid.UUID] = uuid.uuid4
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    randbelow: Callable[[int], int] = secrets.randbelow

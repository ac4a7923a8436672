"""What every use case needs besides its session: the addresses, the keys, the limits, and randomness."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from app.issuance import credential_templates
from app.jsonld import Templates
from app.keystore import Keystore
from app.services.remembered import Remembered
from app.services.site import Site
from app.services.status_cache import StatusCache
from app.verification import NOBODY, Memo, Policy, ReadLimits

if TYPE_CHECKING:
    from app.issuance.preflight import Outcome
    from app.services.awardable import Awardable
    from app.services.issuers import KeyRing, PublishedIdentity
    from app.services.sealing import Kind
    from app.storage.achievements import Version

_REMEMBERED = 256  # issuers, achievements and kinds of credential, some 20 KB each
_SIGNATURES_REMEMBERED = 4_096  # some 300 bytes each
_PREFLIGHTS_REMEMBERED = 4_096  # some 200 bytes each


@dataclass(frozen=True, slots=True)
class Instance:
    """One running deployment. Built once by `create_app` and by the terminal; nothing in it changes but caches."""

    site: Site
    keystore: Keystore
    development: bool = False
    policy: Policy = NOBODY
    read_limits: ReadLimits = field(default_factory=ReadLimits)
    status_cache: StatusCache = field(default_factory=StatusCache)
    fitted: Memo = field(default_factory=partial(Memo, _SIGNATURES_REMEMBERED))
    templates: Templates = field(default_factory=credential_templates)
    awardable: Remembered[Version, Awardable] = field(default_factory=partial(Remembered, _REMEMBERED))
    identities: Remembered[KeyRing, PublishedIdentity] = field(default_factory=partial(Remembered, _REMEMBERED))
    judged: Remembered[Kind, float] = field(default_factory=partial(Remembered, _REMEMBERED))
    preflighted: Remembered[uuid.UUID, Outcome] = field(default_factory=partial(Remembered, _PREFLIGHTS_REMEMBERED))
    monotonic: Callable[[], float] = time.monotonic
    new_id: Callable[[], uuid.UUID] = uuid.uuid4
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    randbelow: Callable[[int], int] = secrets.randbelow

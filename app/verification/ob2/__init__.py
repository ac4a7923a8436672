"""Open Badges 2.0: assertions, hosted by their issuer or signed by it.

Here an issuer vouches for an assertion by hosting it: what is in hand is only a pointer, and the hosted copy counts.
"""

from __future__ import annotations

from app.verification.ob2.asking import assertion_needs
from app.verification.ob2.judging import judge_assertion

__all__ = ["assertion_needs", "judge_assertion"]

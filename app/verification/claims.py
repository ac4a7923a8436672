"""The claims around a credential in a token (OB 3.0 section 8.2.4; VC-JOSE-COSE section 3.1 for `vc+jwt`).

A reader who looks at the claims and one who looks at the credential must see the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.signing import UnverifiedJWT
from app.signing import check_claims as claim_problems
from app.verification.report import CheckResult, say

_CLAIMS: Final = frozenset({"iss", "sub", "jti", "nbf", "exp", "iat", "aud"})
_SIGNATURE_DATES: Final = frozenset({"nbf", "exp"})


def check_claims(token: UnverifiedJWT) -> CheckResult | None:
    """The finding on the first claim that is missing, differs or has no place there; None when all agree."""
    if "vp" in token.payload:
        return say("proof.claims", claim="vp")
    names = [problem.pointer.removeprefix("/") for problem in claim_problems(token.payload)]
    if _is_jose_cose(token):
        # There the claims are optional, and the dates are those of the signature, which may differ.
        names = [name for name in names if name in token.payload and name not in _SIGNATURE_DATES]
    return say("proof.claims", claim=names[0]) if names else None


def without_claims(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The credential as it was before the token was made around it."""
    return {name: value for name, value in payload.items() if name not in _CLAIMS}


def _is_jose_cose(token: UnverifiedJWT) -> bool:
    return str(token.header.get("typ")).lower().removeprefix("application/") == "vc+jwt"

"""A token may name its key by thumbprint (RFC 7638), as libraries do that know no address for it."""

from __future__ import annotations

import pytest

from app.verification import Verdict
from tests.factories import ed25519_key, judged, make_credential, sign_token, web_issuer

ISSUER = web_issuer()
STRANGER = ed25519_key("a stranger").public_key


@pytest.mark.parametrize(
    ("kid", "key", "verdict", "code"),
    [
        pytest.param(ISSUER.token_key.public_key.thumbprint(), None, Verdict.VALID, "issuer.bound", id="the issuer's"),
        pytest.param(
            STRANGER.thumbprint(), ed25519_key("a stranger"), Verdict.INVALID, "issuer.not-listed", id="other"
        ),
        pytest.param("A" * 43, None, Verdict.INVALID, "issuer.not-listed", id="nobody's"),
        pytest.param(ISSUER.key.public_key.thumbprint(), None, Verdict.INVALID, "issuer.skipped", id="another of its"),
    ],
)
def test_a_key_by_thumbprint(kid, key, verdict, code):
    report = judged(sign_token(make_credential(), key=key, header={"kid": kid}))
    assert (report.verdict, report.check("issuer").code) == (verdict, code), report.summary

from __future__ import annotations

import pytest

from app.signing import Algorithm, LocalSigner, PrivateKey, sign_jwt, token_beginning

URL = "https://badges.example/issuers/riverside/keys/20260101-0a0b0c0d"


@pytest.mark.parametrize("algorithm", Algorithm)
def test_tokens_begin_as_their_key_says(algorithm):
    token = sign_jwt({"a": 1}, LocalSigner(PrivateKey.generate(algorithm), "k"), kid=URL)
    assert token.startswith(token_beginning(algorithm, URL))
    assert not token.startswith(token_beginning(algorithm, f"{URL}2"))

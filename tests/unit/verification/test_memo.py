from __future__ import annotations

import pytest

from app.errors import KeyUnwrapError
from app.signing import LocalSigner, jwt_claims, sign_jwt
from app.verification import NOBODY, Verdict, judge, read
from app.verification.fitting import Remembered, finding_of
from app.verification.memo import Memo
from app.verification.report import say
from tests.factories import NOW, REMOVED, as_bytes, base64url, found, make_credential, sign, web_issuer

ISSUER = web_issuer()
PLAIN = make_credential(credentialStatus=REMOVED)


def test_it_knows_what_was_added():
    memo = Memo(2)
    memo.add(("a", "key"))
    assert ("a", "key") in memo
    assert ("a", "other key") not in memo


def test_it_forgets_what_was_added_first():
    memo = Memo(2)
    for name in "abc":
        memo.add((name,))
    assert [(name,) in memo for name in "abc"] == [False, True, True]


def verdict(what, memo, evidence=ISSUER.evidence):
    return judge(read(as_bytes(what)), evidence, NOBODY, now=NOW, memo=memo).verdict


TOKEN = sign_jwt(jwt_claims(PLAIN), LocalSigner(ISSUER.key, "key-1"), kid=ISSUER.method)
_METHOD, *_OTHERS = ISSUER.document["verificationMethod"]
_KEY = {
    name: value for name, value in web_issuer("other").document["verificationMethod"][0].items() if "public" in name
}
OTHER_KEY = {**ISSUER.document, "verificationMethod": [{**_METHOD, **_KEY}, *_OTHERS]}


@pytest.mark.parametrize("good", [sign(PLAIN), TOKEN], ids=["a proof", "a token"])
def test_what_fitted_one_key_does_not_fit_the_next_one_of_that_name(good):
    memo = Memo(8)
    replaced = {need: found(OTHER_KEY) if need.url == ISSUER.did else one for need, one in ISSUER.evidence.items()}
    assert verdict(good, memo) is Verdict.VALID
    assert len(memo._known) == 1
    assert verdict(good, memo, replaced) is Verdict.INVALID
    assert verdict(good, memo) is Verdict.VALID


def test_another_signature_over_the_same_words_is_looked_at():
    memo = Memo(8)
    assert verdict(TOKEN, memo) is Verdict.VALID
    assert verdict(f"{TOKEN.rpartition('.')[0]}.{base64url(bytes(64))}", memo) is Verdict.INVALID


def test_one_signature_of_a_file_says_nothing_of_the_next():
    memo, key, presented = Memo(8), ISSUER.key.public_key, read(as_bytes(PLAIN))
    altered = say("proof.altered")
    assert Remembered(presented, memo, None).check_once(0, key, lambda: None) is None
    assert Remembered(presented, memo, None).check_once(1, key, lambda: altered) is altered
    assert Remembered(presented, memo, None).check_once(0, key, lambda: altered) is None


def test_a_fault_of_ours_is_no_finding_about_a_badge():
    with pytest.raises(KeyUnwrapError):
        finding_of(KeyUnwrapError("The master key is another one."))

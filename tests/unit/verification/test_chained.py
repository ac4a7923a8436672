"""Badges signed by several, one after the other: the issuer's proof counts, with all that it builds on."""

from __future__ import annotations

import pytest

from app.errors import TooComplexError
from app.jsonld import Limits, canonicalize
from app.signing import Algorithm
from app.verification import MAX_NEEDS, NOBODY, Missing, Need, NeedKind, ReadLimits, Verdict, judge, needs, read
from app.verification.data_integrity import MAX_PROOFS
from app.verification.memo import Memo
from tests.factories import (
    LIST_URL,
    NOW,
    REMOVED,
    as_bytes,
    found,
    fresh_key,
    judged,
    key_issuer,
    make_credential,
    make_evidence,
    proof_value,
    sign,
    web_issuer,
)

VALID, INVALID, UNDETERMINED = Verdict
CREDENTIAL = make_credential()
ISSUER, BOARD, CHAMBER = web_issuer(), key_issuer("board"), key_issuer("chamber")
ABROAD = web_issuer("abroad")
ONE, TWO, THREE = (f"urn:uuid:00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
EVIDENCE = make_evidence()


def then(document, by, *, previous=None, key=None, **options):
    """`document` with one proof more, by `by`, over those that it builds on."""
    proofs = document.get("proof", [])
    bare = {name: value for name, value in document.items() if name != "proof"}
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-05-04T10:00:05Z",
        "verificationMethod": by.method,
        "proofPurpose": "assertionMethod",
        **({"previousProof": previous} if previous is not None else {}),
        **options,
    }
    names = [previous] if isinstance(previous, str) else previous or []
    earlier = [one for one in proofs if one.get("id") in names]
    over = {**bare, "proof": earlier} if earlier else bare
    return {**bare, "proof": [*proofs, {**proof, "proofValue": proof_value(over, proof, key or by.key)}]}


def outcome(document, evidence=None):
    report = judged(document, EVIDENCE if evidence is None else evidence)
    return report.check("proof").code.removeprefix("proof."), report.verdict


def changed(document, index, **members):
    proofs = [*document["proof"]]
    proofs[index] = {name: value for name, value in (proofs[index] | members).items() if value is not REMOVED}
    return {**document, "proof": proofs}


SIGNED_BY_BOARD = then(CREDENTIAL, BOARD, id=ONE)
CHAIN = then(SIGNED_BY_BOARD, ISSUER, previous=ONE)
LONG = then(then(then(CREDENTIAL, BOARD, id=ONE), CHAMBER, id=TWO, previous=ONE), ISSUER, previous=[TWO])


@pytest.mark.parametrize(
    ("document", "code", "verdict"),
    [
        pytest.param(CHAIN, "fits", VALID, id="the issuer after somebody else"),
        pytest.param(LONG, "fits", VALID, id="the issuer after one after another"),
        pytest.param(
            then(then(SIGNED_BY_BOARD, CHAMBER, id=TWO), ISSUER, previous=[ONE, TWO]),
            "fits", VALID, id="the issuer after two",
        ),
        pytest.param(
            then(then(CREDENTIAL, ISSUER, id=ONE), ISSUER, previous=ONE),
            "fits", VALID, id="the issuer after itself",
        ),
        pytest.param(
            then(then(CREDENTIAL, ISSUER, id=ONE), BOARD, previous=ONE),
            "fits", VALID, id="somebody else after the issuer",
        ),
        pytest.param(
            changed(then(then(CREDENTIAL, ISSUER, id=ONE), BOARD, previous=ONE), 1, created="2026-05-04T11:00:00Z"),
            "fits", VALID, id="a bad one after the issuer's takes nothing from it",
        ),
        pytest.param(
            then(then(CREDENTIAL, ISSUER, id=ONE), ISSUER, previous=TWO),
            "fits", VALID, id="nor does one of the issuer's own, built on one that is not there",
        ),
        # not the issuer's
        pytest.param(
            then(then(CREDENTIAL, BOARD, id=ONE), CHAMBER, previous=ONE),
            "not-reached", INVALID, id="two, and the issuer is neither",
        ),
        # what it builds on does not hold
        pytest.param(
            then(then(CREDENTIAL, BOARD, id=ONE, key=CHAMBER.key), ISSUER, previous=ONE),
            "earlier-unsound", INVALID, id="an earlier one by another key",
        ),
        pytest.param(
            then(then(make_credential(name="Other"), BOARD, id=ONE) | CREDENTIAL, ISSUER, previous=ONE),
            "earlier-unsound", INVALID, id="an earlier one over another document",
        ),
        pytest.param(
            then(then(CREDENTIAL, BOARD, id=ONE, expires="2026-05-10T11:59:59Z"), ISSUER, previous=ONE),
            "expired", INVALID, id="an earlier one that expired",
        ),
        pytest.param(
            then(then(CREDENTIAL, BOARD, id=ONE, proofPurpose="authentication"), ISSUER, previous=ONE),
            "purpose", INVALID, id="an earlier one for another purpose",
        ),
        pytest.param(
            then(then(CREDENTIAL, BOARD, id=ONE, verificationMethod="urn:x:y"), ISSUER, previous=ONE),
            "no-key", INVALID, id="an earlier one without a key",
        ),
        pytest.param(
            then(
                then(then(CREDENTIAL, BOARD, id=ONE, key=CHAMBER.key), CHAMBER, id=TWO, previous=ONE),
                ISSUER, previous=TWO,
            ),
            "earlier-unsound", INVALID, id="the first of three is bad",
        ),
        # altered
        pytest.param(changed(CHAIN, 0, created="2026-05-04T11:00:00Z"), "altered", INVALID, id="an earlier one"),
        pytest.param({**CHAIN, "name": "Other"}, "altered", INVALID, id="the document changed"),
        pytest.param(changed(CHAIN, 1, previousProof=REMOVED), "altered", INVALID, id="torn apart"),
        # no chain
        pytest.param({**CHAIN, "proof": CHAIN["proof"][1:]}, "malformed", INVALID, id="the earlier one taken away"),
        pytest.param(
            {**CHAIN, "proof": [CHAIN["proof"][0], *CHAIN["proof"]]}, "malformed", INVALID, id="the earlier one twice"
        ),
        pytest.param(changed(CHAIN, 0, id=TWO), "malformed", INVALID, id="the earlier one under another name"),
        pytest.param({**LONG, "proof": LONG["proof"][1:]}, "malformed", INVALID, id="the first of three taken away"),
        pytest.param(then(CREDENTIAL, ISSUER, id=ONE, previous=ONE), "malformed", INVALID, id="built on itself"),
        pytest.param(changed(CHAIN, 1, previousProof=5), "malformed", INVALID, id="built on a number"),
        pytest.param(changed(CHAIN, 1, previousProof=[]), "malformed", INVALID, id="built on nothing"),
        pytest.param(
            changed(changed(CHAIN, 1, id=TWO), 0, previousProof=TWO), "malformed", INVALID, id="each built on the other"
        ),
        # cannot be checked
        pytest.param(
            then(then(CREDENTIAL, BOARD, id=ONE, cryptosuite="bbs-2023"), ISSUER, previous=ONE),
            "unsupported", UNDETERMINED, id="an earlier one by a method unknown here",
        ),
        pytest.param(
            then(then(CREDENTIAL, BOARD, id=ONE, verificationMethod="did:example:x#y"), ISSUER, previous=ONE),
            "earlier-unclear", UNDETERMINED, id="an earlier one under an identifier unknown here",
        ),
    ],
)  # fmt: skip
def test_chains(document, code, verdict):
    cleaned = {**document, "proof": [{k: v for k, v in one.items() if v is not REMOVED} for one in document["proof"]]}
    assert outcome(cleaned) == (code, verdict)


FOREIGN = then(then(CREDENTIAL, ABROAD, id=ONE), ISSUER, previous=ONE)
ABROAD_NEED = Need(NeedKind.DID_DOCUMENT, ABROAD.did)


def test_a_co_signer_elsewhere_is_asked_for_its_keys():
    """And only when the issuer's own proof is there: a forgery must not send us to addresses."""
    wanted = needs(read(as_bytes(FOREIGN)), {})
    assert wanted == (Need(NeedKind.DID_DOCUMENT, ISSUER.did), ABROAD_NEED, Need(NeedKind.STATUS_LIST, LIST_URL))
    forged = then(then(CREDENTIAL, ABROAD, id=ONE), BOARD, previous=ONE)
    assert needs(read(as_bytes(forged)), {}) == ()


@pytest.mark.parametrize(
    ("answer", "code", "verdict"),
    [
        pytest.param(ABROAD.evidence[ABROAD_NEED], "fits", VALID, id="answers"),
        pytest.param(Missing("It did not answer."), "earlier-unclear", UNDETERMINED, id="does not answer"),
        pytest.param(None, "earlier-unclear", UNDETERMINED, id="was not asked"),
        pytest.param(found(ISSUER.document), "earlier-unsound", INVALID, id="is somebody else"),
    ],
)  # fmt: skip
def test_a_co_signer_elsewhere(answer, code, verdict):
    evidence = EVIDENCE if answer is None else {**EVIDENCE, ABROAD_NEED: answer}
    assert outcome(FOREIGN, evidence) == (code, verdict)


def test_a_bad_earlier_proof_weighs_more_than_an_unclear_one():
    both = then(then(CREDENTIAL, ABROAD, id=ONE), BOARD, id=TWO, key=CHAMBER.key)
    assert outcome(then(both, ISSUER, previous=[ONE, TWO])) == ("earlier-unsound", INVALID)


def test_so_many_co_signers_are_not_all_asked():
    document, names = CREDENTIAL, []
    for number in range(MAX_PROOFS - 1):
        names.append(f"urn:uuid:00000000-0000-4000-8000-0000000000{number:02}")
        document = then(document, web_issuer(f"abroad-{number}"), id=names[-1])
    wanted = needs(read(as_bytes(then(document, ISSUER, previous=names))), {})
    assert len(wanted) == MAX_NEEDS


def test_a_thousand_proofs_in_a_row_are_not_followed():
    proofs = [
        {"id": f"urn:x:{n}", "previousProof": f"urn:x:{n + 1}", "verificationMethod": "did:web:x.example#y"}
        for n in range(1_000)
    ]
    document = {**CREDENTIAL, "proof": [*CHAIN["proof"], *proofs]}
    assert all("x.example" not in need.url for need in needs(read(as_bytes(document)), {}))
    assert outcome(document) == ("too-many", INVALID)


def test_each_signature_is_looked_at_once(monkeypatch):
    """Eight proofs that build on each other would otherwise cost as much as twenty-eight."""
    document, names = CREDENTIAL, []
    for number in range(MAX_PROOFS):
        name = f"urn:uuid:00000000-0000-4000-8000-0000000000{number:02}"
        by = {"key": CHAMBER.key} if number == 0 else {}
        document = then(document, ISSUER, id=name, previous=[*names] or None, **by)
        names.append(name)
    looked_at = []
    from app.verification import fitting

    verify = fitting.verify_proof
    monkeypatch.setattr(
        fitting, "verify_proof", lambda *args, **options: looked_at.append(args[1]["id"]) or verify(*args, **options)
    )
    assert outcome(document) == ("altered", INVALID)
    assert sorted(looked_at) == names


def test_what_is_remembered_of_one_proof_says_nothing_of_those_before_it():
    memo = Memo(16)
    broken = then(then(CREDENTIAL, BOARD, id=ONE, key=CHAMBER.key), ISSUER, previous=ONE)
    for document, verdict in ((CHAIN, VALID), (broken, INVALID)):
        for _ in range(2):
            assert judge(read(as_bytes(document)), EVIDENCE, NOBODY, now=NOW, memo=memo).verdict is verdict


def test_a_chain_that_takes_too_long_to_read_is_given_up():
    slow = {**CREDENTIAL, "evidence": [{"type": ["Evidence"], "name": "Essay", "https://e.example/words": 1_200}]}
    chained = then(then(slow, BOARD, id=ONE), ISSUER, previous=ONE)
    asked = []

    def slow_path(document, _limits):
        asked.append(document)
        if "proof" in document:
            return canonicalize(document)
        raise TooComplexError("It took too long.")

    presented = read(as_bytes(chained), limits=ReadLimits(work=Limits(slow_path=slow_path)))
    report = judge(presented, EVIDENCE, NOBODY, now=NOW)
    assert report.check("proof").code == "proof.too-complex"
    assert len(asked) == 2


def test_suites_may_be_mixed():
    key = fresh_key(Algorithm.ES256, "riverside")
    assert key == ISSUER.token_key
    assert outcome(then(sign(CREDENTIAL, ISSUER, id=REMOVED), ISSUER)) == ("fits", VALID)

from __future__ import annotations

import pytest

from app.openbadges import encode_bitstring
from app.verification import Missing, Need, NeedKind, Outcome, Verdict
from app.verification.status import MAX_ENTRIES, check_status
from app.verification.words import LIST_DOUBTS
from tests.factories import (
    INDEX,
    LIST_URL,
    NOW,
    REMOVED,
    base64url,
    found,
    judged,
    key_issuer,
    make_credential,
    make_entry,
    make_evidence,
    make_status_list,
    put,
    sign,
    sign_token,
    web_issuer,
)

VALID, INVALID, UNDETERMINED = Verdict
ISSUER = web_issuer()
OTHER = web_issuer("other")
SIGNED = sign(make_credential())
GOOD_LIST = sign(make_status_list())
REVOKING = sign(make_status_list(revoked=[INDEX]))


def listed(**changes):
    return sign(make_status_list(**changes))


def in_list(path, value, issuer=None):
    return sign(put(make_status_list(issuer), path, value), issuer)


def with_bits(encoded):
    return in_list("/credentialSubject/encodedList", encoded)


def token(document, issuer=None, **more):
    """A list as a token has no `jti` beyond its id; the claims of a badge are not asked of it."""
    return sign_token(document, issuer, **more)


def gzipped(raw: bytes, *, cut: int = 0) -> str:
    import gzip

    data = gzip.compress(raw, 1, mtime=0)
    return "u" + base64url(data[: len(data) - cut])


BITS = bytes(16_384)


@pytest.mark.parametrize(
    ("status_list", "code", "verdict"),
    [
        pytest.param(GOOD_LIST, "status.good", VALID, id="not set"),
        pytest.param(listed(revoked=[INDEX - 1, INDEX + 1]), "status.good", VALID, id="neighbours set"),
        pytest.param(REVOKING, "status.revoked", INVALID, id="set"),
        pytest.param(token(make_status_list()), "status.good", VALID, id="token, not set"),
        pytest.param(token(make_status_list(revoked=[INDEX])), "status.revoked", INVALID, id="token, set"),
        pytest.param(
            in_list("/credentialSubject/statusPurpose", ["revocation", "suspension"]),
            "status.good", VALID, id="several purposes",
        ),
        pytest.param(listed(validUntil="2026-05-10T12:00:00Z"), "status.good", VALID, id="in its last second"),
        # VC 2.0 section 4.9: both dates are optional.
        pytest.param(listed(validFrom=REMOVED), "status.good", VALID, id="without a date"),
        # out of reach
        pytest.param(Missing("The server did not answer."), "status.unreachable", UNDETERMINED, id="out of reach"),
        pytest.param(Missing("It was removed.", gone=True), "status.unreachable", UNDETERMINED, id="gone"),
        # unreadable
        pytest.param("<html>", "unreadable", UNDETERMINED, id="an error page"),
        pytest.param("[]", "unreadable", UNDETERMINED, id="a JSON list"),
        pytest.param('{"id":1,"id":2}', "unreadable", UNDETERMINED, id="duplicate members"),
        pytest.param(with_bits("H4sI"), "unreadable", UNDETERMINED, id="not multibase"),
        pytest.param(with_bits(gzipped(BITS, cut=5)), "unreadable", UNDETERMINED, id="gzip cut off"),
        pytest.param(with_bits("u" + base64url(BITS)), "unreadable", UNDETERMINED, id="not gzip"),
        pytest.param(with_bits(gzipped(bytes(8_192))), "unreadable", UNDETERMINED, id="shorter than allowed"),
        pytest.param(with_bits(gzipped(bytes(17 * 1024 * 1024))), "unreadable", UNDETERMINED, id="a bomb"),
        # another thing
        pytest.param(SIGNED, "kind", UNDETERMINED, id="a badge in its place"),
        pytest.param(
            token(put(make_status_list(), "/credentialSubject/type", "StatusList2021")),
            "kind", UNDETERMINED, id="a list of another kind",
        ),
        pytest.param(
            {**GOOD_LIST, "@context": ["https://www.w3.org/ns/credentials/v2"] * 9},
            "kind", UNDETERMINED, id="too many contexts",
        ),
        pytest.param(
            {**GOOD_LIST, "@context": ["https://evil.example/c"]},
            "kind", UNDETERMINED, id="an unknown context",
        ),
        # signature
        pytest.param(make_status_list(), "unsigned", UNDETERMINED, id="unsigned"),
        pytest.param({**GOOD_LIST, "validFrom": "2026-05-02T00:00:00Z"}, "unsigned", UNDETERMINED, id="altered"),
        pytest.param(
            put(REVOKING, "/credentialSubject/encodedList", encode_bitstring([])),
            "unsigned", UNDETERMINED, id="the revocation taken out",
        ),
        pytest.param(sign(make_status_list(), OTHER), "unsigned", UNDETERMINED, id="signed by a stranger"),
        pytest.param(
            token(make_status_list(), header={"alg": "none"}),
            "kind", UNDETERMINED, id="token of no algorithm",
        ),
        pytest.param(
            sign(make_status_list(), cryptosuite="future-2040"),
            "unchecked", UNDETERMINED, id="a cryptosuite that is not supported",
        ),
        # whose, where, when, what for
        pytest.param(sign(make_status_list(OTHER), OTHER), "issuer", UNDETERMINED, id="another issuer's"),
        pytest.param(in_list("/id", LIST_URL + "2"), "address", UNDETERMINED, id="another list of the issuer"),
        pytest.param(in_list("/id", REMOVED), "address", UNDETERMINED, id="no id"),
        pytest.param(listed(validUntil="2026-05-10T11:59:59Z"), "dates", UNDETERMINED, id="out of date"),
        pytest.param(listed(validFrom="2026-05-10T12:00:01Z"), "dates", UNDETERMINED, id="from the future"),
        pytest.param(listed(validFrom="2026-05-01"), "dates", UNDETERMINED, id="a day as start"),
        pytest.param(listed(validUntil="2026-05-30"), "dates", UNDETERMINED, id="a day as end"),
        pytest.param(listed(purpose="suspension"), "purpose", UNDETERMINED, id="another purpose"),
        pytest.param(in_list("/credentialSubject/statusPurpose", REMOVED), "purpose", UNDETERMINED, id="no purpose"),
        pytest.param(in_list("/credentialSubject/ttl", 300_000), "status.good", VALID, id="a time for copies"),
        pytest.param(in_list("/credentialSubject/ttl", -1), "ttl", UNDETERMINED, id="a negative time for copies"),
        pytest.param(in_list("/credentialSubject/ttl", True), "ttl", UNDETERMINED, id="true as a time for copies"),
        pytest.param(in_list("/credentialSubject/ttl", "1 day"), "ttl", UNDETERMINED, id="a time for copies in words"),
        pytest.param(with_bits(gzipped(BITS) + "AAAA"), "unreadable", UNDETERMINED, id="bytes after the gzip"),
        pytest.param(
            token(make_status_list(), claims={"exp": 1_778_414_399}, header={"typ": "vc+jwt"}),
            "dates", UNDETERMINED, id="a token out of date",
        ),
        pytest.param(
            token(make_status_list(), claims={"exp": 1_778_414_400}, header={"typ": "vc+jwt"}),
            "status.good", VALID, id="a token in its last second",
        ),
    ],
)  # fmt: skip
def test_lists(status_list, code, verdict):
    report = judged(SIGNED, make_evidence(status_list=status_list))
    assert report.verdict is verdict
    if code in LIST_DOUBTS:
        assert report.check("status").code == "status.doubtful"
        assert report.check("status").detail == LIST_DOUBTS[code]
    else:
        assert report.check("status").code == code
    assert report.credential is not None, "the badge itself was signed"


def test_the_media_type_does_not_matter():
    evidence = {**make_evidence(), Need(NeedKind.STATUS_LIST, LIST_URL): found(GOOD_LIST, "application/octet-stream")}
    assert judged(SIGNED, evidence).check("status").code == "status.good"


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        pytest.param(make_entry(), "status.revoked", id="as it should be"),
        pytest.param(make_entry(statusListIndex=INDEX), "status.revoked", id="index as a number"),
        pytest.param(make_entry(id=REMOVED), "status.revoked", id="no id"),
        pytest.param([make_entry()], None, id="in a list"),
        pytest.param(REMOVED, "status.none", id="no entry"),
        pytest.param(make_entry(statusListIndex=str(INDEX + 1)), "status.good", id="the next one"),
        pytest.param(make_entry(statusListIndex=f"+{INDEX}"), "status.doubtful", id="index with a sign"),
        pytest.param(make_entry(statusListIndex=f" {INDEX}"), "status.doubtful", id="index with a space"),
        pytest.param(make_entry(statusListIndex=f"0{INDEX}"), "status.doubtful", id="index with a zero before it"),
        pytest.param(make_entry(statusListIndex="９４５６７"), "status.doubtful", id="index in other digits"),
        pytest.param(make_entry(statusListIndex="-1"), "status.doubtful", id="negative index"),
        pytest.param(make_entry(statusListIndex="131072"), "status.doubtful", id="index past the end"),
        pytest.param(make_entry(statusListIndex="131071"), "status.good", id="the last index"),
        pytest.param(make_entry(statusListIndex=REMOVED), "status.doubtful", id="no index"),
        pytest.param(make_entry(statusListCredential=REMOVED), "status.doubtful", id="no list"),
        pytest.param(make_entry(statusListCredential="file:///etc/passwd"), "status.doubtful", id="a file as list"),
        pytest.param(make_entry(statusPurpose="future"), "status.unsupported", id="a purpose that is not known"),
        pytest.param(make_entry(statusPurpose=REMOVED), "status.unsupported", id="no purpose"),
        pytest.param(make_entry(statusSize=1), "status.revoked", id="entries of one bit, said so"),
        pytest.param(make_entry(statusSize=2), "status.doubtful", id="entries of two bits in a list for one"),
        pytest.param(make_entry(statusSize=0), "status.unsupported", id="entries of no bits"),
        pytest.param(make_entry(statusSize=9), "status.unsupported", id="entries of nine bits"),
        pytest.param(make_entry(statusSize="1"), "status.unsupported", id="a size in words"),
        pytest.param(make_entry(statusSize=True), "status.unsupported", id="a size that is true"),
        pytest.param(make_entry(type="StatusList2021Entry"), "status.doubtful", id="a list of another kind"),
        pytest.param(make_entry(type="RevocationList2020Status"), "status.unsupported", id="a kind that is not known"),
    ],
)
def test_entries(entry, code):
    document = make_credential(credentialStatus=entry)
    status = check_status(document, make_evidence(status_list=REVOKING), now=NOW)
    assert status.check.code == (code or "status.revoked")
    assert (status.shown is None) == (code == "status.none")


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        pytest.param([make_entry(statusListIndex="1"), make_entry()], "status.revoked", id="one good, one revoked"),
        pytest.param(
            [make_entry(statusListIndex="1"), make_entry(type="Future")],
            "status.unsupported", id="one good, one unknown",
        ),
        pytest.param([make_entry(type="Future"), make_entry()], "status.revoked", id="one unknown, one revoked"),
        pytest.param(
            [make_entry(statusListIndex=str(i)) for i in range(MAX_ENTRIES)],
            "status.good", id="as many as allowed",
        ),
        pytest.param([make_entry(statusListIndex=str(i)) for i in range(500)], "status.doubtful", id="500"),
        pytest.param(["x", None], "status.unsupported", id="no objects"),
    ],
)  # fmt: skip
def test_several_entries(entries, code):
    document = make_credential(credentialStatus=entries)
    assert check_status(document, make_evidence(status_list=REVOKING), now=NOW).check.code == code


def test_a_suspended_badge():
    entry = make_entry(statusPurpose="suspension")
    report = judged(
        sign(make_credential(credentialStatus=entry)),
        make_evidence(status_list=listed(purpose="suspension", revoked=[INDEX])),
    )
    assert report.check("status").code == "status.suspended"
    assert report.summary == "This badge is genuine but is suspended by its issuer."
    assert (report.status["revoked"], report.status["suspended"]) == (False, True)


@pytest.mark.parametrize(
    ("status_list", "revoked"), [(None, False), (REVOKING, True), (Missing("The server did not answer."), None)]
)
def test_what_the_report_shows(status_list, revoked):
    shown = judged(SIGNED, make_evidence(status_list=status_list)).status
    assert shown["revoked"] is revoked
    assert shown["list"] == LIST_URL
    assert shown["index"] == str(INDEX)


def test_no_entry_is_not_a_failure():
    report = judged(sign(make_credential(credentialStatus=REMOVED)))
    assert report.verdict is VALID
    assert report.check("status").outcome is Outcome.NOT_APPLICABLE
    assert report.status is None


def test_a_list_out_of_reach_reads_as_cannot_be_checked_now():
    report = judged(SIGNED, make_evidence(status_list=Missing("The server did not answer.")))
    assert "cannot be checked now" in report.summary
    assert "The server did not answer." in report.check("status").detail


def test_a_list_that_was_not_looked_up():
    assert judged(SIGNED, ISSUER.evidence).check("status").code == "status.unreachable"


def test_a_list_of_a_did_key():
    issuer = key_issuer()
    signed = sign(make_credential(issuer), issuer)
    good = make_evidence(issuer)
    revoking = make_evidence(issuer, status_list=sign(make_status_list(issuer, revoked=[INDEX]), issuer))
    assert judged(signed, good).verdict is VALID
    assert judged(signed, revoking).check("status").code == "status.revoked"


def test_another_day_is_judged_with_what_is_known_now():
    from datetime import timedelta

    expired = sign(make_credential(validUntil="2026-05-05T10:00:00Z"))
    evidence = make_evidence(status_list=listed(validFrom="2026-05-10T11:00:00Z", validUntil="2026-05-10T13:00:00Z"))
    then = NOW - timedelta(days=5, hours=3)
    assert judged(expired, evidence, now=then, asked_at=NOW).verdict is VALID
    assert judged(expired, evidence, now=then).check("status").code == "status.doubtful"
    assert judged(expired, evidence).check("dates").code == "dates.expired"


def test_remembering_a_list_changes_nothing():
    evidence = make_evidence(status_list=REVOKING)
    assert judged(SIGNED, evidence) == judged(SIGNED, evidence)


def test_a_remembered_list_does_not_vouch_for_another_key():
    """The same list bytes, after the issuer's document has changed its key under the same name."""
    judged(SIGNED, make_evidence())
    from app.signing import PublishedKey, did_document

    swapped = did_document(ISSUER.did, [PublishedKey("key-1", OTHER.key.public_key)])
    token_issuer = did_document(ISSUER.did, [PublishedKey("key-2", ISSUER.token_key.public_key)])
    document = {**swapped, "verificationMethod": swapped["verificationMethod"] + token_issuer["verificationMethod"]}
    document["assertionMethod"] = swapped["assertionMethod"] + token_issuer["assertionMethod"]
    evidence = {**make_evidence(), Need(NeedKind.DID_DOCUMENT, ISSUER.did): found(document)}
    report = judged(sign_token(make_credential()), evidence)
    assert report.check("issuer").code == "issuer.bound"
    assert report.check("status").code == "status.doubtful"


def test_an_expired_proof_of_a_remembered_list_is_not_saved_by_its_twin():
    """Two proofs with one value: remembering the one must not vouch for the other."""
    from datetime import timedelta

    from tests.factories import NOW, sign_options

    ends = sign_options(make_status_list(), expires="2026-05-10T13:00:00Z")
    twin = {name: value for name, value in ends["proof"][0].items() if name != "expires"}
    both = {**ends, "proof": [twin, ends["proof"][0]]}
    evidence = make_evidence(status_list=both)
    assert judged(SIGNED, evidence).check("status").code == "status.good"
    later = judged(SIGNED, evidence, now=NOW + timedelta(hours=2))
    assert later.check("status").code == "status.doubtful"

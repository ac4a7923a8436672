"""Badges of issuers that the caller keeps: what they share is remembered, and no report is another one for that."""

from __future__ import annotations

import copy
import hashlib
from itertools import count

import pytest

from app.issuance import credential_templates
from app.openbadges import check_credential
from app.openbadges import credential as reading
from app.verification import NOBODY, Known, Memo, Verdict, judge, read
from app.verification import fitting as module
from tests.factories import (
    EMAIL,
    NOW,
    REMOVED,
    as_bytes,
    make_credential,
    make_evidence,
    put,
    sign,
    sign_token,
    web_issuer,
)
from tests.unit.verification.test_judging import leaves, replaced

EVIDENCE = make_evidence()


def reported(document, templates, memo=None):
    presented = read(as_bytes(document))
    return judge(presented, EVIDENCE, NOBODY, now=NOW, known=Known(EMAIL), memo=memo, templates=templates)


def is_taught(document):
    return hashlib.sha256(as_bytes(document)).digest()[0] < module._TEACHING


def teacher(**changes):
    """A signed credential of the usual kind from which its kind is learnt."""
    named = (sign(make_credential(name=f"Teaching {number}", **changes)) for number in count())
    return next(document for document in named if is_taught(document))


@pytest.fixture
def templates():
    made = credential_templates()
    assert reported(teacher(), made).verdict is Verdict.VALID
    return made


SIGNED = sign(make_credential())


def test_another_badge_of_a_known_kind_is_not_walked(templates, monkeypatch):
    monkeypatch.setattr("app.signing.suite.canonicalize", None)
    assert reported(SIGNED, templates).verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("path", "value"), [pytest.param(path, value, id="/".join(map(str, path))) for path, value in leaves(SIGNED)]
)
def test_each_changed_value_has_the_report_that_it_has_without(templates, path, value):
    for other in (f"{value}x", "x", "", None, 5, {"id": "urn:x"}, [value], {"@value": value}):
        changed = replaced(SIGNED, path, other)
        assert reported(changed, templates) == reported(changed, None)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"name": 'Quotes " and \\ and \n'}, id="escapes"),
        pytest.param({"name": "😀 \ue000"}, id="far letters"),
        pytest.param({"validFrom": "2031-05-04T10:00:00Z", "validUntil": REMOVED}, id="early"),
        pytest.param({"validUntil": "2026-05-05T10:00:00Z"}, id="expired"),
        pytest.param({"evidence": REMOVED}, id="a member less"),
        pytest.param({"credentialStatus": REMOVED}, id="no status"),
        pytest.param({"evidence": [{"type": ["Evidence"], "name": {"@value": "e", "@language": "en"}}]}, id="slow"),
        pytest.param({"image": "https://x.example/i.png"}, id="against the schema"),
    ],
)
def test_each_signed_document_has_the_report_that_it_has_without(templates, change):
    document = sign(make_credential(**change))
    assert reported(document, templates) == reported(document, None)
    token = sign_token(make_credential(**change))
    assert reported(token, templates) == reported(token, None)


def test_a_rule_of_the_schema_is_checked_of_each_badge(templates):
    """Signed as it is, by whoever has the key; issuer and achievement are those of good badges."""
    for path, value in (("/credentialSubject/result/0/resultDescription", "urn:none"), ("/validFrom", "May")):
        broken = put(make_credential(), path, value)
        assert check_credential(broken)
        report = reported(sign(broken), templates)
        assert report.check("schema").code == "schema.problems"
        assert report == reported(sign(broken), None)


def forged():
    """Shapes without end, each under the issuer's name."""
    for number in range(100):
        evidence = [{"id": f"urn:{number}:{item}", "type": ["Evidence"]} for item in range(number % 7)]
        yield {**SIGNED, "name": f"Forged {number}", "evidence": evidence}


def test_nothing_is_remembered_of_what_the_issuer_did_not_sign():
    templates, memo = credential_templates(), Memo(8)
    reading._read_once.cache_clear()
    documents = list(forged())
    assert any(map(is_taught, documents))
    for document in documents:
        assert reported(document, templates, memo).verdict is Verdict.INVALID
    assert not templates._by_shape
    assert not memo._known
    assert reading._read_once.cache_info().currsize == 0


def test_nothing_is_remembered_for_whoever_gives_no_templates():
    reading._read_once.cache_clear()
    assert reported(SIGNED, None).verdict is Verdict.VALID
    assert reading._read_once.cache_info().currsize == 0


def test_few_badges_teach_and_enough_do():
    """Making a template takes ten times as long as reading a badge does; whoever has many kinds pays for few."""
    documents = [sign(make_credential(name=f"Badge {number}")) for number in range(200)]
    taught = sum(map(is_taught, documents))
    assert 0 < taught < 20
    templates = credential_templates()
    reported(next(document for document in documents if not is_taught(document)), templates)
    assert not templates._by_shape
    for document in documents:
        reported(document, templates)
    assert len(templates._by_shape) == 1


def test_what_only_the_slow_path_reads_teaches_nothing():
    document = teacher(evidence=[{"type": ["Evidence"], "name": "e", "https://e.example/words": 5}])
    templates = credential_templates()
    assert reported(document, templates).verdict is Verdict.VALID
    assert not templates._by_shape


def test_the_key_of_another_issuer_does_not_become_right(templates):
    document = sign(make_credential(), web_issuer("other"))
    report = reported(document, templates)
    assert (report.check("issuer").code, report.verdict) == ("issuer.other-key", Verdict.INVALID)


def test_the_document_is_left_as_it_is(templates):
    presented = read(as_bytes(SIGNED))
    before = copy.deepcopy(presented.document)
    judge(presented, EVIDENCE, NOBODY, now=NOW, templates=templates)
    assert presented.document == before

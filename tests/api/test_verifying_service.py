"""What verifying costs others: no connection while a badge is read slowly, no memory for what strangers make up."""

from __future__ import annotations

import dataclasses
import hashlib
import zlib
from itertools import count
from uuid import UUID

import pytest

from app.errors import TooComplexError
from app.jsonld import canonicalize
from app.openbadges import bake_png, bake_svg
from app.openbadges import credential as reading
from app.services.own_evidence import answer_of_our_own, answered_by_us
from app.services.verifying import Question, verify_at_once, verify_submission
from app.storage.live import asking
from app.verification import Missing, Need, NeedKind, Verdict, fitting
from tests.api.conftest import BASE_URL, NOW, path_of
from tests.factories import REMOVED, SVG, as_bytes, key_issuer, make_credential, sign, sign_token
from tests.unit.openbadges.pngs import chunk, itxt, png

pytestmark = pytest.mark.anyio

SQLITE_ONLY = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NAMED = {"evidence": [{"type": ["Evidence"], "name": "Essay", "https://e.example/words": 1_200}]}
QUESTION = Question(NOW)
STRANGER = key_issuer()


def slowly(instance, slow_path):
    """The same deployment with another slow path."""
    limits = instance.read_limits
    return dataclasses.replace(
        instance,
        read_limits=dataclasses.replace(limits, work=dataclasses.replace(limits.work, slow_path=slow_path)),
    )


@pytest.fixture
def signed(laurel, credential):
    """The bytes of a badge of ours, as they are stored."""
    return as_bytes(credential["credential"])


def with_session(laurel, raw, instance):
    with laurel.database.reading() as session:
        return verify_submission(session, raw, QUESTION, instance=instance, now=NOW)


def without_session(laurel, raw, instance):
    return verify_submission(laurel.database, raw, QUESTION, instance=instance, now=NOW)


NOBODY = UUID(int=7)


@SQLITE_ONLY
async def test_what_is_ours_is_not_asked_of_others(laurel, issuer):
    ours, theirs = (Need(NeedKind.DID_DOCUMENT, did) for did in (issuer["did"], "did:web:school.example"))
    evidence = {}

    def needed(known):
        return tuple(need for need in (theirs, ours) if need not in known)

    with asking(laurel.database) as live:
        assert answered_by_us(live, needed, evidence, instance=laurel.instance) == (theirs,)
    assert list(evidence) == [ours]


@SQLITE_ONLY
async def test_a_record_of_ours_says_whose_it_is_and_what_was_signed(laurel, issuer, credential):
    with asking(laurel.database) as live:
        record = answer_of_our_own(live, Need(NeedKind.RECORD, credential["id"]), instance=laurel.instance)
    assert record.issuer == issuer["did"]
    assert record.digests == {hashlib.sha256(record.document).digest()}


@SQLITE_ONLY
async def test_what_we_have_not_is_missing_and_gone_only_where_it_would_be_known(laurel, issuer):
    """An issuer or a key that we do not know does not exist; a badge may have been anywhere else before."""
    kinds = NeedKind
    answers = {
        (kinds.DID_DOCUMENT, issuer["did"].replace(issuer["slug"], "nobody")): (True, False),
        (kinds.DID_DOCUMENT, issuer["did"].replace("issuers", "schools")): (False, False),
        (kinds.DID_DOCUMENT, issuer["did"] + ":more"): (True, False),
        (kinds.KEY, f"{BASE_URL}/issuers/nobody/keys/1"): (True, False),
        (kinds.KEY, f"{BASE_URL}/issuers/{issuer['slug']}/keys/nothing"): (True, False),
        (kinds.KEY, f"{BASE_URL}/issuers/{issuer['slug']}"): (False, False),
        (kinds.CREDENTIAL, f"{BASE_URL}/credentials/{NOBODY}"): (False, True),
        (kinds.CREDENTIAL, f"{BASE_URL}/credentials/{NOBODY}/assertion.json"): (False, True),
        (kinds.CREDENTIAL, f"{BASE_URL}/issuers/{issuer['slug']}"): (False, True),
        (kinds.LINKED, f"{BASE_URL}/achievements/{NOBODY}/revisions/1/badge-class.json"): (False, True),
        (kinds.LINKED, f"{BASE_URL}/issuers/nobody/profile-2.json"): (False, True),
        (kinds.LINKED, f"{BASE_URL}/"): (False, False),
        (kinds.STATUS_LIST, f"{BASE_URL}/status/none"): (False, False),
        (kinds.SCHEMA, f"{BASE_URL}/schema.json"): (False, False),
        (kinds.CONTROLLER, f"{BASE_URL}/issuers/{issuer['slug']}"): (False, False),
    }
    with asking(laurel.database) as live:
        found = {asked: answer_of_our_own(live, Need(*asked), instance=laurel.instance) for asked in answers}
        for kind in (kinds.KEY, kinds.CREDENTIAL, kinds.LINKED, kinds.STATUS_LIST, kinds.SCHEMA):
            theirs = Need(kind, f"https://school.example/credentials/{NOBODY}")
            assert answer_of_our_own(live, theirs, instance=laurel.instance) is None
        for did in ("did:web:school.example", "did:web:", "did:key:z6Mk", "did:example:issuers"):
            assert answer_of_our_own(live, Need(kinds.DID_DOCUMENT, did), instance=laurel.instance) is None
    assert {type(answer) for answer in found.values()} == {Missing}
    assert {asked: (answer.gone, answer.absent) for asked, answer in found.items()} == answers


@pytest.mark.parametrize("ask", [with_session, without_session])
async def test_nobody_else_waits_for_the_database_while_a_badge_is_read_slowly(laurel, credential, ask):
    """The badge names an issuer and a list of ours, so the database is asked before."""
    held = []
    pool, lender = laurel.database._reading_engine.pool, laurel.database._lender

    def slow_path(_document, _limits):
        held.append(pool.checkedout() - len(lender._free))
        raise TooComplexError("It took too long.")

    ours = {**credential["credential"], **NAMED}
    report = ask(laurel, as_bytes(ours), slowly(laurel.instance, slow_path))
    assert (report.check("proof").code, report.verdict) == ("proof.too-complex", Verdict.UNDETERMINED)
    assert held == [0]


async def test_what_takes_long_is_left_to_a_thread_whatever_stands_beside_it(laurel, issuer):
    """Not "unsupported" at once where "valid" would come of it."""
    good = sign(make_credential(STRANGER, credentialStatus=REMOVED, **NAMED), STRANGER)
    unknown = {"type": "FutureProof2040", "proofPurpose": "assertionMethod", "verificationMethod": STRANGER.method}
    both = as_bytes({**good, "proof": [unknown, *good["proof"]]})
    instance = slowly(laurel.instance, lambda document, _: canonicalize(document))
    assert verify_at_once(laurel.database, both, QUESTION, instance=instance, now=NOW) is None
    report = verify_submission(laurel.database, both, QUESTION, instance=instance, now=NOW)
    assert report.verdict is Verdict.VALID


@pytest.mark.parametrize("form", [sign, sign_token], ids=["JSON", "token"])
async def test_what_holds_other_credentials_is_left_to_a_thread(laurel, form):
    """A token hides its content from whoever counts signatures in the bytes."""
    badge = make_credential(STRANGER, credentialStatus=REMOVED)
    endorsed = {**badge, "endorsementJwt": [sign_token(make_credential(STRANGER), STRANGER)] * 4}
    alone, holding = (as_bytes(form(document, STRANGER)) for document in (badge, endorsed))
    assert verify_at_once(laurel.database, alone, QUESTION, instance=laurel.instance, now=NOW) is not None
    assert verify_at_once(laurel.database, holding, QUESTION, instance=laurel.instance, now=NOW) is None


async def test_what_was_read_slowly_once_is_known_at_once(laurel, issuer):
    raw = as_bytes(sign(make_credential(STRANGER, credentialStatus=REMOVED, **NAMED), STRANGER))
    instance = slowly(laurel.instance, lambda document, _: canonicalize(document))
    assert verify_at_once(laurel.database, raw, QUESTION, instance=instance, now=NOW) is None
    thorough = verify_submission(laurel.database, raw, QUESTION, instance=instance, now=NOW)
    assert verify_at_once(laurel.database, raw, QUESTION, instance=instance, now=NOW) == thorough
    assert thorough.verdict is Verdict.VALID


async def image_of(anonymous, credential, form):
    return (await anonymous.get(path_of(credential["links"][form]))).content


async def test_a_png_image_is_judged_at_once_and_as_everywhere(laurel, anonymous, credential):
    raw = await image_of(anonymous, credential, "png")
    report = verify_at_once(laurel.database, raw, QUESTION, instance=laurel.instance, now=NOW)
    assert report == await laurel.verifier.verify(raw, QUESTION, now=NOW)
    assert (report.verdict, report.format) == (Verdict.VALID, "png+json")


async def test_files_that_take_longer_are_left_to_a_thread(laurel, anonymous, credential):
    picture = await image_of(anonymous, credential, "png")
    document = as_bytes(credential["credential"]).decode()
    longer = document[:-1] + " " * 16 * 1024 + "}"
    for raw in (
        bake_png(png(chunk(b"tEXt", bytes(256 * 1024))), document),
        bake_png(picture, longer),
        png(itxt(zlib.compress(longer.encode()), flags=b"\1\0")),
        bake_svg(SVG, document),
        bake_png(picture, "https://badges.example/assertions/1"),
        await image_of(anonymous, credential, "pdf"),
        credential["id"].encode(),
    ):
        assert verify_at_once(laurel.database, raw, QUESTION, instance=laurel.instance, now=NOW) is None


async def test_all_ways_of_asking_say_the_same(laurel, anonymous, credential, signed):
    stored = (await anonymous.get(path_of(credential["links"]["json"]))).content
    instance, database = laurel.instance, laurel.database
    by_address = await laurel.verifier.verify(credential["id"], QUESTION, now=NOW)
    assert by_address.verdict is Verdict.VALID
    for report in (
        await laurel.verifier.verify(signed, QUESTION, now=NOW),
        verify_at_once(database, credential["id"], QUESTION, instance=instance, now=NOW),
        verify_at_once(database, stored, QUESTION, instance=instance, now=NOW),
        verify_submission(database, signed, QUESTION, instance=instance, now=NOW),
        with_session(laurel, signed, instance),
    ):
        assert report == by_address


async def test_nothing_is_remembered_of_strangers_and_forgers(laurel, credential):
    instance = laurel.instance
    kinds = list(instance.templates._by_shape)
    reading._read_once.cache_clear()
    forged = [{**credential["credential"], "name": f"Forged {n}", "tag": [str(n)] * n} for n in range(64)]
    strangers = [sign(make_credential(STRANGER, name=f"Badge {number}"), STRANGER) for number in range(64)]
    for document in (*forged, *strangers):
        report = verify_submission(laurel.database, as_bytes(document), QUESTION, instance=instance, now=NOW)
        assert report.verdict is not Verdict.VALID
    assert list(instance.templates._by_shape) == kinds
    assert reading._read_once.cache_info().currsize == 0


async def test_ours_are_learnt_after_a_restart(laurel, signed):
    """Whatever this process has issued itself is known before."""
    laurel.instance.templates._by_shape.clear()
    written = (signed + b" " * spaces for spaces in count())
    teaching = next(raw for raw in written if hashlib.sha256(raw).digest()[0] < fitting._TEACHING)
    assert without_session(laurel, teaching, laurel.instance).verdict is Verdict.VALID
    assert len(laurel.instance.templates._by_shape) == 1

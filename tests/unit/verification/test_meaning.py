from __future__ import annotations

import pytest

from app.jsonld import GENERIC_CONTEXTS
from app.openbadges import VC_CONTEXT
from app.verification import ReadLimits, read, with_meaning
from tests.factories import as_bytes, judged, sign, sign_token
from tests.unit.verification.inner import COLLEGE, make_badge, make_small

VALID = judged(sign(make_badge(), COLLEGE), {})
INVALID = judged(make_badge(), {})
TEXT, STATEMENTS = ({"type": "DataIntegrityProof", "cryptosuite": f"eddsa-{kind}-2022"} for kind in ("jcs", "rdfc"))
NONSENSE = {"VerifiableCredential": "https://a.example/"}
OWN = {"word": "https://a.example/#word"}
RIGHT_TO_LEFT = {"@value": "HTML و CSS", "@language": "ar", "@direction": "rtl"}


def presented(document):
    return read(as_bytes(document), limits=ReadLimits(contexts=GENERIC_CONTEXTS))


def small(proof, *contexts, **subject):
    subject = {"id": "did:example:learner", **subject}
    return make_small(**{"@context": [VC_CONTEXT, *contexts], "proof": proof, "credentialSubject": subject})


@pytest.mark.parametrize(
    ("document", "sound"),
    [
        pytest.param(small(TEXT, NONSENSE), False, id="a protected word"),
        pytest.param(sign_token(small([], NONSENSE), COLLEGE), False, id="in a token"),
        pytest.param(small([STATEMENTS, TEXT], NONSENSE), False, id="where one of two signs the text"),
        pytest.param(small(STATEMENTS, NONSENSE), True, id="where its signature depends on it"),
        pytest.param(small(TEXT, type=[], **{"@context": NONSENSE}), False, id="further down"),
        pytest.param(small(TEXT, OWN, word=[[{"@context": "https://unknown.example/"}]]), False, id="one not known"),
        pytest.param(
            small({**TEXT, "@context": [VC_CONTEXT, NONSENSE]}), True, id="in its proof, which repeats others"
        ),
        pytest.param(
            small({**TEXT, "@context": [NONSENSE]}, OWN, word="a"), True, id="in its proof, beside an own one"
        ),
        pytest.param(small({**TEXT, "@context": OWN}, unheardOf="a"), True, id="in its proof alone"),
        pytest.param(small(TEXT, unheardOf={"more": {"@context": OWN}}), False, id="deep in objects"),
        pytest.param(small(TEXT, unheardOf=[[{"@context": OWN}]]), False, id="deep in lists"),
        pytest.param(small(TEXT, OWN, word="a"), True, id="a word of its own"),
        pytest.param(small(TEXT, OWN, word=[RIGHT_TO_LEFT]), True, id="a direction of writing"),
        pytest.param(small(TEXT, unheardOf="word"), True, id="a word without a meaning, and no context of its own"),
        pytest.param(small(TEXT, OWN, unheardOf="word"), False, id="one beside a context of its own"),
    ],
)
def test_a_good_report_stands_where_its_contexts_make_sense(document, sound):
    report = with_meaning(VALID, presented(document))
    assert (report == VALID, report.check("context").code == "context.unsound") == (sound, not sound)


def test_of_a_bad_one_nothing_more_is_asked():
    assert with_meaning(INVALID, presented(small(TEXT, NONSENSE))) is INVALID

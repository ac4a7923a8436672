from __future__ import annotations

import pytest

from app.errors import InvalidCredentialError
from app.openbadges import VC_1_CONTEXT, VC_CONTEXT
from app.verification.envelopes import ENVELOPED_CREDENTIAL, ENVELOPED_PRESENTATION, media_type_unopened, opened

KINDS = {ENVELOPED_CREDENTIAL: "vc", ENVELOPED_PRESENTATION: "vp"}


def envelope(kind, address, **changes):
    return {"@context": [VC_CONTEXT], "type": kind, "id": address} | changes


@pytest.mark.parametrize(("kind", "short"), KINDS.items())
@pytest.mark.parametrize("media_type", ["{}+jwt", "{}+ld+json+jwt", "jwt"])
def test_a_token_is_taken_out(kind, short, media_type):
    assert opened(envelope(kind, f"data:application/{media_type.format(short)},a.b-._"), kind) == b"a.b-._"


@pytest.mark.parametrize(
    ("kind", "short", "other"), [(ENVELOPED_CREDENTIAL, "vc", "vp"), (ENVELOPED_PRESENTATION, "vp", "vc")]
)
@pytest.mark.parametrize(
    "address",
    [
        "data:application/{other}+jwt,a.b.c",
        "data:application/{other}+ld+json+jwt,a.b.c",
        "data:application/{short}+sd-jwt,a.b.c",
        "data:application/{short}+jwt;base64,a.b.c",
        "data:application/{short}+jwt,a.b.c#more",
        "data:application/{short}+jwt,a.b.c\n",
        "data:application/{short}+jwt,",
        " data:application/{short}+jwt,a.b.c",
        "data:text/plain,a.b.c",
    ],
)
def test_any_other_address_is_refused(kind, short, other, address):
    with pytest.raises(InvalidCredentialError) as refused:
        opened(envelope(kind, address.format(short=short, other=other)), kind)
    assert [problem.pointer for problem in refused.value.problems] == ["/id"]


@pytest.mark.parametrize("context", [None, [], VC_1_CONTEXT, [VC_1_CONTEXT, VC_CONTEXT], [{}, VC_CONTEXT][:1]])
def test_it_is_on_version_2_first_of_all(context):
    with pytest.raises(InvalidCredentialError) as refused:
        opened(
            envelope(ENVELOPED_CREDENTIAL, "data:application/vc+jwt,a.b.c", **{"@context": context}),
            ENVELOPED_CREDENTIAL,
        )
    assert [problem.pointer for problem in refused.value.problems] == ["/@context"]


@pytest.mark.parametrize(
    ("kind", "address", "media_type"),
    [
        (ENVELOPED_CREDENTIAL, "data:application/vc+sd-jwt,a.b.c~", "application/vc+sd-jwt"),
        (ENVELOPED_CREDENTIAL, "data:application/vc+cose;base64,aaaa", "application/vc+cose"),
        (ENVELOPED_CREDENTIAL, "data:application/vc+jwt,a.b.c", None),
        (ENVELOPED_CREDENTIAL, "urn:x:data:application/vc+cose,aaaa", None),
        (ENVELOPED_CREDENTIAL, None, None),
        (ENVELOPED_PRESENTATION, "data:application/vc+cose,aaaa", None),
        ("VerifiableCredential", "data:application/vc+cose,aaaa", None),
    ],
)
def test_what_is_secured_otherwise_is_told_apart(kind, address, media_type):
    assert media_type_unopened(envelope(kind, address)) == media_type

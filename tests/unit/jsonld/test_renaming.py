"""Documents that hold contexts of their own, and what these may not do."""

from __future__ import annotations

import pytest

from app.errors import UnknownContextError, UnsafeDocumentError
from app.jsonld import BUNDLED_CONTEXTS, GENERIC_CONTEXTS, canonicalize, check_contexts
from app.jsonld.renaming import renames

VC = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
UNDEFINED = "https://www.w3.org/ns/credentials/undefined-terms/v2"
CREDENTIALS = "https://www.w3.org/2018/credentials#"
SECURITY = "https://w3id.org/security#"
XSD = "http://www.w3.org/2001/XMLSchema#"
UNTIL = "2026-01-01T00:00:00Z"
CREDENTIAL = {
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential"],
    "issuer": "did:example:issuer",
    "credentialSubject": {"id": "did:example:subject"},
}


def document(*contexts, **members):
    return {"@context": [VC, *contexts], **CREDENTIAL, **members}


def generic(value):
    return canonicalize(value, contexts=GENERIC_CONTEXTS).decode()


class TestWhatIsRead:
    def test_a_term_that_the_document_defines(self):
        inline = {"grade": "https://academy.example/terms#grade"}
        found = generic(document(inline, credentialSubject={"id": "did:example:subject", "grade": "A"}))
        assert '<did:example:subject> <https://academy.example/terms#grade> "A" .' in found

    @pytest.mark.parametrize(
        ("context", "vocabulary"),
        [
            (EXAMPLES, "https://www.w3.org/ns/credentials/examples#"),
            (UNDEFINED, "https://www.w3.org/ns/credentials/undefined-term#"),
        ],
    )
    def test_terms_of_a_context_that_defines_all(self, context, vocabulary):
        assert f'<{vocabulary}grade> "A"' in generic(document(context, credentialSubject={"grade": "A"}))

    def test_the_same_without_either_is_the_same_as_ever(self):
        assert generic(document()) == canonicalize(document()).decode()

    def test_a_context_within(self):
        inner = {"@context": {"grade": "https://academy.example/terms#grade"}, "grade": "A"}
        assert "https://academy.example/terms#grade" in generic(document(credentialSubject=inner))


class TestWhatIsRefused:
    @pytest.mark.parametrize("contexts", [[{"a": "https://a.example/"}], [EXAMPLES], [UNDEFINED]])
    def test_all_of_it_for_badges(self, contexts):
        with pytest.raises(UnknownContextError):
            canonicalize(document(*contexts))

    @pytest.mark.parametrize(
        "context",
        [
            pytest.param("https://stranger.example/context", id="a context that is not pinned"),
            pytest.param(None, id="a context that clears the others"),
            pytest.param([{"a": "https://a.example/"}], id="a list within the list"),
            pytest.param(7, id="a number"),
        ],
    )
    def test_what_is_neither_pinned_nor_an_object(self, context):
        with pytest.raises(UnknownContextError):
            check_contexts(document(context), contexts=GENERIC_CONTEXTS)

    @pytest.mark.parametrize(
        "context",
        [
            pytest.param({"@import": "https://stranger.example/context"}, id="an import"),
            pytest.param(
                {"a": {"@id": "https://a.example/", "@context": "https://stranger.example/context"}},
                id="a context of a term",
            ),
        ],
    )
    def test_an_address_inside_a_context_is_not_fetched(self, context):
        with pytest.raises((UnknownContextError, UnsafeDocumentError)):
            generic(document(context, a={"a": "b"}))

    def test_a_protected_term_is_not_redefined(self):
        with pytest.raises(UnsafeDocumentError, match="protected"):
            generic(document({"VerifiableCredential": "https://a.example/"}))

    def test_what_stands_in_a_credential_means_what_the_standard_says(self):
        """Its context comes with its type, after those that the document names."""
        assert generic(document({"validUntil": "https://a.example/"}, validUntil=UNTIL)) == generic(
            document(validUntil=UNTIL)
        )


DATE = {"@type": f"{XSD}dateTime"}
ANOTHER_NAME = [
    pytest.param({"end": {"@id": f"{CREDENTIALS}validUntil", **DATE}}, "end", id="by its address"),
    pytest.param({"c": CREDENTIALS, "end": {"@id": "c:validUntil", **DATE}}, "end", id="by way of a prefix"),
    pytest.param({"c": CREDENTIALS}, "c:validUntil", id="by a prefix alone"),
    pytest.param({"@vocab": "https://www.w3.org/2018/"}, "credentials#validUntil", id="by a vocabulary"),
    pytest.param({}, f"{CREDENTIALS}validUntil", id="by the address in the place of a name"),
]


class TestOtherNames:
    def test_the_statement_and_its_signature_would_stay_the_same(self):
        """What this is about: the canonical form of both is one, but only the second has a `validUntil`."""
        inline = {"end": {"@id": f"{CREDENTIALS}validUntil", **DATE}}
        plain = canonicalize(document(validUntil=UNTIL)).decode()
        with pytest.raises(UnsafeDocumentError):
            generic(document(inline, end=UNTIL))
        assert f'<{CREDENTIALS}validUntil> "{UNTIL}"^^<{XSD}dateTime>' in plain

    @pytest.mark.parametrize(("context", "name"), ANOTHER_NAME)
    def test_another_name_is_refused(self, context, name):
        value = {"@value": UNTIL, "@type": f"{XSD}dateTime"} if ":" in name or "#" in name else UNTIL
        with pytest.raises(UnsafeDocumentError) as caught:
            generic(document(context, **{name: value}))
        assert caught.value.pointer.startswith("/")

    @pytest.mark.parametrize("where", ["credentialSubject", "credentialStatus"])
    def test_deeper_down_too(self, where):
        inline = {"place": "https://www.w3.org/ns/credentials/status#statusListIndex"}
        inner = {"id": "urn:example:1", "type": "BitstringStatusListEntry", "place": "5"}
        with pytest.raises(UnsafeDocumentError, match="another name"):
            generic(document(inline, **{where: inner}))

    def test_the_end_of_a_proof_keeps_its_name(self):
        assert renames("stop", f"{SECURITY}expiration")
        assert not renames("expires", f"{SECURITY}expiration")

    def test_words_of_other_vocabularies_may_have_other_names(self):
        assert "https://schema.org/name" in generic(document({"title": "https://schema.org/name"}, title="A"))

    def test_every_name_of_the_pinned_contexts_is_its_own(self):
        for context in BUNDLED_CONTEXTS.values():
            for name, meaning in (
                context.parsed()["@context"].items() if isinstance(context.parsed()["@context"], dict) else ()
            ):
                address = meaning.get("@id") if isinstance(meaning, dict) else meaning
                assert not isinstance(address, str) or not renames(name, address)


def test_contexts_that_strangers_wrote_are_forgotten_again():
    for number in range(300):
        generic(document({"grade": f"https://academy.example/{number}#grade"}, credentialSubject={"grade": "A"}))
    assert len(GENERIC_CONTEXTS.memory["resolver"].shared_cache) <= 128

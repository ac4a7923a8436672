"""Random documents as hypothesis strategies: what issuers of Open Badges 3.0 write, and stranger values in it.

`DOCUMENTS` are such as issuers write: each member stands where it belongs, and one in ten uses a term that its older
contexts do not define yet. `CHANGED` are the same with a few random changes, so most of them are not JSON-LD.
`ODD_VALUES` are small, and hold value objects that hardly anybody writes.
"""

from __future__ import annotations

from hypothesis import strategies as st

from tests.unit.jsonld.mutations import BASES, DATATYPES, EXTENSIONS, OB, VC, changed

VC1 = "https://www.w3.org/2018/credentials/v1"
OB_FIRST = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"
OB_SECOND = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
OB2 = "https://w3id.org/openbadges/v2"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
ED25519 = "https://w3id.org/security/suites/ed25519-2020/v1"
DID = "https://www.w3.org/ns/did/v1"
MULTIKEY = "https://w3id.org/security/multikey/v1"
JWK = "https://w3id.org/security/jwk/v1"

ODD_TEXTS = (
    "",
    " ",
    "\n",
    "\r\n\t\b\f",
    "\x00\x01\x1f\x7f\x80\x9f",
    "quote \" backslash \\ slash / apostrophe '",
    "\\u0041 \\n \\\\",
    "e\u0301 \u00e9 \ufb01 \u212b",  # the same letters composed in two ways stay two texts
    "\u202eright to left\u202c \u200f\u200d\u200b\ufeff",
    "أمينة حداد",
    "阿米娜 · ひらがな · ไทย",
    "👩🏽‍🏫 🏳️‍🌈",
    "\ue000\uf8ff\uffff\ufffe",
    "\U0001f600 beside \ue000",
    "\U0010ffff",
    "\u2028\u2029\u0085",
    "@id",
    "_:b0",
    "a: relative",
    "<b>bold</b> **too** `code`",
    "long " * 60,
)
TEXTS = st.one_of(
    st.sampled_from(("Riverside Academy", "Differentiated Teaching", "A", "2", "en-GB", "Exceeds")),
    st.sampled_from(ODD_TEXTS),
    st.text(max_size=8),
)
IRIS = st.one_of(
    st.integers(0, 9).map("https://badges.example/things/{}".format),
    st.sampled_from(
        (
            "did:web:badges.example:issuers:riverside",
            "did:key:z6MkkUZPsMaKKg6Kg5uKmtkJSHF1uQUvF8yWUXBuLTWY2K4w",
            "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "urn:x",
            "mailto:amina@riverside.example",
            "tag:riverside.example,2026:a/b;c=d",
            "https://e.example:8443/a%20b/%E2%82%AC?q=1&r=[2]#f'(g)",
            "https://e.example/ünï/阿?😀#\ue000",
            "HTTPS://E.Example/../a/./b//",
            "http://[2001:db8::1]/",
            "a:",
            "https://e.example/things#",
        )
    ),
)
DATES = st.sampled_from(("2026-05-04T10:00:00Z", "2029-12-31T23:59:59.999+05:30", "yesterday", ""))
NUMBERS = st.one_of(
    st.integers(-10, 10_000),
    st.sampled_from((0.1, 1.5, -2.25, 0.30000000000000004, 1e-6, 123456789.125, 1e15, 2**53, -(2**53), 1.0)),
    st.floats(1e-6, 1e6),
)
LANGUAGE_VALUES = st.fixed_dictionaries(
    {"@value": TEXTS, "@language": st.sampled_from(("en", "en-GB", "EN-gb", "zh-Hant-TW", "de-1996", "x-private"))}
)
VALUES = st.one_of(TEXTS, TEXTS, TEXTS, TEXTS, NUMBERS, st.booleans(), LANGUAGE_VALUES)


def many(strategy, most=3):
    """One by itself or a list, as JSON-LD lets issuers choose; sometimes twice the same."""
    return st.one_of(
        strategy,
        st.lists(strategy, max_size=most),
        strategy.map(lambda one: [one, one]),
    )


def node(name, needed=None, /, **optional):
    """An object of the type `name`; `needed` members are always there, and `id` where the caller wants it."""
    types = st.sampled_from((name, [name]))
    return st.fixed_dictionaries({"type": types, **(needed or {})}, optional=optional)


STATUSES = node(
    "BitstringStatusListEntry",
    {"statusPurpose": st.sampled_from(("revocation", "suspension")), "statusListIndex": st.just("94567")},
    id=IRIS,
    statusListCredential=IRIS,
    statusSize=st.integers(1, 8),
    statusMessage=many(st.fixed_dictionaries({"status": st.just("0x0"), "message": TEXTS})),
)
SCHEMAS = node("1EdTechJsonSchemaValidator2019", {"id": IRIS})
PROOFS = node(
    "DataIntegrityProof",
    {"cryptosuite": st.sampled_from(("eddsa-rdfc-2022", "ecdsa-rdfc-2019")), "proofValue": st.just("z3FXQjec")},
    id=IRIS,
    created=DATES,
    expires=DATES,
    nonce=TEXTS,
    domain=TEXTS,
    challenge=TEXTS,
    verificationMethod=IRIS,
    previousProof=IRIS,
    proofPurpose=st.sampled_from(("assertionMethod", "authentication", "urn:purpose")),
)
IMAGES = st.one_of(IRIS, node("Image", {"id": IRIS}, caption=TEXTS))
ADDRESSES = node(
    "Address",
    addressCountry=TEXTS,
    addressCountryCode=TEXTS,
    addressLocality=TEXTS,
    postalCode=VALUES,
    geo=node("GeoCoordinates", {"latitude": NUMBERS, "longitude": NUMBERS}),
)
IDENTIFIERS = node("IdentifierEntry", {"identifier": TEXTS, "identifierType": TEXTS})
PEOPLE = node(
    "IdentityObject",
    {
        "identityHash": TEXTS,
        "identityType": st.sampled_from(("name", "emailAddress", "ext:x")),
        "hashed": st.booleans(),
    },
    salt=TEXTS,
)


def profiles(endorsements=None):
    extra = {"endorsement": many(endorsements, 2)} if endorsements is not None else {}
    return node(
        "Profile",
        {"id": IRIS},
        name=VALUES,
        url=IRIS,
        phone=TEXTS,
        email=TEXTS,
        description=VALUES,
        image=IMAGES,
        address=ADDRESSES,
        otherIdentifier=many(IDENTIFIERS),
        official=TEXTS,
        parentOrg=node("Profile", {"id": IRIS}, name=TEXTS),
        dateOfBirth=DATES,
        **extra,
    )


ALIGNMENTS = node(
    "Alignment",
    {"targetName": VALUES, "targetUrl": IRIS},
    targetCode=VALUES,
    targetDescription=TEXTS,
    targetFramework=TEXTS,
    targetType=TEXTS,
)
LEVELS = node(
    "RubricCriterionLevel",
    {"id": IRIS, "name": TEXTS},
    level=VALUES,
    points=VALUES,
    description=TEXTS,
    alignment=many(ALIGNMENTS, 2),
)
RESULT_DESCRIPTIONS = node(
    "ResultDescription",
    {"id": IRIS, "name": TEXTS, "resultType": TEXTS},
    allowedValue=st.one_of(TEXTS, st.lists(VALUES, max_size=4)),  # a list in RDF too: its order counts
    requiredLevel=IRIS,
    requiredValue=VALUES,
    valueMin=VALUES,
    valueMax=VALUES,
    rubricCriterionLevel=many(LEVELS),
    alignment=many(ALIGNMENTS, 2),
)
RESULTS = node(
    "Result", resultDescription=IRIS, value=VALUES, achievedLevel=IRIS, status=TEXTS, alignment=many(ALIGNMENTS, 2)
)
EVIDENCE = node("Evidence", id=IRIS, name=VALUES, narrative=VALUES, description=TEXTS, genre=TEXTS, audience=TEXTS)


def achievements(endorsements):
    return node(
        "Achievement",
        {"id": IRIS, "name": VALUES, "criteria": st.fixed_dictionaries({"narrative": VALUES}, optional={"id": IRIS})},
        description=VALUES,
        achievementType=TEXTS,
        alignment=many(ALIGNMENTS, 4),
        creator=profiles(),
        creditsAvailable=NUMBERS,
        fieldOfStudy=TEXTS,
        humanCode=VALUES,
        image=IMAGES,
        inLanguage=TEXTS,
        otherIdentifier=many(IDENTIFIERS),
        related=many(node("Related", {"id": IRIS}, version=TEXTS, inLanguage=TEXTS)),
        resultDescription=many(RESULT_DESCRIPTIONS),
        specialization=TEXTS,
        tag=many(VALUES, 5),
        version=VALUES,
        endorsement=many(endorsements, 2),
        endorsementJwt=st.just(["eyJhbGciOiJFZERTQSJ9.e30.c2ln"]),
    )


def subjects(endorsements):
    return node(
        "AchievementSubject",
        {"achievement": achievements(endorsements)},
        id=IRIS,
        identifier=many(PEOPLE),
        activityStartDate=DATES,
        creditsEarned=NUMBERS,
        image=IMAGES,
        licenseNumber=TEXTS,
        narrative=VALUES,
        result=many(RESULTS),
        role=TEXTS,
        source=profiles(),
        term=TEXTS,
    )


def credential(kind, contexts, subject, endorsements=None, /, **optional):
    extra = {"endorsement": many(endorsements, 2)} if endorsements is not None else {}
    members = {
        "@context": st.just(contexts),
        "id": IRIS,
        "type": st.just(["VerifiableCredential", kind]),
        "issuer": st.one_of(IRIS, profiles()),
        "credentialSubject": subject,
    }
    return st.fixed_dictionaries(
        members,
        optional={
            "name": VALUES,
            "description": VALUES,
            "validFrom": DATES,
            "validUntil": DATES,
            "credentialStatus": many(STATUSES, 2),
            "proof": many(PROOFS, 2),
            **extra,
            **optional,
        },
    )


ENDORSEMENTS = credential(
    "EndorsementCredential",
    [VC, OB],
    node("EndorsementSubject", {"id": IRIS}, endorsementComment=VALUES),
    awardedDate=DATES,
)
# An endorsement is endorsed as well: contexts within contexts within contexts.
ENDORSED = credential(
    "EndorsementCredential", [VC, OB], node("EndorsementSubject", {"id": IRIS}, endorsementComment=TEXTS), ENDORSEMENTS
)
AWARDS = credential(
    "OpenBadgeCredential",
    [VC, OB, EXTENSIONS],
    subjects(ENDORSEMENTS),
    ENDORSED,
    awardedDate=DATES,
    evidence=many(EVIDENCE),
    credentialSchema=many(SCHEMAS, 1),
    image=IMAGES,
    refreshService=node("1EdTechCredentialRefresh", {"id": IRIS}) | st.fixed_dictionaries({"id": IRIS}),
    termsOfUse=st.fixed_dictionaries({"id": IRIS}),
    relatedResource=many(st.fixed_dictionaries({"id": IRIS, "digestSRI": TEXTS}, optional={"mediaType": TEXTS}), 2),
)
STATUS_LISTS = credential(
    "BitstringStatusListCredential",
    [VC],
    node(
        "BitstringStatusList",
        {"statusPurpose": many(st.sampled_from(("revocation", "message")), 2), "encodedList": st.just("uH4sIAAAA")},
        id=IRIS,
        ttl=NUMBERS,
    ),
)
LEGACY = st.fixed_dictionaries(
    {
        "@context": st.sampled_from(([VC1, OB_FIRST], [VC1, OB_SECOND], [VC1, OB_SECOND, ED25519], [VC, OB_SECOND])),
        "id": IRIS,
        "type": st.just(["VerifiableCredential", "AchievementCredential"]),
        "issuer": profiles(),
        "credentialSubject": subjects(ENDORSEMENTS),
    },
    optional={"name": VALUES, "issuanceDate": DATES, "expirationDate": DATES, "evidence": many(EVIDENCE)},
)
OLD_BADGES = st.fixed_dictionaries(
    {"@context": st.just(OB2), "id": IRIS, "type": st.just("Assertion"), "badge": IRIS},
    optional={
        "recipient": st.fixed_dictionaries({"type": st.just("email"), "identity": TEXTS, "hashed": st.booleans()}),
        "issuedOn": DATES,
        "evidence": many(st.fixed_dictionaries({"type": st.just("Evidence"), "narrative": TEXTS}), 2),
        "verification": st.just({"type": "HostedBadge"}),
    },
)
TRANSCRIPTS = credential(
    "ClrCredential",
    [VC, CLR, OB],
    node(
        "ClrSubject",
        {"verifiableCredential": many(ENDORSEMENTS, 2)},
        id=IRIS,
        achievement=many(achievements(ENDORSEMENTS), 1),
    ),
)
PRESENTATIONS = st.fixed_dictionaries(
    {
        "@context": st.just([VC]),
        "type": st.just("VerifiablePresentation"),
        "verifiableCredential": many(st.one_of(ENDORSEMENTS, STATUS_LISTS), 2),
    },
    optional={"id": IRIS, "holder": IRIS, "proof": many(PROOFS, 2)},
)
KEY_DOCUMENTS = st.fixed_dictionaries(
    {
        "@context": st.sampled_from(([DID, MULTIKEY, JWK], [DID, MULTIKEY])),
        "id": IRIS,
        "verificationMethod": many(node("Multikey", {"id": IRIS, "controller": IRIS, "publicKeyMultibase": TEXTS}), 2),
    },
    optional={"assertionMethod": many(IRIS, 2), "alsoKnownAs": many(IRIS, 2)},
)

DOCUMENTS = st.one_of(
    AWARDS, AWARDS, AWARDS, ENDORSED, STATUS_LISTS, LEGACY, OLD_BADGES, TRANSCRIPTS, PRESENTATIONS, KEY_DOCUMENTS
)
# A fixed few are changed as well: a full credential of ours, an endorsed one, a presentation, a legacy one.
CHANGED = st.builds(
    changed, st.one_of(DOCUMENTS, st.sampled_from(BASES).map(lambda make: make())), st.randoms(use_true_random=False)
)

# A value object of any members, or any members in the places where something may be said.
_KEYS = st.sampled_from(
    (
        *("@value", "@type", "@language", "@id", "@list", "@set", "@index", "@graph"),
        "type",
        "id",
        "name",
        "_:p",
        "urn:p",
    )
)
_SCALARS = st.one_of(
    st.none(), st.booleans(), st.sampled_from((0, 1, 1.5, "", "x", "1", "1.5E0", "en", "en_GB", "@me"))
)
_ODD = st.one_of(
    _SCALARS,
    st.sampled_from((*filter(None, DATATYPES), "_:b", "relative", "https://e.example/T", "Profile")),
    st.lists(st.one_of(_SCALARS, st.sampled_from(DATATYPES)), max_size=2),
    st.sampled_from(({}, [[]], [{}], {"a": 1}, {"@value": "x"})),
)
_VALUE_OBJECTS = st.builds(
    lambda value, beside: {"@value": value, **beside}, _ODD, st.dictionaries(_KEYS, _ODD, max_size=2)
)
ODD_VALUES = st.builds(
    lambda value, inside, beside: {
        "@context": [VC, OB],
        "id": "urn:d",
        "description": "x",
        "issuer": {"id": "urn:i", **inside},
        **beside,
        "name": value,
    },
    _VALUE_OBJECTS,
    st.dictionaries(_KEYS, _ODD, max_size=1),
    st.dictionaries(_KEYS, _ODD, max_size=1),
)

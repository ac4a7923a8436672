"""Views and reports for the tests of pages: each function makes one good thing, `**changes` break exactly one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from uuid import UUID

from app.language import Said
from app.openbadges import CardItem
from app.services.given_receipts import ForeignReceipt, NoReceipt, OwnReceipt
from app.verification import CHECKS, Report
from app.verification.report import say
from app.web import pages
from app.web.views import (
    AchievementLink,
    AchievementView,
    Alignment,
    CredentialView,
    EvidenceItem,
    IssuerLink,
    IssuerView,
    KeyView,
    Result,
    Revocation,
    Technical,
)
from app.web.visitor import IN_ENGLISH

BASE = "https://badges.example"
NOW = datetime(2026, 11, 23, 20, 8, tzinfo=UTC)
UUID_TEXT = "0198c2f0-7f3e-4c51-9b1e-2d1f6a7b8c9d"
DID = "did:web:badges.example:issuers:riverside"
VOID = {"meta", "link", "img", "br", "hr", "input", "path", "circle", "ellipse"}

GOOD = {
    "format": say("format.read", form="a document (JSON)", kind="one Open Badge (version 3.0)"),
    "context": say("context.known"),
    "schema": say("schema.fits", standard="Open Badges 3.0"),
    "proof": say("proof.fits", method="eddsa-rdfc-2022"),
    "issuer": say("issuer.bound", issuer=DID),
    "dates": say("dates.within", start="4 May 2026", end="4 May 2029"),
    "status": say("status.good"),
    "refresh": say("refresh.none"),
    "endorsements": say("endorsements.none"),
    "contents": say("contents.none"),
    "printed": say("printed.none"),
    "recipient": say("recipient.not-asked"),
    "creator": say("creator.none"),
    "trust": say("trust.not-asked"),
}
SIGNED = {
    "credential": {"id": f"{BASE}/credentials/{UUID_TEXT}"},
    "issuer": {"id": DID, "name": "Riverside Academy", "url": "https://riverside.example"},
    "recipient": {"name": "Amina Haddad"},
    "achievement": {"id": f"{BASE}/achievements/1", "name": "Coaching", "description": "Coaches a colleague."},
    "dates": {
        "awarded": "2026-05-04T10:00:00Z",
        "validFrom": "2026-05-04T10:00:00Z",
        "validUntil": "2029-05-04T10:00:00Z",
    },
}

# What each conclusion says.
WORDS = {
    "valid": "Valid",
    "valid, issuer not recognised": "Valid, but you do not know the issuer",
    "replaced": "Replaced by a newer copy",
    "expired": "Expired",
    "not yet valid": "Not yet valid",
    "revoked": "Revoked",
    "revoked and replaced": "Revoked and replaced",
    "suspended": "Suspended",
    "only a test": "Only a test",
    "altered": "Altered",
    "not signed": "Not signed",
    "not signed by its issuer": "Not signed by its issuer",
    "malformed": "Not a correct badge",
    "issued to somebody else": "Issued to somebody else",
    "something in it does not hold": "Not everything in it is valid",
    "printed otherwise": "The page shows something else",
    "cannot be checked now": "Cannot be checked now",
    "cannot be checked here": "Cannot be checked here",
    "not a badge": "Not a badge",
}


def report(*checks, signed=True, **content):
    """A report on a good credential, with `checks` in the place of the good ones of the same id."""
    found = GOOD | {check.id: check for check in checks}
    return Report("json", tuple(found[name] for name in CHECKS), **(SIGNED | content if signed else {}))


SKIPPED = tuple(say(f"{check}.skipped") for check in CHECKS[5:])


def unproven(*checks):
    """A report on a credential whose proof or issuer failed, so that nothing of it is known."""
    return report(*SKIPPED, *checks, signed=False)


# The report that leads to each conclusion.
REPORTS = {
    "valid": report,
    "valid, issuer not recognised": lambda: report(say("trust.unrecognised", issuer=DID)),
    "replaced": lambda: report(say("refresh.replaced")),
    "expired": lambda: report(say("dates.expired", end="4 June 2026", day="4 June 2026")),
    "not yet valid": lambda: report(say("dates.early", start="1 January 2027", day="1 January 2027")),
    "revoked": lambda: report(say("status.revoked")),
    "revoked and replaced": lambda: report(say("status.replaced", successor="https://badges.example/credentials/2")),
    "suspended": lambda: report(say("status.suspended")),
    "only a test": lambda: report(say("status.test")),
    "issued to somebody else": lambda: report(say("recipient.other")),
    "something in it does not hold": lambda: report(say("contents.invalid", count="3", bad="1")),
    "printed otherwise": lambda: report(say("printed.differs", parts="the name of its holder")),
    "cannot be checked now": lambda: report(say("status.unreachable", reason="The list gave no answer.")),
    "cannot be checked here": lambda: report(say("status.unsupported", what="FutureList2040")),
    "altered": lambda: unproven(say("proof.altered"), say("issuer.skipped")),
    "not signed": lambda: unproven(say("proof.none"), say("issuer.skipped")),
    "not signed by its issuer": lambda: unproven(say("issuer.other-key", issuer=DID)),
    "malformed": lambda: report(
        say("schema.problems", standard="Open Badges 3.0", count="1", problems="/validFrom: must be text")
    ),
    "not a badge": lambda: unproven(
        say("format.not-a-badge", form="a document (JSON)", type="VerifiablePresentation"),
        say("proof.skipped"),
        say("issuer.skipped"),
    ),
}


def achievement(**changes):
    sample = AchievementLink(
        name="Differentiated Teaching",
        url=f"{BASE}/achievements/1",
        image_url=f"{BASE}/achievements/1/image.png",
        description="Plans lessons in which every learner is stretched and supported.",
        image_alt="Badge: three steps in a laurel wreath",
        tags=("Teaching", "Inclusion"),
        language="en",
    )
    return replace(sample, **changes)


def issuer(**changes):
    sample = IssuerLink(
        name="Riverside Academy",
        url=f"{BASE}/issuers/riverside",
        did=DID,
        homepage="https://riverside.example",
    )
    return replace(sample, **changes)


CARD = (
    CardItem("title", "Title", "Differentiated Teaching", mandatory=True),
    CardItem("learningOutcomes", "Learning outcomes", "Diagnose readiness\nTier the tasks", mandatory=True),
    CardItem("workload", "Workload", "12 hours", mandatory=True),
    CardItem("qualityAssurance", "Quality assurance", None, mandatory=True),
    CardItem("prerequisites", "Prerequisites", None, mandatory=False),
    CardItem("language", "Language", "en", mandatory=False),
)


def credential(**changes):
    sample = CredentialView(
        url=f"{BASE}/credentials/{UUID_TEXT}",
        uuid=UUID(UUID_TEXT),
        achievement=achievement(),
        issuer=issuer(),
        recipient_name="Amina Haddad",
        awarded=datetime(2026, 5, 4, 10, tzinfo=UTC),
        valid_from=datetime(2026, 5, 4, 10, tzinfo=UTC),
        valid_until=datetime(2029, 5, 4, 10, tzinfo=UTC),
        checked_at=NOW,
        card=CARD,
        criteria_narrative="## What was done\n\nTaught *three* lessons.",
        criteria_url="https://riverside.example/criteria",
        narrative="Taught in **Year 5**.",
        assessor="Joseph Okafor",
        results=(Result(name="Rubric", value="87", achieved_level="Exceeds", status="Completed", scale="0 to 100"),),
        evidence=(
            EvidenceItem(
                name="Lesson plan",
                description="The second lesson.",
                narrative="Pupils *chose*.",
                url="https://riverside.example/plan",
                genre="Plan",
            ),
        ),
        alignments=(
            Alignment(
                name="Adapt teaching",
                url="https://www.gov.uk/standards",
                framework="Teachers’ Standards",
                code="TS5",
                description="Standard five.",
            ),
        ),
        revocation=Revocation(at=datetime(2026, 9, 1, 9, tzinfo=UTC), reason="Issued to the wrong person."),
        technical=Technical(
            verification_method=f"{DID}#key-1",
            cryptosuite="eddsa-rdfc-2022",
            status_entry=f"{BASE}/status/1#94567",
            sha256="ab" * 32,
        ),
    )
    return replace(sample, **changes)


def bare_credential():
    """Nothing that may be left out."""
    moment = datetime(2026, 5, 4, 10, tzinfo=UTC)
    return CredentialView(
        url=f"{BASE}/credentials/{UUID_TEXT}",
        uuid=UUID(UUID_TEXT),
        achievement=AchievementLink(name="C", url=f"{BASE}/a", image_url=f"{BASE}/a.png", description="D"),
        issuer=IssuerLink(name="A", url=f"{BASE}/i", did="did:key:z6Mk"),
        recipient_name=None,
        awarded=moment,
        valid_from=moment,
        valid_until=None,
        checked_at=NOW,
    )


def achievement_view(**changes):
    sample = AchievementView(
        achievement=achievement(),
        issuer=issuer(),
        card=CARD,
        criteria_narrative="# What is done\n\nThree lessons.",
        criteria_url="https://riverside.example/criteria",
        alignments=credential().alignments,
        results=(Result(name="Rubric", scale="Emerging, Secure, Exceeds"),),
        related=(achievement(name="Formative Assessment", url=f"{BASE}/achievements/2"),),
    )
    return replace(sample, **changes)


def issuer_view(**changes):
    sample = IssuerView(
        issuer=issuer(),
        description="Professional learning for teachers.",
        email="academy@riverside.example",
        country="Egypt",
        keys=(
            KeyView(kid="key-1", url=f"{BASE}/issuers/riverside/keys/key-1", algorithm="EdDSA"),
            KeyView(kid="key-0", url=f"{BASE}/issuers/riverside/keys/key-0", algorithm="RS256", retired=True),
        ),
        achievements=(achievement(),),
    )
    return replace(sample, **changes)


OWN_RECEIPT = OwnReceipt({
    "checkedAt": "2026-05-10T12:00:00Z", "judgedAt": "2026-05-09T08:00:00Z", "conclusion": "revoked",
    "summary": "It was revoked.", "of": {"format": "json", "sha256": "ab" * 32},
    "credential": {"id": "https://badges.example/credentials/1", "name": "Coaching"},
    "recipient": {"name": "<b>Amina</b>"}, "issuer": {"id": "did:web:x"},
})  # fmt: skip


def every_page(visitor=IN_ENGLISH):
    """name -> HTML of every page in every state."""
    found = {
        f"credential, {state}": pages.credential_page(credential(), make(), visitor) for state, make in REPORTS.items()
    }
    found |= {
        f"verify, {state}": pages.verify_page(make(), checked_at=NOW, visitor=visitor)
        for state, make in REPORTS.items()
    }
    return found | {
        "credential, test": pages.credential_page(credential(test=True), report(), visitor),
        "credential, public": pages.credential_page(credential(listed=True), report(), visitor),
        "credential, bare": pages.credential_page(bare_credential(), report(), visitor),
        "achievement": pages.achievement_page(achievement_view(), visitor),
        "issuer": pages.issuer_page(issuer_view(), visitor),
        "issuer, in the midst of many": pages.issuer_page(
            issuer_view(more=f"{BASE}/issuers/riverside?after=abc", is_first=False), visitor
        ),
        "issuer, bare": pages.issuer_page(IssuerView(issuer=issuer(homepage=None)), visitor),
        "verify": pages.verify_page(visitor=visitor),
        "verify, problem": pages.verify_page(
            problem="There is no credential in this image.", pasted="{}", visitor=visitor
        ),
        "receipt": pages.given_receipt_page(OWN_RECEIPT, visitor=visitor),
        "receipt, of another service": pages.given_receipt_page(ForeignReceipt("verify.example"), visitor=visitor),
        "receipt, altered": pages.given_receipt_page(NoReceipt(Said("It was altered.")), visitor=visitor),
        "home": pages.home_page(BASE, visitor),
        "problem": pages.problem_page(404, "Not found", "There is no such badge.", request_id="r-1", visitor=visitor),
        "problem type": pages.problem_type_page("conflict", "The name is taken", "Choose *another*.", status=409),
    }


class Reader(HTMLParser):
    """Elements in order as (tag, attributes), the text, and whatever is not properly nested."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.texts, self.unbalanced, self._open = [], [], [], []
        self.feed(html)
        self.close()
        self.unbalanced += self._open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.unbalanced.append(f"/{tag}")

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return " ".join("".join(self.texts).split())

    def all(self, *tags):
        return [(tag, attributes) for tag, attributes in self.elements if tag in tags]

    def meta(self, key):
        """The content of the meta element with this name or property; None without one."""
        found = (a for t, a in self.all("meta") if key in (a.get("name"), a.get("property")))
        return next((a["content"] for a in found), None)

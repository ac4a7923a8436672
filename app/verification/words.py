"""Every sentence that a report can say: the one catalogue, ready for translation.

A code ("dates.expired") has one outcome, so that the words and the outcome cannot part ways. Templates hold named
values in braces; `report.say` fills them in, bounded and without control characters. No HTML. `summary` is what the
whole report says when this is the finding that decides it; a finding that never decides has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.verification.outcome import Outcome

__all__ = ["CATALOGUE", "FORMS", "KINDS", "LIST_DOUBTS", "MONTHS", "SUMMARIES", "Words"]

_PASSED = Outcome.PASSED
_FAILED = Outcome.FAILED
_UNDETERMINED = Outcome.UNDETERMINED
_NOT_APPLICABLE = Outcome.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Words:
    outcome: Outcome
    title: str
    detail: str
    remedy: str | None = None
    summary: str | None = None


_ASK_ISSUER_FOR_A_NEW_ONE: Final = (
    "Do not rely on this badge. Ask its holder for the original file or link; if that is the original, tell the issuer."
)
_ASK_ISSUER_TO_MEND: Final = "Only the issuer can mend this. Send the holder, or the issuer, a copy of this report."
_TRY_LATER: Final = "Try again later. If it stays like this, ask the issuer."
_NOT_SUPPORTED_REMEDY: Final = "Ask the issuer to confirm the badge, or check it with a service that supports this."
_ALTERED: Final = "This badge was altered, or was not signed by the issuer it names."
_NOTHING_TO_RELY_ON: Final = "An earlier check did not pass, so there was nothing to rely on."

_FORMAT: Final[Mapping[str, Words]] = {
    "format.read": Words(_PASSED, "The badge could be read.", "It is {form} holding one Open Badges 3.0 credential."),
    "format.token": Words(_PASSED, "A signed token was found.", "It is {form}."),
    "format.unsupported": Words(
        _UNDETERMINED,
        "This kind of badge is not supported yet.",
        "It is {form} holding {kind}. That is a known kind, but it cannot be checked here yet.",
        _NOT_SUPPORTED_REMEDY,
        "This badge could not be checked: it is {kind}, which is not supported yet.",
    ),
    "format.unreachable": Words(
        _UNDETERMINED,
        "The badge could not be fetched.",
        "{url}: {reason}",
        "Open the address yourself, download the badge file there, and check the file here.",
        "This badge could not be checked: {reason}",
    ),
    "format.not-a-badge": Words(
        _FAILED,
        "This is not an Open Badge.",
        "It is {form}, but its content calls itself “{type}” and not an Open Badge credential.",
        "Ask the holder for the badge itself.",
        "This is not an Open Badge.",
    ),
    "format.versions-mixed": Words(
        _FAILED,
        "Two versions of the standard are mixed.",
        "The token holds its credential in the place of one version of the standard, in the words of another.",
        _ASK_ISSUER_TO_MEND,
        "This is not a correct Open Badge: it mixes two versions of the standard.",
    ),
}

_CONTEXT: Final[Mapping[str, Words]] = {
    "context.known": Words(
        _PASSED,
        "Its vocabulary is known.",
        "Every word in it comes from a published standard that is kept here, unchanged.",
    ),
    "context.order": Words(
        _FAILED,
        "It does not name the standards it follows.",
        "An Open Badge names the Verifiable Credentials 2.0 vocabulary first and the Open Badges 3.0 one second.",
        _ASK_ISSUER_TO_MEND,
        "This is not a correct Open Badge: it does not name the standards it follows.",
    ),
    "context.unknown": Words(
        _FAILED,
        "It uses a vocabulary that is not known.",
        "It draws words from “{url}”. Whoever controls that address could change what the badge means.",
        _ASK_ISSUER_TO_MEND,
        "This badge cannot be relied on: it uses words from an unknown source.",
    ),
    "context.too-many": Words(
        _FAILED,
        "It names too many vocabularies.",
        "More vocabularies are named than any honest badge needs.",
        _ASK_ISSUER_TO_MEND,
        "This badge cannot be relied on: it names too many vocabularies.",
    ),
    "context.skipped": Words(_NOT_APPLICABLE, "The vocabulary was not checked.", _NOTHING_TO_RELY_ON),
}

_SCHEMA: Final[Mapping[str, Words]] = {
    "schema.fits": Words(
        _PASSED,
        "It is built as the standard asks.",
        "All that Open Badges 3.0 requires is there and well-formed.",
    ),
    "schema.problems": Words(
        _FAILED,
        "It is not built as the standard asks.",
        "Found {count} departure(s) from Open Badges 3.0: {problems}",
        _ASK_ISSUER_TO_MEND,
        "This badge is not built as the Open Badges standard asks.",
    ),
    "schema.skipped": Words(_NOT_APPLICABLE, "Its structure was not checked.", _NOTHING_TO_RELY_ON),
}

_PROOF: Final[Mapping[str, Words]] = {
    "proof.fits": Words(
        _PASSED, "The signature fits.", "Nothing in the badge was changed since it was signed ({method})."
    ),
    "proof.none": Words(
        _FAILED,
        "It is not signed.",
        "The badge carries no signature, so anybody could have written it.",
        "Do not rely on it. Ask the holder for the signed badge.",
        "This badge is not signed, so anybody could have written it.",
    ),
    "proof.too-many": Words(
        _FAILED,
        "It carries too many signatures.",
        "More than {limit} signatures are attached; no honest badge needs so many.",
        _ASK_ISSUER_TO_MEND,
        "This badge cannot be relied on: it carries too many signatures.",
    ),
    "proof.altered": Words(
        _FAILED,
        "The signature does not fit.",
        "The badge was changed after it was signed, or somebody else signed it.",
        _ASK_ISSUER_FOR_A_NEW_ONE,
        _ALTERED,
    ),
    "proof.malformed": Words(
        _FAILED,
        "The signature cannot be accepted.",
        "It does not have the form of a signature that can be trusted: {reason}",
        _ASK_ISSUER_FOR_A_NEW_ONE,
        _ALTERED,
    ),
    "proof.no-key": Words(
        _FAILED,
        "The signature names no key.",
        "A signature must say where the issuer's public key is published; this one does not.",
        _ASK_ISSUER_TO_MEND,
        _ALTERED,
    ),
    "proof.key-unusable": Words(
        _FAILED,
        "The key cannot be accepted.",
        "The key that the signature names is too weak or malformed: {reason}",
        _ASK_ISSUER_FOR_A_NEW_ONE,
        _ALTERED,
    ),
    "proof.purpose": Words(
        _FAILED,
        "The signature was made for something else.",
        "It was not made to vouch for a statement, which is what a badge needs.",
        _ASK_ISSUER_FOR_A_NEW_ONE,
        _ALTERED,
    ),
    "proof.expired": Words(
        _FAILED,
        "The signature has expired.",
        "The issuer signed this copy for use until {date}.",
        "Ask the holder for a newer copy of the badge.",
        "The signature on this copy of the badge expired on {day}.",
    ),
    "proof.claims": Words(
        _FAILED,
        "The token contradicts the badge inside it.",
        "What the token says under “{claim}” is missing or differs from the badge.",
        _ASK_ISSUER_TO_MEND,
        "This badge contradicts itself: its wrapper and its content do not agree.",
    ),
    "proof.unsafe": Words(
        _FAILED,
        "Part of the badge is not covered by the signature.",
        "The part at “{pointer}” has no meaning in the standards it names, so anybody could have added it.",
        _ASK_ISSUER_FOR_A_NEW_ONE,
        _ALTERED,
    ),
    "proof.too-complex": Words(
        _UNDETERMINED,
        "The signature could not be checked.",
        "The badge is built in so tangled a way that checking it would take more work than is allowed.",
        _ASK_ISSUER_TO_MEND,
        "This badge could not be checked: it is too complicated.",
    ),
    "proof.busy": Words(
        _UNDETERMINED,
        "The signature could not be checked.",
        "The badge takes long to read, and the server is busy with others that do.",
        "Try again in a moment.",
        "This badge could not be checked: the server is busy. Try again in a moment.",
    ),
    "proof.unsupported": Words(
        _UNDETERMINED,
        "This kind of signature is not supported yet.",
        "The signature is made by a method that cannot be checked here yet: “{what}”.",
        _NOT_SUPPORTED_REMEDY,
        "This badge could not be checked: its kind of signature is not supported yet.",
    ),
    "proof.key-missing": Words(
        _UNDETERMINED,
        "The signature could not be checked now.",
        "The issuer's public key is not at hand: {reason}",
        _TRY_LATER,
        "This badge cannot be checked now: the issuer's public key could not be obtained.",
    ),
    "proof.skipped": Words(_NOT_APPLICABLE, "The signature was not checked.", _NOTHING_TO_RELY_ON),
    "proof.not-reached": Words(
        _NOT_APPLICABLE,
        "The signature was not checked.",
        "The key it names does not belong to the issuer, so a fitting signature would prove nothing.",
    ),
}

_ISSUER: Final[Mapping[str, Words]] = {
    "issuer.bound": Words(
        _PASSED,
        "The issuer itself signed it.",
        "The key belongs to “{issuer}”, which names it for signing badges.",
    ),
    "issuer.unnamed": Words(
        _FAILED,
        "It does not say who issued it.",
        "The badge names no issuer that could be looked up.",
        _ASK_ISSUER_TO_MEND,
        _ALTERED,
    ),
    "issuer.other-key": Words(
        _FAILED,
        "Somebody else signed it.",
        "The badge names “{issuer}” as its issuer, but the key of its signature is not one of that issuer's.",
        _ASK_ISSUER_FOR_A_NEW_ONE,
        _ALTERED,
    ),
    "issuer.not-listed": Words(
        _FAILED,
        "The issuer does not publish this key.",
        "“{issuer}” publishes its keys, and the one that the signature names is not among those for badges: {reason}",
        _ASK_ISSUER_FOR_A_NEW_ONE,
        _ALTERED,
    ),
    "issuer.unreachable": Words(
        _UNDETERMINED,
        "The issuer's keys could not be looked up now.",
        "The address where “{issuer}” publishes its keys gave no answer that could be used: {reason}",
        _TRY_LATER,
        "This badge cannot be checked now: its issuer's published keys could not be obtained.",
    ),
    "issuer.unsupported": Words(
        _UNDETERMINED,
        "This kind of issuer address is not supported yet.",
        "The issuer is identified by “{issuer}”; keys of that kind of address cannot be looked up here yet.",
        _NOT_SUPPORTED_REMEDY,
        "This badge could not be checked: its issuer's kind of address is not supported yet.",
    ),
    "issuer.skipped": Words(_NOT_APPLICABLE, "The issuer was not checked.", _NOTHING_TO_RELY_ON),
}

_DATES: Final[Mapping[str, Words]] = {
    "dates.open": Words(_PASSED, "It is valid now.", "It is valid since {start} and has no end date."),
    "dates.within": Words(_PASSED, "It is valid now.", "It is valid from {start} to {end}."),
    "dates.expired": Words(
        _FAILED,
        "It has expired.",
        "It expired on {end}.",
        "Ask the holder whether the badge was renewed.",
        "This badge is genuine but expired on {day}.",
    ),
    "dates.early": Words(
        _FAILED,
        "It is not valid yet.",
        "It is not valid before {start}.",
        "Check it again from that day on.",
        "This badge is genuine but not valid before {day}.",
    ),
    "dates.unreadable": Words(
        _UNDETERMINED,
        "Its dates cannot be read.",
        "The dates from which and until which it is valid are not written as the standard asks.",
        _ASK_ISSUER_TO_MEND,
        "It cannot be told whether this badge is still valid: its dates cannot be read.",
    ),
    "dates.skipped": Words(_NOT_APPLICABLE, "The dates were not checked.", _NOTHING_TO_RELY_ON),
}

_STATUS: Final[Mapping[str, Words]] = {
    "status.none": Words(
        _NOT_APPLICABLE,
        "It names no revocation list.",
        "The issuer offers no list in which it could withdraw this badge.",
    ),
    "status.good": Words(_PASSED, "It was not withdrawn.", "The issuer's signed list says that the badge stands."),
    "status.revoked": Words(
        _FAILED,
        "The issuer withdrew it.",
        "The issuer's signed list says that this badge was revoked. That is final.",
        "Ask the holder whether a newer badge replaces it, or the issuer for the reason.",
        "This badge is genuine but was revoked by its issuer.",
    ),
    "status.suspended": Words(
        _FAILED,
        "The issuer suspended it.",
        "The issuer's signed list says that this badge is suspended for now.",
        "Ask the issuer whether and when it will stand again.",
        "This badge is genuine but is suspended by its issuer.",
    ),
    "status.unreachable": Words(
        _UNDETERMINED,
        "It could not be checked now whether it was withdrawn.",
        "The issuer's revocation list could not be obtained: {reason}",
        _TRY_LATER,
        "This badge is genuine, but it cannot be checked now whether its issuer has withdrawn it.",
    ),
    "status.doubtful": Words(
        _UNDETERMINED,
        "The revocation list cannot be relied on.",
        "{reason}",
        "Ask the issuer whether the badge still stands.",
        "This badge is genuine, but the list that says whether it was withdrawn cannot be relied on.",
    ),
    "status.unsupported": Words(
        _UNDETERMINED,
        "This kind of revocation list is not supported yet.",
        "Whether it was withdrawn is published in a way that cannot be checked here yet: “{what}”.",
        "Ask the issuer whether the badge still stands.",
        "This badge is genuine, but whether its issuer has withdrawn it could not be checked: not supported yet.",
    ),
    "status.skipped": Words(_NOT_APPLICABLE, "It was not checked whether it was withdrawn.", _NOTHING_TO_RELY_ON),
}

_RECIPIENT: Final[Mapping[str, Words]] = {
    "recipient.not-asked": Words(
        _NOT_APPLICABLE, "The holder was not checked.", "No e-mail address was given to compare with."
    ),
    "recipient.match": Words(
        _PASSED,
        "It was issued to this e-mail address.",
        "The address that was given is the one in the badge. That says nothing about who uses the address.",
    ),
    "recipient.other": Words(
        _FAILED,
        "It was not issued to this e-mail address.",
        "The badge holds a different e-mail address from the one that was given.",
        "Ask the holder which address they earned it under; it may be an older one.",
        "The badge is genuine but was not issued to this e-mail address.",
    ),
    "recipient.no-email": Words(
        _UNDETERMINED,
        "The e-mail address could not be compared.",
        "The badge holds no e-mail address to compare with.",
        "Ask the issuer whether it was issued to this person.",
        "The badge is genuine, but it holds no e-mail address to compare with.",
    ),
    "recipient.skipped": Words(_NOT_APPLICABLE, "The holder was not checked.", _NOTHING_TO_RELY_ON),
}

_TRUST: Final[Mapping[str, Words]] = {
    "trust.not-asked": Words(
        _NOT_APPLICABLE,
        "Not assessed whether the issuer is recognised.",
        "Anybody may issue badges. Whether this issuer is one to rely on is for you to decide.",
    ),
    "trust.recognised": Words(_PASSED, "The issuer is recognised.", "“{issuer}” is on the list of issuers you gave."),
    # Recognition never touches the verdict: it says something about the asker's list, not about the badge.
    "trust.unrecognised": Words(
        _NOT_APPLICABLE,
        "The issuer is not recognised.",
        "“{issuer}” is not on the list of issuers you gave. That says nothing against the badge.",
        "Find out who is behind that address before you rely on the badge.",
        "This badge is genuine and valid, but its issuer is not one that you recognise.",
    ),
    "trust.skipped": Words(
        _NOT_APPLICABLE,
        "Not assessed whether the issuer is recognised.",
        "It is not established who issued it.",
    ),
}

CATALOGUE: Final[Mapping[str, Words]] = {
    **_FORMAT, **_CONTEXT, **_SCHEMA, **_PROOF, **_ISSUER, **_DATES, **_STATUS, **_RECIPIENT, **_TRUST,
}  # fmt: skip

SUMMARIES: Final[Mapping[str, str]] = {
    "valid": "This badge is genuine and valid.",
    "nothing checked": "Nothing was checked.",
}

FORMS: Final[Mapping[str, str]] = {
    "json": "a signed document (JSON)",
    "jwt": "a signed token (JWT)",
    "png+json": "a badge image (PNG) with a signed document inside",
    "png+jwt": "a badge image (PNG) with a signed token inside",
    "svg+json": "a badge image (SVG) with a signed document inside",
    "svg+jwt": "a badge image (SVG) with a signed token inside",
}

KINDS: Final[Mapping[str, str]] = {
    "vc-1.1": "a badge of the older Verifiable Credentials version 1.1",
    "ob-2": "a badge of the older Open Badges version 2",
    "clr": "a Comprehensive Learner Record",
    "endorsement": "an endorsement of a badge",
    "enveloped": "a credential wrapped in another document",
}

LIST_DOUBTS: Final[Mapping[str, str]] = {
    "entry": "The badge does not say clearly where it stands in the issuer's list.",
    "many": "The badge names more lists than any honest badge needs.",
    "unreadable": "What was found at the list's address is not a list that can be read.",
    "kind": "What was found at the list's address is not a status list.",
    "unsigned": "The list's own signature does not fit, or is missing.",
    "unchecked": "The list's own signature could not be checked.",
    "issuer": "The list was not published by the issuer of the badge.",
    "address": "The list does not say that it is the one at this address.",
    "dates": "The list is out of date.",
    "purpose": "The list was made for another purpose than the badge says.",
    "range": "The badge's place lies outside the list.",
}

MONTHS: Final[tuple[str, ...]] = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

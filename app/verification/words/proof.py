"""What the check `proof` can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.outcome import Actor, Conclusion
from app.verification.words.base import (
    ALTERED,
    ASK_ISSUER_FOR_A_NEW_ONE,
    ASK_ISSUER_TO_MEND,
    FAILED,
    NOT_APPLICABLE,
    NOT_SUPPORTED_REMEDY,
    NOT_VOUCHED_FOR,
    NOTHING_TO_RELY_ON,
    PASSED,
    TRY_LATER,
    UNDETERMINED,
    WRONG_SIGNER,
    Remedy,
    Words,
)

__all__ = ["WORDS"]

WORDS: Final[Mapping[str, Words]] = {
    "proof.fits": Words(
        PASSED, "The signature fits.", "Nothing in the badge was changed since it was signed ({method})."
    ),
    # Open Badges 2.0: an issuer may vouch for a badge by hosting it. Whose the address is says the next check.
    "proof.hosted": Words(
        PASSED,
        "The address of the badge confirms it.",
        "A badge of this kind is not signed; it counts as it stands at its own address, “{url}”. "
        "That copy was judged, and not the one that was sent.",
    ),
    "proof.hosted-missing": Words(
        UNDETERMINED,
        "The badge could not be looked up at its address.",
        "A badge of this kind counts only as it stands at its own address. At “{url}” it could not be read: {reason}",
        TRY_LATER,
        "This badge cannot be checked now: the address that has to confirm it does not.",
        conclusion=Conclusion.UNAVAILABLE,
    ),
    "proof.hosted-other": Words(
        FAILED,
        "Another badge stands at its address.",
        "What “{url}” holds does not say that it belongs at that address, so it confirms nothing.",
        ASK_ISSUER_FOR_A_NEW_ONE,
        NOT_VOUCHED_FOR,
        conclusion=Conclusion.WRONG_SIGNER,
    ),
    "proof.no-address": Words(
        FAILED,
        "It is neither signed nor hosted.",
        "The badge carries no signature and names no web address that could confirm it; anybody could have written it.",
        Remedy(
            "Do not rely on it. Ask the holder for the address of the badge, or for the signed badge.", Actor.HOLDER
        ),
        "This badge is neither signed nor hosted, so anybody could have written it.",
        conclusion=Conclusion.NOT_SIGNED,
    ),
    "proof.by-presentation": Words(
        PASSED,
        "The signature on the presentation covers it.",
        "It has none of its own; whoever shows it says it of themselves.",
    ),
    "proof.none": Words(
        FAILED,
        "It is not signed.",
        "The badge carries no signature, so anybody could have written it.",
        Remedy("Do not rely on it. Ask the holder for the signed badge.", Actor.HOLDER),
        "This badge is not signed, so anybody could have written it.",
        conclusion=Conclusion.NOT_SIGNED,
    ),
    "proof.too-many": Words(
        FAILED,
        "It carries too many signatures.",
        "More than {limit} signatures are attached; no honest badge needs so many.",
        ASK_ISSUER_TO_MEND,
        "This badge cannot be relied on: it carries too many signatures.",
        conclusion=Conclusion.MALFORMED,
    ),
    "proof.altered": Words(
        FAILED,
        "The signature does not fit.",
        "The badge was changed after it was signed, or somebody else signed it.",
        ASK_ISSUER_FOR_A_NEW_ONE,
        ALTERED,
        conclusion=Conclusion.ALTERED,
    ),
    "proof.malformed": Words(
        FAILED,
        "The signature cannot be accepted.",
        "It does not have the form of a signature that can be trusted: {reason}",
        ASK_ISSUER_FOR_A_NEW_ONE,
        ALTERED,
        conclusion=Conclusion.ALTERED,
    ),
    "proof.no-key": Words(
        FAILED,
        "The signature names no key.",
        "A signature must say where the issuer's public key is published; this one does not.",
        ASK_ISSUER_TO_MEND,
        WRONG_SIGNER,
        conclusion=Conclusion.WRONG_SIGNER,
    ),
    "proof.key-unusable": Words(
        FAILED,
        "The key cannot be accepted.",
        "The key that the signature names is too weak or malformed: {reason}",
        ASK_ISSUER_FOR_A_NEW_ONE,
        WRONG_SIGNER,
        conclusion=Conclusion.WRONG_SIGNER,
    ),
    "proof.purpose": Words(
        FAILED,
        "The signature was made for something else.",
        "It was not made to vouch for a statement, which is what a badge needs.",
        ASK_ISSUER_FOR_A_NEW_ONE,
        ALTERED,
        conclusion=Conclusion.ALTERED,
    ),
    "proof.expired": Words(
        FAILED,
        "The signature has expired.",
        "The issuer signed this copy for use until {date}.",
        Remedy("Ask the holder for a newer copy of the badge.", Actor.HOLDER),
        "The signature on this copy of the badge expired on {day}.",
        conclusion=Conclusion.EXPIRED,
    ),
    "proof.earlier-unsound": Words(
        FAILED,
        "A signature that it builds on cannot be accepted.",
        "The badge was signed by several, one after the other, and an earlier signature does not hold: {reason}",
        ASK_ISSUER_FOR_A_NEW_ONE,
        ALTERED,
        conclusion=Conclusion.ALTERED,
    ),
    "proof.earlier-unclear": Words(
        UNDETERMINED,
        "A signature that it builds on could not be checked.",
        "The badge was signed by several, one after the other, and an earlier signature is open: {reason}",
        TRY_LATER,
        "This badge cannot be checked now: it was signed by several, and not all of their keys could be obtained.",
        conclusion=Conclusion.UNAVAILABLE,
    ),
    "proof.claims": Words(
        FAILED,
        "The token contradicts the badge inside it.",
        "What the token says under “{claim}” is missing or differs from the badge.",
        ASK_ISSUER_TO_MEND,
        "This badge contradicts itself: its wrapper and its content do not agree.",
        conclusion=Conclusion.MALFORMED,
    ),
    "proof.unsafe": Words(
        FAILED,
        "Part of the badge is not covered by the signature.",
        "The part at “{pointer}” has no meaning in the standards it names, so anybody could have added it.",
        ASK_ISSUER_FOR_A_NEW_ONE,
        ALTERED,
        conclusion=Conclusion.ALTERED,
    ),
    "proof.too-complex": Words(
        UNDETERMINED,
        "The signature could not be checked.",
        "The badge is built in so tangled a way that checking it would take more work than is allowed.",
        ASK_ISSUER_TO_MEND,
        "This badge could not be checked: it is too complicated.",
        conclusion=Conclusion.UNSUPPORTED,
    ),
    "proof.busy": Words(
        UNDETERMINED,
        "The signature could not be checked.",
        "The badge takes long to read, and the server is busy with others that do.",
        Remedy("Try again in a moment.", Actor.ASKER),
        "This badge could not be checked: the server is busy. Try again in a moment.",
        conclusion=Conclusion.UNAVAILABLE,
    ),
    "proof.unsupported": Words(
        UNDETERMINED,
        "This kind of signature is not supported yet.",
        "The signature is made by a method that cannot be checked here yet: “{what}”.",
        NOT_SUPPORTED_REMEDY,
        "This badge could not be checked: its kind of signature is not supported yet.",
        conclusion=Conclusion.UNSUPPORTED,
    ),
    "proof.key-missing": Words(
        UNDETERMINED,
        "The signature could not be checked now.",
        "The issuer's public key is not at hand: {reason}",
        TRY_LATER,
        "This badge cannot be checked now: the issuer's public key could not be obtained.",
        conclusion=Conclusion.UNAVAILABLE,
    ),
    "proof.skipped": Words(NOT_APPLICABLE, "The signature was not checked.", NOTHING_TO_RELY_ON),
    "proof.not-reached": Words(
        NOT_APPLICABLE,
        "The signature was not checked.",
        "The key it names does not belong to the issuer, so a fitting signature would prove nothing.",
    ),
}

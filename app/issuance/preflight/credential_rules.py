"""Rules on the credential as a whole: what our own verifier says, contexts, types, addresses, dates, size."""

from __future__ import annotations

from typing import Final

from app.issuance.preflight.places import is_web_address
from app.issuance.preflight.rule import Reader, Rule, Said, fails, passes, warns
from app.issuance.preflight.sample import Sample
from app.openbadges import EXTENSIONS_CONTEXT, OB_CONTEXT, SCHEMA_TYPE, VC_CONTEXT
from app.verification import CheckResult
from app.verification import Outcome as CheckOutcome
from app.verification.members import mapping, moment, several, text, texts

_EXTENSION_TYPES: Final = frozenset({SCHEMA_TYPE, "1EdTechRevocationList", "1EdTechCredentialRefresh"})
_BADGE_TYPES: Final = frozenset({"OpenBadgeCredential", "AchievementCredential"})
# Added to the context at its old address in 2026, so older copies lack them: there they would be dropped or refused.
_YOUNG_TERMS: Final = ("endorsementJwt", "jti")
_INDISPENSABLE: Final = frozenset({"proof", "issuer"})
_QR_BYTES: Final = 2_953  # the most that a QR code holds (version 40, level L)
_LARGE: Final = 64 * 1024
_TOO_LARGE: Final = 256 * 1024
_REPORT: Final = "Report this to whoever looks after the service: Laurel writes this member itself."


def verification(sample: Sample) -> Said:
    """As an award's own check has it: signature and issuer must hold, and nothing may be wrong."""
    checks = sample.report.checks
    wrong = [check for check in checks if check.outcome is CheckOutcome.FAILED or _is_open(check, _INDISPENSABLE)]
    if wrong or not checks:
        said = _told(wrong) or "Nothing was checked."
        return fails(said, next((check.remedy for check in wrong if check.remedy), None) or _REPORT)
    unknown = [check for check in checks if check.outcome is CheckOutcome.UNDETERMINED]
    if unknown:
        return warns(_told(unknown), "See that what the badge refers to can be reached when somebody verifies it.")
    return passes("Our own verifier finds every check passed, as strictly as for a stranger's badge.")


def _is_open(check: CheckResult, ids: frozenset[str]) -> bool:
    return check.id in ids and check.outcome is not CheckOutcome.PASSED


def _told(checks: list[CheckResult]) -> str:
    return " ".join(f"{check.title}: {check.detail}" for check in checks)


def contexts(sample: Sample) -> Said:
    named = several(sample.document.get("@context"))
    if named[:2] != [VC_CONTEXT, OB_CONTEXT]:
        return fails(
            "The first two contexts are not those of Verifiable Credentials 2.0 and Open Badges 3.0.3, in this order.",
            f"Name {VC_CONTEXT} first and {OB_CONTEXT} second.",
        )
    foreign = [item for item in named[2:] if item != EXTENSIONS_CONTEXT]
    if foreign:
        return warns(
            "There are contexts beside those of the standards, which validators do not all know.",
            "Leave out every context but the two, and that of the 1EdTech extensions.",
        )
    return passes("Verifiable Credentials 2.0, then Open Badges 3.0.3, each where the validators look for it.")


def extension_terms(sample: Sample) -> Said:
    used = [text(mapping(item).get("type")) for item in _with_own_types(sample)]
    found = sorted(_EXTENSION_TYPES.intersection(name for name in used if name))
    if found and EXTENSIONS_CONTEXT not in several(sample.document.get("@context")):
        return fails(
            f"The type {found[0]} stands in no context that the badge names, so safe mode refuses the badge.",
            f"Name the context {EXTENSIONS_CONTEXT} as well.",
        )
    return passes("Every type that the badge uses is defined in a context that it names.")


def _with_own_types(sample: Sample) -> list[object]:
    names = ("credentialSchema", "credentialStatus", "refreshService")
    return [item for name in names for item in several(sample.document.get(name))]


def young_terms(sample: Sample) -> Said:
    holders = {"badge": sample.document, "achievement": sample.achievement, "issuer": sample.issuer}
    found = [(where, term) for where, holder in holders.items() for term in _YOUNG_TERMS if term in holder]
    if found:
        where, term = found[0]
        return warns(
            f"The {where} has the member {term}, which older copies of the Open Badges context do not define.",
            "Leave it out; put an endorsement into the badge as JSON, in the member endorsement.",
        )
    return passes("No member is younger than the copies of the Open Badges context that others keep.")


def types(sample: Sample) -> Said:
    named = set(texts(sample.document.get("type")))
    if "VerifiableCredential" in named and named & _BADGE_TYPES:
        return passes("The badge calls itself a VerifiableCredential and an OpenBadgeCredential.")
    return fails(
        "The badge does not call itself both a VerifiableCredential and an OpenBadgeCredential.",
        "Name both in the member type.",
    )


def credential_id(sample: Sample) -> Said:
    name = text(sample.document.get("id"))
    if name is None or ":" not in name:
        return fails("The badge has no id that is an address.", "Give it a web address of its own as id.")
    if not is_web_address(name):
        return warns(
            "The badge's id is not a web address, so nobody can open it.",
            "Use the address of the badge's page: LinkedIn and employers follow it.",
        )
    return passes("The badge's id is the address of its own page.")


def credential_name(sample: Sample) -> Said:
    if text(sample.document.get("name")):
        return passes("The badge itself has a name, which wallets show in their lists.")
    return warns("The badge itself has no name; wallets then show a type or nothing.", "Give the badge a name.")


def credential_schema(sample: Sample) -> Said:
    named = [mapping(item) for item in several(sample.document.get("credentialSchema"))]
    if all(is_web_address(item.get("id")) and item.get("type") == SCHEMA_TYPE for item in named):
        return passes("What schema the badge names is named by its address and the type that 1EdTech gives it.")
    return fails(
        "A schema that the badge names has no address, or another type than 1EdTech gives it.",
        f"Write the type {SCHEMA_TYPE} and the address of the schema, or name none.",
    )


def dates(sample: Sample) -> Said:
    stated = {name: sample.document.get(name) for name in ("validFrom", "validUntil", "awardedDate")}
    stated = {name: value for name, value in stated.items() if value is not None or name == "validFrom"}
    moments = {name: moment(value) for name, value in stated.items()}
    unreadable = [name for name, value in moments.items() if value is None]
    if unreadable:
        return fails(
            f"The member {unreadable[0]} is not a date and time with a zone.", "Write it as 2026-05-04T10:00:00Z."
        )
    start, end = moments["validFrom"], moments.get("validUntil")
    if start is not None and start > sample.now:
        return fails(
            "The badge begins in the future, and validators refuse it until then.",
            "Check the completion's date and the clock of the platform that reports it.",
        )
    if start is not None and end is not None and end <= start:
        return fails("The badge ends before it begins.", "Set a validity of at least a day, or none.")
    return passes("All dates have a time zone, the badge has begun, and its end, if any, comes after.")


def awarded_date(sample: Sample) -> Said:
    if sample.document.get("awardedDate") is not None:
        return passes("The badge says when it was earned, also if it is issued again later.")
    return warns("The badge does not say when it was earned.", "State awardedDate.")


def evidence(sample: Sample) -> Said:
    if "evidence" in sample.subject:
        return fails(
            "Evidence stands within the subject, where the standard does not know it.", "Move it to the badge itself."
        )
    items = several(sample.document.get("evidence"))
    if all("Evidence" in texts(mapping(item).get("type")) for item in items):
        return passes("Evidence stands where validators look for it, each piece with its type.")
    return fails("A piece of evidence does not have the type Evidence.", "Give each piece of evidence that type.")


def size(sample: Sample) -> Said:
    largest = max(sample.size, sample.token.size)
    detail = f"Signed, the badge has {sample.size:,} bytes as JSON and {sample.token.size:,} as a token."
    shorter = "Shorten the criteria narrative and the descriptions, or move detail to a page and give its address."
    if largest > _TOO_LARGE:
        return fails(f"{detail} Many verifiers stop reading after {_TOO_LARGE // 1024} KiB.", shorter)
    if largest > _LARGE:
        return warns(f"{detail} That is slow to load into a wallet on a telephone.", shorter)
    if sample.size > _QR_BYTES:
        return passes(f"{detail} A QR code cannot hold that; ours carries the badge's address.")
    return passes(detail)


_VALIDATORS = (Reader.STANDARD, Reader.ONE_ED_TECH, Reader.DCC, Reader.DIGITAL_BAZAAR)

RULES: Final = (
    Rule("verification", "Our own strict verifier", _VALIDATORS, verification, binding=True),
    Rule("contexts", "Contexts and their order", _VALIDATORS, contexts, binding=True),
    Rule("extension-terms", "Types of the 1EdTech extensions", _VALIDATORS, extension_terms, binding=True),
    Rule("young-terms", "Terms that older contexts lack", (Reader.DCC, Reader.DIGITAL_BAZAAR), young_terms),
    Rule("types", "Types of the credential", _VALIDATORS, types, binding=True),
    Rule(
        "credential-id",
        "Address of the badge",
        (Reader.STANDARD, Reader.ONE_ED_TECH, Reader.DCC, Reader.LINKEDIN),
        credential_id,
        binding=True,
    ),
    Rule("credential-name", "Name of the credential", (Reader.WALLETS, Reader.HOSTS), credential_name),
    Rule("credential-schema", "Schema", (Reader.ONE_ED_TECH,), credential_schema),
    Rule("dates", "Dates", _VALIDATORS, dates, binding=True),
    Rule("awarded-date", "Day of the award", (Reader.HOSTS, Reader.PEOPLE), awarded_date),
    Rule("evidence", "Evidence", (Reader.STANDARD, Reader.ONE_ED_TECH), evidence, binding=True),
    Rule("size", "Size", (Reader.WALLETS,), size),
)

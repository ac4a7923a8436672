"""Rules on proofs, tokens and the status entry: what makes a badge checkable elsewhere."""

from __future__ import annotations

import re
from typing import Final

from app.issuance.preflight.places import is_web_address
from app.issuance.preflight.rule import Reader, Rule, Said, fails, passes, warns
from app.issuance.preflight.sample import Sample
from app.openbadges import MINIMUM_LENGTH, STATUS_ENTRY_TYPE
from app.signing import check_claims
from app.verification.members import mapping, several, text

_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")
_PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})
_HEADERS: Final = frozenset({"alg", "kid", "jwk", "typ"})
_REPORT: Final = "Report this to whoever looks after the service: Laurel writes this member itself."


def first_proof(sample: Sample) -> Said:
    proof = sample.first_proof
    known = proof.get("type") == "DataIntegrityProof" and proof.get("cryptosuite") == "eddsa-rdfc-2022"
    if not known or proof.get("proofPurpose") != "assertionMethod":
        return fails(
            "The first proof is not one by eddsa-rdfc-2022 for making assertions; the 1EdTech validator looks at the "
            "first proof only, and other validators know no other kind.",
            _REPORT,
        )
    if len(several(sample.document.get("proof"))) > 1:
        return warns(
            "There are several proofs; VerifierPlus wants each to hold, and the 1EdTech validator looks at the first "
            "only.",
            "Sign with one proof.",
        )
    return passes("There is one proof, by eddsa-rdfc-2022, which every validator knows.")


def proof_method(sample: Sample) -> Said:
    method, issuer = text(sample.first_proof.get("verificationMethod")) or "", text(sample.issuer.get("id")) or ""
    controller, mark, fragment = method.partition("#")
    if not (mark and fragment):
        return fails("The proof does not name one key, with # and its name; other libraries refuse that.", _REPORT)
    if controller != issuer:
        return fails("The proof names a key that is not the issuer's.", _REPORT)
    return passes("The proof names one key of the issuer, by its whole address.")


def token_algorithm(sample: Sample) -> Said:
    algorithm = text(sample.token.header.get("alg"))
    if algorithm in {"RS256", "ES256"}:
        return passes(f"Tokens are signed by {algorithm}, which the 1EdTech validator takes.")
    return fails(
        f"Tokens are signed by {algorithm or 'no algorithm'}; the 1EdTech validator takes RS256 and ES256 only.",
        "Let the issuer have an active key by RS256 or ES256 for tokens.",
    )


def token_header(sample: Sample) -> Said:
    header = sample.token.header
    if header.get("typ", "JWT") != "JWT" or set(header) - _HEADERS:
        return fails(
            "The token's header has members that Open Badges 3.0 does not allow, or another typ than JWT.", _REPORT
        )
    return passes("The token's header holds what Open Badges 3.0 allows, and nothing else.")


def token_key(sample: Sample) -> Said:
    kid, key = sample.token.header.get("kid"), sample.token.key
    if not is_web_address(kid):
        return fails("The token does not name its key by a web address, so others cannot fetch it.", _REPORT)
    if "keys" in key or not text(key.get("kty")):
        return fails("The address of the token's key does not answer one key; a set of keys is refused.", _REPORT)
    if _PRIVATE_MEMBERS & set(key):
        return fails(
            "The address of the token's key shows a private key.", "Take the service off the internet at once."
        )
    return passes("The token names its key by an address that answers one public key.")


def token_claims(sample: Sample) -> Said:
    problems = check_claims(sample.token.claims)
    if problems:
        return fails(problems[0].detail, _REPORT)
    return passes("The token's claims say the same as the badge in it.")


def status_entry(sample: Sample) -> Said:
    stated = sample.document.get("credentialStatus")
    if stated is None:
        return warns("The badge cannot be revoked: it names no status list.", "Name a status list entry.")
    entry = mapping(stated)
    if entry.get("type") != STATUS_ENTRY_TYPE or entry.get("statusPurpose") != "revocation":
        return fails(
            "The status is not one Bitstring Status List entry for revocation; the 1EdTech validator checks nothing "
            "else, and VerifierPlus counts everything else as good.",
            _REPORT,
        )
    index = entry.get("statusListIndex")
    if not isinstance(index, str) or not _INDEX.fullmatch(index):
        return fails("The place in the status list is not written as decimal digits in text.", _REPORT)
    address = entry.get("statusListCredential")
    if not is_web_address(address) or entry.get("id") == address:
        return fails("The status entry has no address of a list, or the same address as the list.", _REPORT)
    return passes("The badge can be revoked, by the one kind of entry that every validator reads.")


def status_list(sample: Sample) -> Said:
    if sample.list_length < MINIMUM_LENGTH:
        return fails(
            f"The status list has {sample.list_length:,} entries; strict verifiers refuse lists below "
            f"{MINIMUM_LENGTH:,}.",
            _REPORT,
        )
    entry = mapping(sample.document.get("credentialStatus"))
    index = entry.get("statusListIndex")
    if isinstance(index, str) and _INDEX.fullmatch(index) and int(index) >= sample.list_length:
        return fails("The badge's place lies outside the status list.", _REPORT)
    return passes(f"The status list has {sample.list_length:,} entries, so that it tells nobody who was looked up.")


_BOTH = (Reader.STANDARD, Reader.ONE_ED_TECH)

RULES: Final = (
    Rule(
        "first-proof",
        "The first proof",
        (Reader.ONE_ED_TECH, Reader.DCC, Reader.DIGITAL_BAZAAR),
        first_proof,
        binding=True,
    ),
    Rule(
        "proof-method",
        "Key that the proof names",
        (Reader.ONE_ED_TECH, Reader.DCC, Reader.DIGITAL_BAZAAR),
        proof_method,
        binding=True,
    ),
    Rule("token-algorithm", "Algorithm of tokens", (Reader.ONE_ED_TECH,), token_algorithm),
    Rule("token-header", "Header of tokens", _BOTH, token_header),
    Rule("token-key", "Key of tokens", _BOTH, token_key),
    Rule("token-claims", "Claims of tokens", (Reader.STANDARD,), token_claims),
    Rule("status-entry", "Status entry", (*_BOTH, Reader.DCC), status_entry, binding=True),
    Rule("status-list", "Status list", (*_BOTH, Reader.DIGITAL_BAZAAR), status_list, binding=True),
)

"""Rules on who issues: the profile in the badge, the DID document, and where both can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.errors import InvalidKeyError
from app.issuance.preflight.places import is_web_address, why_unreachable
from app.issuance.preflight.rule import LINKEDIN_NAME, Reader, Rule, Said, fails, passes, warns
from app.issuance.preflight.sample import Sample
from app.signing import did_web_url
from app.verification.members import mapping, several, text, texts

_REPORT: Final = "Report this to whoever looks after the service: Laurel writes the DID document itself."


def issuer_profile(sample: Sample) -> Said:
    if text(sample.issuer.get("id")) and "Profile" in texts(sample.issuer.get("type")):
        return passes("The issuer is described in the badge, with an id and the type Profile.")
    return fails(
        "The issuer is not written as an object with an id and the type Profile.",
        "Write it so; an address alone is refused.",
    )


def issuer_name(sample: Sample) -> Said:
    name = text(sample.issuer.get("name"))
    if name is None:
        return warns("The badge does not tell the issuer's name.", "Give the issuer a name.")
    if len(name) > LINKEDIN_NAME:
        return warns(
            f"The issuer's name has {len(name)} characters; LinkedIn was seen to cut after {LINKEDIN_NAME}.",
            "Use the short name that people know.",
        )
    return passes("The badge tells the issuer's name, and it fits into LinkedIn's form.")


def issuer_url(sample: Sample) -> Said:
    url = text(sample.issuer.get("url"))
    if url is None:
        return warns(
            "The issuer names no web site, so whoever does not know it has nowhere to look.",
            "Set the issuer's url to its own web site.",
        )
    trouble = why_unreachable(url)
    if trouble is not None:
        return warns(
            f"The issuer's web site {url} {trouble}; the 1EdTech validator warns of a site that it cannot reach.",
            "Set the issuer's url to an https address that everybody can open.",
        )
    return passes("The issuer names a web site that may be open to everybody. Whether it answers was not tried.")


def issuer_email(sample: Sample) -> Said:
    if text(sample.issuer.get("email")):
        return passes("The issuer can be written to, which readers of Open Badges 2.0 demand.")
    return warns(
        "The issuer gives no e-mail address, which readers of Open Badges 2.0 demand and employers look for.",
        "Set the issuer's email to an address that somebody reads.",
    )


def did_methods(sample: Sample) -> Said:
    did, methods = text(sample.did_document.get("id")), _methods(sample)
    listed = several(sample.did_document.get("assertionMethod"))
    if did is None or did != sample.issuer.get("id"):
        return fails("The DID document is not that of the issuer that the badge names.", _REPORT)
    if not all(isinstance(item, str) and item.startswith(f"{did}#") for item in listed):
        return fails(
            "The DID document lists keys in assertionMethod as objects or by relative names; the 1EdTech validator "
            "reads only whole addresses there.",
            _REPORT,
        )
    if any(item.get("controller") != did or not str(item.get("id")).startswith(f"{did}#") for item in methods):
        return fails("A key in the DID document has a relative name, or another controller than the issuer.", _REPORT)
    if sample.first_proof.get("verificationMethod") not in listed:
        return fails("The key that signs badges is not listed for that in the DID document.", _REPORT)
    return passes("The DID document lists the key that signs, by its whole address and under the issuer's name.")


def did_keys(sample: Sample) -> Said:
    signing = sample.first_proof.get("verificationMethod")
    method = next((item for item in _methods(sample) if item.get("id") == signing), None)
    if method is None:
        return fails("The key that signs badges is not in the DID document.", _REPORT)
    if method.get("type") != "Multikey" or not str(method.get("publicKeyMultibase")).startswith("z6Mk"):
        return fails(
            "The key that signs badges is not published as a Multikey, the one form that every verifier of "
            "eddsa-rdfc-2022 reads.",
            _REPORT,
        )
    if any("d" in mapping(item.get("publicKeyJwk")) for item in _methods(sample)):
        return fails("The DID document shows a private key.", "Take the service off the internet and replace the key.")
    return passes("The key that signs is published as a Multikey.")


def did_names(sample: Sample) -> Said:
    if any(is_web_address(item) for item in several(sample.did_document.get("alsoKnownAs"))):
        return passes("The DID document names the issuer's page, so people find it.")
    return warns(
        "The DID document does not name the issuer's page in alsoKnownAs, so people see a number where a page could "
        "be.",
        _REPORT,
    )


def did_address(sample: Sample) -> Said:
    did = text(sample.issuer.get("id")) or ""
    try:
        address = did_web_url(did, scheme=sample.public_url.partition(":")[0])
    except InvalidKeyError:
        return fails(
            "The issuer's id is not a did:web that can be looked up.", "Issue under a did:web of this service."
        )
    if not address.startswith(f"{sample.public_url}/"):
        return fails(
            f"The issuer's DID document is looked for at {address}, which is not at the public address of this "
            f"service, {sample.public_url}.",
            "Set LAUREL_PUBLIC_URL back to the address under which the issuer was created.",
        )
    return passes("The issuer's DID leads to this service.")


def public_address(sample: Sample) -> Said:
    trouble = why_unreachable(sample.public_url)
    if trouble is None:
        return passes(
            "The address that badges carry is one that everybody may reach. Whether it answers was not tried."
        )
    return fails(
        f"The address that badges carry, {sample.public_url}, {trouble}: nobody else can check a badge.",
        "Before real badges are issued set LAUREL_PUBLIC_URL to the https address under which the world reaches this "
        "service; badges issued before keep the old one. `laurel doctor` tries whether it answers.",
    )


def _methods(sample: Sample) -> list[Mapping[str, Any]]:
    return [mapping(item) for item in several(sample.did_document.get("verificationMethod"))]


_VALIDATORS = (Reader.STANDARD, Reader.ONE_ED_TECH, Reader.DCC, Reader.DIGITAL_BAZAAR)

RULES: Final = (
    Rule("issuer-profile", "Profile of the issuer", _VALIDATORS, issuer_profile, binding=True),
    Rule("issuer-name", "Name of the issuer", (Reader.HOSTS, Reader.WALLETS, Reader.LINKEDIN), issuer_name),
    Rule("issuer-url", "Web site of the issuer", (Reader.ONE_ED_TECH, Reader.PEOPLE), issuer_url),
    Rule("issuer-email", "E-mail address of the issuer", (Reader.HOSTS, Reader.PEOPLE), issuer_email),
    Rule("did-methods", "Keys listed in the DID document", _VALIDATORS, did_methods, binding=True),
    Rule("did-keys", "Form of the keys in the DID document", (Reader.DCC, Reader.DIGITAL_BAZAAR), did_keys),
    Rule("did-names", "Names in the DID document", (Reader.WALLETS, Reader.PEOPLE), did_names),
    Rule("did-address", "Where the DID leads", _VALIDATORS, did_address),
    Rule("public-address", "Public address", (*_VALIDATORS, Reader.LINKEDIN, Reader.WALLETS), public_address),
)

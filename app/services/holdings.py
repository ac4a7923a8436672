"""Every place where something personal is stored: what it is, what for, and for how long.

docs/privacy.md shows it, an export of what is stored about a person repeats it, and a test holds every column of the
database against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_UNTIL_ERASED: Final = "until it is erased: when asked for, or by LAUREL_RETENTION_LEARNER_DAYS"
_AUDIT: Final = "7 years at least; nothing deletes it"
_FACT: Final = "for good, so that what was decided can be told; an erasure does not change it"
_WITH_KEY: Final = "as long as the key is listed"


@dataclass(frozen=True, slots=True)
class Holding:
    """`column` is table and column. `whose`: learner, staff (of an issuer), or other."""

    column: str
    whose: str
    what: str
    purpose: str
    kept: str


HOLDINGS: Final = (
    Holding(
        "credentials.learner",
        "learner",
        "name, e-mail address, DID, as the platform sent them",
        "to show the issuer whose the badge is, and to find it again",
        _UNTIL_ERASED,
    ),
    Holding(
        "credentials.document",
        "learner",
        "the signed badge: name, salted hash of the e-mail address, DID, results, evidence, narrative, assessor",
        "to publish the badge and everything made of it: page, images, certificate",
        _UNTIL_ERASED,
    ),
    Holding(
        "credentials.jwt",
        "learner",
        "the same as a token, from the first time that somebody asks for that form",
        "to publish the badge in that form",
        _UNTIL_ERASED,
    ),
    Holding(
        "credentials.external_id",
        "learner",
        "the platform's name for the completion; it may hold the number of a user",
        "to know a retry from another completion",
        _UNTIL_ERASED,
    ),
    Holding(
        "credentials.source",
        "learner",
        "the platform that reported the completion",
        "to tell apart completions of several platforms",
        "for good; it names a platform, not a person",
    ),
    Holding(
        "credentials.request_sha256",
        "learner",
        "a digest of the completion as it was sent",
        "to know a retry from another request",
        _UNTIL_ERASED,
    ),
    Holding(
        "credentials.sha256",
        "learner",
        "a digest of the signed badge; its signature cannot be guessed, so nor can what it says",
        "to show that what is stored is what was signed, and to recognise a copy",
        "for good",
    ),
    Holding(
        "idempotency_keys.key",
        "learner",
        "the platform's name for a request",
        "to answer a retry with the same badge",
        "LAUREL_RETENTION_REQUEST_DAYS, or until the credential is erased",
    ),
    Holding(
        "idempotency_keys.request_sha256",
        "learner",
        "a digest of the request",
        "to know a retry from another request",
        "LAUREL_RETENTION_REQUEST_DAYS, or until the credential is erased",
    ),
    Holding(
        "erased_completions.digest",
        "learner",
        "a digest of source and external id under a secret of the issuer's",
        "so that a retry does not bring an erased badge back",
        "for good",
    ),
    Holding(
        "status_changes.reason",
        "learner",
        "why a badge was taken back, in the issuer's words; they must name nobody",
        "to show it to whoever looks at the badge",
        _FACT,
    ),
    Holding("status_changes.actor", "staff", "the API key that took it back", "accountability", _FACT),
    Holding(
        "successions.reason",
        "learner",
        "why a badge was renewed or replaced, in the issuer's words; they must name nobody",
        "to show it to whoever looks at the badge",
        _FACT,
    ),
    Holding("successions.actor", "staff", "the API key that did it", "accountability", _FACT),
    Holding(
        "superseded_documents.sha256",
        "learner",
        "a digest of the badge as it was signed before",
        "to recognise an earlier copy",
        "for good",
    ),
    Holding("superseded_documents.actor", "staff", "the API key that signed again", "accountability", _FACT),
    Holding(
        "audit_events.subject",
        "learner",
        "the id of a credential, issuer or key; never a name",
        "to tell who did what, and when",
        _AUDIT,
    ),
    Holding("audit_events.actor", "staff", "the API key that did it", "to tell who did what, and when", _AUDIT),
    Holding(
        "audit_events.detail",
        "staff",
        "which key signed, which list was used; never anything of a learner",
        "to tell who did what, and when",
        _AUDIT,
    ),
    Holding(
        "vc_status_entries.credential_sha256",
        "other",
        "a digest of the id of a credential that was signed by the VC-API and not kept",
        "to find its place in the status list when it is taken back",
        "for good",
    ),
    Holding("vc_status_changes.actor", "staff", "the API key that took it back", "accountability", _FACT),
    Holding(
        "issuers.profile",
        "staff",
        "the issuer's name, e-mail address and postal address, as it publishes them",
        "to say in each badge who issued it",
        "as long as the issuer is here",
    ),
    Holding(
        "api_keys.name",
        "staff",
        "what a key is for; it may name whoever uses it",
        "to tell keys apart",
        _WITH_KEY,
    ),
    Holding("stops.reason", "staff", "why issuing was stopped", "to tell whoever is refused", _FACT),
    Holding("stops.actor", "staff", "the API key that stopped it", "accountability", _FACT),
    Holding("stops.lifted_by", "staff", "the API key that lifted it", "accountability", _FACT),
    Holding(
        "endorsements.document",
        "other",
        "what somebody says of the issuer or an achievement, signed by them",
        "to publish it with the badges",
        "for good, since badges carry it",
    ),
    Holding("endorsements.endorser_id", "other", "the endorser's id", "to show who says so", "with the document"),
    Holding("endorsements.endorser_name", "other", "the endorser's name", "to show who says so", "with the document"),
    Holding("endorsements.actor", "staff", "the API key that added it", "accountability", _FACT),
)

"""What canonicalising and issuing cost in process, without HTTP and storage: by the walk and by templates.

    python bench/inside.py [--rounds 3] [--seconds 4] [--folder DIR] [--json]

The credential is `typical-credential.json`, 121 quads, each time for another learner: other name, address, salt, ids,
evidence and place in the status list. Issuing is `prepare` (build the document, check it as a stranger's) and `seal`
(canonicalise, hash, sign with Ed25519, write the bytes); "own check" verifies the new signature as every award does.
"""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from bars import PYLD, TEMPLATE
from canonicalize import pyld_normalize
from figures import Figures, programme, rate

from app.issuance import (
    AssessorDraft,
    Draft,
    EvidenceDraft,
    Prepared,
    Recipient,
    RecipientIdentifier,
    Sealed,
    StatusEntry,
    credential_templates,
    prepare,
    require_own_signature,
    seal,
)
from app.jsonld import Templates, canonicalize
from app.keystore import EnvelopeKeystore, KeyEncryptionKey
from app.signing import Algorithm, Signer

TYPICAL: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("typical-credential.json").read_bytes())
_LEARNERS: Final = 256
_METHOD: Final = f"{TYPICAL['issuer']['id']}#key-1"


def main() -> None:
    with programme("inside.py") as asked:
        issuing = Issuing()
        for _ in range(asked.rounds):
            add_canonicalisation(asked.figures, issuing, asked.seconds)
            issuing.add(asked.figures, asked.seconds)


class Issuing:
    """A signer, templates, and learners that take turns."""

    def __init__(self) -> None:
        self.signer = _signer()
        self.templates = credential_templates()
        self.prepared = [_prepared() for _ in range(_LEARNERS)]
        self._now = datetime.fromisoformat("2026-05-05T09:00:00Z")
        _require_equal(self.prepared, self.templates)

    def walk(self) -> Sealed:
        return self._seal(_prepared(), None)

    def template(self) -> Sealed:
        return self._seal(_prepared(), self.templates)

    def checked(self) -> Sealed:
        sealed = self.template()
        require_own_signature(sealed, self.signer.public_key)
        return sealed

    def add(self, figures: Figures, seconds: float) -> None:
        """One round of the rows of issuing."""
        turns = itertools.cycle(self.prepared)
        figures.add("in process: issue, walk", rate(self.walk, seconds), "/s")
        figures.add(TEMPLATE, rate(self.template, seconds), "/s")
        figures.add("in process: issue, template, own check", rate(self.checked, seconds), "/s")
        figures.add("  of which prepare", rate(_prepared, seconds), "/s")
        figures.add("  of which seal", rate(lambda: self._seal(next(turns), self.templates), seconds), "/s")

    def _seal(self, prepared: Prepared, templates: Templates | None) -> Sealed:
        return seal(prepared, self.signer, verification_method=_METHOD, created=self._now, templates=templates)


def add_canonicalisation(figures: Figures, issuing: Issuing, seconds: float) -> None:
    """One round of the walk, of filling a template, and of PyLD, on the same documents."""
    documents = [prepared.document for prepared in issuing.prepared]
    figures.add(PYLD, rate(_turns(pyld_normalize, documents), seconds), "/s")
    figures.add("canonicalise: walk", rate(_turns(_walk, documents), seconds), "/s")
    figures.add("canonicalise: template", rate(_turns(issuing.templates.canonicalize, documents), seconds), "/s")


def _turns(call: Callable[[Any], object], values: list[Mapping[str, Any]]) -> Callable[[], object]:
    turns = itertools.cycle(values)
    return lambda: call(next(turns))


def _walk(document: Mapping[str, Any]) -> bytes:
    return canonicalize(document, fallback=False)


def _require_equal(prepared: list[Prepared], templates: Templates) -> None:
    """A wrong answer would be no figure at all."""
    for each in prepared:
        if templates.canonicalize(each.document).nquads != _walk(each.document):
            raise SystemExit("The template and the walk differ.")
    if pyld_normalize(dict(prepared[0].document)).encode() != _walk(prepared[0].document):
        raise SystemExit("PyLD and the walk differ.")


def _signer() -> Signer:
    keystore = EnvelopeKeystore(KeyEncryptionKey.generate())
    key = keystore.generate(issuer_id="bench", kid="key-1", algorithm=Algorithm.EDDSA)
    return keystore.signer(issuer_id="bench", kid="key-1", algorithm=Algorithm.EDDSA, ciphertext=key.ciphertext)


def _prepared() -> Prepared:
    number = next(_NUMBERS)
    list_url = TYPICAL["credentialStatus"]["statusListCredential"]
    return prepare(_draft(number), entry=StatusEntry(list_url, number % 131_072))


_NUMBERS: Final[Iterator[int]] = itertools.count(1)
_AWARDED: Final = datetime.fromisoformat(TYPICAL["awardedDate"])
_UNTIL: Final = datetime.fromisoformat(TYPICAL["validUntil"])
_BASE: Final = TYPICAL["id"].rpartition("/")[0]


def _draft(number: int) -> Draft:
    """The typical credential for learner `number`."""
    subject, evidence = TYPICAL["credentialSubject"], TYPICAL["evidence"][0]
    return Draft(
        credential_id=f"{_BASE}/{uuid4()}",
        issuer=TYPICAL["issuer"],
        achievement=subject["achievement"],
        recipient=Recipient(f"Learner {number}", f"learner-{number}@riverside.example", None, secrets.token_hex(16)),
        identified_by=[RecipientIdentifier.NAME, RecipientIdentifier.EMAIL],
        awarded_at=_AWARDED,
        valid_until=_UNTIL,
        results=subject["result"],
        evidence=[EvidenceDraft(evidence["name"], f"{evidence['id']}-{number}", evidence["narrative"])],
        assessor=AssessorDraft(subject["source"]["name"]),
        narrative=subject.get("narrative"),
        credits_earned=subject.get("creditsEarned"),
    )


if __name__ == "__main__":
    main()

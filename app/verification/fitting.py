"""Does one signature fit? What each error means for it, and what is remembered of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, final

from app.errors import (
    CryptoError,
    DocumentError,
    InvalidKeyError,
    InvalidProofError,
    OverloadedError,
    SignatureInvalidError,
    TooComplexError,
    UnsafeDocumentError,
    UnsupportedCryptoError,
)
from app.jsonld import Contexts, Limits, Templates
from app.signing import PublicKey, verify_proof
from app.verification.memo import Memo
from app.verification.reading import Presented
from app.verification.report import CheckResult, say

# Reading the document for the next proof would take as long again.
GIVEN_UP: Final = frozenset({"proof.too-complex", "proof.busy"})
# Making a template takes ten times as long as reading the document; so of all that could serve only each 32nd does.
_TEACHING: Final = 256 // 32


@final
class Remembered:
    """What is known of one file, from earlier ones, and which of its signatures were looked at already."""

    __slots__ = ("_digest", "_findings", "_memo", "_templates")

    def __init__(self, presented: Presented, memo: Memo | None, templates: Templates | None) -> None:
        self._digest = hashlib.sha256(presented.raw).digest()
        self._findings: dict[tuple[int | str, PublicKey], CheckResult | None] = {}
        self._memo = memo
        self._templates = templates

    def check_once(
        self, signature: int | str, key: PublicKey, check: Callable[[], CheckResult | None]
    ) -> CheckResult | None:
        """The finding against one signature of the file, None when it fits `key`; only a fit is remembered.

        Whether it fits depends on the file's bytes, on which of its signatures is meant, and on the key.
        """
        if (signature, key) not in self._findings:
            self._findings[signature, key] = self._check(signature, key, check)
        return self._findings[signature, key]

    def _check(
        self, signature: int | str, key: PublicKey, check: Callable[[], CheckResult | None]
    ) -> CheckResult | None:
        if self._memo is None:
            return check()
        entry = (self._digest, signature, key)
        if entry in self._memo:
            return None
        finding = check()
        if finding is None:
            self._memo.add(entry)
        return finding

    def canonical(self, document: Mapping[str, Any]) -> bytes | None:
        """The canonical N-Quads of the document without its proof, if it is of a kind that is known."""
        return None if self._templates is None else self._templates.find(document)

    def learn(self, document: Mapping[str, Any]) -> None:
        """Makes the kind of a document known whose proof holds. It need not be this one: there will be others."""
        if self._templates is None or self._digest[0] >= _TEACHING:
            return
        with suppress(DocumentError):  # it took the slow path, which templates do not
            self._templates.canonicalize({name: value for name, value in document.items() if name != "proof"})


@dataclass(frozen=True, slots=True)
class Signed:
    """A document with one of its proofs, the key that should fit, and the work it may cost to find out."""

    document: Mapping[str, Any]
    proof: Mapping[str, Any]
    key: PublicKey
    work: Limits
    contexts: Contexts
    remembered: Remembered
    purpose: str = "assertionMethod"

    def check(self) -> CheckResult | None:
        """The finding against the proof; None when it fits."""
        try:
            verify_proof(
                self.document,
                self.proof,
                self.key,
                purpose=self.purpose,
                limits=self.work,
                contexts=self.contexts,
                known=self.remembered.canonical,
            )
        except CryptoError as error:
            return finding_of(error)
        except TooComplexError:
            return say("proof.too-complex")
        except OverloadedError:
            return say("proof.busy")
        except UnsafeDocumentError as error:
            return say("proof.unsafe", pointer=error.pointer or "/")
        self.remembered.learn(self.document)
        return None


def finding_of(error: CryptoError) -> CheckResult:
    """What an error means for the proof. Raises it again if it is no finding about a badge."""
    match error:
        case SignatureInvalidError():
            return say("proof.altered")
        case InvalidKeyError():
            return say("proof.key-unusable", reason=error.message)
        case UnsupportedCryptoError():
            return say("proof.unsupported", what=error.message)
        case InvalidProofError():
            return say("proof.malformed", reason=error.message)
    raise error

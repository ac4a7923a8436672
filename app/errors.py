"""Every error that Laurel raises on purpose.

They know nothing of HTTP: the terminal raises the same ones. `routers/problems.py` alone turns a class into a
status and a problem document, and a house test fails when a leaf of this tree is missing there.

    AppError
    ├── InputError                    what was sent cannot be used; the sender can mend it
    │   ├── MalformedJSONError        not JSON as RFC 8259 and I-JSON have it
    │   ├── MalformedDocumentError    not a credential, badge image or token that can be read
    │   ├── MalformedImageError       not a PNG or SVG that can be read
    │   ├── TooLargeError             more bytes, rows or levels than the limit
    │   ├── UnsupportedMediaTypeError
    │   ├── NotAcceptableError        no form of the resource is among the acceptable ones
    │   ├── WrongMembersError         well-formed, but members are wrong; names each by JSON pointer
    │   │   ├── InvalidFieldsError    in a request of our own
    │   │   ├── InvalidCredentialError  in a credential that is to be signed or verified, or around it
    │   │   └── NotVerifiedError      in nothing but that it does not hold; for callers that want an error then
    │   ├── IdempotencyKeyReusedError same key, other body
    │   └── InvalidTransitionError    the resource's state does not allow it
    ├── DocumentError                 a linked-data document that must not be signed or believed
    │   ├── UnknownContextError       an @context outside the pinned set
    │   ├── UnsafeDocumentError       something would be dropped silently (safe mode)
    │   └── TooComplexError           canonicalisation would need more work than the limit
    ├── CryptoError
    │   ├── InvalidKeyError           a key that is malformed, weak or of the wrong kind
    │   ├── InvalidProofError         a proof or token that is malformed
    │   ├── SignatureInvalidError     well-formed, and does not fit
    │   ├── UnsupportedCryptoError    an algorithm or cryptosuite that this version does not know
    │   └── KeyUnwrapError            the key-encryption key does not open a stored key
    ├── AccessError
    │   ├── UnauthenticatedError      no key, or one that does not exist
    │   └── ForbiddenError            the key lacks the scope
    ├── RateLimitedError              more requests than the client may send in a while
    ├── NotFoundError                 nothing there, or nothing that this key may see
    ├── ErasedError                   everything about its holder was removed from it for good
    ├── NotAllowedError               the resource is there, the method is not
    ├── ConflictError                 the name is taken
    ├── InFlightError                 the same request is being worked on
    ├── UnavailableError              try again later
    │   ├── StorageUnavailableError
    │   ├── StorageFullError
    │   ├── OverloadedError           more is waiting than can be done soon
    │   ├── KeystoreUnavailableError  the device that holds the signing keys is away, or too slow
    │   ├── IssuingStoppedError       somebody stopped issuing, for this issuer or for all
    │   └── SigningFaultError         our own output did not pass our own verification
    └── ConfigurationError            refuses to start
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self


class AppError(Exception):
    """Root of the tree. `code` is stable and public; the message is safe to show to the sender."""

    code: ClassVar[str]

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InputError(AppError):
    """What was sent cannot be used as it stands."""


class MalformedJSONError(InputError):
    code = "malformed-json"


class MalformedDocumentError(InputError):
    code = "malformed-document"


class MalformedImageError(InputError):
    code = "malformed-image"


class TooLargeError(InputError):
    code = "too-large"


class UnsupportedMediaTypeError(InputError):
    code = "unsupported-media-type"


class NotAcceptableError(InputError):
    code = "not-acceptable"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One wrong member: where it is (JSON pointer, RFC 6901) and what to change."""

    pointer: str
    detail: str


class WrongMembersError(InputError):
    """Members are wrong. Carries every problem found, not the first."""

    def __init__(self, problems: tuple[FieldProblem, ...], message: str = "") -> None:
        first = problems[0].detail if problems else "The request has wrong members."
        super().__init__(message or first)
        self.problems = problems

    @classmethod
    def one(cls, pointer: str, detail: str) -> Self:
        return cls((FieldProblem(pointer, detail),))

    def under(self, pointer: str) -> Self:
        """The same about a document that stands at `pointer` in what was sent."""
        problems = tuple(FieldProblem(pointer + problem.pointer, problem.detail) for problem in self.problems)
        return type(self)(problems, self.message)


class InvalidFieldsError(WrongMembersError):
    code = "invalid-fields"


class InvalidCredentialError(WrongMembersError):
    code = "invalid-credential"


class NotVerifiedError(WrongMembersError):
    code = "not-verified"


class IdempotencyKeyReusedError(InputError):
    code = "idempotency-key-reused"


class InvalidTransitionError(InputError):
    code = "invalid-transition"


class DocumentError(AppError):
    """A linked-data document that must be neither signed nor believed. `pointer` names the place."""

    def __init__(self, message: str, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer


class UnknownContextError(DocumentError):
    code = "unknown-context"

    def __init__(self, url: str, pointer: str = "/@context") -> None:
        super().__init__(f"The context {url} is not one of the pinned contexts.", pointer)
        self.url = url


class UnsafeDocumentError(DocumentError):
    code = "unsafe-document"


class TooComplexError(DocumentError):
    code = "too-complex"


class CryptoError(AppError):
    """Keys, proofs and signatures."""


class InvalidKeyError(CryptoError):
    code = "invalid-key"


class InvalidProofError(CryptoError):
    code = "invalid-proof"


class SignatureInvalidError(CryptoError):
    code = "signature-invalid"


class UnsupportedCryptoError(CryptoError):
    code = "unsupported-crypto"


class KeyUnwrapError(CryptoError):
    code = "key-unwrap"


class AccessError(AppError):
    """Who is asking."""


class UnauthenticatedError(AccessError):
    code = "unauthenticated"


class ForbiddenError(AccessError):
    code = "forbidden"


class RateLimitedError(AppError):
    """`seconds`: after which the next request passes, if none is sent meanwhile."""

    code = "rate-limited"

    def __init__(self, message: str, *, seconds: int = 1) -> None:
        super().__init__(message)
        self.seconds = seconds


class NotFoundError(AppError):
    code = "not-found"


class ErasedError(AppError):
    code = "erased"


class NotAllowedError(AppError):
    code = "method-not-allowed"


class ConflictError(AppError):
    code = "conflict"


class InFlightError(AppError):
    code = "in-flight"


class UnavailableError(AppError):
    """The same request may succeed later. Nothing is done twice."""


class StorageUnavailableError(UnavailableError):
    code = "storage-unavailable"


class StorageFullError(UnavailableError):
    code = "storage-full"


class OverloadedError(UnavailableError):
    code = "overloaded"


class KeystoreUnavailableError(UnavailableError):
    code = "keystore-unavailable"


class IssuingStoppedError(UnavailableError):
    code = "issuing-stopped"


class SigningFaultError(UnavailableError):
    code = "signing-fault"


class ConfigurationError(AppError):
    code = "configuration"

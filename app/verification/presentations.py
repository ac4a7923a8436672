"""Judging what somebody shows: who it is, for what occasion, and whether all that it holds is valid (VCDM 2.0, 4.13).

    presentation = read_presentation(raw, limits=limits)
    # `presentation_needs` says what has to be fetched, as `needs` does for a credential
    report = judge_presentation(presentation, evidence, now=now, occasion=Occasion(challenge="…"))
    report.contents                                          # a report on each credential

A presentation is signed to prove who shows it, not to vouch for what is in it: by a key that its holder lists for
authentication.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from app import strictjson
from app.errors import InputError, InvalidCredentialError, TooComplexError
from app.jsonld import Limits
from app.jsonld.limits import SlowPath
from app.language.said import Said
from app.openbadges import VC_CONTEXT
from app.signing import PRESENTATION_TYPES
from app.verification.asking import credential_needs
from app.verification.dates import check_dates
from app.verification.envelopes import ENVELOPED_CREDENTIAL, ENVELOPED_PRESENTATION, media_type_unopened, opened
from app.verification.evidence import Evidence, Need
from app.verification.holders import Holder, check_holder, holder_needs
from app.verification.judging import judge
from app.verification.kinds import Recognised, recognise
from app.verification.meaning import with_meaning
from app.verification.members import VC_1_CONTEXT, issuer_id, several, texts
from app.verification.occasion import Occasion, check_occasion
from app.verification.outcome import Outcome, Verdict
from app.verification.policy import NOBODY
from app.verification.reading import Presented, ReadLimits, read_bare
from app.verification.report import PRESENTATION_CHECKS, CheckResult, Report, completed, say
from app.verification.status import check_status
from app.verification.structure import check_context, check_presentation, check_schema, check_vocabulary
from app.verification.unsigned import EVERY_CREDENTIAL
from app.verification.within import unreadable, unsupported
from app.verification.words import FORMS

__all__ = ["MAX_NEEDS_OF_PRESENTATION", "Presentation", "judge_presentation", "presentation_needs", "read_presentation"]

MAX_NEEDS_OF_PRESENTATION: Final = 32
_MAX_CREDENTIALS: Final = 16
_MAX_SLOW: Final = 16  # documents in all that the compiled walk does not cover; each credential has two
_TYPE: Final = "VerifiablePresentation"


@dataclass(frozen=True, slots=True)
class Presentation:
    """What was handed in, parsed once. Nothing in it is believed yet. A report stands for what cannot be judged."""

    presented: Presented
    credentials: tuple[Presented | Report, ...]

    @property
    def document(self) -> Mapping[str, Any]:
        return self.presented.document


def read_presentation(raw: bytes, *, limits: ReadLimits) -> Presentation:
    """A presentation as a document, an envelope or a token, and the credentials in it.

    Raises MalformedDocumentError or MalformedJSONError when it is neither, InvalidCredentialError for a malformed
    envelope and for more credentials than are looked at, TooLargeError past the limits.
    """
    limits = replace(limits, work=_shared(limits.work))
    outer = replace(limits, token_types=PRESENTATION_TYPES)
    presented = read_bare(raw, limits=outer)
    token = opened(presented.document, ENVELOPED_PRESENTATION)
    if token is not None:
        presented = read_bare(token, limits=outer)
    held = several(presented.document.get("verifiableCredential"))
    if len(held) > _MAX_CREDENTIALS:
        raise InvalidCredentialError.one(
            "/verifiableCredential", f"Present at most {_MAX_CREDENTIALS} credentials at a time."
        )
    return Presentation(presented, tuple(_credential(item, presented, limits) for item in held))


def _credential(item: Any, outer: Presented, limits: ReadLimits) -> Presented | Report:
    """`item` as if it had been handed in alone. Only presentations on version 1.1 hold tokens as they stand."""
    other = media_type_unopened(item) if isinstance(item, Mapping) else None
    if other is not None:
        return unsupported(other)
    try:
        if isinstance(item, str) and _is_old(outer.document):
            return read_bare(item.strip().encode(), limits=limits)
        if not isinstance(item, Mapping):
            return unreadable()
        return read_bare(opened(item, ENVELOPED_CREDENTIAL) or strictjson.dumps(item), limits=limits)
    except InputError:
        return unreadable()


def _is_old(document: Mapping[str, Any]) -> bool:
    return texts(document.get("@context"))[:1] == [VC_1_CONTEXT]


def presentation_needs(presentation: Presentation, evidence: Evidence) -> tuple[Need, ...]:
    """What is still missing: the holder's document, and what each credential needs. Never more than so many in all."""
    wanted = dict.fromkeys(need for need in _wanted(presentation, evidence) if need not in evidence)
    return tuple(wanted)[: max(0, MAX_NEEDS_OF_PRESENTATION - len(evidence))]


def _wanted(presentation: Presentation, evidence: Evidence) -> Iterator[Need]:
    if _recognised(presentation.presented).outcome is not Outcome.PASSED:
        return
    yield from holder_needs(presentation.presented, evidence)
    for credential in presentation.credentials:
        if isinstance(credential, Presented):
            yield from credential_needs(credential, evidence, EVERY_CREDENTIAL)


def judge_presentation(
    presentation: Presentation,
    evidence: Evidence,
    *,
    now: datetime,
    occasion: Occasion,
    signed: bool = True,
) -> Report:
    """The report on what was presented at the moment `now` (with a zone); a bad one is a report, never an exception.

    Without `signed` only what is in it is asked about; a signature that is there is looked at all the same.
    """
    presented = presentation.presented
    if presented.fault is not None:
        unread = say("format.token", form=FORMS[presented.format])
        return _report(presentation, [unread, check_holder(presented, evidence, now=now).check])
    # 1. A presentation, 2. in known words, 3. built as the data model asks.
    checks = [_recognised(presented)]
    if checks[-1].outcome is Outcome.PASSED:
        checks += [check_vocabulary(presented), check_presentation(presented.document)]
    if any(check.outcome is not Outcome.PASSED for check in checks):
        return _report(presentation, checks)
    # 4. Signed by its holder, unaltered since. 5. For this occasion.
    holder = check_holder(presented, evidence, now=now)
    if holder.check.code == "holder.missing" and not signed:
        holder = replace(holder, check=say("holder.unsigned"))
    occasion = occasion if signed else Occasion()
    # 6. All that it holds.
    contents = tuple(_judged(item, holder, evidence, now) for item in presentation.credentials)
    return _report(presentation, [*checks, holder.check, check_occasion(presented, occasion), _all(contents)], contents)


def _recognised(presented: Presented) -> CheckResult:
    types = texts(presented.document.get("type"))
    first = texts(presented.document.get("@context"))[:1]
    if _TYPE not in types or (presented.token is None and first not in ([VC_CONTEXT], [VC_1_CONTEXT])):
        return say("format.not-a-presentation", type=", ".join(types[:4]) or Said("nothing"))
    return say("format.presentation", form=FORMS[presented.format])


def _judged(credential: Presented | Report, holder: Holder, evidence: Evidence, now: datetime) -> Report:
    if isinstance(credential, Report):
        return credential
    if _is_self_asserted(credential, holder):
        return _of_holder(credential, holder, evidence, now)
    return with_meaning(judge(credential, evidence, NOBODY, now=now, kinds=EVERY_CREDENTIAL), credential)


def _is_self_asserted(credential: Presented, holder: Holder) -> bool:
    """Without a proof of its own it is secured by the presentation: so only its holder can be its issuer (4.13.3)."""
    unsigned = credential.token is None and "proof" not in credential.document
    return unsigned and holder.proven is not None and issuer_id(credential.document) == holder.proven


def _of_holder(credential: Presented, holder: Holder, evidence: Evidence, now: datetime) -> Report:
    """The report on what the holder says, whose signature on the presentation covers it."""
    recognised = recognise(credential, EVERY_CREDENTIAL)
    if not isinstance(recognised, Recognised):
        return Report(credential.format, completed([recognised]))
    document = credential.document
    context = check_context(credential, recognised)
    checks = [
        recognised.check,
        context,
        check_schema(document, recognised, context),
        say("proof.by-presentation"),
        say("issuer.bound", issuer=str(holder.proven)),
        check_dates(document, {}, now),
        check_status(document, evidence, now=now).check,
    ]
    return Report(credential.format, completed(checks))


def _all(reports: tuple[Report, ...]) -> CheckResult:
    if not reports:
        return say("presented.none")
    verdicts = [report.verdict for report in reports]
    count = str(len(reports))
    if Verdict.INVALID in verdicts:
        return say("presented.invalid", count=count, bad=str(verdicts.count(Verdict.INVALID)))
    if Verdict.UNDETERMINED in verdicts:
        return say("presented.unchecked", count=count, open=str(verdicts.count(Verdict.UNDETERMINED)))
    return say("presented.hold", count=count)


def _report(presentation: Presentation, checks: list[CheckResult], contents: tuple[Report, ...] = ()) -> Report:
    return Report(presentation.presented.format, completed(checks, PRESENTATION_CHECKS), contents=contents)


# Work


def _shared(work: Limits) -> Limits:
    """Of many documents in one, so many may take long and no more."""
    return work if work.slow_path is None else replace(work, slow_path=_Counted(work.slow_path))


class _Counted:
    """A slow path for one presentation."""

    def __init__(self, slow_path: SlowPath) -> None:
        self._slow_path = slow_path
        self._left = _MAX_SLOW

    def __call__(self, document: Mapping[str, Any], limits: Limits, /, *, generic: bool = False) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise TooComplexError("The presentation holds more than can be read at once.")
        return self._slow_path(document, limits, generic=generic)

"""`laurel doctor`: whether a deployment does what its badges promise. Looks, asks and compares; changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.jsonld import GENERIC_CONTEXTS
from app.services import doctor_outside
from app.services.doctor_database import examine_database
from app.services.doctor_outside import examine_outside
from app.services.doctor_settings import examine_contexts, examine_disk, examine_pending, examine_settings
from app.services.examination import Deployment, Diagnosis, Examination, Health
from app.services.instance import Instance
from app.services.outside import Outside
from app.storage import Database

_NEEDED = frozenset({"database", "schema"})


async def diagnose(
    deployment: Deployment,
    database: Database,
    instance: Instance,
    outside: Outside,
    *,
    utc_now: Callable[[], datetime],
) -> Diagnosis:
    """Every question with its answer. Raises UnavailableError when the database goes away in between."""
    asked = [
        *examine_settings(deployment),
        examine_contexts(GENERIC_CONTEXTS),
        examine_disk(deployment),
        examine_pending(deployment),
        *examine_database(database, instance, utc_now),
    ]
    return Diagnosis([*asked, *await _outside(deployment, asked, database, instance, outside, utc_now)])


async def _outside(
    deployment: Deployment,
    asked: list[Examination],
    database: Database,
    instance: Instance,
    outside: Outside,
    utc_now: Callable[[], datetime],
) -> list[Examination]:
    if not deployment.fetches:
        why, cure = (
            "LAUREL_FETCH is off, so nothing is asked over the network.",
            "Run this once with LAUREL_FETCH=true.",
        )
    elif any(one.id in _NEEDED and one.health is not Health.OK for one in asked):
        why, cure = "What is published could not be compared with the database.", "Mend the database first."
    else:
        return list(await examine_outside(database, instance, outside, utc_now()))
    return [question.cannot_tell(why, cure) for question in doctor_outside.EVERY]

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.verification import Verdict
from app.verification.dates import check_dates
from app.verification.members import moment, numeric_date
from tests.factories import NOW, REMOVED, judged, make_credential, sign, sign_token

START, END = "2026-05-04T10:00:00Z", "2029-05-04T10:00:00Z"
START_AT, END_AT = datetime.fromisoformat(START), datetime.fromisoformat(END)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("document", "claims", "now", "code"),
    [
        pytest.param({"validFrom": START, "validUntil": END}, {}, NOW, "dates.within", id="between"),
        pytest.param({"validFrom": START}, {}, NOW, "dates.open", id="no end"),
        pytest.param({"validFrom": START, "validUntil": END}, {}, START_AT, "dates.within", id="at the first moment"),
        pytest.param(
            {"validFrom": START, "validUntil": END}, {}, START_AT - SECOND, "dates.early", id="a second early"
        ),
        pytest.param({"validFrom": START, "validUntil": END}, {}, END_AT, "dates.within", id="at the last moment"),
        pytest.param({"validFrom": START, "validUntil": END}, {}, END_AT + SECOND, "dates.expired", id="a second late"),
        pytest.param({"validFrom": "2026-05-10T14:00:00+02:00"}, {}, NOW, "dates.open", id="another zone, same moment"),
        pytest.param({"validFrom": "2026-05-10T14:00:01+02:00"}, {}, NOW, "dates.early", id="another zone, later"),
        pytest.param({"validFrom": START}, {"exp": int(NOW.timestamp()) - 1}, NOW, "dates.expired", id="token's end"),
        pytest.param({"validFrom": START}, {"exp": int(NOW.timestamp())}, NOW, "dates.within", id="at the token's end"),
        pytest.param({"validFrom": START}, {"nbf": int(NOW.timestamp()) + 1}, NOW, "dates.early", id="token's start"),
        pytest.param(
            {"validFrom": START, "validUntil": END},
            {"exp": int(NOW.timestamp()) - 1},
            NOW,
            "dates.expired",
            id="the earlier end counts",
        ),
        pytest.param({}, {}, NOW, "dates.none", id="no dates"),
        pytest.param({"validUntil": END}, {}, NOW, "dates.until", id="no start"),
        pytest.param({"validUntil": START}, {}, NOW, "dates.expired", id="no start, and late"),
        pytest.param({"validFrom": None}, {}, NOW, "dates.unreadable", id="null start"),
        pytest.param({"validFrom": "2026-05-04"}, {}, NOW, "dates.unreadable", id="a day is no moment"),
        pytest.param({"validFrom": START, "validUntil": None}, {}, NOW, "dates.unreadable", id="null end"),
        pytest.param({"validFrom": START, "validUntil": 1}, {}, NOW, "dates.unreadable", id="number as end"),
        pytest.param({"validFrom": START}, {"exp": True}, NOW, "dates.unreadable", id="true as the token's end"),
        pytest.param({"validFrom": START}, {"exp": 1e18}, NOW, "dates.unreadable", id="an end past all calendars"),
    ],
)
def test_dates(document, claims, now, code):
    assert check_dates(document, claims, now).code == code


@pytest.mark.parametrize(
    "text",
    ["2026-05-04T10:00:00", "2026-05-04 10:00:00Z", "20260504T100000Z", "2026-02-30T10:00:00Z", "", None, 5,
     "0001-01-01T00:00:00+23:59", "2026-05-04T10:00:00z", "２026-05-04T10:00:00Z"],
)  # fmt: skip
def test_what_is_not_a_moment_is_none(text):
    assert moment(text) is None


@pytest.mark.parametrize("value", ["1", None, True, [], 1e300, -1e300])
def test_what_is_not_a_numeric_date_is_none(value):
    assert numeric_date(value) is None


@pytest.mark.parametrize(
    ("changes", "summary"),
    [
        ({"validUntil": "2026-05-10T11:59:59Z"}, "This badge is genuine but expired on 10 May 2026."),
        ({"validFrom": "2026-05-11T00:00:00Z"}, "This badge is genuine but not valid before 11 May 2026."),
    ],
)
@pytest.mark.parametrize("form", [sign, sign_token])
def test_a_badge_outside_its_dates_is_invalid_and_says_why(form, changes, summary):
    report = judged(form(make_credential(**changes)))
    assert report.verdict is Verdict.INVALID
    assert report.summary == summary
    assert report.credential is not None


def test_a_badge_without_a_start_is_not_built_as_it_should_be():
    report = judged(sign(make_credential(validFrom=REMOVED)))
    assert report.check("dates").code == "dates.until"
    assert report.check("schema").code == "schema.problems"
    assert report.verdict is Verdict.INVALID


def test_no_end_date_is_valid():
    assert judged(sign(make_credential(validUntil=REMOVED))).check("dates").code == "dates.open"

"""The pages people open: complete without JavaScript, nothing from third parties, no cookie.

`routes.py` answers requests, `composing.py` gathers what a page shows, `pages.py` turns it into HTML (`writing.py`, in
the language of its `visitor.py`). `verifying.py` has the form that verifies a badge, `previews.py` the pictures that
lead to a page; `receipts.py` saves the receipt that a result page holds. What a holder takes away is gathered by
`taking.py`; `reminders.py` has the day of expiry for calendars (`ics.py`), `embedding.py` the card for other pages.
"""

from __future__ import annotations

from app.web import embedding, previews, receipts, reminders, routes, verifying

ROUTERS = (routes.router, verifying.router, previews.router, receipts.router, reminders.router, embedding.router)

__all__ = ["ROUTERS"]

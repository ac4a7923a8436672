"""The pages people open: complete without JavaScript, nothing from third parties, no cookie.

`routes.py` answers requests, `composing.py` gathers what a page shows, `pages.py` turns it into HTML (`writing.py`, in
the language of its `visitor.py`). `verifying.py` has the form that verifies a badge, `previews.py` the pictures that
lead to a page; `receipts.py` saves the receipt that a result page holds.
"""

from __future__ import annotations

from app.web import previews, receipts, routes, verifying

ROUTERS = (routes.router, verifying.router, previews.router, receipts.router)

__all__ = ["ROUTERS"]

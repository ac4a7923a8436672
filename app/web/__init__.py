"""The pages people open: complete without JavaScript, nothing from third parties, no cookie.

`routes.py` answers requests, `composing.py` gathers what a page shows, `pages.py` turns it into HTML. `previews.py` has
the pictures that lead to a page, `receipts.py` saves the receipt that a result page holds.
"""

from __future__ import annotations

from app.web import previews, receipts, routes

ROUTERS = (routes.router, previews.router, receipts.router)

__all__ = ["ROUTERS"]

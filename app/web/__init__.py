"""The pages people open: complete without JavaScript, nothing from third parties, no cookie.

`routes.py` answers requests, `composing.py` gathers what a page shows, `pages.py` turns it into HTML; `previews.py` has
the pictures that lead to a page.
"""

from __future__ import annotations

from app.web import previews, routes

ROUTERS = (routes.router, previews.router)

__all__ = ["ROUTERS"]

"""The pages people open: complete without JavaScript, nothing from third parties, no cookie.

`routes.py` answers requests, `composing.py` gathers what a page shows, `pages.py` turns it into HTML.
`receipts.py` saves the receipt that a result page holds.
"""

from __future__ import annotations

from app.web.receipts import router as receipts_router
from app.web.routes import router

__all__ = ["receipts_router", "router"]

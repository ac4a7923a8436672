"""The pages people open: complete without JavaScript, nothing from third parties, no cookie.

`routes.py` answers requests, `composing.py` gathers what a page shows, `pages.py` turns it into HTML.
"""

from __future__ import annotations

from app.web.routes import router

__all__ = ["router"]

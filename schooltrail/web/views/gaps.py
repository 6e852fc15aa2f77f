"""What was expected and was not found, each with why we think so."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

VIEW = APIRouter()


@VIEW.get("/gaps", response_class=HTMLResponse)
def gaps(request: Request) -> Response:
    """Show all gaps that are not closed in time."""
    found = request.app.state.workspace.store.timeline.gaps()
    return request.app.state.templates.TemplateResponse(  # type: ignore[no-any-return]
        request, "gaps.html", {"title": "Gaps", "gaps": [gap for gap in found if gap.status != "met"]}
    )

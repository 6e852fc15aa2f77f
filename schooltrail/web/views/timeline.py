"""The timeline as a list: every event in order, with the words that tell of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from schooltrail.web.pages import event_cards
from schooltrail.words import KIND_NAMES

VIEW = APIRouter()
PAGE = 100


@VIEW.get("/")
def home() -> Response:
    """Go to the timeline, the first page there is."""
    return RedirectResponse("/timeline", 303)


@VIEW.get("/timeline", response_class=HTMLResponse)
def timeline(request: Request, kind: str = "", page: Annotated[int, Query(ge=1)] = 1) -> Response:
    """Show one page of events."""
    workspace = request.app.state.workspace
    store = workspace.store
    if kind and kind not in KIND_NAMES:
        raise HTTPException(404)
    every = store.timeline.events()
    events = [event for event in every if not kind or event.kind == kind]
    return request.app.state.templates.TemplateResponse(  # type: ignore[no-any-return]
        request,
        "timeline.html",
        {
            "title": "Timeline",
            "case_name": workspace.config.case.name or "Your case",
            "kinds": KIND_NAMES,
            "kind": kind,
            "counts": {name: sum(event.kind == name for event in every) for name in KIND_NAMES},
            "cards": event_cards(
                store, events[(page - 1) * PAGE : page * PAGE], timezone=workspace.config.case.timezone
            ),
            "total": len(events),
            "page": page,
            "pages": max(1, -(-len(events) // PAGE)),
        },
    )

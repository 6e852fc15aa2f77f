"""One message: its own words first, quoted ones after, the cited words marked."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from schooltrail.showing import provenance_lines
from schooltrail.web.pages import message_parts, sent_in_words

VIEW = APIRouter()


@VIEW.get("/message/{key}", response_class=HTMLResponse)
def message(request: Request, key: str) -> Response:
    """Show a message by its id, the beginning of its hash."""
    store = request.app.state.workspace.store
    found = store.messages.find(key)
    if len(found) != 1:
        raise HTTPException(404)
    [loaded] = store.messages.load(found)
    return request.app.state.templates.TemplateResponse(  # type: ignore[no-any-return]
        request,
        "message.html",
        {
            "title": "Message",
            "message": loaded,
            "sent": sent_in_words(loaded, request.app.state.workspace.config.case.timezone),
            "parts": message_parts(loaded, store.timeline.mentions_of(loaded.key)),
            "provenance": provenance_lines(store, loaded.key),
        },
    )

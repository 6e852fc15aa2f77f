"""Builds the web application: who may open it, and what a page may load (nothing from elsewhere)."""

from __future__ import annotations

import secrets
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from schooltrail import words
from schooltrail.web import views

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from schooltrail.workspace import Workspace

HERE = Path(__file__).parent
COOKIE = "schooltrail"
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def create_app(workspace: Workspace, *, token: str) -> FastAPI:
    """Return the application for one open workspace.

    Args:
        workspace: Stays open as long as the application runs.
        token: Opens the pages once; it then lives in a cookie that no other site can send.
    """
    app = FastAPI(title="schooltrail", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.workspace = workspace
    app.state.templates = _templates()

    @app.middleware("http")
    async def guard(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        """Let in only this computer's own browser, and only with the token."""
        response = _refuse(request, token) or await answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.get("/open")
    def open_pages(key: str = "") -> Response:
        """Turn the token of the opening address into a cookie."""
        if not secrets.compare_digest(key.encode(), token.encode()):
            return PlainTextResponse("This address has been used up. Use the one that was printed last.", 403)
        response = RedirectResponse("/", 303)
        response.set_cookie(COOKIE, token, httponly=True, samesite="strict", path="/")
        return response

    for module in sorted(iter_modules(views.__path__), key=lambda found: found.name):
        app.include_router(import_module(f"{views.__name__}.{module.name}").VIEW)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.add_exception_handler(404, _not_found)
    return app


def _refuse(request: Request, token: str) -> Response | None:
    # A page elsewhere could point its own name at 127.0.0.1 (DNS rebinding); its Host header gives it away.
    host = (
        request.headers.get("host", "").rsplit(":", 1)[0]
        if "]" not in request.headers.get("host", "")
        else "[::1]"
    )
    if host not in LOOPBACK_NAMES:
        return PlainTextResponse("This page is only for this computer.", 421)
    if request.method not in {"GET", "HEAD"}:
        origin = request.headers.get("origin", "")
        if origin != f"http://{request.headers.get('host')}":
            return PlainTextResponse("This form did not come from this page.", 403)
    if request.url.path == "/open" or request.url.path.startswith("/static/"):
        return None
    if not secrets.compare_digest(request.cookies.get(COOKIE, "").encode(), token.encode()):
        return PlainTextResponse(
            "Run `schooltrail review` again and open the address that it prints. It holds the key.", 403
        )
    return None


def _templates() -> Jinja2Templates:
    templates = Jinja2Templates(directory=HERE / "templates")
    templates.env.globals.update(
        event_date=words.event_date,
        gap_names=words.GAP_NAMES,
        gap_states=words.GAP_STATES,
        counted=words.counted,
        date_note=words.date_note,
        kind_in_words=words.kind_in_words,
        category_in_words=words.category_in_words,
        day_in_words=words.day_in_words,
    )
    return templates


async def _not_found(request: Request, _error: Exception) -> Response:
    template = request.app.state.templates.get_template("not_found.html")
    return HTMLResponse(template.render(title="Not found"), status_code=404)

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from schooltrail.web.app import create_app
from schooltrail.workspace import open_workspace

TOKEN = "t0ken"


@pytest.fixture
def client(sample_home):
    with open_workspace(sample_home) as workspace:
        client = TestClient(
            create_app(workspace, token=TOKEN), base_url="http://127.0.0.1:8000", follow_redirects=False
        )
        client.workspace = workspace
        yield client


@pytest.fixture
def opened(client):
    client.get(f"/open?key={TOKEN}")
    return client


def test_the_opening_address_gives_a_cookie_no_other_site_can_send(client):
    response = client.get(f"/open?key={TOKEN}")

    assert response.status_code == 303
    assert re.search("HttpOnly.*SameSite=strict", response.headers["set-cookie"], re.I)


@pytest.mark.parametrize("key", ["", "wrong", "t0ke", "é"])
def test_a_wrong_key_opens_nothing(client, key):
    assert client.get("/open", params={"key": key}).status_code == 403
    assert client.get("/timeline").status_code == 403


@pytest.mark.parametrize("path", ["/", "/timeline", "/gaps", "/message/abc", "/nowhere"])
def test_without_the_cookie_no_page_is_shown(client, path):
    assert client.get(path).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "169.254.1.1", ""]
)
def test_other_host_names_are_refused(opened, host):
    assert opened.get("/timeline", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:9", "[::1]:8000"])
def test_this_computers_own_names_are_let_in(opened, host):
    assert (
        opened.get("/timeline", headers={"host": host, "cookie": f"schooltrail={TOKEN}"}).status_code == 200
    )


@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
def test_writes_from_elsewhere_are_refused(opened, origin):
    assert opened.post("/timeline", headers={"origin": origin}).status_code == 403


@pytest.mark.parametrize("path", ["/timeline", "/gaps", "/nowhere", "/static/page.css"])
def test_every_answer_forbids_scripts_frames_and_caching(opened, path):
    headers = opened.get(path).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "script" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_the_timeline_shows_words_and_links_to_their_place(opened):
    page = opened.get("/timeline").text

    links = re.findall(r'href="(/message/[0-9a-f]{16})#(w[\d-]+)"', page)
    assert links
    for path, anchor in links[:8]:
        assert f'id="{anchor}"' in opened.get(path).text


def test_the_timeline_shows_the_same_events_as_the_store(opened):
    events = opened.workspace.store.timeline.events()
    shown: list[str] = []
    for page in range(1, len(events) // 100 + 2):
        shown += re.findall(
            r'<li class="event [^"]*" id="([^"]+)"', opened.get(f"/timeline?page={page}").text
        )

    assert shown == [event.id for event in events]


def test_the_kind_filter_shows_only_that_kind(opened):
    page = opened.get("/timeline?kind=protected_activity").text

    assert "event protected_activity" in page
    assert "event adverse_action" not in page


@pytest.mark.parametrize(
    "path", ["/message/zzzz", "/message/%25", "/message/", "/nowhere", "/static/../app.py"]
)
def test_unknown_addresses_are_not_found(opened, path):
    assert opened.get(path).status_code == 404


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x"])
def test_a_wrong_page_number_is_refused(opened, query):
    assert opened.get(f"/timeline?{query}").status_code == 422


def test_hostile_mail_is_shown_as_text(home, make_item, make_mail):
    from schooltrail.pipeline import build

    text = '<script>alert(1)</script> <img src="http://evil.example/x.png"> I am requesting an evaluation.'
    with open_workspace(home) as workspace:
        workspace.store.evidence.keep(
            [make_item(make_mail(text, subject="<b>x</b>", sender='"<i>y" <a@example.org>'))]
        )
        build(workspace)
        client = TestClient(create_app(workspace, token=TOKEN), base_url="http://127.0.0.1")
        client.get(f"/open?key={TOKEN}")
        [key] = workspace.store.messages.keys()
        pages = client.get(f"/message/{key[:16]}").text + client.get("/timeline").text

    assert "<script" not in pages
    assert "<img" not in pages
    assert "<b>x" not in pages
    assert "&lt;script&gt;" in pages


def test_pages_load_nothing_from_elsewhere(opened):
    pages = "".join(opened.get(path).text for path in ("/timeline", "/gaps", "/static/page.css"))

    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", pages)
    assert "url(" not in pages
    assert "@import" not in pages


def test_an_empty_workspace_says_what_to_do(home):
    with open_workspace(home) as workspace:
        client = TestClient(create_app(workspace, token=TOKEN), base_url="http://127.0.0.1")
        client.get(f"/open?key={TOKEN}")

        assert "schooltrail sync" in client.get("/timeline").text
        assert "None were found" in client.get("/gaps").text


def test_page_titles_are_neutral(opened):
    titles = [re.search("<title>(.*?)</title>", opened.get(path).text)[1] for path in ("/timeline", "/gaps")]

    assert titles == ["Timeline", "Gaps"]


def test_a_taken_port_says_so(sample_home, run_cli):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, err = run_cli(
            "--home", sample_home, "review", "--no-browser", "--port", taken.getsockname()[1]
        )

    assert code == 1
    assert "--port" in err

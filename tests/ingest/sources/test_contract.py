"""What every source promises, run over all of them."""

from __future__ import annotations

import hashlib
import os
import sys
from datetime import UTC, datetime

import pytest

from ingest.discover import find_source, sources
from models.errors import SourceError
from models.store import open_store

FETCHED = datetime(2025, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2025, 3, 2, 12, tzinfo=UTC)
NAMES = sorted(source.name for source in sources() if source.name != "memory")
LIBRARIES = {"msg": "extract_msg", "pst": "pypff"}
FILES = sorted(set(NAMES) - {"folder", "maildir"})

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(params=NAMES)
def sample(request, samples):
    """(name of the source, path, exact bytes or None where the source makes them)."""
    if request.param in LIBRARIES:
        pytest.importorskip(LIBRARIES[request.param], reason="needs the extra 'outlook'")
    return request.param, *samples(request.param)


def take(path, **options):
    return list(find_source(path).items(path, fetched_at=FETCHED, **options))


def snapshot(path):
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    return [
        (
            file,
            file.stat().st_mtime_ns,
            hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "",
        )
        for file in files
    ]


def test_sources_every_module_offers_one():
    """A module in ingest/sources without SOURCE would never be asked."""
    import pkgutil

    import ingest.sources

    modules = {module.name for module in pkgutil.iter_modules(ingest.sources.__path__)}

    assert len(sources()) == len(modules)
    assert {source.name for source in sources()} == {name.replace("zip_archive", "zip") for name in modules}


def test_source_is_found_for_its_own_kind(sample):
    name, path, _ = sample

    assert find_source(path).name == name


def test_source_accepts_no_other_kind(sample):
    name, path, _ = sample

    others = [s.name for s in sources() if s.accepts(path) and s.name != name and not s.last_resort]

    assert others == []


def test_source_gives_exact_bytes(sample):
    name, path, expected = sample
    if expected is None:
        pytest.skip(f"{name} holds no bytes of messages, only their pieces")

    assert [item.raw for item in take(path)] == expected


def test_source_gives_the_same_items_twice(sample):
    _, path, _ = sample

    first = take(path)

    assert first
    assert take(path) == first


def test_source_tells_where_each_item_was(sample):
    name, path, _ = sample

    items = take(path, production="2025 request")

    for item in items:
        assert item.provenance.source == str(path)
        assert item.provenance.fetched_at == FETCHED
        assert item.provenance.production == "2025 request"
        assert item.provenance.source_kind in NAMES
    places = [(i.provenance.folder, i.provenance.member, i.provenance.uid) for i in items]
    assert len(set(places)) == len(items)
    assert any(any(place) for place in places) or name in FILES


def test_source_names_the_message_in_mail(sample):
    name, path, _ = sample
    mails = [item for item in take(path) if item.kind == "mail" and name not in {"msg", "pst"}]

    assert all(item.provenance.message_id.endswith("@example.org") for item in mails)


def test_source_writes_nothing(sample):
    _, path, _ = sample
    before = snapshot(path)

    take(path)

    assert snapshot(path) == before


def test_source_accepts_no_path_that_is_not_there(sample):
    _, path, _ = sample

    assert not find_source(path).accepts(path / "not" / "there")


def test_source_added_twice_adds_nothing(sample, tmp_path):
    """Through the real store: the same bytes at the same place are one piece and one copy."""
    _, path, _ = sample
    home = tmp_path / "home"
    home.mkdir()
    store = open_store(home)
    try:
        first = store.evidence.keep(take(path))
        before = store.evidence.counts()
        again = list(find_source(path).items(path, fetched_at=LATER))
        second = store.evidence.keep(again)

        assert first.new >= 1
        assert second.new == 0
        assert store.evidence.counts() == before
    finally:
        store.close()


@pytest.mark.parametrize("name", FILES)
def test_source_that_vanished_is_a_plain_error(name, samples):
    if name in LIBRARIES:
        pytest.importorskip(LIBRARIES[name], reason="needs the extra 'outlook'")
    path, _ = samples(name)
    source = find_source(path)
    path.unlink()

    with pytest.raises(SourceError) as caught:
        list(source.items(path, fetched_at=FETCHED))

    assert caught.value.remedy


@pytest.mark.parametrize(
    "name", ["", "x.eml", "x.mbox", "x.zip", "x.pst", "x.csv", "x.ics", "x.pdf", "x.msg"]
)
def test_find_source_without_such_a_path(name, tmp_path):
    with pytest.raises(SourceError, match="cannot be read: No such file") as caught:
        find_source(tmp_path / "missing" / name)

    assert "Check that the path is right" in caught.value.remedy


@pytest.mark.parametrize("name", ["x.eml", "x.mbox", "x.zip", "x.pst", "x.csv", "x.ics", "x.pdf", "x"])
def test_find_source_of_an_empty_file(name, tmp_path):
    (tmp_path / name).touch()

    with pytest.raises(SourceError, match="the file is empty"):
        find_source(tmp_path / name)


def test_find_source_lists_what_can_be_read(tmp_path):
    path = tmp_path / "data.bin"
    path.write_bytes(b"\x00\x01\x02")

    with pytest.raises(SourceError, match="not a kind of file") as caught:
        find_source(path)

    for ending in (
        ".eml",
        ".mbox",
        "Maildir",
        ".msg",
        ".pst",
        ".zip",
        ".csv",
        ".xml",
        ".ics",
        ".pdf",
        ".docx",
    ):
        assert ending in caught.value.remedy


def test_find_source_of_a_packed_file_says_to_unpack(tmp_path):
    path = tmp_path / "takeout.tgz"
    path.write_bytes(b"\x1f\x8b\x08")

    with pytest.raises(SourceError, match="is packed") as caught:
        find_source(path)

    assert "Unpack" in caught.value.remedy


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything"
)
def test_find_source_without_permission(tmp_path):
    path = tmp_path / "closed.eml"
    path.write_bytes(b"From: a@example.org\n\n")
    path.chmod(0)

    with pytest.raises(SourceError, match="Permission denied"):
        find_source(path)


def test_find_source_says_why_a_file_cannot_be_opened(tmp_path, monkeypatch):
    """As above, for whoever runs the tests as the superuser."""
    path = tmp_path / "closed.eml"
    path.write_bytes(b"From: a@example.org\n\n")

    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("ingest.discover.read_head", refuse)

    with pytest.raises(SourceError, match="Permission denied"):
        find_source(path)


def test_importing_sources_loads_no_optional_library():
    """The command line must start quickly, and without the extra."""
    import subprocess

    code = (
        "import sys; from ingest.discover import sources; sources();"
        "print([m for m in ('extract_msg', 'pypff', 'icalendar', 'dateutil') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"

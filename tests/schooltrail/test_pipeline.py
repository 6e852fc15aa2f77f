from __future__ import annotations

import subprocess
import sys
import textwrap
from datetime import date

import pytest

from extract.reader import EXTRACT_VERSION
from models.records import Failure
from schooltrail import pipeline
from schooltrail.pipeline import build, read_new, waiting
from schooltrail.recovering import kind_of
from schooltrail.verifying import verify_workspace
from schooltrail.workspace import open_workspace

TODAY = date(2025, 6, 1)
REPLY = "In-Reply-To: <absent@x>"


@pytest.fixture
def workspace(home):
    with open_workspace(home) as opened:
        yield opened


@pytest.fixture
def keep(workspace, make_item):
    """Keep raw messages as evidence."""

    def keep_all(*raws: bytes) -> None:
        start = len(workspace.store.evidence.of_kind("mail"))
        workspace.store.evidence.keep([make_item(raw, uid=start + n) for n, raw in enumerate(raws, start=1)])

    return keep_all


def test_an_empty_mailbox_builds_an_empty_timeline(workspace):
    report = build(workspace, today=TODAY)

    assert (report.read, report.extracted, report.events, report.unread) == (0, 0, 0, 0)


def test_a_second_build_reads_nothing_again(workspace, keep, make_mail):
    keep(*(make_mail(f"I am requesting an evaluation, {n}.", message_id=f"<{n}@x>") for n in range(3)))
    first = build(workspace, today=TODAY)

    second = build(workspace, today=TODAY)

    assert (first.read, second.read, second.extracted) == (3, 0, 0)
    assert second.events == first.events > 0


def test_order_of_arrival_does_not_change_the_events(tmp_path, home, make_item, make_mail):
    from schooltrail.workspace import create_workspace

    raws = [
        make_mail(
            f"Please send me his records. {n}",
            message_id=f"<{n}@x>",
            date=f"Tue, 0{n} Apr 2025 09:00:00 -0400",
        )
        for n in range(1, 6)
    ]
    found = []
    for name, order in (("a", raws), ("b", raws[::-1])):
        create_workspace(tmp_path / name, (home / "config.toml").read_text("utf-8"))
        with open_workspace(tmp_path / name) as workspace:
            for uid, raw in enumerate(order, start=1):
                workspace.store.evidence.keep([make_item(raw, uid=uid)])
                build(workspace, today=TODAY)
            found.append(workspace.store.timeline.events())

    assert found[0] == found[1]
    assert found[0]


def test_one_message_that_breaks_the_reader_costs_no_other(workspace, keep, make_mail, monkeypatch):
    keep(make_mail("good one", message_id="<1@x>"), make_mail("bad one", message_id="<2@x>"))
    real = pipeline._read_one

    def fragile(item):
        if b"bad one" in item.raw:
            raise RuntimeError("reader bug")
        return real(item)

    monkeypatch.setattr(pipeline, "_read_one", fragile)
    report = build(workspace, today=TODAY)

    assert report.unread == 1
    assert workspace.store.messages.counts()["messages"] == 1
    assert [failure.stage for failure in workspace.store.messages.failures()] == ["read"]
    assert waiting(workspace.store)[0] == 0

    monkeypatch.undo()
    assert build(workspace, everything=True, today=TODAY).unread == 0


def test_one_damaged_piece_costs_no_other(workspace, keep, make_mail, home):
    keep(*(make_mail(f"Message {n} " + "x" * 300, message_id=f"<{n}@x>") for n in range(5)))
    pack = home / "evidence" / "000001.pack"
    data = bytearray(pack.read_bytes())
    data[-2] ^= 0xFF
    pack.write_bytes(data)

    report = build(workspace, today=TODAY)

    assert report.unread == 1
    assert workspace.store.messages.counts()["messages"] == 4
    assert "damaged" in workspace.store.messages.failures()[0].reason


def test_one_message_that_breaks_extraction_costs_no_other(workspace, keep, make_mail, monkeypatch):
    keep(
        make_mail("Please evaluate him for special education.", message_id="<1@x>"),
        make_mail("boom", message_id="<2@x>"),
    )
    from extract.reader import Reader

    real = Reader.read

    def fragile(self, message, directory):
        if "boom" in message.body:
            raise RuntimeError("extractor bug")
        return real(self, message, directory)

    monkeypatch.setattr(Reader, "read", fragile)
    report = build(workspace, today=TODAY)

    assert report.events >= 1
    assert [failure.stage for failure in workspace.store.messages.failures()] == ["extract"]


def test_a_quoted_message_that_comes_late_is_recognised(workspace, keep, make_mail):
    question = make_mail("Could he have the aide back on Mondays?\nDana", message_id="<q@x>")
    answer = make_mail(
        "No aide on Mondays.\n\nOn Tue, Mar 4, 2025 Dana Rivera <dana@example.org> wrote:\n"
        "> Could he have the aide back on Mondays?\n> Dana",
        message_id="<a@x>", sender="okafor@maplegrove.k12.example.us", extra="In-Reply-To: <q@x>",
        date="Wed, 05 Mar 2025 09:00:00 -0500",
    )  # fmt: skip
    keep(answer)
    build(workspace, today=TODAY)
    keep(question)
    build(workspace, today=TODAY)

    [key] = workspace.store.messages.find("<q@x>")
    [reply] = workspace.store.messages.load(workspace.store.messages.find("<a@x>"))
    quoted = [zone for zone in reply.parts[0].zones if zone.kind == "quoted"]
    assert [zone.source_key for zone in quoted if zone.source_key] == [key]


def test_zones_cover_each_body_without_holes(sample_home):
    with open_workspace(sample_home) as workspace:
        for message in workspace.store.messages.iterate(workspace.store.messages.keys()):
            at = 0
            for zone in message.parts[0].zones:
                assert zone.start == at
                at = zone.end
            assert at == len(message.body) or not message.parts[0].zones


def test_many_messages_are_read_by_processes_with_the_same_result(workspace, keep, make_mail, tmp_path):
    keep(*(make_mail(f"Text {n}", message_id=f"<{n}@x>") for n in range(12)))
    alone = read_new(workspace.store)
    one = workspace.store.messages.load(workspace.store.messages.keys())

    spread = read_new(workspace.store, everything=True, workers=2)
    two = workspace.store.messages.load(workspace.store.messages.keys())

    assert alone == spread == 12
    assert one == two


@pytest.mark.slow
def test_a_killed_build_goes_on_where_it_stopped(home, make_item, make_mail):
    with open_workspace(home) as workspace:
        items = [
            make_item(make_mail(f"I want an evaluation {n}", message_id=f"<{n}@x>", extra=REPLY), uid=n)
            for n in range(60)
        ]
        workspace.store.evidence.keep(items)
    script = textwrap.dedent(
        """
        import os, pathlib, sys
        from schooltrail import pipeline
        from schooltrail.workspace import open_workspace
        pipeline.BATCH_MESSAGES = 10
        seen = []
        def die(stage, done, total):
            if stage == sys.argv[2] and done >= 30:
                os.kill(os.getpid(), 9)
        with open_workspace(pathlib.Path(sys.argv[1])) as workspace:
            pipeline.build(workspace, progress=die)
        """
    )
    for stage in ("read", "zones", "extract"):
        result = subprocess.run([sys.executable, "-c", script, str(home), stage], check=False)
        assert result.returncode == -9

    with open_workspace(home) as workspace:
        report = build(workspace, today=TODAY)
        assert workspace.store.messages.counts()["messages"] == 60
        assert report.unread == 0
        assert workspace.store.messages.unzoned() == []
        assert waiting(workspace.store) == (0, 0)


def test_calendars_named_in_the_config_are_kept_once(home):
    (home / "calendar.ics").write_bytes(
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Break\r\n"
        b"DTSTART;VALUE=DATE:20251222\r\nDTEND;VALUE=DATE:20260103\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    path = home / "config.toml"
    path.write_text(
        path.read_text("utf-8").replace("[case]", '[case]\ncalendars = ["calendar.ics"]', 1), "utf-8"
    )

    for _ in range(2):
        with open_workspace(home) as workspace:
            build(workspace, today=TODAY)

    with open_workspace(home) as workspace:
        [day] = workspace.store.messages.calendar()
        assert (day.start, day.end) == (date(2025, 12, 22), date(2026, 1, 3))
        assert workspace.store.evidence.counts()["calendar"] == 1


def test_a_calendar_that_is_not_there_is_told(home):
    path = home / "config.toml"
    path.write_text(path.read_text("utf-8").replace("[case]", '[case]\ncalendars = ["gone.ics"]', 1), "utf-8")

    with open_workspace(home) as workspace:
        build(workspace, today=TODAY)
        failures = workspace.store.messages.failures()

    assert [(f.stage, "gone.ics" in f.reason) for f in failures] == [("calendar", True)]


def test_decisions_survive_a_full_rebuild(workspace, keep, make_mail):
    from datetime import UTC, datetime

    from models.records import Decision

    keep(make_mail("I am requesting an evaluation."))
    build(workspace, today=TODAY)
    workspace.store.decisions.append(Decision(datetime(2025, 6, 1, tzinfo=UTC), "confirm", "subject"))

    build(workspace, everything=True, today=TODAY)

    assert len(workspace.store.decisions.all()) == 1


def test_event_ids_survive_a_full_rebuild(workspace, keep, make_mail):
    keep(make_mail("I am requesting an evaluation of Leo."))
    build(workspace, today=TODAY)
    before = [event.id for event in workspace.store.timeline.events()]

    build(workspace, everything=True, today=TODAY)

    assert [event.id for event in workspace.store.timeline.events()] == before != []


def test_old_failures_do_not_hide_a_new_reader_version(workspace, keep, make_mail):
    keep(make_mail("x"))
    [key] = workspace.store.evidence.of_kind("mail")
    workspace.store.messages.fail([Failure("read", key, "old reader", 0)])

    assert build(workspace, today=TODAY).read == 1
    assert workspace.store.messages.failures() == []


def test_a_lost_database_is_built_again_from_the_packs(workspace, keep, make_mail, home):
    keep(*(make_mail(f"I am requesting an evaluation, {n}.", message_id=f"<{n}@x>") for n in range(3)))
    build(workspace, today=TODAY)
    before = workspace.store.messages.keys()
    workspace.store.close()
    for path in home.glob("schooltrail.sqlite*"):
        path.unlink()

    with open_workspace(home) as again:
        assert again.store.evidence.counts().get("mail", 0) == 0
        assert any("not listed" in problem for problem in verify_workspace(again).problems)
        build(again, everything=True, today=TODAY)

        assert again.store.messages.keys() == before
        assert again.store.timeline.events()
        assert verify_workspace(again).problems == ()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"From: a@example.org\r\n\r\nx", "mail"),
        (b"", "mail"),
        (b"%PDF-1.7 x", "document"),
        (b"PK\x03\x04rest", "document"),
        (b"\xef\xbb\xbfBEGIN:VCALENDAR\r\n", "calendar"),
        (b"started_at,direction,number,name,duration_s\n", "call_log"),
        (b"<?xml version='1.0'?><calls/>", "call_log"),
    ],
)
def test_recovered_pieces_are_told_apart_by_their_bytes(raw, kind):
    assert kind_of(raw) == kind


def test_new_zone_rules_make_all_messages_due_again(workspace, keep, make_mail, monkeypatch):
    keep(make_mail("Hello there."))
    build(workspace, today=TODAY)
    [key] = workspace.store.messages.keys()
    assert read_new(workspace.store) == 0
    assert workspace.store.messages.to_extract(EXTRACT_VERSION) == []

    monkeypatch.setattr("ingest.body.ZONES_VERSION", 999)
    read_new(workspace.store)

    assert workspace.store.messages.to_extract(EXTRACT_VERSION) == [key]
    assert workspace.store.meta("zones_version") == "999"

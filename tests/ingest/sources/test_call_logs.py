"""Call logs: tables of any phone company, and backups of an Android app."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.call_logs import MOST_PROBLEMS, read_calls
from ingest.call_values import read_direction, read_length, read_moment
from models.records import Call

NEW_YORK = ZoneInfo("America/New_York")
AT = datetime(2024, 9, 4, 15, 20)
HEAD = "started_at,direction,number,name,duration_s\n"


def table(text, **options):
    return read_calls(text if isinstance(text, bytes) else text.encode(), key="k", **options)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-09-04T15:20", AT),
        ("2024-09-04 15:20:00", AT),
        ("2024-09-04 15:20:00.123", AT),
        ("2024/09/04 15:20", AT),
        ("9/4/2024 3:20 PM", AT),
        ("09/04/24 03:20 p.m.", AT),
        ("9/4/2024, 3:20:00 PM", AT),
        ("9/4/2024 3:20\u202fPM", AT),  # the narrow space of newer phones
        ("9/4/2024 3:20PM", AT),
        ("Sep 4, 2024 3:20 PM", AT),
        ("Sep 4, 2024 at 3:20 PM", AT),
        ("Wed, Sep 4, 2024 3:20 PM", AT),
        ("Wednesday, September 4, 2024 3:20 PM", AT),
        ("4 Sep 2024 15:20", AT),
        ("04-Sep-2024 15:20", AT),
        ("2024-09-04T19:20:00Z", AT),  # a moment with an offset becomes local
        ("2024-09-04 19:20:00+00:00", AT),
        ("2024-09-04 12:20 -0700", AT),
        ("1725477600", AT),
        ("1725477600000", AT),
        ("9/4/2024 12:05 AM", datetime(2024, 9, 4, 0, 5)),
        ("9/4/2024 12:05 PM", datetime(2024, 9, 4, 12, 5)),
        ("9/4/2024 3 PM", datetime(2024, 9, 4, 15)),
    ],
)
def test_read_moment_knows_many_forms(text, moment):
    assert read_moment(text, day_first=False, zone=NEW_YORK) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-09-04",  # no time of day: midnight would be made up
        "15:20",
        "2024-02-30 15:20",
        "13/13/2024 15:20",
        "9/4/2024 13:20 PM",
        "9/4/2024 25:20",
        "Foo 4, 2024 15:20",
        "2024-09-04 15:20 +9999",
        "0000-09-04 15:20",
        "yesterday 15:20",
        "x" * 5000 + " 15:20",
    ],
)
def test_read_moment_refuses_what_it_would_have_to_guess(text):
    assert read_moment(text, day_first=False, zone=NEW_YORK) is None


def test_read_moment_with_the_day_first():
    assert read_moment("04.09.2024 15:20", day_first=True, zone=NEW_YORK) == AT


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("303", 303),
        ("5m 3s", 303),
        ("5 min 3 sec", 303),
        ("5 mins 3 secs", 303),
        ("0:05:03", 303),
        ("05:03", 303),
        ("1h 2m", 3720),
        ("1 hour, 2 minutes, 3 seconds", 3723),
        ("5 min.", 300),
        ("45s", 45),
        ("1:00:00", 3600),
        ("303.4", 303),
        ("", 0),
        ("-", 0),
        ("N/A", 0),
        ("0", 0),
        ("long", None),
        ("-5", None),
        ("5 apples", None),
        ("1:2:3:4", None),
        ("9" * 5000, None),
    ],
)
def test_read_length_in_seconds(text, seconds):
    assert read_length(text) == seconds


def test_read_length_of_bare_minutes():
    assert read_length("3", unit=60) == 180


@pytest.mark.parametrize(
    ("word", "direction"),
    [
        ("in", "in"),
        ("Incoming", "in"),
        ("INCOMING CALL", "in"),
        ("1", "in"),
        ("Received", "in"),
        ("Inbound", "in"),
        ("out", "out"),
        ("Outgoing", "out"),
        ("2", "out"),
        ("Dialed", "out"),
        ("Outgoing calls", "out"),
        ("missed", "missed"),
        ("Missed Call", "missed"),
        ("3", "missed"),
        ("Voicemail", "missed"),
        ("Rejected", "missed"),
        ("No answer", "missed"),
        ("", None),
        ("sideways", None),
        ("7", None),
    ],
)
def test_read_direction_by_word_or_code(word, direction):
    assert read_direction(word) == direction


def test_table_gives_calls_with_their_rows():
    log = table(HEAD + "2024-09-04T15:20,in,+1 717 555 0199,Front Office,63\n\n9/5/2024 8:00 AM,missed,x,,\n")

    assert log.calls == (
        Call("k", 2, AT, "in", "+1 717 555 0199", "Front Office", 63),
        Call("k", 4, datetime(2024, 9, 5, 8), "missed", "x", "", 0),
    )
    assert log.problems == ()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_table_in_any_dialect(separator, encoding, end):
    text = (HEAD + "2024-09-04T15:20,in,555,Zoë,63\n").replace(",", separator).replace("\n", end)

    log = table(text.encode(encoding))

    assert log.calls == (Call("k", 2, AT, "in", "555", "Zoë", 63),)
    assert log.problems == ()


def test_table_with_headings_of_its_own():
    text = "Wann,Art,Nummer\n2024-09-04 15:20,out,555\n"

    log = table(text, mapping={"started_at": "Wann", "direction": "ART", "number": "Nummer"})

    assert log.calls == (Call("k", 2, AT, "out", "555", "", 0),)


def test_table_of_a_phone_company():
    """Title rows above, date and time apart, minutes, quotes and spreadsheet signs around numbers."""
    text = (
        "Example Wireless\n\nStatement for September\n"
        'Date,Time,Call Type,Phone Number,Minutes\n"9/4/2024","3:20 PM",Incoming,"=""7175550199""",2\n'
    )

    log = table(text)

    assert log.calls == (Call("k", 5, AT, "in", "7175550199", "", 120),)


def test_table_with_a_cell_of_several_lines_counts_rows_as_a_spreadsheet_does():
    log = table(
        '"Report\nof\x0bcalls"\n'
        + HEAD
        + '2024-09-04 15:20,in,1,"Front\nOffice",5\n2024-09-04 15:20,in,2,,5\n'
    )

    assert [(call.row, call.number) for call in log.calls] == [(3, "1"), (4, "2")]


def test_table_without_known_headings_says_what_it_found():
    log = table("Wann,Art\n2024-09-04 15:20,out\n", mapping={"number": "Nummer"})

    assert log.calls == ()
    assert "2 columns" in log.problems[0]
    assert "2024" not in log.problems[0]
    assert "Nummer" in log.problems[0]
    assert "config.toml" in log.problems[0]


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xef\xbb\xbf", b"\0\0\0"])
def test_table_that_is_empty(raw):
    assert "the file is empty" in table(raw).problems[-1]


def test_table_keeps_bad_rows_as_notes():
    log = table(HEAD + "someday,in,1,,5\n2024-09-04 15:20,sideways,1,,5\n2024-09-04 15:20,in,1,,long\n")

    assert log.calls == (Call("k", 4, AT, "in", "1", "", 0),)
    assert [problem[:5] for problem in log.problems] == ["row 2", "row 3", "row 4"]
    assert "'someday'" in log.problems[0]


def test_table_tells_of_numbers_that_a_spreadsheet_shortened():
    log = table(HEAD + "2024-09-04 15:20,in,1.71756E+10,,5\n")

    assert len(log.calls) == 1
    assert "shortened by a spreadsheet" in log.problems[0]


def test_table_with_the_day_first_is_noticed_and_told():
    log = table(HEAD + "04/09/2024 15:20,in,1,,5\n13/09/2024 15:20,in,1,,5\n")

    assert [call.started_at.day for call in log.calls] == [4, 13]
    assert "day/month/year" in log.problems[0]


def test_table_that_could_be_either_is_read_the_american_way():
    log = table(HEAD + "04/09/2024 15:20,in,1,,5\n")

    assert log.calls[0].started_at.month == 4
    assert log.problems == ()


def test_table_lists_only_so_many_problems():
    log = table(HEAD + "bad,in,1,,5\n" * 500)

    assert len(log.problems) == MOST_PROBLEMS + 1
    assert log.problems[-1] == "450 more problems like these"


def test_table_with_a_monstrous_cell_keeps_what_came_before():
    log = table(HEAD + "2024-09-04 15:20,in,1,,5\n" + '"' + "x" * 200_000 + '"\n')

    assert len(log.calls) == 1
    assert "broken after row 2" in log.problems[0]


@given(st.binary(max_size=300))
def test_read_calls_never_raises(raw):
    log = read_calls(raw, key="k")

    assert log.calls or log.problems


@given(st.text(max_size=60))
def test_values_never_raise(text):
    moment = read_moment(text, day_first=True, zone=NEW_YORK)

    assert moment is None or moment.tzinfo is None
    assert (read_length(text) or 0) >= 0


def backup(*calls, count=None, tail="</calls>"):
    number = len(calls) if count is None else count
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<calls count="{number}">' + "".join(calls) + tail
    ).encode()


def call(**changes):
    fields = {
        "number": "+17175550199", "duration": "63", "date": "1725477600000", "type": "1",
        "presentation": "1", "contact_name": "Front Office",
    } | changes  # fmt: skip
    return "<call " + " ".join(f'{name}="{value}"' for name, value in fields.items()) + " />"


def test_backup_gives_calls_in_local_time():
    log = read_calls(backup(call()), key="k", timezone="America/New_York")

    assert log.calls == (Call("k", 1, AT, "in", "+17175550199", "Front Office", 63),)
    assert log.problems == ()


def test_backup_follows_the_time_zone_of_the_case():
    log = read_calls(backup(call()), key="k", timezone="America/Los_Angeles")

    assert log.calls[0].started_at == datetime(2024, 9, 4, 12, 20)


@pytest.mark.parametrize(
    ("kind", "direction"),
    [("1", "in"), ("2", "out"), ("3", "missed"), ("4", "missed"), ("5", "missed"), ("6", "missed")],
)
def test_backup_knows_the_types_of_android(kind, direction):
    assert read_calls(backup(call(type=kind)), key="k").calls[0].direction == direction


def test_backup_hides_no_number_behind_minus_one():
    log = read_calls(backup(call(number="-2", presentation="2", contact_name="(Unknown)")), key="k")

    assert (log.calls[0].number, log.calls[0].name) == ("", "Private number")


def test_backup_with_emoji_as_the_app_writes_them():
    """It writes two halves of a character, which is no XML."""
    log = read_calls(backup(call(contact_name="Jo &#55357;&#56832; &#0;&#55357;")), key="k")

    assert log.calls[0].name == "Jo \N{GRINNING FACE} \N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    "changes", [{"date": "null"}, {"date": "9" * 15}, {"type": "7"}, {"type": ""}, {"date": "-5"}]
)
def test_backup_keeps_bad_calls_as_notes(changes):
    log = read_calls(backup(call(), call(**changes)), key="k")

    assert len(log.calls) == 1
    assert log.problems[0].startswith("call 2: ")


def test_backup_that_breaks_off_keeps_what_came_before():
    log = read_calls(backup(call(), tail="<call number="), key="k")

    assert len(log.calls) == 1
    assert "damaged" in log.problems[0]


def test_backup_with_fewer_calls_than_it_says():
    assert (
        "says that it holds 5 calls, but 1 are there"
        in read_calls(backup(call(), count=5), key="k").problems[0]
    )


def test_backup_of_texts_counts_what_is_not_read():
    raw = b'<smses count="2"><sms address="555" date="1" type="1" body="hi" /><mms date="1"/></smses>'

    log = read_calls(raw, key="k")

    assert log.calls == ()
    assert log.problems == ("2 texts are kept in it as evidence but were not read, only calls are",)


BILLION = (
    '<?xml version="1.0"?><!DOCTYPE calls [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + ']><calls count="1"><call contact_name="&j;" /></calls>'
)


@pytest.mark.parametrize(
    "raw",
    [
        BILLION,
        '<!DOCTYPE calls SYSTEM "http://127.0.0.1:9/x.dtd"><calls/>',
        '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><calls><call contact_name="&x;"/></calls>',
    ],
)
def test_backup_that_defines_a_document_type_is_refused(raw):
    """Entities may swell to gigabytes or name files of this machine."""
    log = read_calls(raw.encode(), key="k")

    assert log.calls == ()
    assert log.problems == ("it defines a document type, which such a backup never does; it was not read",)


@pytest.mark.parametrize(
    "raw", [b"<", b"<html></html>", b"<calls", b"<?xml version='1.0' encoding='x-none'?><calls/>"]
)
def test_backup_that_is_none_is_told(raw):
    log = read_calls(raw, key="k")

    assert log.calls == ()
    assert log.problems

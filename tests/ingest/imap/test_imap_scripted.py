"""Mail sync against a server that does what Dovecot never would: Gmail, Office 365, lies and refusals."""

from __future__ import annotations

import threading

import pytest

from models.errors import FolderEmptied, ServerUnreachable, SignInFailed, SourceError, StorageFull, Throttled


def test_sync_keeps_exact_bytes_and_provenance(scripted, fill, sync, held, store):
    raws = fill(3)

    report = sync(scripted.account())

    key = store.evidence.of_kind("mail")[0]
    provenance, gone = store.evidence.provenance([key])[key][0]
    assert held() == sorted(raws)
    assert (report.kept, report.problems) == (3, ())
    assert (provenance.server, provenance.folder, provenance.uidvalidity) == ("127.0.0.1", "INBOX", 7)
    assert provenance.flags == ("\\Seen",)
    assert gone is None


def test_sync_without_condstore_finds_what_vanished(scripted, fill, sync, store):
    fill(5)
    sync(scripted.account())
    del scripted.folders["INBOX"].mail[2]

    report = sync(scripted.account())

    assert report.vanished == 1
    assert store.evidence.counts() == {"mail": 5, "copies": 5, "gone": 1}
    assert not any(b"MODSEQ" in command for command in scripted.commands)


def test_sync_finds_what_vanished_although_as_many_came(scripted, fill, sync, store, make_mail):
    fill(5)
    sync(scripted.account())
    scripted.folders["INBOX"].mail[6] = type(scripted.folders["INBOX"].mail[2])(make_mail(6))
    del scripted.folders["INBOX"].mail[2]

    report = sync(scripted.account())

    assert (report.kept, report.vanished) == (1, 1)


def test_sync_of_nothing_new_opens_no_folder(scripted, fill, sync):
    fill(3)
    sync(scripted.account())
    scripted.commands.clear()

    report = sync(scripted.account())

    assert report.kept == report.vanished == 0
    assert not any(command.startswith((b"EXAMINE", b"UID")) for command in scripted.commands)


# --- Gmail ---


@pytest.fixture
def gmail(scripted, fill):
    scripted.capabilities += b" X-GM-EXT-1"
    folder = type(scripted.folders["INBOX"])
    labels = b'("\\\\Inbox" Schule {3}\r\n(a) "&APY-l")'
    extra = b"X-GM-MSGID 1278455344230334866 X-GM-THRID 1266894439832287888 X-GM-LABELS " + labels
    scripted.folders["INBOX"].flags = b"\\HasNoChildren"
    scripted.folders["[Gmail]"] = folder(flags=b"\\HasChildren \\Noselect")
    scripted.folders["[Gmail]/Alle Nachrichten"] = folder(flags=b"\\All \\HasNoChildren")
    scripted.folders["[Gmail]/Spam"] = folder(flags=b"\\Junk")
    fill(2)
    fill(3, "[Gmail]/Alle Nachrichten", extra=extra)
    fill(1, "[Gmail]/Spam", extra=extra)
    return scripted


def test_sync_of_gmail_takes_all_mail_once(gmail, sync, store):
    report = sync(gmail.account())

    assert report.folders == ("[Gmail]/Alle Nachrichten",)
    assert store.evidence.counts()["copies"] == 3


def test_sync_of_gmail_takes_spam_only_if_named(gmail, sync):
    report = sync(gmail.account(folders=("[Gmail]/Spam",)))

    assert report.folders == ("[Gmail]/Alle Nachrichten", "[Gmail]/Spam")


def test_sync_of_gmail_takes_no_more_than_a_named_label(gmail, sync):
    report = sync(gmail.account(folders=("INBOX",)))

    assert report.folders == ("INBOX",)


def test_sync_of_gmail_takes_every_label_if_all_mail_is_hidden(gmail, sync):
    del gmail.folders["[Gmail]/Alle Nachrichten"]

    report = sync(gmail.account())

    assert report.folders == ("INBOX",)


def test_sync_of_gmail_keeps_ids_and_labels(gmail, sync, store):
    sync(gmail.account())

    key = store.evidence.of_kind("mail")[0]
    provenance, _ = store.evidence.provenance([key])[key][0]
    assert provenance.gmail_message_id == 1278455344230334866
    assert provenance.gmail_thread_id == 1266894439832287888
    assert provenance.labels == ("\\Inbox", "Schule", "(a)", "öl")


# --- refusals ---


def refuse_once(command_start: bytes, text: bytes):
    """Answer the first command that starts so with `text`."""
    left = [text]

    def hook(command, tag):
        if left and command.startswith(command_start):
            return left.pop().replace(b"TAG", tag)
        return None

    return hook


def test_sync_waits_as_long_as_a_throttling_server_asks(scripted, fill, sync, held):
    raws = fill(4)
    said = b"TAG BAD Request is throttled. Suggested Backoff Time: 1500 milliseconds\r\n"
    scripted.hooks.append(refuse_once(b"UID FETCH 1:4 (UID FLAGS", said))

    sync(scripted.account())

    assert sync.slept == [1.5]
    assert held() == sorted(raws)


def test_sync_gives_up_on_a_wait_beyond_its_limit(scripted, fill, sync):
    fill(1)
    said = b"TAG NO Request is throttled. Suggested Backoff Time: 900000 milliseconds\r\n"
    scripted.hooks.append(refuse_once(b"EXAMINE", said))

    with pytest.raises(Throttled) as caught:
        sync(scripted.account(), longest_wait=60)

    assert caught.value.wait_seconds == 900
    assert sync.slept == []


def test_sync_says_that_the_daily_limit_is_used_up(scripted, fill, sync):
    fill(1)
    said = b"* BYE [OVERQUOTA] Account exceeded command or bandwidth limits.\r\n"
    scripted.hooks.append(refuse_once(b"UID FETCH", said))

    with pytest.raises(Throttled, match="slow down") as caught:
        sync(scripted.account())

    assert "daily limit" in caught.value.remedy


def test_sync_tries_again_when_the_server_is_unavailable(scripted, fill, sync, held):
    raws = fill(2)
    scripted.hooks.append(refuse_once(b"EXAMINE", b"TAG NO [UNAVAILABLE] Temporary failure\r\n"))

    sync(scripted.account())

    assert held() == sorted(raws)
    assert sync.slept == [1.0]


def test_sync_gives_up_after_some_tries_without_progress(scripted, fill, sync):
    fill(2)
    scripted.hooks.append(
        lambda command, tag: tag + b" NO [UNAVAILABLE] x\r\n" if command[:7] == b"EXAMINE" else None
    )

    with pytest.raises(ServerUnreachable, match="cannot serve"):
        sync(scripted.account(), attempts=3)

    assert sync.slept == [1.0, 2.0]


def test_sync_survives_a_goodbye_inside_a_message(scripted, fill, sync, held):
    raws = fill(6)
    body = b"* 1 FETCH (UID 1 FLAGS () BODY[] {5000}\r\nFrom: cut here"

    def hook(command, tag, left=[1]):  # noqa: B006
        if left and b"BODY.PEEK[]" in command:
            left.pop()
            return body + b"\r\n* BYE Session expired\r\n" + CLOSE
        return None

    scripted.hooks.append(hook)
    hang_up_after(scripted, CLOSE)

    sync(scripted.account())

    assert held() == sorted(raws)


CLOSE = b"\0close"


def hang_up_after(scripted, marker: bytes) -> None:
    """Make the server close the connection after an answer that ends with the marker."""
    original = scripted._talk

    class Cutting:
        def __init__(self, connection):
            self._connection = connection

        def __getattr__(self, name):
            return getattr(self._connection, name)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self._connection.close()

        def sendall(self, data):
            self._connection.sendall(data.removesuffix(marker))
            if data.endswith(marker):
                self._connection.shutdown(2)
                raise ConnectionError

    scripted._talk = lambda connection: original(Cutting(connection))


def test_sync_of_a_folder_it_may_not_open_goes_on_with_the_others(scripted, fill, sync):
    fill(2)
    fill(1, "Private")
    scripted.hooks.append(
        lambda command, tag: (
            tag + b" NO [NOPERM] not yours\r\n" if command.startswith(b'EXAMINE "Private') else None
        )
    )

    report = sync(scripted.account())

    assert report.kept == 2
    assert "Private" in report.problems[0]


@pytest.mark.parametrize(
    "said",
    [
        b"TAG NO [AUTHENTICATIONFAILED] Invalid credentials\r\n",
        b"TAG NO [ALERT] Application-specific password required\r\n",
        b"TAG NO LOGIN failed.\r\n",
    ],
)
def test_sync_with_a_refused_password_says_so_at_once(scripted, sync, said):
    scripted.hooks.append(refuse_once(b"LOGIN", said))

    with pytest.raises(SignInFailed) as caught:
        sync(scripted.account())

    assert "app password" in caught.value.remedy
    assert sync.slept == []


def test_sync_never_shows_the_password(scripted, sync, caplog):
    scripted.hooks.append(refuse_once(b"LOGIN", b"TAG NO [AUTHENTICATIONFAILED] no\r\n"))
    caplog.set_level("DEBUG")

    with pytest.raises(SignInFailed) as caught:
        sync(scripted.account(), secret=lambda: "tulip-harbour-77")

    assert "tulip" not in caplog.text + str(caught.value) + caught.value.remedy
    assert any(b"tulip-harbour-77" in command for command in scripted.commands)


def test_sync_signs_in_with_a_token(scripted, fill, sync):
    fill(1)
    answers = iter([b"+ \r\n", b"* OK\r\n"])
    seen = []

    def hook(command, tag):
        if command.startswith(b"AUTHENTICATE"):
            seen.append(tag)
            return next(answers)
        if seen and command == b"" and tag.startswith(b"dXNlcj1"):
            return seen.pop() + b" OK signed in\r\n"
        return None

    scripted.hooks.append(hook)

    report = sync(scripted.account(auth="oauth2-google"), secret=lambda: "token-1")

    assert report.kept == 1
    assert b"AUTHENTICATE XOAUTH2" in scripted.commands


# --- lies and odd shapes ---


@pytest.mark.parametrize("claims", [0, 1, 10_000_000], ids=["zero", "too small", "too large"])
def test_sync_keeps_whole_messages_whatever_size_is_claimed(scripted, fill, sync, held, claims):
    raws = fill(5, claims=claims)

    report = sync(scripted.account())

    assert held() == sorted(raws)
    assert report.problems == ()


def test_sync_takes_a_huge_message_that_was_claimed_small(scripted, fill, sync, held, make_mail, tmp_path):
    fill(2)
    mail = scripted.folders["INBOX"].mail
    mail[3] = type(mail[1])(make_mail(3, body="x" * 6_000_000), claims=100)

    sync(scripted.account())

    assert mail[3].raw in held()
    assert list((tmp_path / "work" / "incoming").iterdir()) == []


def test_sync_takes_a_large_message_from_a_server_that_ignores_pieces(scripted, fill, sync, held, make_mail):
    fill(1)
    mail = scripted.folders["INBOX"].mail
    mail[2] = type(mail[1])(make_mail(2, body="x" * 6_000_000))
    whole = b"* 2 FETCH (UID 2 BODY[] {%d}\r\n%b)\r\n" % (len(mail[2].raw), mail[2].raw)
    scripted.hooks.append(lambda command, tag: whole + tag + b" OK\r\n" if b"<" in command else None)

    sync(scripted.account())

    assert mail[2].raw in held()


def test_sync_takes_a_large_message_in_shorter_pieces_than_asked_for(scripted, fill, sync, held, make_mail):
    fill(1)
    mail = scripted.folders["INBOX"].mail
    mail[2] = type(mail[1])(make_mail(2, body="y" * 5_000_000))
    scripted.hooks.append(
        lambda command, tag: (
            scripted.fetched(2, mail[2], command.replace(b".1048576>", b".700000>")) + tag + b" OK\r\n"
            if b"<" in command
            else None
        )
    )

    sync(scripted.account())

    assert mail[2].raw in held()


def test_sync_reads_answers_between_unsolicited_lines(scripted, fill, sync, held):
    raws = fill(2)
    first, second = (scripted.folders["INBOX"].mail[uid].raw for uid in (1, 2))
    said = (
        b"* 9 EXISTS\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* OK [ALERT] full soon {3}\r\n"
        b"* 1 FETCH (BODY[] {%d}\r\n%b FLAGS (\\Seen $Odd) UID 1 RFC822.SIZE 5)\r\n* 4 EXPUNGE\r\n* VANISHED 77\r\n"
        b"* 2 FETCH (UID 2 BODY[] ~{%d}\r\n%b INTERNALDATE NIL)\r\nTAG OK\r\n"
    ) % (len(first), first, len(second), second)
    scripted.hooks.append(refuse_once(b"UID FETCH 1:2 (UID FLAGS", said))

    report = sync(scripted.account())

    assert held() == sorted(raws)
    assert report.problems == ()


def test_sync_takes_a_body_sent_as_a_quoted_string(scripted, fill, sync, held):
    fill(1)
    said = b'* 1 FETCH (UID 1 BODY[] "tiny \\"note\\"")\r\nTAG OK\r\n'
    scripted.hooks.append(refuse_once(b"UID FETCH 1 (UID FLAGS", said))

    sync(scripted.account())

    assert held() == [b'tiny "note"']


def test_sync_reports_a_message_that_is_not_given_out_and_tries_it_again(scripted, fill, sync, held):
    raws = fill(4)
    nil = b"* 2 FETCH (UID 2 BODY[] NIL)\r\n"
    scripted.hooks.append(
        lambda command, tag: nil + tag + b" OK\r\n" if command.startswith(b"UID FETCH 2 (") else None
    )
    scripted.hooks.append(
        refuse_once(b"UID FETCH 1:4 (UID FLAGS", b"TAG NO Some messages could not be FETCHed\r\n")
    )

    first = sync(scripted.account())
    scripted.hooks.clear()
    second = sync(scripted.account())

    assert first.kept == 3
    assert "UIDs 2" in first.problems[0]
    assert (second.kept, second.known, second.problems) == (1, 0, ())
    assert held() == sorted(raws)


def test_sync_skips_a_message_that_went_away_meanwhile(scripted, fill, sync):
    fill(3)
    mail = scripted.folders["INBOX"].mail
    scripted.hooks.append(
        lambda command, tag: (
            mail.pop(2, None) and None if command.startswith(b"UID FETCH 1:3 (UID FLAGS") else None
        )
    )

    report = sync(scripted.account())

    assert (report.kept, report.problems) == (2, ())


def test_sync_finds_mail_among_sparse_numbers(scripted, fill, sync, held):
    raws = fill(3)
    mail = scripted.folders["INBOX"].mail
    scripted.folders["INBOX"].mail = {1: mail[1], 3_000_000_000: mail[2], 4_294_967_294: mail[3]}

    sync(scripted.account())

    assert held() == sorted(raws)
    assert len(scripted.commands) < 60


def test_sync_of_a_server_that_falls_silent_ends(scripted, fill, sync):
    fill(1)
    scripted.hooks.append(lambda command, tag: b"" if command.startswith(b"EXAMINE") else None)

    with pytest.raises(ServerUnreachable, match="did not answer within"):
        sync(scripted.account(timeout_seconds=0.2), attempts=2)


# --- what the user may choose ---


def test_sync_of_an_unknown_folder_lists_those_there_are(scripted, fill, sync):
    fill(1)
    fill(1, "Sent")

    with pytest.raises(SourceError, match="'Gesendet'") as caught:
        sync(scripted.account(folders=("inbox", "Gesendet")))

    assert "INBOX, Sent" in caught.value.remedy


def test_sync_with_only_school_leaves_other_mail_on_the_server(scripted, sync, make_mail, held, fill):
    fill(1)
    mail = scripted.folders["INBOX"].mail
    mail[1] = type(mail[1])(
        make_mail(1, sender="shop@example.net").replace(b"maplegrove.example", b"example.net")
    )
    mail[2] = type(mail[1])(make_mail(2, sender="Kim <kokafor@mail.maplegrove.example>"))

    report = sync(scripted.account(only_school=True, school_domains=("maplegrove.example",)))

    assert held() == [mail[2].raw]
    assert (report.kept, report.skipped) == (1, 1)
    assert not any(b"BODY.PEEK[]" in command and b"FETCH 1:" in command for command in scripted.commands)


def test_sync_looks_at_skipped_mail_again_when_asked_to(scripted, sync, fill, held):
    raws = fill(2)
    sync(scripted.account(only_school=True, school_domains=("nowhere.example",)))

    report = sync(scripted.account(), relist=True)

    assert report.kept == 2
    assert held() == sorted(raws)


def test_sync_asks_about_a_folder_that_is_suddenly_empty(scripted, fill, sync, store):
    fill(3)
    fill(1, "Other")
    sync(scripted.account())
    scripted.folders["INBOX"].mail.clear()
    fill(2, "Other")

    with pytest.raises(FolderEmptied, match="held 3 messages") as caught:
        sync(scripted.account())

    assert "--accept-empty" in caught.value.remedy
    assert store.evidence.counts()["gone"] == 0
    assert len(store.evidence.copy_ids("home", "Other", 7)) == 2


def test_sync_told_to_accept_an_empty_folder_notes_what_left(scripted, fill, sync, store):
    fill(3)
    sync(scripted.account())
    scripted.folders["INBOX"].mail.clear()

    report = sync(scripted.account(), accept_empty=True)

    assert report.vanished == 3
    assert store.evidence.counts() == {"mail": 3, "copies": 3, "gone": 3}
    assert sync(scripted.account()).vanished == 0


def test_sync_asks_nothing_about_an_emptied_trash(scripted, fill, sync):
    fill(1)
    fill(2, "Trash")
    sync(scripted.account())
    scripted.folders["Trash"].mail.clear()

    assert sync(scripted.account()).vanished == 2


def test_sync_stops_between_batches_and_keeps_what_came(scripted, fill, sync, store):
    from ingest.options import Limits

    fill(40)
    stop = threading.Event()

    report = sync(
        scripted.account(),
        stop=stop,
        limits=Limits(batch_messages=5, ahead=1),
        progress=lambda p: stop.set() if p.done >= 10 else None,
    )

    state = store.sync.folder_states("home")["INBOX"]
    assert report.stopped
    assert 10 <= report.kept < 40
    assert state.uidnext == report.kept + 1
    assert (state.complete, state.highestmodseq) == (False, None)
    assert sync(scripted.account()).kept == 40 - report.kept


def test_sync_tells_its_progress_with_the_month(scripted, fill, sync):
    fill(3)
    told = []

    sync(scripted.account(), progress=told.append)

    last = told[-1]
    assert (last.folder, last.folder_index, last.folders, last.done, last.total) == ("INBOX", 1, 1, 3, 3)
    assert (last.kept, last.month) == (3, "2024-03")


def test_sync_keeps_a_raw_8_bit_folder_name_usable(scripted, fill, sync, store):
    fill(2, "Müll")
    scripted.folders["Müll"].wire_name = b"M\xfcll"

    report = sync(scripted.account())

    assert "Müll" in report.folders
    assert len(store.evidence.copy_ids("home", "Müll", 7)) == 2


def test_sync_on_a_full_disk_says_so_and_goes_on_later(scripted, fill, sync, held, store, monkeypatch):
    import errno

    from ingest.options import Limits
    from models.vault import Vault

    raws = fill(30)
    original = Vault.flush
    left = [3]

    def full(self):
        left[0] -= 1
        if left[0] < 0:
            from models.vault import _explain

            raise _explain(OSError(errno.ENOSPC, "no space"))
        original(self)

    monkeypatch.setattr(Vault, "flush", full)
    with pytest.raises(StorageFull):
        sync(scripted.account(), limits=Limits(batch_messages=5))
    kept = store.evidence.counts().get("mail", 0)
    monkeypatch.setattr(Vault, "flush", original)

    report = sync(scripted.account())

    assert 0 < kept < 30
    assert report.kept == 30 - kept
    assert held() == sorted(raws)
    assert all(not problem for _, problem in store.evidence.verify())


def test_sync_never_takes_a_part_of_a_large_message_for_the_whole(scripted, fill, sync, held, make_mail):
    raws = fill(1)
    mail = scripted.folders["INBOX"].mail
    mail[2] = type(mail[1])(make_mail(2, body="x" * 6_000_000))
    scripted.hooks.append(  # deleted by another program while its pieces were fetched
        lambda command, tag: mail.pop(2, None) and None if b"<2097152." in command else None
    )

    report = sync(scripted.account())

    assert held() == raws
    assert report.problems == ()

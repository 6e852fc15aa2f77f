"""Mail sync against a real Dovecot: what a user's mailbox goes through in a few years."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime

import pytest

from ingest import sync as imap_sync
from ingest.connection import connect
from models.errors import FolderEmptied, ServerNotTrusted, ServerUnreachable, SignInFailed

pytestmark = pytest.mark.dovecot

WRITING = re.compile(
    rb"\b(STORE|EXPUNGE|APPEND|COPY|MOVE|DELETE|CREATE|RENAME|SUBSCRIBE|SELECT|CLOSE|SETACL)\b", re.I
)


def test_sync_of_an_empty_mailbox_keeps_nothing(mailbox, sync, store):
    report = sync(mailbox.account())

    assert (report.kept, report.problems) == (0, ())
    assert store.evidence.counts().get("mail", 0) == 0
    assert store.sync.folder_states("home")["INBOX"].complete


def test_sync_keeps_exact_bytes(mailbox, sync, held, make_mail):
    raws = [make_mail(n, body="häuser\r\n.\r\n\r\n  ") for n in range(30)]
    raws.append(b"no header at all")
    raws.append(b"\r\nempty header\r\n")
    raws.append(
        b"Subject: bytes\r\n\r\n"
        + bytes(range(1, 10))
        + bytes(range(11, 13))
        + bytes(range(14, 256))
        + b"\r\n"
    )
    mailbox.add(*raws)

    sync(mailbox.account())

    assert held() == sorted(raws)


def test_sync_twice_is_sync_once(mailbox, sync, store, make_mail):
    mailbox.add(*[make_mail(n) for n in range(12)])
    sync(mailbox.account())
    before = store.evidence.counts()

    report = sync(mailbox.account())

    assert (report.kept, report.known, report.bytes) == (0, 0, 0)
    assert store.evidence.counts() == before


def test_sync_fetches_only_what_is_new(mailbox, sync, make_mail, make_link):
    mailbox.add(*[make_mail(n) for n in range(5)])
    sync(mailbox.account())
    mailbox.add(make_mail(6))
    link = make_link(mailbox.server.port)

    report = sync(mailbox.account(port=link.port))

    assert report.kept == 1
    assert next(c for c in link.commands if b"BODY.PEEK[]" in c).split()[3] == b"6"


def test_sync_sends_no_command_that_writes(mailbox, sync, make_mail, make_link):
    mailbox.add(*[make_mail(n) for n in range(5)])
    mailbox.add(make_mail(9, body="z" * 5_000_000), folder="Grüße & mehr")
    link = make_link(mailbox.server.port)

    sync(mailbox.account(port=link.port))
    mailbox.expunge(2)
    sync(mailbox.account(port=link.port))

    assert any(b"BODY.PEEK[]" in command for command in link.commands)
    assert not [command for command in link.commands if WRITING.search(command)]
    assert not [command for command in link.commands if re.search(rb"BODY\[", command)]


def test_sync_leaves_mail_unseen(mailbox, sync, make_mail):
    mailbox.add(make_mail(1))

    sync(mailbox.account())

    with mailbox.client() as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search("UNSEEN") == [1]


def test_sync_keeps_a_message_in_five_folders_once_with_five_places(mailbox, sync, store, make_mail):
    folders = ["INBOX", "Sent", "Schule/2024", "007", "Entwürfe"]
    for folder in folders:
        mailbox.add(make_mail(1), folder=folder)

    report = sync(mailbox.account())

    key = store.evidence.of_kind("mail")[0]
    places = {provenance.folder for provenance, _ in store.evidence.provenance([key])[key]}
    assert store.evidence.counts()["mail"] == 1
    assert places == set(folders)
    assert (report.kept, report.known) == (1, 4)


@pytest.mark.parametrize("name", ["Grüße & mehr", 'a "quoted" \\name', "日本語", "a/b/c", "100 % ~", "007"])
def test_sync_reads_folders_with_odd_names(mailbox, sync, store, make_mail, name):
    mailbox.add(make_mail(1), folder=name)

    sync(mailbox.account(folders=(name,)))

    assert list(store.sync.folder_states("home")) == [name]
    assert store.evidence.counts()["mail"] == 1


def test_sync_notes_an_expunged_message_and_keeps_its_bytes(mailbox, sync, store, held, make_mail):
    raws = [make_mail(n) for n in range(1, 6)]
    mailbox.add(*raws)
    sync(mailbox.account())
    mailbox.expunge(2, 4)

    report = sync(mailbox.account())

    assert report.vanished == 2
    assert held() == sorted(raws)
    assert sorted(store.evidence.copy_ids("home", "INBOX", _uidvalidity(store))) == [1, 3, 5]


def test_sync_uses_qresync_to_learn_what_left(mailbox, sync, make_mail, make_link):
    mailbox.add(*[make_mail(n) for n in range(5)])
    sync(mailbox.account())
    mailbox.expunge(3)
    link = make_link(mailbox.server.port)

    report = sync(mailbox.account(port=link.port))

    assert report.vanished == 1
    assert any(b"(QRESYNC (" in command for command in link.commands)
    assert not any(b"SEARCH" in command for command in link.commands)


def test_sync_after_renumbering_downloads_nothing_and_keeps_old_places(
    mailbox, sync, store, make_mail, make_link
):
    mailbox.add(*[make_mail(n) for n in range(20)])
    sync(mailbox.account())
    old = _uidvalidity(store)
    mailbox.renumber()
    link = make_link(mailbox.server.port)

    report = sync(mailbox.account(port=link.port))

    key = store.evidence.of_kind("mail")[0]
    assert (report.kept, report.recognised) == (0, 20)
    assert not any(b"BODY.PEEK[]" in command for command in link.commands)
    assert {p.uidvalidity for p, _ in store.evidence.provenance([key])[key]} == {old, 1234567890}
    assert sync(mailbox.account()).recognised == 0


def test_sync_after_renumbering_downloads_what_it_cannot_be_sure_of(mailbox, sync, store, make_mail):
    mailbox.add(*[make_mail(n) for n in range(4)], make_mail(9, message_id=False))
    sync(mailbox.account())
    mailbox.renumber()
    mailbox.add(make_mail(50))

    report = sync(mailbox.account())

    assert (report.kept, report.known, report.recognised) == (1, 1, 4)


def test_sync_after_renumbering_goes_on_where_it_was_cut(
    mailbox, sync, store, make_mail, make_link, monkeypatch
):
    mailbox.add(*[make_mail(n) for n in range(60)])
    sync(mailbox.account())
    mailbox.renumber()
    link = make_link(mailbox.server.port, cut_after=2_500)

    report = sync(mailbox.account(port=link.port))

    assert link.cuts == 1
    assert (report.kept, report.recognised) == (0, 60)


def test_sync_recognises_a_renamed_folder(mailbox, sync, store, make_mail, make_link):
    mailbox.add(*[make_mail(n) for n in range(8)], folder="School")
    sync(mailbox.account())
    with mailbox.client() as client:
        client.rename_folder("School", "School old")
    link = make_link(mailbox.server.port)

    report = sync(mailbox.account(port=link.port))

    assert (report.kept, report.known, report.recognised) == (0, 0, 8)
    assert report.gone == ("School",)
    assert store.evidence.counts()["gone"] == 0
    assert sync(mailbox.account()).gone == ()


def test_sync_keeps_what_a_deleted_folder_held(mailbox, sync, held, make_mail):
    mailbox.add(make_mail(1), folder="School")
    sync(mailbox.account())
    with mailbox.client() as client:
        client.delete_folder("School")

    report = sync(mailbox.account())

    assert report.gone == ("School",)
    assert held() == [make_mail(1)]


def test_sync_asks_about_an_emptied_inbox(mailbox, sync, make_mail):
    mailbox.add(make_mail(1), make_mail(2))
    sync(mailbox.account())
    mailbox.expunge(1, 2)

    with pytest.raises(FolderEmptied, match="INBOX"):
        sync(mailbox.account())

    assert sync(mailbox.account(), accept_empty=True).vanished == 2


def test_sync_since_a_day_leaves_older_mail(mailbox, sync, held, make_mail, since):
    mailbox.add(make_mail(1))
    mailbox.add(make_mail(2), when=datetime(2024, 9, 2, 12, tzinfo=UTC))

    sync(mailbox.account(since=since))

    assert held() == [make_mail(2)]


def test_sync_over_tls_and_starttls_with_a_trusted_certificate(mailbox, sync, make_mail):
    mailbox.add(make_mail(1))
    trusted = {"ca_file": str(mailbox.server.cert_file), "host": "localhost"}

    over_tls = sync(mailbox.account(name="a", security="tls", port=mailbox.server.tls_port, **trusted))
    over_starttls = sync(mailbox.account(name="b", security="starttls", **trusted))

    assert (over_tls.kept, over_starttls.known) == (1, 1)


def test_connect_refuses_a_certificate_that_nobody_vouches_for(mailbox):
    account = mailbox.account(security="tls", port=mailbox.server.tls_port, host="localhost")

    with pytest.raises(ServerNotTrusted, match="not vouched for"):
        connect(account, lambda: "unused")


def test_connect_says_that_a_certificate_has_expired(mailbox):
    server = mailbox.server
    account = mailbox.account(
        security="tls", host="127.0.0.2", port=server.expired_port, ca_file=str(server.folder / "expired.pem")
    )

    with pytest.raises(ServerNotTrusted, match="has expired") as caught:
        connect(account, lambda: "unused")

    assert "clock" in caught.value.remedy


def test_connect_says_that_another_server_answered(mailbox, monkeypatch):
    import socket

    real = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda address, *a, **k: real(("127.0.0.1", address[1]), *a, **k)
    )
    server = mailbox.server
    account = mailbox.account(
        security="tls", host="imap.example.org", port=server.tls_port, ca_file=str(server.cert_file)
    )

    with pytest.raises(ServerNotTrusted, match=r"is not imap\.example\.org"):
        connect(account, lambda: "unused")


def test_connect_tells_a_wrong_password(mailbox):
    with pytest.raises(SignInFailed, match="refused the sign-in") as caught:
        connect(mailbox.account(), lambda: "wrong-word-4711")

    assert "wrong-word-4711" not in caught.value.problem + caught.value.remedy


def test_connect_tells_tls_on_a_plain_port(mailbox):
    with pytest.raises(ServerUnreachable, match="does not speak TLS"):
        connect(mailbox.account(security="tls", timeout_seconds=3), lambda: "unused")


def test_connect_takes_a_password_beyond_ascii(mailbox):
    with pytest.raises(SignInFailed):
        connect(mailbox.account(), lambda: "schlüssel")


def test_test_connection_lists_folders_and_counts(mailbox, make_mail, tmp_path):
    mailbox.add(make_mail(1), make_mail(2))
    mailbox.add(make_mail(3), folder="Sent")

    check = imap_sync.test_connection(
        mailbox.account(folders=("INBOX",)), lambda: mailbox_password(), work=tmp_path
    )

    assert {"INBOX", "Sent"} <= set(check.folders)
    assert (check.taken, check.messages, check.gmail, check.push) == (("INBOX",), 2, False, True)


def mailbox_password() -> str:
    from benchmarks.mail_server import PASSWORD

    return PASSWORD


def test_sync_reads_mail_that_was_put_into_the_maildir_by_hand(mailbox, sync, held, make_mail):
    from benchmarks.mail_maker import fill_maildir

    raws = [make_mail(n) for n in range(300)]
    fill_maildir(mailbox.server.maildir(mailbox.user), iter(raws))
    mailbox.server.give(mailbox.user)

    sync(mailbox.account())

    assert held() == sorted(raws)
    shutil.rmtree(mailbox.server.maildir(mailbox.user))


def _uidvalidity(store) -> int:
    return store.sync.folder_states("home")["INBOX"].uidvalidity

from __future__ import annotations

import errno
import hashlib
import os
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import EvidenceDamaged, StorageFull, WorkspaceBusy
from models.vault import HEADER, Place, Vault

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def vault(tmp_path: Path):
    opened = Vault(tmp_path / "evidence")
    yield opened
    opened.close()


@pytest.mark.parametrize("raw", [b"", b"x", b"a\r\nb\n\x00\xff" * 999, os.urandom(70_000)], ids=len)
def test_append_gives_back_the_exact_bytes(vault, raw):
    key, place = vault.append(raw)
    vault.flush()

    assert key == hashlib.sha256(raw).hexdigest()
    assert vault.read(key, place) == raw


@settings(max_examples=25, deadline=None)
@given(pieces=st.lists(st.binary(max_size=3000), max_size=12))
def test_read_finds_every_record_among_others(tmp_path_factory, pieces):
    vault = Vault(tmp_path_factory.mktemp("v"), pack_bytes=2000)
    places = [vault.append(raw) for raw in pieces]
    vault.flush()

    assert [vault.read(key, place) for key, place in places] == pieces
    assert [key for key, _, _ in vault.recover()] == [key for key, _ in places]
    vault.close()


def test_append_begins_a_new_pack_when_one_is_full(tmp_path):
    vault = Vault(tmp_path / "evidence", pack_bytes=1000)

    places = [vault.append(os.urandom(600))[1] for _ in range(4)]

    assert [place.pack for place in places] == [1, 1, 2, 2]
    vault.close()


def test_append_file_streams_a_large_file(vault, tmp_path):
    path = tmp_path / "large.eml"
    path.write_bytes(os.urandom(1_000_000) * 3)

    key, size, place = vault.append_file(path)
    vault.flush()

    assert size == 3_000_000
    assert hashlib.sha256(b"".join(vault.stream(key, place))).hexdigest() == key
    assert next(vault.recover())[:2] == (key, size)


def test_reopening_cuts_off_a_torn_record_and_keeps_whole_ones(tmp_path):
    vault = Vault(tmp_path)
    key, place = vault.append(b"whole")
    vault.flush()
    vault.close()
    pack = tmp_path / "000001.pack"
    pack.write_bytes(pack.read_bytes() + HEADER.pack(b"STe1", 500, 900, bytes(32)) + b"torn")

    again = Vault(tmp_path)
    second, second_place = again.append(b"next")
    again.flush()

    assert again.read(key, place) == b"whole"
    assert again.read(second, second_place) == b"next"
    assert [found for found, _, _ in again.recover()] == [key, second]
    again.close()


@pytest.mark.parametrize("offset", [0, HEADER.size + 3, -1], ids=["magic", "frame", "last byte"])
def test_read_names_a_changed_record_as_damaged(vault, tmp_path, offset):
    key, place = vault.append(b"evidence " * 50)
    vault.flush()
    pack = tmp_path / "evidence" / "000001.pack"
    data = bytearray(pack.read_bytes())
    data[offset] ^= 0xFF
    pack.write_bytes(data)

    with pytest.raises(EvidenceDamaged, match=key[:16]):
        Vault(tmp_path / "evidence").read(key, place)


def test_read_names_a_missing_pack_as_damaged(vault):
    with pytest.raises(EvidenceDamaged):
        vault.read("0" * 64, Place(7, 0, 10))


def test_read_refuses_whole_bytes_of_another_hash(vault):
    _, place = vault.append(b"one")
    vault.flush()

    with pytest.raises(EvidenceDamaged):
        vault.read("0" * 64, place)


def test_full_disk_is_told_in_words_and_leaves_no_half(tmp_path, monkeypatch):
    vault = Vault(tmp_path)
    key, place = vault.append(b"safe")
    vault.flush()
    real = vault._file

    class Full:
        def __getattr__(self, name):
            return getattr(real, name)

        def write(self, data):
            real.write(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")

    vault._file = Full()
    with pytest.raises(StorageFull) as caught:
        vault.append(b"too much")

    assert "goes on where it stopped" in caught.value.remedy
    again, again_place = vault.append(b"after")
    vault.flush()
    assert vault.read(key, place) == b"safe"
    assert vault.read(again, again_place) == b"after"
    vault.close()


def test_other_disk_errors_pass_through(tmp_path, monkeypatch):
    vault = Vault(tmp_path)
    vault.append(b"x")
    monkeypatch.setattr(os, "fsync", lambda _fd: (_ for _ in ()).throw(OSError(errno.EIO, "I/O error")))

    with pytest.raises(OSError, match="I/O error"):
        vault.flush()
    vault.close()


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_packs_are_for_the_owner_alone(vault, tmp_path):
    vault.append(b"private")

    assert (tmp_path / "evidence").stat().st_mode & 0o077 == 0
    assert (tmp_path / "evidence" / "000001.pack").stat().st_mode & 0o077 == 0


def test_a_second_writer_is_kept_out_until_the_first_has_closed(tmp_path):
    first, second = Vault(tmp_path), Vault(tmp_path)
    key, place = first.append(b"mine")

    with pytest.raises(WorkspaceBusy):
        second.append(b"yours")
    first.flush()
    first.close()
    other, other_place = second.append(b"yours")
    second.flush()

    assert second.read(key, place) == b"mine"
    assert second.read(other, other_place) == b"yours"
    second.close()


def test_a_vault_written_in_one_thread_may_be_closed_in_another(tmp_path):
    first, second = Vault(tmp_path), Vault(tmp_path)
    writer = threading.Thread(target=first.append, args=(b"x",))
    writer.start()
    writer.join()

    first.close()

    assert second.append(b"y")[1].pack == 1
    second.close()

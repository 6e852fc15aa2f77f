"""Writes small files of Outlook's two kinds, so that the real libraries are tested on real files.

Numbers are MAPI properties (MS-OXPROPS). The layout of a .pst is that of MS-PST, Unicode, not
encrypted: a header, blocks with what the nodes hold, and two trees that find them.
"""

from __future__ import annotations

import io
import struct
import zlib
from datetime import UTC, datetime

TEXT, BINARY, OBJECT, LONG, TIME, FLAG = 0x001F, 0x0102, 0x000D, 0x0003, 0x0040, 0x000B
STORE, NAMES, ROOT = 0x21, 0x61, 0x122
RECIPIENTS, ATTACHMENTS = 0x692, 0x671


def msg_bytes(*, texts, blobs=(), sent_at=None, recipients=(), attachments=()):
    """Return a .msg file, by the writer that extract-msg brings along.

    Args:
        texts: Property number -> text.
        blobs: (property number, bytes) pairs.
        sent_at: Aware, or None.
        recipients: (kind 1 To or 2 Cc, name, address) each.
        attachments: (name, bytes, or a message as a dictionary of these arguments) each.
    """
    from extract_msg import OleWriter

    writer = OleWriter()
    for stream in ("00020102", "00030102", "00040102"):
        writer.addEntry(["__nameid_version1.0", f"__substg1.0_{stream}"], b"")
    _write_message(
        writer, [], texts=texts, blobs=blobs, sent_at=sent_at, recipients=recipients, attachments=attachments
    )
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _write_message(writer, top, *, texts, blobs=(), sent_at=None, recipients=(), attachments=()):
    entries = _streams(writer, top, {0x001A: "IPM.Note", **texts}, blobs)
    entries += [_fixed(0x340D, LONG, 0x00040000), _fixed(0x0E07, LONG, 1)]
    if sent_at is not None:
        ticks = int((sent_at - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
        entries.append(_fixed(0x0039, TIME, ticks))
    head = struct.pack("<8xLLLL", len(recipients), len(attachments), len(recipients), len(attachments))
    head += b"" if top else bytes(8)
    writer.addEntry([*top, "__properties_version1.0"], head + b"".join(entries))
    for number, (kind, name, address) in enumerate(recipients):
        place = [*top, f"__recip_version1.0_#{number:08X}"]
        found = _streams(writer, place, {0x3001: name, 0x39FE: address, 0x3003: address}, ())
        found.append(_fixed(0x0C15, LONG, kind))
        writer.addEntry([*place, "__properties_version1.0"], bytes(8) + b"".join(found))
    for number, (name, data) in enumerate(attachments):
        place = [*top, f"__attach_version1.0_#{number:08X}"]
        inside = isinstance(data, dict)
        found = _streams(writer, place, {0x3707: name, 0x3704: name}, [] if inside else [(0x3701, data)])
        found += [
            _fixed(0x3705, LONG, 5 if inside else 1),
            _fixed(0x0E21, LONG, number),
            _fixed(0x7FFE, FLAG, 0),
        ]
        if inside:
            _write_message(writer, [*place, "__substg1.0_3701000D"], **data)
            found.append(struct.pack("<HHLLL", OBJECT, 0x3701, 6, 0xFFFFFFFF, 1))
        writer.addEntry([*place, "__properties_version1.0"], bytes(8) + b"".join(found))


def _streams(writer, place, texts, blobs):
    entries = []
    for number, text in texts.items():
        data = text.encode("utf-16-le")
        writer.addEntry([*place, f"__substg1.0_{number:04X}{TEXT:04X}"], data)
        entries.append(struct.pack("<HHLLL", TEXT, number, 6, len(data) + 2, 0))
    for number, data in blobs:
        writer.addEntry([*place, f"__substg1.0_{number:04X}{BINARY:04X}"], data)
        entries.append(struct.pack("<HHLLL", BINARY, number, 6, len(data), 0))
    return entries


def _fixed(number, kind, value):
    return struct.pack("<HHLQ", kind, number, 6, value)


class Embedded(bytes):
    """The place of a message inside a message."""


class PstWriter:
    """Collects nodes and blocks; `bytes` lays them out."""

    def __init__(self):
        self.blocks = []  # (bid, data)
        self.nodes = []  # (nid, bid of data, bid of subnodes, parent nid)
        self.next_bid = 4
        self.next_nid = 0x200
        self.node(STORE, {0x3001: "Mail"}, parent=0)
        self.node(NAMES, {1: 1, 2: bytes(16), 3: struct.pack("<LHH", 0x8501, 2, 0), 4: bytes(4)}, parent=0)
        self.below = {ROOT: ([], [])}  # folder -> (folders in it, messages in it)
        self.node(ROOT, {0x3001: "Root"}, parent=ROOT)

    def folder(self, name, parent=ROOT):
        nid = self.new_nid(0x02)
        self.node(nid, {0x3001: name, 0x3602: 0}, parent=parent)
        self.below[parent][0].append((nid, {0x3001: name}))
        self.below[nid] = ([], [])
        return nid

    def message(self, folder, properties, *, recipients=(), attachments=()):
        """Add a message. Recipients and attachments are property dictionaries."""
        subnodes = []
        if recipients:
            rows = [(number, row) for number, row in enumerate(recipients)]
            subnodes.append((RECIPIENTS, self.block(table(rows)), 0))
        if attachments:
            nids = [self.new_nid(0x05) for _ in attachments]
            rows = [(nid, {0x0E20: 8, 0x3705: 1}) for nid in nids]
            subnodes.append((ATTACHMENTS, self.block(table(rows)), 0))
            subnodes += [self.attachment(nid, p) for nid, p in zip(nids, attachments, strict=True)]
        sub = self.subnodes(subnodes) if subnodes else 0
        nid = self.new_nid(0x04)
        self.below[folder][1].append((nid, {0x001A: "IPM.Note"}))
        self.node(nid, {0x001A: "IPM.Note", **properties}, parent=folder, sub=sub)

    def attachment(self, nid, properties):
        """Return the subnode of an attachment; property 0x3701 may be a message, as its properties."""
        inner, sub = properties.get(0x3701), 0
        if isinstance(inner, dict):
            inner_nid = self.new_nid(0x04)
            sub = self.subnodes([(inner_nid, self.block(properties_heap({0x001A: "IPM.Note", **inner})), 0)])
            properties = {**properties, 0x3701: Embedded(struct.pack("<LL", inner_nid, 100)), 0x3705: 5}
        return nid, self.block(properties_heap(properties)), sub

    def new_nid(self, kind):
        self.next_nid += 1
        return self.next_nid << 5 | kind

    def node(self, nid, properties, *, parent, sub=0):
        self.nodes.append((nid, self.block(properties_heap(properties)), sub, parent))

    def block(self, data, *, internal=False):
        bid = self.next_bid | (2 if internal else 0)
        self.next_bid += 4
        self.blocks.append((bid, data))
        return bid

    def subnodes(self, entries):
        body = b"".join(struct.pack("<QQQ", *entry) for entry in sorted(entries))
        return self.block(struct.pack("<BBHL", 2, 0, len(entries), 0) + body, internal=True)

    def bytes(self):
        for nid, (folders, messages) in self.below.items():
            for kind, rows in ((0x0D, folders), (0x0E, messages), (0x0F, [])):
                self.nodes.append((nid & ~0x1F | kind, self.block(table(rows)), 0, 0))
        file = bytearray(0x4600)
        places = []
        for bid, data in self.blocks:
            at = len(file)
            size = -(-(len(data) + 16) // 64) * 64
            trailer = struct.pack("<HHLQ", len(data), signature(at, bid), crc(data), bid)
            file += data + bytes(size - 16 - len(data)) + trailer
            places.append(struct.pack("<QQHHL", bid, at, len(data), 2, 0))
        file += bytes(-len(file) % 512)
        blocks_at = tree(file, places, 24, 0x80, self.next_bid)
        nodes = [
            struct.pack("<QQQLL", nid, data, sub, parent, 0) for nid, data, sub, parent in sorted(self.nodes)
        ]
        nodes_at = tree(file, nodes, 32, 0x81, self.next_bid + 0x1000)
        file[:564] = header(len(file), nodes_at, blocks_at, self.next_bid + 0x2000)
        return bytes(file)


def tree(file, entries, size, kind, bid):
    """Append the pages of a tree of two levels; return (id, place) of its top."""
    above = []
    for first in range(0, len(entries), 488 // size):
        some = entries[first : first + 488 // size]
        bid += 4
        above.append(some[0][:8] + struct.pack("<QQ", bid, len(file)))
        file += page(some, size, kind, bid, len(file), level=0)
    bid += 4
    top = (bid, len(file))
    file += page(above, 24, kind, bid, len(file), level=1)
    return top


def header(size, nodes_at, blocks_at, next_bid):
    root = struct.pack("<LQQQQQQQQBBH", 0, size, 0x4400, 0, 0, *nodes_at, *blocks_at, 2, 0, 0)
    body = struct.pack("<HHHBBLLQQL", 0x4D53, 23, 19, 1, 1, 0, 0, 0, 0x2000, 1) + bytes(128 + 8) + root
    body += bytes(4) + b"\xff" * 256 + struct.pack("<BBHQ", 0x80, 0, 0, next_bid)
    return (
        b"!BDN" + struct.pack("<L", crc(body[:471])) + body + struct.pack("<L", crc(body[:516])) + bytes(36)
    )


def page(entries, size, kind, bid, at, *, level):
    if len(entries) * size > 488:
        raise ValueError("two levels are all that this writer knows")
    body = b"".join(entries).ljust(488, b"\0") + struct.pack(
        "<BBBBL", len(entries), 488 // size, size, level, 0
    )
    return body + struct.pack("<BBHLQ", kind, kind, signature(at, bid), crc(body), bid)


def heap(client, root, pieces):
    """A heap on a node: pieces are numbered from 1, and `root` is the number of the first to look at."""
    body, starts = bytearray(12), []
    for piece in pieces:
        starts.append(len(body))
        body += piece
    starts.append(len(body))
    body += bytes(len(body) % 2)
    struct.pack_into("<HBBLL", body, 0, len(body), 0xEC, client, root << 5, 0)
    return bytes(body) + struct.pack("<HH", len(pieces), 0) + b"".join(struct.pack("<H", at) for at in starts)


def properties_heap(properties):
    pieces = [b"", b""]  # the tree's head and its leaf, filled in below
    records = []
    for number, value in sorted(properties.items()):
        kind, data = encoded(value)
        if kind == LONG:
            records.append(struct.pack("<HHL", number, kind, value))
            continue
        if data:
            pieces.append(data)
        records.append(struct.pack("<HHL", number, kind, len(pieces) << 5 if data else 0))
    pieces[0] = struct.pack("<BBBBL", 0xB5, 2, 6, 0, 2 << 5 if records else 0)
    pieces[1] = b"".join(records)
    return heap(0xBC, 1, pieces)


def table(rows):
    """A table: (row id, properties) each; texts lie in the heap."""
    columns = sorted({(number, encoded(value)[0]) for _, row in rows for number, value in row.items()})
    columns = [(0x67F2, LONG), (0x67F3, LONG), *columns]
    pieces = [b"", b"", b"", b""]  # info, head and leaf of the row index, the rows
    matrix = b""
    for row_id, row in rows:
        cells = [struct.pack("<LL", row_id, 1)]
        for number, kind in columns[2:]:
            value = row.get(number)
            if value is None:
                cells.append(bytes(4))
            elif kind == LONG:
                cells.append(struct.pack("<L", value))
            else:
                pieces.append(encoded(value)[1])
                cells.append(struct.pack("<L", len(pieces) << 5))
        present = sum(1 << (7 - at) for at in range(min(len(columns), 8)))
        matrix += b"".join(cells) + bytes([present])
    width = 4 * len(columns)
    described = b"".join(
        struct.pack("<HHHBB", kind, number, 4 * at, 4, at) for at, (number, kind) in enumerate(columns)
    )
    ordered = b"".join(
        sorted((described[at : at + 8] for at in range(0, len(described), 8)), key=lambda d: d[2:4][::-1])
    )
    info = struct.pack(
        "<BBHHHHLLL", 0x7C, len(columns), width, width, width, width + 1, 2 << 5, 4 << 5 if rows else 0, 0
    )
    pieces[0] = info + ordered
    pieces[1] = struct.pack("<BBBBL", 0xB5, 4, 4, 0, 3 << 5 if rows else 0)
    index = sorted((row_id, at) for at, (row_id, _) in enumerate(rows))
    pieces[2] = b"".join(struct.pack("<LL", row_id, at) for row_id, at in index)
    pieces[3] = matrix
    return heap(0x7C, 1, pieces)


def encoded(value):
    if isinstance(value, int):
        return LONG, b""
    if isinstance(value, datetime):
        return TIME, struct.pack(
            "<Q", int((value - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10**7
        )
    if isinstance(value, Embedded):
        return OBJECT, value
    if isinstance(value, bytes):
        return BINARY, value
    return TEXT, value.encode("utf-16-le")


def crc(data):
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


def signature(at, bid):
    value = at ^ bid
    return (value >> 16 ^ value) & 0xFFFF

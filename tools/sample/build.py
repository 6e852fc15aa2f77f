#!/usr/bin/env python3
"""Builds the bundled sample mailbox from the human-written texts in messages/.

    python tools/sample/build.py [FOLDER]      (default: schooltrail/sample)

Standard library only, no clock, no random numbers: two runs give the same bytes, whatever the Python version.

What messages/ holds
--------------------
Every file whose name does not start with "_" is one message:

    date: 2024-09-12 15:42          local time in New York; or "2024-09-12 15:42:10"
    from: colloway                  keys of _people.txt
    to: jo, tarvo                   left out: jo
    cc: fesque
    subject: Today
    client: outlook                 left out: the one the sender has in _people.txt
    reply: STEM                     answers that message: In-Reply-To, References
    quote: no                       a reply that quotes nothing
    forward: STEM                   that message is pasted below the text
    sign: no                        no signature
    attach: pdf NAME from DOC       also docx, txt, ics (DOC is _doc-DOC.txt), png NAME, eml STEM
    charset: windows-1252           left out: utf-8
    encoding: base64                left out: what the client does
    header: X-Name: value           one more header line as it stands
    zone: utc                       the Date header is written in UTC
    nodate: yes                     no Date header, the time stands only in Received
    copies: 2                       the same bytes lie twice in the mailbox
    absent: yes                     never becomes a file; others may quote it (a ghost)
    act: 2024-09-12 removal_from_class colloway !
                                    what the text says happened, for STORY.md only; "!": among the key events
    ---
    The text. An empty line ends a paragraph; the lines of one paragraph are joined where the client does not
    break lines (phones, HTML). Lines that start with "* " or end with a backslash keep their break, "# " is a
    heading in HTML.

_people.txt   "@key client Name <address>", then the signature lines
_doc-*.txt    texts of attachments; in a docx, lines with "|" make a table, in a PDF "[page]" starts a page
_calls.txt    the call log          _calendar.txt  "first [last] summary" a line; "at" lines are timed events
_config.txt   the configuration     _story.txt     STORY.md; {{STEM}} becomes the number of that message
"""

import argparse
import base64
import binascii
import datetime as dt
import hashlib
import html
import io
import re
import struct
import sys
import textwrap
import uuid
import zipfile
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEXTS = HERE / "messages"
DEFAULT = HERE.parents[1] / "schooltrail" / "sample"
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
MANY = {"act", "attach", "header"}
CLIENTS = {"gmail", "iphone", "outlook", "outlook-html", "thunderbird", "plain", "news"}


# ---------------------------------------------------------------- reading the texts


def sunday(year, month, nth):
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


def new_york(local):
    """The local time with its offset; the rule of the law, so that no time zone database is needed."""
    start = dt.datetime.combine(sunday(local.year, 3, 2), dt.time(2))
    end = dt.datetime.combine(sunday(local.year, 11, 1), dt.time(2))
    return local.replace(tzinfo=dt.timezone(dt.timedelta(hours=-4 if start <= local < end else -5)))


def people():
    found, key = {}, None
    for line in (TEXTS / "_people.txt").read_text(encoding="utf-8").splitlines():
        head = re.fullmatch(r"@(\S+) (\S+) (.*) <(\S+)>", line)
        if head:
            key = head[1]
            found[key] = {"client": head[2], "name": head[3], "address": head[4], "sign": []}
        elif key:
            found[key]["sign"].append(line)
    for one in found.values():
        one["sign"] = "\n".join(one["sign"]).strip("\n")
    return found


def read_message(path, known):
    head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
    m = {"stem": path.stem, "to": "jo", "act": [], "attach": [], "header": [], "body": body.strip("\n")}
    for line in head.splitlines():
        key, colon, value = line.partition(":")
        if not colon:
            sys.exit(f"{path.name}: not 'key: value': {line}")
        key, value = key.strip(), value.strip()
        if key in MANY:
            m[key].append(value)
        else:
            m[key] = value
    when = m["date"] if m["date"].count(":") == 2 else m["date"] + f":{sum(path.stem.encode()) % 60:02d}"
    m["when"] = new_york(dt.datetime.fromisoformat(when))
    for field in ("from", "to", "cc"):
        m[field] = [known[k.strip()] for k in m.get(field, "").split(",") if k.strip()]
    m["sender"] = m["from"][0]
    m["client"] = m.get("client", m["sender"]["client"])
    if m["client"] not in CLIENTS:
        sys.exit(f"{path.name}: unknown client {m['client']}")
    digest = hashlib.sha256(path.stem.encode()).hexdigest()
    domain = m["sender"]["address"].partition("@")[2]
    m["id"] = {
        "gmail": f"<CA{base64.b64encode(digest[:27].encode()).decode()[:32]}@mail.{domain}>",
        "iphone": f"<{str(uuid.UUID(digest[:32])).upper()}@{domain}>",
    }.get(m["client"], f"<{digest[:24]}@{domain}>")
    return m


# ---------------------------------------------------------------- text of a message


def stamp(when, style):
    clock = f"{when.hour % 12 or 12}:{when.minute:02d} {'AM' if when.hour < 12 else 'PM'}"
    day, month = DAYS[when.weekday()], MONTHS[when.month - 1]
    return {
        "gmail": f"{day[:3]}, {month[:3]} {when.day}, {when.year} at {clock}",
        "iphone": f"{month[:3]} {when.day}, {when.year}, at {clock}",
        "outlook": f"{day}, {month} {when.day}, {when.year} {clock}",
        "thunderbird": f"{when.month}/{when.day}/{when.year % 100:02d} {clock}",
    }[style]


def date_header(when):
    return (
        f"{DAYS[when.weekday()][:3]}, {when.day:02d} {MONTHS[when.month - 1][:3]} {when.year} "
        f"{when:%H:%M:%S} {when:%z}"
    )


def paragraphs(text):
    """The paragraphs, each a list of lines that keep their breaks."""
    out = []
    for block in re.split(r"\n{2,}", text):
        lines = []
        for line in block.split("\n"):
            kept = lines and not lines[-1].endswith("\\") and not line.startswith(("* ", "# ", "-- "))
            if kept:
                lines[-1] += " " + line
            else:
                lines.append(line)
        out.append([line.rstrip("\\").rstrip() for line in lines])
    return out


def long_lines(text):
    return "\n\n".join("\n".join(p) for p in paragraphs(text))


def as_written(text):
    return "\n".join(line.rstrip("\\").rstrip() for line in text.split("\n"))


def flowed(text):
    out = []
    for block in paragraphs(text):
        for line in block:
            wrapped = textwrap.wrap(line, 70, break_long_words=False, break_on_hyphens=False) or [""]
            out += [part + " " for part in wrapped[:-1]] + wrapped[-1:]
        out.append("")
    return "\n".join(out).rstrip("\n")


def names(whom):
    return "; ".join(f"{p['name']} <{p['address']}>" for p in whom)


def header_block(m):
    lines = [
        f"From: {m['sender']['name']} <{m['sender']['address']}>",
        f"Sent: {stamp(m['when'], 'outlook')}",
        f"To: {names(m['to'])}",
    ]
    if m["cc"]:
        lines.append(f"Cc: {names(m['cc'])}")
    return [*lines, f"Subject: {m['subject']}"]


def signature(m):
    return "" if m.get("sign") == "no" else m["sender"]["sign"]


def marked(lines):
    return "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines)


def quoted(m, messages, depth=2):
    """(what is quoted, the text below the own one) or (None, '')."""
    if not depth or "reply" not in m or m.get("quote") == "no":
        return None, ""
    older = messages[m["reply"]]
    text = plain(older, messages, depth - 1)
    who = f"{older['sender']['name']} <{older['sender']['address']}>"
    if m["client"] == "iphone":
        text = f"On {stamp(older['when'], 'iphone')}, {who} wrote:\n\n{text}"
        return older, marked(text.split("\n"))
    if m["client"] in ("outlook", "outlook-html"):
        return older, "_" * 32 + "\n" + "\n".join(header_block(older)) + "\n\n" + text
    when = stamp(older["when"], "thunderbird" if m["client"] == "thunderbird" else "gmail")
    lead = (
        f"On {when}, {older['sender']['name']} wrote:"
        if m["client"] == "thunderbird"
        else f"On {when} {who} wrote:"
    )
    lines = []
    for line in text.split("\n"):
        lines += (
            [line] if line.startswith(">") else textwrap.fill(line, 78, break_on_hyphens=False).split("\n")
        )
    return older, lead + "\n\n" + marked(lines)


def forwarded(m, messages):
    if "forward" not in m:
        return ""
    older = messages[m["forward"]]
    if m["client"] == "iphone":
        lead = "Begin forwarded message:\n\n" + "\n".join(header_block(older)).replace("Sent: ", "Date: ")
    else:
        lead = (
            "---------- Forwarded message ---------\n"
            f"From: {older['sender']['name']} <{older['sender']['address']}>\n"
            f"Date: {stamp(older['when'], 'gmail')}\nSubject: {older['subject']}\nTo: {names(older['to'])}\n"
        )
    return lead + "\n\n" + plain(older, messages, 1)


def plain(m, messages, depth=2, flow=False):
    client = m["client"]
    if client == "thunderbird" and flow:
        own = flowed(m["body"])
    else:
        own = (as_written if client in ("gmail", "plain") else long_lines)(m["body"])
    parts = [own]
    if signature(m):
        mark = "-- \n" if client in ("gmail", "thunderbird", "plain") else ""
        parts.append(mark + signature(m))
    if client == "iphone":
        parts.append("Sent from my iPhone")
    parts += [forwarded(m, messages), quoted(m, messages, depth)[1]]
    return "\n\n".join(p for p in parts if p)


# ---------------------------------------------------------------- HTML


def esc(text):
    return html.escape(text, quote=False)


def html_of(text, opening, closing):
    out = []
    for block in paragraphs(text):
        out.append(opening + "<br>\n".join(esc(line) for line in block) + closing)
    return "\n".join(out)


def gmail_html(m, messages):
    out = '<div dir="ltr">' + html_of(m["body"], "<div>", "</div><div><br></div>")
    if signature(m):
        lines = "<br>".join(esc(s) for s in signature(m).split("\n"))
        out += (
            '<div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" '
            f'class="gmail_signature">{lines}</div>'
        )
    out += "</div>"
    if m.get("forward"):
        older = messages[m["forward"]]
        out += (
            '<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
            "---------- Forwarded message ---------<br>"
            f'From: <strong class="gmail_sendername" dir="auto">{esc(older["sender"]["name"])}</strong> '
            f'<span dir="auto">&lt;{older["sender"]["address"]}&gt;</span><br>'
            f"Date: {stamp(older['when'], 'gmail')}<br>Subject: {esc(older['subject'])}<br>"
            f"To: {esc(names(older['to']))}<br></div><br><br>"
            + html_of(plain(older, messages, 1), "<div>", "</div><div><br></div>")
            + "</div>"
        )
    older, _ = quoted(m, messages)
    if older:
        out += (
            '<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On '
            f'{stamp(older["when"], "gmail")} {esc(older["sender"]["name"])} &lt;<a href="mailto:'
            f'{older["sender"]["address"]}">{older["sender"]["address"]}</a>&gt; wrote:<br></div>'
            '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid '
            'rgb(204,204,204);padding-left:1ex">'
            + html_of(plain(older, messages, 1), "<div>", "</div><div><br></div>")
            + "</blockquote></div>"
        )
    return out


def outlook_html(m, messages):
    par = '<p class="MsoNormal">'
    gap = par + "<o:p>&nbsp;</o:p></p>\n"
    out = (
        '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">\n<head>\n'
        '<meta http-equiv="Content-Type" content="text/html; charset=CHARSET">\n'
        '<meta name="Generator" content="Microsoft Word 15 (filtered medium)">\n<style><!--\n'
        "@font-face\n\t{font-family:Calibri;}\np.MsoNormal, li.MsoNormal, div.MsoNormal\n\t{margin:0in;\n"
        '\tfont-size:11.0pt;\n\tfont-family:"Calibri",sans-serif;}\ndiv.WordSection1\n\t{page:WordSection1;}\n'
        '--></style>\n</head>\n<body lang="EN-US" link="#0563C1" vlink="#954F72" '
        'style="word-wrap:break-word">\n'
        '<div class="WordSection1">\n'
    )
    for block in paragraphs(m["body"]):
        for line in block:
            out += f"{par}{esc(line)}<o:p></o:p></p>\n"
        out += gap
    for line in signature(m).split("\n") if signature(m) else []:
        out += (
            f'{par}<span style="font-size:10.0pt;color:#1F497D">'
            f"{esc(line) or '&nbsp;'}<o:p></o:p></span></p>\n"
        )
    older, _ = quoted(m, messages)
    if older:
        out += (
            gap + '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in">\n' + par
        )
        lines = []
        for line in header_block(older):
            key, _, value = line.partition(":")
            lines.append(f"<b>{key}:</b>{esc(value)}")
        out += "<br>\n".join(lines) + "<o:p></o:p></p>\n</div>\n" + gap
        for line in plain(older, messages, 1).split("\n"):
            out += f"{par}{esc(line) or '<o:p>&nbsp;</o:p>'}</p>\n"
    return out + "</div>\n</body>\n</html>"


def news_html(m):
    domain = m["sender"]["address"].partition("@")[2]
    token = hashlib.sha256(m["stem"].encode()).hexdigest()[:20]
    rows = []
    for block in paragraphs(m["body"]):
        if block[0].startswith("# "):
            rows.append(f'<h2 style="color:#2f5d3a;font-family:Georgia,serif">{esc(block[0][2:])}</h2>')
            block = block[1:]
        if block and all(line.startswith("* ") for line in block):
            rows.append("<ul>" + "".join(f"<li>{esc(line[2:])}</li>" for line in block) + "</ul>")
        elif block:
            rows.append("<p>" + "<br>".join(esc(line) for line in block) + "</p>")
    foot = "<br>".join(esc(s) for s in signature(m).split("\n"))
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="CHARSET"><title>' + esc(m["subject"]) + "</title>\n"
        "<style>.preheader{display:none;max-height:0;overflow:hidden} td{padding:8px 24px}</style></head>\n"
        '<body style="margin:0;background:#f3f1ea"><table width="100%" role="presentation">'
        '<tr><td align="center">\n'
        '<table width="600" role="presentation" style="background:#ffffff"><tr><td>\n'
        f'<img src="https://img.{domain}/banner.png" width="600" alt="">\n'
        + "\n".join(rows)
        + f'\n</td></tr><tr><td style="font-size:11px;color:#777777">{foot}<br>'
        f'<a href="https://{domain}/unsubscribe?u={token}">Unsubscribe</a></td></tr></table>\n</td></tr></table>\n'
        f'<img src="https://track.{domain}/open/{token}.gif" width="1" height="1" alt="" '
        'style="display:none"></body></html>'
    )


# ---------------------------------------------------------------- attachments


def pdf(text):
    """A minimal PDF: Helvetica, one uncompressed text stream a page."""
    pages = []
    for sheet in text.split("\n[page]\n"):
        lines = [part for line in sheet.split("\n") for part in textwrap.wrap(line, 88) or [""]]
        pages += [lines[i : i + 48] for i in range(0, len(lines), 48)]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for page in pages:
        stream = b"BT\n/F1 11 Tf\n14 TL\n72 730 Td\n"
        for line in page:
            raw = line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
            stream += b"(" + raw + b") Tj T*\n"
        stream += b"ET"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (len(objects) + 2)
        )
        kids.append(len(objects))
        objects.append(b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream")
    objects[1] = (
        b"<< /Type /Pages /Kids [" + b" ".join(b"%d 0 R" % k for k in kids) + b"] /Count %d >>" % len(kids)
    )
    out, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, obj in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + obj + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def docx(text):
    def run(s):
        return f'<w:r><w:t xml:space="preserve">{html.escape(s)}</w:t></w:r>'

    body, table = [], []

    def close():
        if table:
            width = len(table[0])
            grid = "".join('<w:gridCol w:w="2000"/>' for _ in range(width))
            rows = "".join(
                "<w:tr>"
                + "".join(
                    f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr><w:p>{run(c)}</w:p></w:tc>'
                    for c in row
                )
                + "</w:tr>"
                for row in table
            )
            body.append(
                f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
                f"<w:tblGrid>{grid}</w:tblGrid>{rows}"
                "</w:tbl>"
            )
            table.clear()

    for line in text.split("\n"):
        if "|" in line:
            table.append([c.strip() for c in line.split("|")])
        else:
            close()
            body.append(f"<w:p>{run(line) if line else ''}</w:p>")
    close()
    xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    package = "http://schemas.openxmlformats.org/package/2006/"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    files = {
        "[Content_Types].xml": f'{xml}<Types xmlns="{package}content-types">'
        f'<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'{xml}<Relationships xmlns="{package}relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{xml}<Relationships xmlns="{package}relationships"/>',
        "word/document.xml": f'{xml}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{''.join(body)}<w:sectPr/></w:body></w:document>",
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as z:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            info.create_system = 3
            info.external_attr = 0o644 << 16
            z.writestr(info, content.encode())
    return held.getvalue()


def png():
    """A 24 by 16 picture of a paper slip; stored, not compressed, so that no zlib version shows."""
    rows = b""
    for y in range(16):
        rows += b"\x00" + b"".join(
            b"\x30\x30\x30" if y in (4, 7, 10) and 4 <= x < 19 else b"\xf4\xec\xd8" for x in range(24)
        )
    packed = (
        b"\x78\x01\x01"
        + struct.pack("<HH", len(rows), len(rows) ^ 0xFFFF)
        + rows
        + struct.pack(">I", zlib.adler32(rows))
    )

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 24, 16, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", packed)
        + chunk(b"IEND", b"")
    )


# ---------------------------------------------------------------- MIME by hand, the same for every Python


def crlf(text):
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def word(text):
    """RFC 2047 where it is needed."""
    if text.isascii():
        return text
    out, piece = [], ""
    for ch in text:
        if len((piece + ch).encode()) > 42:
            out.append(piece)
            piece = ""
        piece += ch
    out.append(piece)
    return "\r\n ".join(f"=?UTF-8?B?{base64.b64encode(p.encode()).decode()}?=" for p in out)


def address(p):
    name = p["name"]
    if not name.isascii():
        name = word(name)
    elif re.search(r"[^A-Za-z0-9 \-]", name):
        name = '"' + name.replace('"', '\\"') + '"'
    return f"{name} <{p['address']}>"


def quoted_printable(raw):
    lines = []
    for line in raw.split(b"\r\n"):
        out, width = b"", 0
        for i, byte in enumerate(line):
            token = bytes([byte])
            last = i == len(line) - 1
            if byte == 61 or byte > 126 or (byte < 32 and byte != 9) or (byte in (9, 32) and last):
                token = b"=%02X" % byte
            if width + len(token) > 75:
                out, width = out + b"=\r\n", 0
            out, width = out + token, width + len(token)
        lines.append(out)
    return b"\r\n".join(lines)


def text_part(text, subtype, charset, encoding, more=""):
    raw = crlf(text).encode(charset)
    if encoding in ("7bit", "8bit"):
        if encoding == "7bit" and not raw.isascii():
            encoding = "8bit"
        if max(len(line) for line in raw.split(b"\r\n")) > 990:
            encoding = "quoted-printable"
    if encoding == "quoted-printable":
        raw = quoted_printable(raw)
    elif encoding == "base64":
        raw = base64_lines(raw)
    head = (
        f'Content-Type: text/{subtype}; charset="{charset}"{more}\r\n'
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode() + raw + b"\r\n"


def base64_lines(raw):
    return b"\r\n".join(binascii.b2a_base64(raw[i : i + 57], newline=False) for i in range(0, len(raw), 57))


def multipart(kind, stem, parts):
    edge = "=_" + hashlib.sha256((kind + stem).encode()).hexdigest()[:26]
    out = f'Content-Type: multipart/{kind};\r\n boundary="{edge}"\r\n\r\n'.encode()
    if kind == "mixed":
        out += b"This is a multi-part message in MIME format.\r\n"
    for part in parts:
        out += f"--{edge}\r\n".encode() + part
        if not part.endswith(b"\r\n"):
            out += b"\r\n"
    return out + f"--{edge}--\r\n".encode()


def attachment(spec, messages):
    kind, _, rest = spec.partition(" ")
    name, _, doc = rest.partition(" from ")
    if kind == "eml":
        return (
            b'Content-Type: message/rfc822\r\nContent-Disposition: attachment;\r\n filename="'
            + messages[name]["subject"].encode("ascii", "ignore").replace(b'"', b"")[:40]
            + b'.eml"\r\n\r\n'
            + render(messages[name], messages)
        )
    text = (TEXTS / f"_doc-{doc}.txt").read_text(encoding="utf-8").strip("\n") if doc else ""
    if kind == "txt":
        return text_part(text, "plain", "utf-8", "base64", f'; name="{name}"').replace(
            b"\r\n\r\n", f'\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\n'.encode(), 1
        )
    if kind == "ics":
        return text_part(text, "calendar", "utf-8", "quoted-printable", f'; method=REQUEST; name="{name}"')
    data = {"pdf": lambda: pdf(text), "docx": lambda: docx(text), "png": png}[kind]()
    mime = {
        "pdf": "application/pdf",
        "png": "image/png",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }[kind]
    head = (
        f'Content-Type: {mime};\r\n name="{name}"\r\nContent-Disposition: attachment;\r\n'
        f' filename="{name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + base64_lines(data) + b"\r\n"


def content(m, messages):
    client, charset = m["client"], m.get("charset", "utf-8")
    text = plain(m, messages, flow=True)
    encoding = m.get("encoding")
    if client == "news":
        body = text_part(
            news_html(m).replace("CHARSET", charset), "html", charset, encoding or "quoted-printable"
        )
    elif client == "outlook-html":
        body = text_part(
            outlook_html(m, messages).replace("CHARSET", charset),
            "html",
            charset,
            encoding or "quoted-printable",
        )
    elif client in ("gmail", "outlook"):
        page = (
            gmail_html(m, messages)
            if client == "gmail"
            else outlook_html(m, messages).replace("CHARSET", charset)
        )
        body = multipart(
            "alternative",
            m["stem"],
            [
                text_part(text, "plain", charset, encoding or "quoted-printable"),
                text_part(page, "html", charset, encoding or "quoted-printable"),
            ],
        )
    elif client == "thunderbird":
        body = text_part(text, "plain", charset, encoding or "7bit", "; format=flowed")
    else:
        body = text_part(
            text, "plain", charset, encoding or ("quoted-printable" if client == "iphone" else "7bit")
        )
    if m["attach"]:
        body = multipart("mixed", m["stem"], [body] + [attachment(a, messages) for a in m["attach"]])
    return body


def render(m, messages):
    when = m["when"].astimezone(dt.UTC) if m.get("zone") == "utc" else m["when"]
    domain = m["sender"]["address"].partition("@")[2]
    lines = []
    if not m["sender"]["address"].startswith(("jo.wendrake@", "j.wendrake@")):
        later = (m["when"] + dt.timedelta(seconds=4)).astimezone(dt.UTC)
        lines.append(
            f"Received: from mail.{domain} (mail.{domain} [192.0.2.{sum(domain.encode()) % 200 + 10}])\r\n"
            f"\tby mx.example.org with ESMTPS; {date_header(later)}"
        )
    if m.get("nodate") != "yes":
        lines.append(f"Date: {date_header(when)}")
    lines.append(f"From: {address(m['sender'])}")
    for field in ("to", "cc"):
        if m[field]:
            lines.append(f"{field.capitalize()}: " + ",\r\n ".join(address(p) for p in m[field]))
    lines += [f"Subject: {word(m['subject'])}", f"Message-ID: {m['id']}"]
    if "reply" in m:
        chain, older = [], messages[m["reply"]]
        while older:
            chain.insert(0, older["id"])
            older = messages.get(older.get("reply"))
        lines += [f"In-Reply-To: {chain[-1]}", "References: " + "\r\n ".join(chain)]
    lines += m["header"]
    lines.append(
        {
            "outlook": "X-Mailer: Microsoft Outlook 16.0",
            "outlook-html": "X-Mailer: Microsoft Outlook 16.0",
            "iphone": "X-Mailer: iPhone Mail (21G93)",
            "thunderbird": "User-Agent: Mozilla Thunderbird",
            "news": f"List-Unsubscribe: <https://{domain}/unsubscribe>",
        }.get(m["client"], "X-Priority: 3")
    )
    lines.append("MIME-Version: 1.0")
    return "\r\n".join(lines).encode("ascii") + b"\r\n" + content(m, messages)


# ---------------------------------------------------------------- the other files


def calendar():
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Quarrow Falls Area School District//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:District calendar",
        "X-WR-TIMEZONE:America/New_York",
    ]
    for row in (TEXTS / "_calendar.txt").read_text(encoding="utf-8").splitlines():
        if not row.strip() or row.startswith("#"):
            continue
        timed = re.fullmatch(r"at (\S+) (\d\d):(\d\d)-(\d\d):(\d\d) (.*)", row)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{hashlib.sha256(row.encode()).hexdigest()[:20]}@quarrowfalls.example",
            "DTSTAMP:20240701T120000Z",
        ]
        if timed:
            day = timed[1].replace("-", "")
            lines += [
                f"DTSTART;TZID=America/New_York:{day}T{timed[2]}{timed[3]}00",
                f"DTEND;TZID=America/New_York:{day}T{timed[4]}{timed[5]}00",
                f"SUMMARY:{timed[6]}",
            ]
        else:
            first, last, title = re.fullmatch(r"(\d\S+)(?: (\d{4}-\d\d-\d\d))? (.*)", row).groups()
            end = dt.date.fromisoformat(last or first) + dt.timedelta(days=1)
            lines += [
                f"DTSTART;VALUE=DATE:{first.replace('-', '')}",
                f"DTEND;VALUE=DATE:{end:%Y%m%d}",
                f"SUMMARY:{title}",
                "TRANSP:TRANSPARENT",
            ]
        lines.append("END:VEVENT")
    return ("\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n").encode()


def story(numbers, order, known):
    text = (TEXTS / "_story.txt").read_text(encoding="utf-8").rstrip("\n")
    text = re.sub(r"\{\{(\S+?)\}\}", lambda found: numbers[found[1]], text)
    rows = []
    for m in order:
        for act in m["act"]:
            fields = act.split()
            if fields[-1] == "!":
                who = known[fields[2]]["name"] if fields[2] in known else fields[2].replace("_", " ")
                rows.append(
                    (
                        fields[0],
                        numbers[m["stem"]],
                        f"| {fields[0]} | {who} | {fields[1]} | {numbers[m['stem']]}.eml |",
                    )
                )
    table = "\n".join(row for _, _, row in sorted(rows))
    return (
        text + "\n\n| date | who | category | told in |\n| --- | --- | --- | --- |\n" + table + "\n"
    ).encode()


def build(folder):
    known = people()
    paths = sorted(p for p in TEXTS.glob("*.txt") if not p.name.startswith("_"))
    messages = {p.stem: read_message(p, known) for p in paths}
    order = sorted(
        (m for m in messages.values() if m.get("absent") != "yes"), key=lambda m: (m["when"], m["stem"])
    )
    mail = folder / "mail"
    mail.mkdir(parents=True, exist_ok=True)
    for old in mail.glob("*.eml"):
        old.unlink()
    number, numbers = 0, {}
    for m in order:
        for _ in range(int(m.get("copies", "1"))):
            number += 1
            numbers.setdefault(m["stem"], f"{number:03d}")
            (mail / f"{number:03d}.eml").write_bytes(render(m, messages))
    (folder / "calls.csv").write_bytes((TEXTS / "_calls.txt").read_text(encoding="utf-8").encode())
    (folder / "calendar.ics").write_bytes(calendar())
    (folder / "config.toml").write_bytes((TEXTS / "_config.txt").read_text(encoding="utf-8").encode())
    (folder / "STORY.md").write_bytes(story(numbers, order, known))
    return number


def main():
    parser = argparse.ArgumentParser(
        description="Builds the bundled sample mailbox.",
        epilog="example: python tools/sample/build.py build/sample",
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, default=DEFAULT, help="where it goes (default: schooltrail/sample)"
    )
    folder = parser.parse_args().folder
    print(f"{build(folder)} messages in {folder / 'mail'}")


if __name__ == "__main__":
    main()

"""Compares mail-parser alone with `read_message` on the same mail, side by side in one process.

Run: `python benchmarks/bench_parse.py [--messages 400] [--rounds 5]`. Prints a Markdown table.
All mail is made here: about 5 KB each, with the headers that large providers add.
"""

from __future__ import annotations

import argparse
import base64
import email
import importlib.util
import quopri
import random
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import mailparser

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.parse import read_message  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

WORDS = [
    "meeting",
    "evaluation",
    "speech",
    "schedule",
    "classroom",
    "teacher",
    "morning",
    "request",
    "records",
    "answer",
    "question",
    "support",
    "reading",
    "minutes",
    "service",
    "Thursday",
    "bus",
    "glucose",
    "office",
    "nurse",
    "plan",
    "visit",
    "copy",
    "letter",
    "week",
    "please",
    "would",
    "could",
    "send",
    "call",
    "today",
    "tomorrow",
    "before",
    "after",
    "about",
    "student",
    "progress",
    "goals",
    "résumé",
    "niño",
]
SLOW_SECONDS = 1.0


def make_mail(random_source: random.Random, number: int) -> bytes:
    """Return one invented message of about 5 KB; kinds rotate with `number`."""
    day = f"{1 + number % 28} Mar 2025"
    text = paragraphs(random_source, 900)
    body = [plain, quoted_printable, alternative, alternative, page, with_file][number % 6](
        random_source, text
    )
    head = [
        f"Return-Path: <p{number}@example.org>",
        *(hop(random_source, day, place) for place in range(3)),
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s1; t=1741000000;\r\n"
        "\th=to:subject:message-id:date:from:mime-version;\r\n\tbh=" + noise(random_source, 44) + ";\r\n"
        "\tb=" + "\r\n\t ".join(noise(random_source, 70) for _ in range(5)),
        "Authentication-Results: mx.example.net; dkim=pass header.i=@example.org; spf=pass smtp.mailfrom=p@example.org",
        f"From: Dana Rivera <dana{number % 7}@example.org>",
        'To: Alex Lee <alex.lee@maplegrove.example>, "Kim, Jo" <jo.kim@maplegrove.example>',
        "Cc: office@maplegrove.example",
        f"Subject: =?UTF-8?Q?Re:_Evaluaci=C3=B3n_{number}?="
        if number % 5 == 0
        else f"Subject: Re: plan {number}",
        f"Date: Mon, {day} 10:{number % 60:02d}:00 -0500",
        f"Message-ID: <m{number}.{noise(random_source, 20)}@example.org>",
        f"In-Reply-To: <m{number - 1}@maplegrove.example>",
        f"References: <m{number - 2}@maplegrove.example>\r\n <m{number - 1}@maplegrove.example>",
        "X-Mailer: Example Mail 16.0",
        "MIME-Version: 1.0",
    ]
    return "\r\n".join(head).encode() + b"\r\n" + body


def hop(random_source: random.Random, day: str, place: int) -> str:
    """Return one Received line."""
    return (
        f"Received: from mail{place}.example.org (mail{place}.example.org [192.0.2.{place + 1}])\r\n"
        f"\tby mx{place}.example.net (Postfix) with ESMTPS id {noise(random_source, 12)}\r\n"
        f"\t(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256)\r\n"
        f"\tfor <alex.lee@maplegrove.example>; Mon, {day} 10:{59 - place}:30 -0500 (EST)"
    )


def noise(random_source: random.Random, length: int) -> str:
    """Return letters such as signatures are made of."""
    return base64.b64encode(random_source.randbytes(length)).decode()[:length].replace("/", "A")


def paragraphs(random_source: random.Random, length: int) -> str:
    """Return about `length` characters of text in lines."""
    lines, size = [], 0
    while size < length:
        line = " ".join(random_source.choices(WORDS, k=11))
        lines.append(line)
        size += len(line)
    return "\r\n".join(lines)


def plain(random_source: random.Random, text: str) -> bytes:
    """Return a plain body that quotes the message it answers."""
    quoted = "\r\n".join("> " + line for line in paragraphs(random_source, 1500).split("\r\n"))
    return (
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"{text}\r\n{quoted}\r\n"
    ).encode()


def quoted_printable(random_source: random.Random, text: str) -> bytes:
    """Return a quoted-printable body."""
    coded = quopri.encodestring((text + paragraphs(random_source, 1500)).encode())
    return (
        b"Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + coded
    )


def alternative(random_source: random.Random, text: str) -> bytes:
    """Return plain text and HTML of the same words."""
    html = quopri.encodestring(as_page(text).encode())
    return (
        b'Content-Type: multipart/alternative; boundary="b-%s"\r\n\r\n--b-1\r\n' % b"1"
        + b"Content-Type: text/plain; charset=UTF-8\r\n\r\n"
        + text.encode()
        + b"\r\n--b-1\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + html
        + b"\r\n--b-1--\r\n"
    )


def page(random_source: random.Random, text: str) -> bytes:
    """Return an HTML body alone."""
    return (
        b"Content-Type: text/html; charset=utf-8\r\n\r\n"
        + as_page(text + paragraphs(random_source, 600)).encode()
    )


def as_page(text: str) -> str:
    """Return text as webmail writes it."""
    return '<div dir="ltr">' + "".join(f"<div>{line}</div>\n" for line in text.split("\r\n")) + "</div>"


def with_file(random_source: random.Random, text: str) -> bytes:
    """Return a body with a picture."""
    data = base64.encodebytes(random_source.randbytes(900)).replace(b"\n", b"\r\n")
    return (
        b'Content-Type: multipart/mixed; boundary="m1"\r\n\r\n--m1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
        + text.encode()
        + b'\r\n--m1\r\nContent-Type: image/png; name="note.png"\r\nContent-Transfer-Encoding: base64\r\n'
        + b'Content-Disposition: attachment; filename="note.png"\r\n\r\n'
        + data
        + b"--m1--\r\n"
    )


def by_mail_parser(raw: bytes) -> object:
    """Read as a program would that uses mail-parser alone."""
    read = mailparser.parse_from_bytes(raw)
    return (read.subject, read.from_, read.to, read.date, read.text_plain, read.text_html, read.attachments)


def by_stdlib(raw: bytes) -> object:
    """Parse only: the floor for anything that is built on the stdlib."""
    return email.message_from_bytes(raw)


READERS: dict[str, Callable[[bytes], object]] = {
    "stdlib parse only (no decoding)": by_stdlib,
    "mail-parser alone": by_mail_parser,
    "schooltrail read_message": read_message,
}


def rates(mail: Sequence[bytes], rounds: int) -> dict[str, float]:
    """Return median messages per CPU second and reader; rounds alternate between the readers."""
    seconds: dict[str, list[float]] = {name: [] for name in READERS}
    for _ in range(rounds):
        for name, read in READERS.items():
            began = time.process_time()
            for raw in mail:
                read(raw)
            seconds[name].append(time.process_time() - began)
    return {name: len(mail) / statistics.median(taken) for name, taken in seconds.items()}


def hardiness(kinds: dict[str, bytes], read: Callable[[bytes], object]) -> tuple[int, int, float]:
    """Return how many kinds raised, how many took over a second, and the slowest in seconds."""
    raised = slow = 0
    slowest = 0.0
    for raw in kinds.values():
        began = time.process_time()
        try:
            read(raw)
        except Exception:  # what is counted here is that anything at all comes out
            raised += 1
        taken = time.process_time() - began
        slow += taken > SLOW_SECONDS
        slowest = max(slowest, taken)
    return raised, slow, slowest


def malformed() -> dict[str, bytes]:
    """Return the kinds of malformed mail that the tests use."""
    path = ROOT / "tests" / "ingest" / "parse" / "malformed.py"
    spec = importlib.util.spec_from_file_location("malformed", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path}: not found")
    module: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules["malformed"] = module
    spec.loader.exec_module(module)
    return {name: kind.make() for name, kind in module.KINDS.items()}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=400)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--no-malformed", action="store_true")
    chosen = options.parse_args()
    source = random.Random(7)
    mail = [make_mail(source, number) for number in range(chosen.messages)]
    print(
        f"{len(mail)} messages, mean {statistics.mean(map(len, mail)):.0f} bytes, median of {chosen.rounds} rounds\n"
    )
    found = rates(mail, chosen.rounds)
    print("| reader | messages per CPU second | of mail-parser |\n|---|---|---|")
    for name, rate in found.items():
        print(f"| {name} | {rate:,.0f} | {rate / found['mail-parser alone']:.2f}x |")
    if chosen.no_malformed:
        return
    kinds = malformed()
    print(
        f"\n| {len(kinds)} malformed kinds | raised | over {SLOW_SECONDS:.0f} s | slowest, s |\n|---|---|---|---|"
    )
    for name in ("mail-parser alone", "schooltrail read_message"):
        raised, slow, slowest = hardiness(kinds, READERS[name])
        print(f"| {name} | {raised} | {slow} | {slowest:.2f} |")


if __name__ == "__main__":
    main()

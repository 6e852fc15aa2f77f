"""Makes invented mail: the same messages for the same numbers, of about 5 KB, some very large if wanted."""

from __future__ import annotations

import argparse
import base64
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20240102
BEGIN = datetime(2021, 8, 23, 7, 30, tzinfo=UTC)
PEOPLE = (
    "Dana Rivera <dana@example.org>",
    "Kim Okafor <kokafor@maplegrove.example>",
    "Pat Lindqvist <plindqvist@maplegrove.example>",
    "Office <office@maplegrove.example>",
    "Lee Brandt <lee.brandt@example.net>",
)
NAMES = ("Dana", "Kim", "Pat", "Lee", "Ms. Okafor")
WORDS = tuple(
    (  # noqa: SIM905 - words, not data
        "meeting plan speech therapy minutes teacher reading morning bus question please answer week school "
        "aide notice draft goal progress report classroom nurse lunch support schedule change missed session "
        "form signed copy thank you regards when could we talk about the next step for him again tomorrow"
    ).split()
)


def message(number: int, *, size: int = 0) -> bytes:
    """Return one message with CRLF line ends, always the same for the same arguments.

    Args:
        number: Which message, from 0 on.
        size: Bytes to reach with an attachment; 0 leaves the text at about 5 KB on average.
    """
    chance = random.Random(SEED + number)
    sent = BEGIN + timedelta(minutes=37 * number)
    sender, receiver = chance.sample(PEOPLE, 2)
    lines = [
        f"From: {sender}",
        f"To: {receiver}",
        f"Subject: {' '.join(chance.choices(WORDS, k=4))} {number}",
        f"Date: {format_datetime(sent)}",
        f"Message-ID: <m{number}.{chance.randrange(10**9)}@mail.example.org>",
        "MIME-Version: 1.0",
    ]
    # Most mail is short and some is long; the mean of this comes to about 5 KB.
    text = _text(chance, int(min(chance.lognormvariate(8.05, 0.8), 60_000)))
    if not size:
        return "\r\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", text, ""]).encode()
    lines += [
        'Content-Type: multipart/mixed; boundary="part"',
        "",
        "--part",
        "Content-Type: text/plain",
        "",
        text,
    ]
    lines += [
        "--part",
        'Content-Type: application/pdf; name="scan.pdf"',
        "Content-Transfer-Encoding: base64",
        "",
    ]
    head = "\r\n".join([*lines, ""]).encode()
    block = base64.b64encode(chance.randbytes(57_000 - 57_000 % 57))
    rows = b"".join(block[at : at + 76] + b"\r\n" for at in range(0, len(block), 76))
    body = rows * (max(0, size - len(head)) // len(rows) + 1)
    return head + body[: max(0, size - len(head))] + b"\r\n--part--\r\n"


def messages(count: int, *, large: int = 0, large_bytes: int = 50_000_000) -> Iterator[bytes]:
    """Yield `count` small messages, then `large` ones of about `large_bytes`."""
    for number in range(count):
        yield message(number)
    for number in range(count, count + large):
        yield message(number, size=large_bytes)


def fill_maildir(folder: Path, mail: Iterator[bytes]) -> int:
    """Write messages as a Maildir that a mail server can open. Returns their bytes."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    total = 0
    for number, raw in enumerate(mail):
        moment = int((BEGIN + timedelta(minutes=37 * number)).timestamp())
        (folder / "cur" / f"{moment}.M{number}.example:2,S").write_bytes(raw)
        total += len(raw)
    return total


def _text(chance: random.Random, size: int) -> str:
    """Return a letter: a greeting, paragraphs with blank lines between, a closing and a name."""
    lines = [f"Hi {chance.choice(NAMES)},", ""]
    length = 0
    while length < size:
        for _ in range(chance.randint(1, 6)):
            line = " ".join(chance.choices(WORDS, k=11))
            lines.append(line)
            length += len(line) + 2
        lines.append("")
    return "\r\n".join([*lines, "Thanks,", chance.choice(NAMES)])


def main() -> None:
    """Write a Maildir from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--large", type=int, default=0, help="how many messages of 50 MB to add")
    arguments = parser.parse_args()
    total = fill_maildir(arguments.folder, messages(arguments.count, large=arguments.large))
    print(f"{arguments.count + arguments.large} messages, {total / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

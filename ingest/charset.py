"""Turns bytes of unknown good faith into text, and says which charset it took.

Order: a byte-order mark, then what the sender declared, then UTF-8, then windows-1252, which
accepts anything. The declared name is read as mail programs mean it, not as the registry has it:
"iso-8859-1" is windows-1252 and "gb2312" is GB18030, since that is what is sent under those names.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

MEANT = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
}
"""Codec -> the wider codec that also reads everything the first one does."""

NAMES = {
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "windows-874": "cp874",
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "x-windows-949": "cp949",
    "ks_c_5601-1987": "cp949",
    "cp-850": "cp850",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
}
"""Names that mail uses and Python does not know, or knows as something else."""

NOT_CHARSETS = {
    "idna",  # takes quadratic time
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
    "mbcs",  # depends on the machine
    "oem",
}

SOUND = frozenset({"utf-8", "cp1252", "iso8859-15", "gb18030", "koi8-r", "cp1251"})
"""Codecs known never to give lone surrogates (UTF-7 does), so that nobody has to look for them."""

SURROGATE = re.compile("[\ud800-\udfff]")
JAPANESE_ESCAPE = re.compile(rb"\x1b\$[@B]")
SAMPLE = 1_000_000
NEAR_MISS = 50
"""A declared multi-byte charset is kept if at most one character in this many cannot be read."""

CP1252 = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))
"""All 256 characters; the five bytes without a meaning there stay as control characters."""
_BY_CP1252 = "schooltrail.cp1252"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec that gave it, and a sentence if that was not the one declared, else ""."""

    text: str
    charset: str
    problem: str = ""


def decode_text(data: bytes, declared: str | None = None) -> Decoded:
    """Decode bytes by the best charset that fits them. Never raises.

    Args:
        data: The bytes after any transfer encoding.
        declared: The charset that the sender named, if any.

    Returns:
        Text without lone surrogates and without a byte-order mark.

    Example:
        >>> decode_text(b"Ren\\xe9e", "us-ascii").text
        'Renée'
    """
    for mark, charset in BYTE_ORDER_MARKS:
        if data.startswith(mark) and len(data) % (int(charset[4:6].strip("-")) // 8) == 0:
            return Decoded(_whole(data[len(mark) :].decode(charset, "replace")), charset)
    codec = find_codec(declared) if declared else None
    if codec == "cp1252" and not data.isascii():
        # Latin-1 text that happens to be whole UTF-8 does not occur; UTF-8 so mislabelled does.
        text = _strict(data, "utf-8")
        if text is not None:
            return Decoded(text, "utf-8", f"charset '{declared}' does not fit: read as utf-8")
    text = _strict(data, codec) if codec is not None else None
    if codec is not None and text is not None:
        return Decoded(text, codec)
    return _guess(data, declared, codec)


@lru_cache(maxsize=256)
def find_codec(declared: str) -> str | None:
    """Return the Python codec for a charset name as mail writes it, or None if there is none."""
    name = declared.strip(" \t\r\n\"'<>;").lower().partition("*")[0]
    try:
        info = codecs.lookup(NAMES.get(name, name))
    except (LookupError, ValueError, UnicodeError):
        return None
    if info.name in NOT_CHARSETS or not getattr(info, "_is_text_encoding", True):
        return None
    return MEANT.get(info.name, info.name)


def decode_octets(value: str) -> str:
    """Read raw 8-bit octets that the stdlib kept as surrogates: as UTF-8, else windows-1252."""
    if value.isascii():
        return value
    data = value.encode("utf-8", "surrogateescape") if _from_octets(value) else None
    return decode_text(data).text if data is not None else SURROGATE.sub("\ufffd", value)


def _from_octets(value: str) -> bool:
    """Say whether every surrogate in `value` stands for one octet."""
    return all("\udc80" <= char <= "\udcff" for char in SURROGATE.findall(value))


def _strict(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
        return text if codec in SOUND else _whole(text)
    except (UnicodeError, ValueError, LookupError):
        return None


def _guess(data: bytes, declared: str | None, codec: str | None) -> Decoded:
    """Decode what the declared charset could not: no charset, an unknown one, or a wrong one."""
    told = f"charset '{declared}'" if declared else "no charset"
    if not declared and JAPANESE_ESCAPE.search(data):
        text = _strict(data, "iso2022_jp_ext")
        if text is not None:
            return Decoded(text, "iso2022_jp_ext", "no charset: read as iso-2022-jp")
    wide = _utf_16_without_mark(data)
    if wide:
        return Decoded(_whole(data.decode(wide, "replace")), wide, f"{told}: read as {wide}")
    text = _strict(data, "utf-8") if codec != "utf-8" else None
    if text is not None:
        problem = "" if declared is None or data.isascii() else f"{told} does not fit: read as utf-8"
        return Decoded(text, "utf-8", problem)
    if codec is not None and codec not in {"utf-8", "cp1252"}:
        near = _nearly(data, codec)
        if near is not None:
            return Decoded(near, codec, f"{told}: some characters could not be read")
    if _mostly_utf_8(data):
        text = data.decode("utf-8", _BY_CP1252)
        return Decoded(text, "utf-8", f"{told}: utf-8 with single bytes read as windows-1252")
    return Decoded(
        codecs.charmap_decode(data, "strict", CP1252)[0], "cp1252", f"{told}: read as windows-1252"
    )


def _nearly(data: bytes, codec: str) -> str | None:
    try:
        text = _whole(data.decode(codec, "replace"))
    except (UnicodeError, ValueError, LookupError):
        return None
    return text if text.count("\ufffd") * NEAR_MISS <= len(text) else None


def _utf_16_without_mark(data: bytes) -> str:
    """Name the UTF-16 that Latin text was written in, by its every second byte being NUL."""
    head = data[:2000]
    if len(head) < 8 or len(data) % 2 or head.count(0) * 3 < len(head):
        return ""
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else ""


_UTF_8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def _mostly_utf_8(data: bytes) -> bool:
    """Say whether more high bytes stand in UTF-8 sequences than outside them (mixed old quotes)."""
    data = data[:SAMPLE]
    inside = sum(len(found) for found in _UTF_8_SEQUENCE.findall(data))
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    return inside * 2 > high


def _whole(text: str) -> str:
    """Replace lone surrogates: they are no characters and no file could hold them."""
    return text if text.isascii() else SURROGATE.sub("\ufffd", text)


def _single_bytes(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that a codec stumbled over as windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(CP1252[byte] for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_BY_CP1252, _single_bytes)

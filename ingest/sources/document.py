"""Documents given by themselves: what a school sent on paper, by portal or on a records request.

Kinds that cannot be read yet (scans, recordings, tables) are kept as evidence all the same.
"""

from __future__ import annotations

from pathlib import PurePath

from ingest.file_source import StreamSource, whole_file

READ = (".pdf", ".docx", ".txt")
KEPT = (
    ".doc", ".rtf", ".odt", ".text", ".md", ".html", ".htm", ".xml", ".json", ".pages", ".mht", ".mhtml",
    ".xls", ".xlsx", ".ods", ".ppt", ".pptx", ".odp", ".xps", ".eps", ".vcf",
    ".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".heic", ".webp", ".bmp",
    ".mp3", ".m4a", ".wav", ".amr", ".ogg", ".3gp", ".aac", ".mp4", ".mov",
)  # fmt: skip


def recognises(name: str, head: bytes) -> bool:
    """Accept by ending, or a PDF by its first bytes: people lose endings."""
    return PurePath(name).suffix.lower() in READ + KEPT or head.startswith(b"%PDF-")


SOURCE = StreamSource(
    "document", "documents (.pdf, .docx, .txt)", recognises, whole_file("document"), last_resort=True
)

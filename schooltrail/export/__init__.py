"""One file per format, each offering EXPORT: a view of the workspace in, bytes out; same input, same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, BinaryIO

from models.errors import SchooltrailError

if TYPE_CHECKING:
    from collections.abc import Callable

    from schooltrail.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Export:
    """How to write one format."""

    write: Callable[[Workspace, BinaryIO], None]


def formats() -> tuple[str, ...]:
    """Return the names of all formats: the names of the modules beside this one."""
    return tuple(sorted(module.name.removesuffix("_") for module in iter_modules(__path__)))


def find_export(name: str) -> Export:
    """Return the writer of a format.

    Raises:
        SchooltrailError: If there is none, with the formats that there are.
    """
    for module in iter_modules(__path__):
        if module.name.removesuffix("_") == name.lower():
            export: Export = import_module(f"{__name__}.{module.name}").EXPORT
            return export
    raise SchooltrailError(
        f"'{name}' is not a format that can be written yet", f"Use one of: {', '.join(formats())}."
    )

"""Writes an export to a file: all of it, or none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from models.errors import WorkspaceError

if TYPE_CHECKING:
    from pathlib import Path

    from schooltrail.export import Export
    from schooltrail.workspace import Workspace


def export_file(workspace: Workspace, export: Export, target: Path, *, force: bool = False) -> None:
    """Write to a file beside the target first, so that a full disk leaves no half of an export.

    Raises:
        WorkspaceError: If the file is there already, or its folder is not.
    """
    if target.is_dir():
        raise WorkspaceError(f"{target} is a folder", "Name a file in it.")
    if target.exists() and not force:
        raise WorkspaceError(
            f"{target} is there already", "Choose another name, or add --force to write over it."
        )
    if not target.absolute().parent.is_dir():
        raise WorkspaceError(
            f"the folder {target.absolute().parent} does not exist", "Make it first, or choose another."
        )
    partial = target.with_name(target.name + ".part")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            export.write(workspace, file)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)

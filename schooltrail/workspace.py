"""Finds, makes and opens a workspace: one folder that holds one family's matter."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from models.errors import WorkspaceError
from schooltrail import commands
from schooltrail.config import FILE_NAME, Config, load_config, parse_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.store import Store


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open workspace: its folder, what its config says, its store."""

    home: Path
    config: Config
    store: Store


def resolve_home(given: Path | None) -> Path:
    """Return the workspace folder: the option, else $SCHOOLTRAIL_HOME, else the user's data folder."""
    if given is not None:
        return given.expanduser().absolute()
    if named := os.environ.get("SCHOOLTRAIL_HOME"):
        return Path(named).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("schooltrail", appauthor=False)


def with_home(home: Path, text: str) -> str:
    """Return a text whose commands name the workspace, if they would find another one without.

    Example: "Run: schooltrail auth home" -> 'Run: schooltrail --home "/x" auth home'
    """
    if home == resolve_home(None):
        return text
    return _commands().sub(lambda found: f'schooltrail --home "{home}" {found[1]}', text)


@cache
def _commands() -> re.Pattern[str]:
    # Only words that are commands: "schooltrail only reads" is a sentence. A demo has a folder of its own.
    names = {found.name.removesuffix("_") for found in iter_modules(commands.__path__)} - {"demo"}
    return re.compile(rf"\bschooltrail ({'|'.join(sorted(names))})\b")


@contextmanager
def open_workspace(home: Path) -> Iterator[Workspace]:
    """Open the workspace in `home` and close it afterwards.

    Raises:
        WorkspaceError: If there is none, or it cannot be used.
        ConfigError: If its config.toml is wrong.
    """
    if not (home / FILE_NAME).is_file():
        raise WorkspaceError(
            f"there is no workspace in {home}",
            f'Make one with: schooltrail --home "{home}" init   (or look around first: schooltrail demo)',
        )
    config = load_config(home / FILE_NAME)
    # Late: the store brings SQLAlchemy with it, which a wrong config need not wait for.
    from models.store import open_store

    store = open_store(home, config.database_url)
    try:
        yield Workspace(home, config, store)
    finally:
        store.close()


def check_free(home: Path) -> None:
    """Check that a workspace can be made in a folder, without touching it.

    Raises:
        WorkspaceError: If it is a file, or holds a workspace already.
    """
    if (home / FILE_NAME).exists():
        raise WorkspaceError(
            f"{home} holds a workspace already", f"Edit {home / FILE_NAME}, or choose another folder."
        )
    if home.exists() and not home.is_dir():
        raise WorkspaceError(f"{home} is a file, not a folder", "Choose another name for the folder.")


def create_workspace(home: Path, config_text: str) -> None:
    """Make a workspace folder that only this user may open, with its config.

    Raises:
        ConfigError: If the config is wrong; nothing is made then.
        WorkspaceError: If there is a workspace already, or the folder cannot be made.
    """
    parse_config(config_text)
    check_free(home)
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        home.chmod(0o700)
        target = home / FILE_NAME
        target.write_text(config_text, encoding="utf-8")
        target.chmod(0o600)
    except OSError as error:
        raise WorkspaceError(
            f"the folder {home} cannot be made: {error.strerror or error}",
            "Choose a place where you may make folders.",
        ) from error

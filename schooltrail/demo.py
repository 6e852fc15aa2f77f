"""Makes a throwaway workspace out of the bundled sample mailbox, and sums it up on one screen."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import WorkspaceError
from models.records import HAPPENED
from schooltrail.config import FILE_NAME
from schooltrail.words import GAP_NAMES
from schooltrail.workspace import create_workspace

if TYPE_CHECKING:
    from models.records import Event
    from schooltrail.workspace import Workspace

SAMPLE = Path(__file__).parent / "sample"
MARKER = "THIS-IS-A-DEMO.txt"
WIDTH = 96


def prepare(folder: Path) -> None:
    """Make an empty demo workspace in `folder`, in the place of an earlier demo if there is one.

    Raises:
        WorkspaceError: If the folder holds anything but a demo: that is never removed.
    """
    if folder.exists() and not folder.is_dir():
        raise WorkspaceError(f"{folder} is a file, not a folder", "Choose another one with --into.")
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).is_file():
            raise WorkspaceError(
                f"{folder} holds something that is not a demo", "Choose another folder with --into."
            )
        shutil.rmtree(folder)
    create_workspace(folder, (SAMPLE / FILE_NAME).read_text(encoding="utf-8"))
    (folder / MARKER).write_text(
        "A schooltrail demo with invented people. You may delete this folder.\n", encoding="utf-8"
    )
    shutil.copyfile(SAMPLE / "calendar.ics", folder / "calendar.ics")


def sources() -> list[Path]:
    """Return what the demo takes in: the sample's mail and phone log."""
    return [SAMPLE / "mail", SAMPLE / "calls.csv"]


def summary(workspace: Workspace) -> list[str]:
    """Return what was found, in at most 19 lines of at most `WIDTH` characters."""
    store = workspace.store
    read, found = store.messages.counts(), store.timeline.counts()
    every = store.timeline.events()
    events = [event for event in every if event.modality in HAPPENED]
    gaps = [gap for gap in store.timeline.gaps() if gap.status != "met"]
    lines = [
        f"  {workspace.config.case.name}: invented people, real workings",
        "",
        f"  Messages                  {read['messages']:>5}   and {read['calls']} phone calls",
        f"  People                    {found['parties']:>5}",
        f"  You asked or spoke up     {found.get('protected_activity', 0):>5}   (protected activity)",
        f"  Possible adverse events   {found.get('adverse_action', 0):>5}",
        f"  Other things that happened{found.get('school_event', 0):>5}   "
        f"and {len(every) - len(events)} only planned, denied or spoken of",
        f"  Gaps                      {len(gaps):>5}   {_by_kind([gap.kind for gap in gaps])}",
        "",
        "  The latest of what you asked, and of what the school did:",
        *_latest(events),
        "",
        "  This is a machine's first reading. Some of it will be wrong: look at the words it cites.",
    ]
    return [line[:WIDTH] for line in lines]


def next_steps(folder: Path) -> list[str]:
    """Return how to go on, as lines to print, in words that can be typed as they stand."""
    called = own_name()
    home = f'{called} --home "{folder}"'
    return [
        "",
        "  Go on:",
        f"    {home} timeline        everything, with the words",
        f"    {home} gaps            what was expected and not found",
        f"    {home} review          the same as a page",
        f"    {called} init             your own mail",
    ]


def own_name() -> str:
    """Return how this program is called from here: its name if the shell finds it, else its path."""
    if shutil.which("schooltrail"):
        return "schooltrail"
    path = Path(sys.argv[0])
    if path.stem != "schooltrail" or not path.is_file():
        return "schooltrail"
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path.absolute())


def _latest(events: list[Event]) -> list[str]:
    from schooltrail.words import event_date

    chosen = [*_last(events, "protected_activity", 1), *_last(events, "adverse_action", 2)]
    chosen.sort(key=lambda event: (str(event.date), event.id))
    lines = []
    for event in chosen:
        lines.append(_clip(f"    {event_date(event):<13} {event.summary}"))
        lines.append(_clip(f"    {'':<13} “{' '.join(event.evidence[0].span.quote.split())}”"))
    return lines


def _last(events: list[Event], kind: str, count: int) -> list[Event]:
    """Return the latest of those that the reader is surest of: this is the first thing a person sees."""
    sure = sorted((e for e in events if e.kind == kind and e.date), key=lambda e: -e.confidence)
    return sorted(sure[: max(count, len(sure) // 2)], key=lambda e: (str(e.date), e.id))[-count:]


def _clip(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"


def _by_kind(kinds: list[str]) -> str:
    counts = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    return ", ".join(f"{n} {GAP_NAMES.get(kind, kind.replace('_', ' '))}" for kind, n in counts.items())

"""Writes many rows at once, past the cost that SQLAlchemy's parameters have for each value.

On SQLite half of the time of a bulk insert went into preparing parameters. There, rows go to the
driver as plain tuples; on any other database SQLAlchemy prepares them as always.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

from models.tables import UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection, Dialect


MOST_VALUES = 8_000
"""Values to a statement: SQLite takes 32,766 from version 3.32 on; more than this gains nothing."""


def insert_rows(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]], *, ignore: bool = False
) -> None:
    """Insert rows that all have the same keys, in the same order. Nothing happens for no rows.

    Args:
        connection: In a transaction.
        table: Where to.
        rows: Column name -> value; datetimes aware.
        ignore: Leave rows that are there already as they are.
    """
    if not rows:
        return
    columns = tuple(rows[0])
    if connection.dialect.name != "sqlite":
        connection.execute(_statement(connection.dialect, table, ignore), list(rows))
        return
    sql, group, order, moments = _prepared(connection.dialect, table, columns, ignore)
    values = [list(order(row)) for row in rows]
    for place in moments:
        for row in values:
            row[place] = _moment(row[place])
    # Many rows to a statement: the driver gives up Python's lock once a statement, and where another
    # thread is busy (a sync that goes on fetching) it waits each time to get it back.
    step = max(1, MOST_VALUES // len(columns))
    for at in range(0, len(values), step):
        some = values[at : at + step]
        many = sql.replace(group, ", ".join([group] * len(some)), 1)
        connection.exec_driver_sql(many, tuple(chain.from_iterable(some)))


def _statement(dialect: Dialect, table: Table, ignore: bool) -> Any:
    kind = postgresql if dialect.name == "postgresql" else sqlite
    statement = kind.insert(table)
    return statement.on_conflict_do_nothing() if ignore else statement


@lru_cache(maxsize=64)
def _prepared(
    dialect: Dialect, table: Table, columns: tuple[str, ...], ignore: bool
) -> tuple[str, str, Any, tuple[int, ...]]:
    """Return the SQL text for one row, the part of it to repeat for more, what puts a row's values
    in its order, and the places of datetimes in it.
    """
    compiled: Any = _statement(dialect, table, ignore).compile(dialect=dialect, column_keys=list(columns))
    names = compiled.positiontup
    moments = tuple(n for n, name in enumerate(names) if isinstance(table.c[name].type, UtcDateTime))
    group = f"({', '.join('?' * len(names))})"
    return str(compiled), group, itemgetter(*names), moments


@lru_cache(maxsize=4096)
def _moment(value: datetime | None) -> str | None:
    """Return a datetime as SQLAlchemy's own SQLite type stores it: UTC, to the microsecond."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("naive datetime given to the store")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")

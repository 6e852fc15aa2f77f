"""The one place that opens the database, in five views: evidence, sync, messages, timeline, decisions."""

from models.store.core import Store, open_store

__all__ = ["Store", "open_store"]

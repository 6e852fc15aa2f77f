"""One file per kind of source. Each offers SOURCE (see ingest.protocols)."""

"""One file per page, each offering VIEW, a router. Views hold no SQL and no rules."""

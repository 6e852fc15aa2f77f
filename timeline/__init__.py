"""Mentions in; events and gaps out. Pure: no I/O, no clock, no database."""

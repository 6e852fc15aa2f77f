"""Schema changes, oldest first; shipped in the wheel and run by the store."""

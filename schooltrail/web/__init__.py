"""The review pages, on loopback: they read the store, and write nothing but decisions."""

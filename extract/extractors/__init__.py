"""One file for each kind of finding; each offers EXTRACTOR."""

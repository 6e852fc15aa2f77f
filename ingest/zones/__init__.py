"""One text in, its zones out: whose words stand where. The rules behind `ingest.body`."""

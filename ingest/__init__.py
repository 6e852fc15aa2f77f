"""Mail, documents and phone logs in; evidence items and read messages out. Reads only, changes nothing."""

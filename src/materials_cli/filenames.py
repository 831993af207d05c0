"""What an archive's own files and folders are called, wherever it lies: on a disk, in an object store, in a copy."""

INNER = ".materials"  # the folder of what only the program needs
CATALOGUE = "catalogue.sqlite"
JSONL, CSV, SUMS, RULES = "manifest.jsonl", "manifest.csv", "SHA256SUMS", "manifest.schema.json"
FEED = "changes.atom"
UNDER_WAY = "collections.json"  # in INNER: what a command on a collection has begun
METADATA = "metadata"  # the folder of what people wrote
OWN_TABLES = ("names.toml", "glossary.toml")
OWN = (INNER, JSONL, CSV, SUMS, RULES, FEED, METADATA, *OWN_TABLES)

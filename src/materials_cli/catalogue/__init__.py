"""The database of an archive: items, their versions and texts, runs, events, and the full-text index."""

"""Which sources are about to vanish, and of what the archive holds the last copy, by what Drive has told."""

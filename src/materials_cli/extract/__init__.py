"""Text from files: slides, pages and sheets with their notes; words recognised in pictures."""

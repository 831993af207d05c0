"""Text to searchable forms, in every script of the region. Pure: no input or output."""

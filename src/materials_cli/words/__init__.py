"""Text to searchable forms, in every script of the region. Pure: nothing here reads or writes anything."""

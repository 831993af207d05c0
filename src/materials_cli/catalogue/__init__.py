"""The only room that knows SQL: items, versions, runs, and the words in them."""

"""The only room that knows Google."""

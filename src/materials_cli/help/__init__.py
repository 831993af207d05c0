"""Detailed explanations of every error, for `materials help CODE`."""

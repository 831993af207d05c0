"""Notifications after unattended runs: when to send one, and the channels that carry it."""

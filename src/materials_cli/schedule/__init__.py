"""Runs `materials sync --cron` from the timers of the operating system. There is no scheduler of our own."""

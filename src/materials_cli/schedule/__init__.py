"""Native timers: what the machine has runs `materials sync --cron`. There is no scheduler of our own."""

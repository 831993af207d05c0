"""From what Drive holds to what the archive holds: the plan, and carrying it out."""

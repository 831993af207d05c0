"""From the words a person types to the slides that have them."""

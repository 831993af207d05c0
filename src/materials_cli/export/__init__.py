"""The catalogue in common formats: manifest, CSV, digest, comparison, feed, metrics."""

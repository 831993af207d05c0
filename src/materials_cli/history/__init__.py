"""Events, as PREMIS names them, and the digest of changes."""

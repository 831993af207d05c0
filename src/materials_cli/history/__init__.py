"""What happened, in the words of PREMIS, and the digest of what has changed."""

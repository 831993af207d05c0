"""A picture of every slide and page: drawn in limited children, kept by the digest of the bytes, and drawn anew when lost."""

"""Search by meaning: what a text means as a vector, in any of a hundred languages (extra `[meaning]`)."""

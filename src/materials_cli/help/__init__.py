"""The long version of every error: for somebody who has met it, has read the four lines, and needs more."""

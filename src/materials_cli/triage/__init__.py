"""What must not go out unasked when an archive is published: finding it, deciding on it, and leaving it out.

`survey.py` finds what is private in an item, `decisions.py` keeps what people decided, and `release.py` says what may be
published. Nothing is published by default.
"""

"""Other computers that fetch and read for an archive: what they do, and how they are reached.

A worker gets plain values and returns plain values. It writes bytes to the store; only the computer that runs `materials`
writes rows, and only it decides when Drive is asked.
"""

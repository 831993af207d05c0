"""Checks of the machine, the archive and its links; each finding comes with a fix."""

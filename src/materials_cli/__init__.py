"""An archiver for the materials that workshops publish on Google Drive."""

__version__ = "0.1.0"

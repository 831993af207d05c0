"""Bytes to sections of text: slides, pages, sheets."""

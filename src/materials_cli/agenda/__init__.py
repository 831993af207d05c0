"""The agenda of an event: read from the file that organisers have, and compared with what the archive holds."""

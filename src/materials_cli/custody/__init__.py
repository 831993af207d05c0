"""What is done with the files that are held, without Drive: they are verified."""

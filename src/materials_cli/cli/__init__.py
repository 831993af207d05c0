"""The command line: parse arguments, call the use cases, print results, set the exit status."""

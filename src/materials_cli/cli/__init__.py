"""The command line: parse arguments, call the use cases, print results, set the exit status.

A command's module is imported when it runs, and for its own `--help` and TAB, too. So what takes long to import is imported
in the function that needs it: whatever runs a use case, rich where something is drawn, and what few archives ask for.
"""

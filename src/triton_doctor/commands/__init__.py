"""Use cases, one a file: ordinary functions that return an exit code."""

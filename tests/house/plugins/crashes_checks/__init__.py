"""A plug-in whose check fails while it runs, in three ways."""

"""A plug-in with one folder that cannot be read and one that can."""

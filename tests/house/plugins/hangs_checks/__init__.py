"""A plug-in whose check never ends."""

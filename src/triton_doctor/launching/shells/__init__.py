"""How each shell takes a text apart into commands and words. Pure."""

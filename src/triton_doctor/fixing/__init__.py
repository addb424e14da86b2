"""Carrying out fixes: what would change, the journal of what was changed, and taking it back."""

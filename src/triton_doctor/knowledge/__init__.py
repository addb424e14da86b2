"""The catalogue: what the doctor knows in words, read from the checks' folders."""

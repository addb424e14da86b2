"""Reading logs: from hundreds of lines to one root cause. Pure: bytes in, a Reading out."""

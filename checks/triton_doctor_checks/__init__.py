"""The checks that ship with triton-doctor: one folder an area."""

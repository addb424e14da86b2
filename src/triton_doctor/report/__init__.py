"""Forms of a report: pure functions from a Report to text or data."""

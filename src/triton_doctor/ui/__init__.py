"""What a person sees: listeners to the run's events, and printers of its report."""

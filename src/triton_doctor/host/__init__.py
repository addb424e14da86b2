"""The machine behind a Protocol: a local one, a recorded one, and fakes in the tests."""

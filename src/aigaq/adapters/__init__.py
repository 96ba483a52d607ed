"""The outside world: the clock, files, the loopback server. Small, and replaced by fakes in tests."""

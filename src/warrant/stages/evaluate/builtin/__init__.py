"""Our own failure tests, one kind per file."""

"""Our own training backends, one per file."""

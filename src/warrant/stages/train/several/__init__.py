"""Training under several processes: they share out each update, and one of them writes."""

"""Outside storage, keys and machines: what a workspace uses beyond its own folder."""

"""Readers that come with the package, one kind of file each."""

"""Taking over a model that was trained elsewhere, with what a person declares about it."""

"""Ready recipes, and the program that runs each on its data: `python -m recipes`."""

"""Guesses of `warrant new`: what in a folder, a sheet or a table is what; each with its reason."""

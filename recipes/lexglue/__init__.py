"""Recipes for the seven tasks of LexGLUE, and what fetches their data."""

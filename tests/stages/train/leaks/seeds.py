"""Seeds of the planted tables: settings are chosen on some, figures are told of others."""

DEVELOPMENT = (1, 2, 3)
"""Looked at while the check is built."""

SCORING = (1001, 1002, 1003)
"""Looked at only to tell how well it does; the suite runs the first."""

"""Trees by LightGBM, in its text format, checked before LightGBM sees it."""

"""Advice about data: what more rows would bring, what sources are worth, which labels look wrong.

All of it is computed when it is asked for, on training and validation rows, and stored nowhere.
"""

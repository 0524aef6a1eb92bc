"""The desk of the test kit, under the name by which the tests know it."""

from warrant.testing.desks import FixedSalts, make_desk

__all__ = ["FixedSalts", "make_desk"]

"""Workspaces with one planted cause of a wrong answer each, made from a seed.

Each has a twin without the plant, which answers the same question right.
"""

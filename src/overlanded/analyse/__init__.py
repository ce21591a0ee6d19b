"""Columns in, observations with citations out."""

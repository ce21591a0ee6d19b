"""Readers of evidence: one file a format."""

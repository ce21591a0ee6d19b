"""Spans of time in words."""

from __future__ import annotations


def length(ns: float) -> str:
    """As a person says it: ``0.500 s``, ``60.0 s``, ``15.0 min``, ``24.0 h``, ``12.5 days``."""
    seconds = ns / 1e9
    if seconds < 10:
        return f"{seconds:.3f} s"
    if seconds < 600:
        return f"{seconds:.1f} s"
    if seconds < 7200:
        return f"{seconds / 60:.1f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 259_200 else f"{seconds / 86_400:.1f} days"

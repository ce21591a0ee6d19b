"""Overlanded finds the communications equipment that is on a crane but not in its paperwork."""

__version__ = "0.1.0"

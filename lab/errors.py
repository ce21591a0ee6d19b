"""What can go wrong in the lab; every message is one line that says what to do."""

from __future__ import annotations


class LabError(Exception):
    """A scenario that does not hold together, or a machine that cannot run it."""

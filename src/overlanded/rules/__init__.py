"""Fingerprints and findings as data, and the engine that holds them against what is known."""

from __future__ import annotations

from overlanded.rules.engine import find, find_all, listed
from overlanded.rules.identify import identify
from overlanded.rules.ruleset import Ruleset, load

__all__ = ["Ruleset", "find", "find_all", "identify", "listed", "load"]

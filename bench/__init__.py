"""Timings of whole processes against peers, in pairs, with every raw run kept."""

"""What holds for every test."""

from hypothesis import settings

# A loaded machine is no reason for a test to fail: how long an example takes is never asserted.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

"""What can go wrong, grouped by who must act; each error is one clear line."""

from __future__ import annotations


class OverlandedError(Exception):
    """Base of all errors that a person is meant to read.

    ``str(error)`` is one line: file, place, reason, mend. ``exit_code`` is the process's.
    """

    exit_code = 70


class UsageError(OverlandedError):
    """The user must call again, corrected."""

    exit_code = 2


class InputError(OverlandedError):
    """Something handed in cannot be read; the rest can."""

    exit_code = 3


class IntegrityError(OverlandedError):
    """Evidence, ledger or signature does not verify."""

    exit_code = 4

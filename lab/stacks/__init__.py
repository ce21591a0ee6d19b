"""Protocol stacks, one file each. ``s7.server`` is the function ``server`` in ``s7.py``.

Such a function takes the host and the scenario's options for it and returns the Program to run in
the host's namespace. A module says what it needs: ``PROGRAMS`` on the path, ``MODULES`` to import.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from lab.programs import Host, Program

    Stack = Callable[[Host, dict[str, Any]], Program]


def module(stack: str) -> ModuleType:
    """The module of a stack. Raises ImportError when there is none."""
    return importlib.import_module(f"{__name__}.{stack.partition('.')[0]}")


def exists(stack: str) -> bool:
    """Whether there is a stack of that name."""
    name, _, role = stack.partition(".")
    found = name.isidentifier() and importlib.util.find_spec(f"{__name__}.{name}") is not None
    return found and callable(getattr(module(stack), role, None))


def start(stack: str) -> Stack:
    """The function that says how to run a stack."""
    return cast("Stack", getattr(module(stack), stack.partition(".")[2]))

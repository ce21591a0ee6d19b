"""setuptools' PEP 517 backend, which also asks for a compiler where the system has none."""

from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path

from setuptools import build_meta
from setuptools.build_meta import (
    build_editable,
    build_sdist,
    build_wheel,
    get_requires_for_build_sdist,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

ZIG = "ziglang>=0.13,<1"
"""A C compiler as a PyPI package; used to build, never installed beside the program."""


def has_compiler() -> bool:
    """Whether the system's own C compiler is there; on Windows setuptools finds it itself."""
    stated = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    return os.name == "nt" or shutil.which(stated.split()[0]) is not None


def has_headers() -> bool:
    """Whether Python's own headers are there: without them no compiler helps."""
    return Path(sysconfig.get_paths()["include"], "Python.h").exists()


def _compiler() -> list[str]:
    unwanted = has_compiler() or not has_headers() or os.environ.get("OVERLANDED_NO_COMPILER")
    return [] if unwanted else [ZIG]


def get_requires_for_build_wheel(config_settings: dict[str, str] | None = None) -> list[str]:
    """What setuptools wants, and a compiler if there is none."""
    return [*build_meta.get_requires_for_build_wheel(config_settings), *_compiler()]


def get_requires_for_build_editable(config_settings: dict[str, str] | None = None) -> list[str]:
    """As for a wheel."""
    return [*build_meta.get_requires_for_build_editable(config_settings), *_compiler()]

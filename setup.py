"""Builds the decoder kernels where a compiler works; otherwise they run interpreted."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

WIRE = Path("src/overlanded/wire")
KERNELS = ("walk", "tabling")
TYPES = (
    "ctypedef unsigned long long u64",
    "ctypedef long long i64",
    "ctypedef unsigned int u32",
    "ctypedef unsigned short u16",
    "ctypedef object Store",
    "ctypedef unsigned char* Octets",
    "ctypedef unsigned long long* Words",
)

PREFETCH = """\
    #if defined(__GNUC__)
    #define OL_PREFETCH(place) __builtin_prefetch(place)
    #else
    #define OL_PREFETCH(place) ((void)(place))
    #endif"""
FETCHER = '    void prefetch "OL_PREFETCH"(void*) nogil'


def declarations() -> str:
    """The kernels' numbers as C constants: what Cython reads beside each kernel."""
    names = {
        name: value
        for name, value in runpy.run_path(str(WIRE / "layout.py")).items()
        if isinstance(value, int) and name.isupper()
    }
    defines = [
        f"    #define OL_{name} {value}{'ULL' if value >> 31 else ''}"
        for name, value in names.items()
    ]
    externs = [
        f'    {"u64" if value >> 31 else "int"} {name} "OL_{name}"' for name, value in names.items()
    ]
    head = ["# Written by setup.py from layout.py.", *TYPES, "", "cdef extern from *:"]
    return "\n".join([*head, '    """', *defines, PREFETCH, '    """', *externs, FETCHER, ""])


def kernels() -> list[Extension]:
    """The extensions, translated to C; none where Cython is missing."""
    try:
        from Cython.Build import cythonize
    except ImportError:
        return []
    for name in KERNELS:
        (WIRE / f"{name}.pxd").write_text(declarations(), encoding="utf-8")
    found = [
        Extension(
            f"overlanded.wire.{name}",
            [str(WIRE / f"{name}.py")],
            extra_compile_args=[] if os.name == "nt" else ["-O3"],
            optional=True,
        )
        for name in KERNELS
    ]
    return cythonize(found, language_level=3, quiet=True)


setup(ext_modules=kernels(), cmdclass={"build_ext": build_ext})

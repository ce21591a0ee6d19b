"""Builds the decoder kernels where a compiler works; otherwise they run interpreted."""

from __future__ import annotations

import os
import runpy
import shutil
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

from setuptools import Extension, setup

WIRE = Path("src/overlanded/wire")
KERNELS = ("walk", "tabling")
TYPES = """\
# Written by setup.py from layout.py.
ctypedef unsigned long long u64
ctypedef long long i64
ctypedef object Store
ctypedef unsigned char* Octets
ctypedef unsigned long long* Words
ctypedef unsigned int* Quads
ctypedef unsigned short* Pairs
"""
PREFETCH = """\
    #if defined(__GNUC__)
    #define OL_PREFETCH(place) __builtin_prefetch(place)
    #else
    #define OL_PREFETCH(place) ((void)(place))
    #endif
"""


def declarations() -> str:
    """The kernels' numbers as C constants: what Cython reads beside each kernel."""
    held = runpy.run_path(str(WIRE / "layout.py"))
    names = {name: held[name] for name in held if name.isupper() and isinstance(held[name], int)}
    lines = [TYPES, "cdef extern from *:", '    """']
    for name, value in names.items():
        lines.append(f"    #define OL_{name} {value}{'ULL' if value >> 31 else ''}")
    lines += [PREFETCH + '    """', '    void prefetch "OL_PREFETCH"(void*) nogil']
    for name, value in names.items():
        lines.append(f'    {"u64" if value >> 31 else "int"} {name} "OL_{name}"')
    return "\n".join([*lines, ""])


def kernels() -> list[Extension]:
    """The extensions, translated to C; none where they are not wanted."""
    if os.environ.get("OVERLANDED_NO_COMPILER") or not has_headers():
        return []
    from Cython.Build import cythonize

    for name in KERNELS:
        (WIRE / f"{name}.pxd").write_text(declarations(), encoding="utf-8")
    flags = [] if os.name == "nt" else ["-O3", "-fno-strict-aliasing", "-fwrapv"]
    found = [
        Extension(
            f"overlanded.wire.{name}",
            [str(WIRE / f"{name}.py")],
            extra_compile_args=flags,
        )
        for name in KERNELS
    ]
    made: list[Extension] = cythonize(found, language_level=3, quiet=True, build_dir="build")
    for extension in made:
        extension.optional = True  # cythonize forgets it: without a kernel the source itself runs
    return made


def has_headers() -> bool:
    """Whether Python's own headers are there; Debian keeps them in python3-dev."""
    return Path(sysconfig.get_paths()["include"], "Python.h").exists()


def choose_compiler() -> None:
    """Use the compiler that the build backend asked for, where the system has none."""
    stated = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    if os.name == "nt" or shutil.which(stated.split()[0]) or find_spec("ziglang") is None:
        return
    zig = f"{sys.executable} -m ziglang cc -fno-sanitize=undefined"
    os.environ.update(CC=zig, LDSHARED=f"{zig} -shared", LDCXXSHARED=f"{zig} -shared")


choose_compiler()
setup(ext_modules=kernels())

"""Builds the decoder kernels where a compiler works, else they run interpreted; and made files."""

from __future__ import annotations

import ast
import os
import runpy
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from setuptools import Extension, setup

PACKAGE = "overlanded.wire.kernels"
FOLDER = Path("src", *PACKAGE.split("."))
KERNELS = (
    "sightings",
    "rhythms",
    "flows",
    "joining",
    "events",
    "samples",
    "wrappings",
    "packets",
    "frames",
    "captures",
    "looking",
    "walk",
    "tabling",
)
TYPES = """\
# Written by setup.py from layout.py.
from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
ctypedef unsigned long long u64
ctypedef long long i64
ctypedef object Store
ctypedef unsigned char* Octets
ctypedef unsigned long long* Words
ctypedef unsigned int* Quads
ctypedef unsigned short* Pairs
"""
MACHINE = """\
    #include <string.h>
    #if defined(__GNUC__)
    #define ol_prefetch(rows, at) __builtin_prefetch((rows) + (at))
    #else
    #define ol_prefetch(rows, at) ((void)(rows))
    #endif
    #if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    #define OL_LOAD(name, kind, turned)                                            \\
      static inline unsigned long long name(const unsigned char* b, long long at) { \\
        kind v; memcpy(&v, b + at, sizeof v); return turned; }
    OL_LOAD(ol_be16, unsigned short, __builtin_bswap16(v))
    OL_LOAD(ol_be32, unsigned int, __builtin_bswap32(v))
    OL_LOAD(ol_be64, unsigned long long, __builtin_bswap64(v))
    OL_LOAD(ol_le32, unsigned int, v)
    #else
    #define OL_BYTE(n, shift) ((unsigned long long)b[at + n] << shift)
    #define OL_LOAD(name, bytes)                                                   \\
      static inline unsigned long long name(const unsigned char* b, long long at) { \\
        return bytes; }
    OL_LOAD(ol_be16, OL_BYTE(0, 8) | OL_BYTE(1, 0))
    OL_LOAD(ol_be32, ol_be16(b, at) << 16 | ol_be16(b, at + 2))
    OL_LOAD(ol_be64, ol_be32(b, at) << 32 | ol_be32(b, at + 4))
    OL_LOAD(ol_le32, OL_BYTE(3, 24) | OL_BYTE(2, 16) | OL_BYTE(1, 8) | OL_BYTE(0, 0))
    #endif
    #define ol_be48(b, at) (ol_be32(b, at) << 16 | ol_be16(b, (at) + 4))
    static inline unsigned long long ol_bits(unsigned long long value) {
      #if defined(__GNUC__)
      return value ? 64 - __builtin_clzll(value) : 0;
      #else
      unsigned long long bits = 0; while (value) { bits++; value >>= 1; } return bits;
      #endif
    }
    static inline unsigned long long ol_mixed(unsigned long long h, unsigned long long word) {
      h = (h ^ word) * OL_MIX; return h ^ (h >> 32); }
"""
SHARED = """\
    void prefetch "ol_prefetch"(Words rows, u64 at) nogil
    u64 be16 "ol_be16"(Octets b, i64 at) nogil
    u64 be32 "ol_be32"(Octets b, i64 at) nogil
    u64 be48 "ol_be48"(Octets b, i64 at) nogil
    u64 be64 "ol_be64"(Octets b, i64 at) nogil
    u64 le32 "ol_le32"(Octets b, i64 at) nogil
    u64 mixed "ol_mixed"(u64 h, u64 word) nogil
    u64 bits_of "ol_bits"(u64 value) nogil

cdef inline Octets octets(object store):
    cdef Py_buffer view
    PyObject_GetBuffer(store, &view, PyBUF_SIMPLE)
    cdef Octets begin = <Octets>view.buf
    PyBuffer_Release(&view)
    return begin

cdef inline Words words(object store):
    return <Words>octets(store)

cdef inline Quads quads(object store):
    return <Quads>octets(store)

cdef inline Pairs pairs(object store):
    return <Pairs>octets(store)
"""
SAME_IN_C = (".layout", ".octets")
"""What ``layout.pxd`` holds for all kernels."""
WORDS = {
    "cython.bint": "bint",
    "cython.void": "void",
    "Any": "object",
    "tuple[u64, u64]": "(u64, u64)",
}


def numbers() -> str:
    """The kernels' numbers as C constants, and what C does better than Python."""
    held = runpy.run_path(str(FOLDER / "layout.py"))
    names = {name: held[name] for name in held if name.isupper() and isinstance(held[name], int)}
    lines = [TYPES, "cdef extern from *:", '    """']
    for name, value in names.items():
        lines.append(f"    #define OL_{name} {value}{'ULL' if value >> 31 else ''}")
    lines.append(MACHINE + '    """')
    for name, value in names.items():
        lines.append(f'    {"u64" if value >> 31 else "int"} {name} "OL_{name}"')
    return "\n".join([*lines, SHARED])


def declarations(source: str) -> str:
    """What other kernels must know of one: its classes' fields, and its functions in C."""
    tree = ast.parse(source)
    lines = ["# Written by setup.py.", f"from {PACKAGE}.layout cimport *", *borrowed(tree)]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            lines += signature(node)
        elif isinstance(node, ast.ClassDef):
            bases = ", ".join(ast.unparse(base) for base in node.bases)
            lines.append(f"cdef class {node.name}{f'({bases})' if bases else ''}:")
            lines += [f"    {line}" for part in node.body for line in members(part)]
    return "\n".join([*lines, ""])


def borrowed(tree: ast.Module) -> Iterator[str]:
    """What an interpreted kernel imports of another, for the compiled one."""
    (uncompiled,) = (
        node for node in tree.body if isinstance(node, ast.If) and "compiled" in ast.unparse(node)
    )
    for node in uncompiled.body:
        if isinstance(node, ast.ImportFrom) and not str(node.module).endswith(SAME_IN_C):
            for name in node.names:
                yield f"from {node.module} cimport {name.name}"


def members(part: ast.stmt) -> Iterator[str]:
    """A field or a function of a class."""
    if isinstance(part, ast.AnnAssign):
        yield f"cdef {kind(part.annotation)} {ast.unparse(part.target)}"
    elif isinstance(part, ast.FunctionDef):
        yield from signature(part)


def signature(function: ast.FunctionDef) -> Iterator[str]:
    """The C signature of a function that has one."""
    marks = {ast.unparse(one) for one in function.decorator_list}
    if "cython.cfunc" in marks and function.returns is not None:
        given = (
            f"{kind(one.annotation)} {one.arg}" if one.annotation else one.arg
            for one in function.args.args
        )
        tail = " noexcept nogil" if "cython.nogil" in marks else ""
        yield f"cdef {kind(function.returns)} {function.name}({', '.join(given)}){tail}"


def kind(annotation: ast.expr) -> str:
    """An annotation as C says it."""
    said = ast.unparse(annotation)
    return WORDS.get(said, said)


def kernels() -> list[Extension]:
    """The extensions, translated to C; none where they are not wanted."""
    if os.environ.get("OVERLANDED_NO_COMPILER") or not has_headers():
        return []
    from Cython.Build import cythonize

    (FOLDER / "layout.pxd").write_text(numbers(), encoding="utf-8")
    for name in KERNELS:
        source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
        (FOLDER / f"{name}.pxd").write_text(declarations(source), encoding="utf-8")
    flags = [] if os.name == "nt" else ["-O3", "-g0", "-fno-strict-aliasing", "-fwrapv"]
    found = [
        Extension(f"{PACKAGE}.{name}", [str(FOLDER / f"{name}.py")], extra_compile_args=flags)
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


def make_ready() -> None:
    """What no run has to do again: tables and address blocks as JSON, templates as Python."""
    sys.path.insert(0, "src")
    from overlanded import data
    from overlanded.data import oui

    fill(data.MADE, [*data.tables(), oui.ready()])
    if find_spec("jinja2") is not None:
        from overlanded.exporters import html

        fill(html.MADE, html.modules())


def fill(folder: Path, files: Iterable[tuple[str, str]]) -> None:
    """Write these files, in place of all that the folder held."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in files:
        (folder / name).write_text(text, encoding="utf-8")


choose_compiler()
make_ready()
setup(ext_modules=kernels(), options={"build_ext": {"parallel": True}})

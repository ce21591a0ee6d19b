"""Network namespaces without a program for every step: entering them, kernel values, batches."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lab.errors import LabError

MADE = Path("/run/netns")
"""Where ``ip netns`` keeps the namespaces that it made."""
OWN_FILES = Path("/etc/netns")
"""Where a namespace's own resolv.conf is looked for (ip-netns(8))."""
NEW_NET, NEW_MOUNTS, NEW_NAME = 0x40000000, 0x00020000, 0x04000000
REC, SLAVE, BIND = 0x4000, 0x80000, 0x1000
SIOCETHTOOL = 0x8946
OFFLOADS = (0x17, 0x1F, 0x24, 0x2C)
"""ETHTOOL_STXCSUM, _STSO, _SGSO and _SGRO of linux/ethtool.h. Not every kind of link has all."""
LIBC = ctypes.CDLL(None, use_errno=True)


def run(*argv: str, given: str = "") -> str:
    """Run a command that must work, and give what it printed."""
    done = subprocess.run(argv, capture_output=True, text=True, check=False, input=given)
    if done.returncode:
        raise LabError(f"{' '.join(argv)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def batch(lines: Iterable[str]) -> None:
    """Run many ``ip`` commands with one start of the program."""
    text = "\n".join(lines)
    if text:
        run("ip", "-batch", "-", given=text + "\n")


def _must(result: int, what: str) -> None:
    if result:
        raise LabError(f"{what}: {os.strerror(ctypes.get_errno())}")


def enter(namespace: str) -> None:
    """Make this thread one of the namespace's; what it starts from now on is there too."""
    _enter(MADE / namespace)


def _enter(path: Path) -> None:
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _must(LIBC.setns(file, NEW_NET), f"entering {path}")
    finally:
        os.close(file)


def own_files(namespace: str) -> None:
    """Give this process the namespace's own files in place of those in /etc, as ``ip`` does."""
    files = sorted(OWN_FILES.joinpath(namespace).glob("*"))
    if not files:
        return
    _must(LIBC.unshare(NEW_MOUNTS), "a mount namespace")
    _must(LIBC.mount(b"none", b"/", None, REC | SLAVE, None), "a private root")
    for file in files:
        into = bytes(Path("/etc", file.name))
        _must(LIBC.mount(bytes(file), into, None, BIND, None), f"mounting {file}")


def named(name: str) -> None:
    """Give this process a host name of its own; the machine's is nobody's business on a wire."""
    _must(LIBC.unshare(NEW_NAME), "a host name of its own")
    socket.sethostname(name)


@contextlib.contextmanager
def inside(namespace: str) -> Iterator[None]:
    """Act inside a namespace for a while."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        enter(namespace)
        yield
    finally:
        LIBC.setns(home, NEW_NET)
        os.close(home)


def kernel(namespace: str, settings: Mapping[str, object]) -> None:
    """Set kernel values of a namespace, named as sysctl(8) names them."""
    with inside(namespace):
        for key, value in settings.items():
            path = Path("/proc/sys", *key.split("."))
            try:
                path.write_text(str(value), "ascii")
            except OSError as error:
                raise LabError(f"{key} cannot be set to {value}: {error.strerror}") from error


def living_in(namespaces: Iterable[str]) -> list[int]:
    """The processes that run in any of the namespaces."""
    wanted = set()
    for name in namespaces:
        with contextlib.suppress(OSError):
            wanted.add(MADE.joinpath(name).stat().st_ino)
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.joinpath("ns/net").stat().st_ino in wanted:
                found.append(int(process.name))
    return found


def take_down(namespaces: Iterable[str]) -> None:
    """Remove namespaces with whatever still runs in them."""
    names = list(namespaces)
    for pid in living_in(names):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    lines = "".join(f"netns delete {name}\n" for name in names)
    argv = ("ip", "-force", "-batch", "-")
    subprocess.run(argv, input=lines, capture_output=True, text=True, check=False)
    for name in names:
        own = OWN_FILES / name
        for file in own.glob("*"):
            file.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            own.rmdir()


def plain_links(links: Iterable[str]) -> None:
    """Let frames leave this namespace as they are on a wire: summed, and not several in one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        for link in links:
            for feature in OFFLOADS:
                value = ctypes.create_string_buffer(struct.pack("II", feature, 0))
                request = struct.pack("16sP16x", link.encode(), ctypes.addressof(value))
                with contextlib.suppress(OSError):
                    fcntl.ioctl(door, SIOCETHTOOL, request)

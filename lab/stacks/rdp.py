"""A desktop over RDP: FreeRDP's shadow server and its xfreerdp, each on a screen of Xvfb's.

Both together use some four processor seconds a minute. The viewer asks for no video codec: one
would take three times as much.
"""

from __future__ import annotations

import contextlib
import json
import shlex
import signal
import subprocess
import sys
import time
from random import Random

from lab.programs import Host, Options, Program, main, python, visits

MODULES = ()
PROGRAMS = ("Xvfb", "freerdp-shadow-cli", "xfreerdp")
SERVED, VIEWED = 6, 7
SCREEN = "-nolock -nolisten unix -ac"
"""X servers are reached by their abstract sockets, which other namespaces do not see."""
START = """\
set -e
export HOME={home} DISPLAY=:{display}
mkdir -p $HOME
Xvfb :{display} -screen 0 {size}x24 {screen} &
{python} -m lab.screen paint {painting} &
sleep 1
exec freerdp-shadow-cli /port:{port} -auth /sec:tls
"""


def server(host: Host, options: Options) -> Program:
    """A desktop of ``size`` (800x600) on ``port`` (3389) that lets everybody watch.

    Something on it changes every ``every`` (2) seconds.
    """
    painting = {"display": SERVED, "seed": options["seed"], "every": options.get("every", 2.0)}
    script = START.format(
        home=shlex.quote(str(host.folder / "rdp")),
        display=SERVED,
        size=options.get("size", "800x600"),
        screen=SCREEN,
        python=shlex.quote(sys.executable),
        painting=shlex.quote(json.dumps(painting)),
        port=options.get("port", 3389),
    )
    return Program(("sh", "-c", script))


def client(host: Host, options: Options) -> Program:
    """Looks at the desktop of ``to`` as ``user``; a request of its sessions is a pointer's move."""
    return python(__name__, "client", options | {"home": str(host.folder / "rdp")})


def _start(*argv: str, options: Options) -> subprocess.Popen[bytes]:
    own = {
        "HOME": options["home"],
        "DISPLAY": f":{VIEWED}",
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    }
    return subprocess.Popen(argv, env=own, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def _look(options: Options) -> None:
    rng = Random(options["seed"])
    moving = {key: options[key] for key in ("every", "think_ms", "seed") if key in options}
    given = json.dumps(moving | {"display": VIEWED})
    _start("Xvfb", f":{VIEWED}", "-screen", "0", "1024x768x24", *SCREEN.split(), options=options)
    subprocess.Popen([sys.executable, "-m", "lab.screen", "move", given])
    time.sleep(1)
    door = f"{options['to']}:{options.get('port', 3389)}"
    plain = ("/log-level:OFF", "/bpp:16", "-gfx", "/nsc")
    argv = ("xfreerdp", f"/v:{door}", "/cert:ignore", "/sec:tls", "/p:", *plain)
    for requests in visits(options):
        until = time.monotonic() + min(1e6, requests * options.get("every", 1.0))
        while (left := until - time.monotonic()) > 0:
            with _start(*argv, f"/u:{options['user']}", options=options) as viewer:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    viewer.wait(timeout=left)
                viewer.send_signal(signal.SIGTERM)
            time.sleep(1 + rng.random())


if __name__ == "__main__":
    main({"client": _look})

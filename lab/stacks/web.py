"""Web pages: a small server with the device's own headers, and curl to look at them."""

from __future__ import annotations

import random
import struct
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lab.programs import Host, Options, Program, main, python
from lab.repeat import repeat

MODULES = ()
PROGRAMS = ("curl",)

PAGE = """\
<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1><p>{body}</p></body></html>
"""


def server(_host: Host, options: Options) -> Program:
    """Answers on ``port`` with ``title``, ``server`` and, if there is one, a ``realm``."""
    return python(__name__, "server", options)


def client(_host: Host, options: Options) -> Program:
    """Visits each of ``urls``, where {to} stands for the address of each of ``to``."""
    agent = ("curl", "-s", "-m", "8", "-A", options["agent"])
    urls = [url.format(to=to) for to in options.get("to", [""]) for url in options["urls"]]
    post = ("--data", options["post"]) if "post" in options else ()
    return repeat(((*agent, *post, url) for url in urls), options)


def picture(filler: bytes) -> bytes:
    """A JPEG file that holds one comment and no picture (ITU-T T.81, annex B)."""
    comment = b"\xff\xfe" + struct.pack(">H", len(filler) + 2) + filler
    return b"\xff\xd8" + comment + b"\xff\xd9"


def _serve(options: Options) -> None:
    page = PAGE.format(title=options["title"], body=options.get("body", "")).encode()
    image = picture(random.Random(options["title"]).randbytes(options.get("image", 0)))

    class Page(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def version_string(self) -> str:
            return str(options["server"])

        def do_GET(self) -> None:
            self._answer(*(("image/jpeg", image) if "jpg" in self.path else ("text/html", page)))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._answer("application/json", b'{"accepted":true}')

        def _answer(self, kind: str, body: bytes) -> None:
            self.send_response(401 if "realm" in options else 200)
            if "realm" in options:
                self.send_header("WWW-Authenticate", f'Digest realm="{options["realm"]}"')
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    ThreadingHTTPServer(("0.0.0.0", options.get("port", 80)), Page).serve_forever()


if __name__ == "__main__":
    main({"server": _serve})

"""Pictures are decoded apart: one confined program (``looking.py``) for all photos of a run.

It gets a picture on its standard input and answers with one line. When a picture drives it beyond
its memory or time it ends, the picture is refused, and the next one gets a fresh program.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from threading import Lock, Timer
from typing import IO, Any, cast

from msgspec import convert, json

from overlanded.data import table
from overlanded.readers.labels.images import RefusedError
from overlanded.readers.labels.looking import Look
from overlanded.readers.ocr import Box
from overlanded.readers.paperwork import confined

COMMAND = (sys.executable, "-P", "-m", "overlanded.readers.labels.looking")


def look(data: bytes) -> Look:
    """Everything in a picture. Raises ``RefusedError`` when it cannot or must not be decoded."""
    return convert(_eyes().ask({"what": "look", "size": len(data)}, data), Look)


def crops(data: bytes, boxes: Iterable[Box]) -> list[bytes]:
    """Regions of the upright picture, each as PNG. Raises ``RefusedError`` as ``look`` does."""
    asked = {"what": "crops", "size": len(data), "boxes": list(boxes)}
    return [b64decode(png) for png in _eyes().ask(asked, data)["crops"]]


class Eyes:
    """The program, started when the first picture comes."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self.command = command
        self._lock = Lock()
        self.process: subprocess.Popen[bytes] | None = None

    def ask(self, asked: Mapping[str, Any], data: bytes) -> Any:  # noqa: ANN401  what JSON holds
        """The answer to one request. Raises ``RefusedError`` when there is none."""
        request = json.encode(asked) + b"\n" + data
        with self._lock:
            fresh = self.process is None
            answer, late = self._answer(request)
            if not fresh and not answer and not late:
                # What earlier photos left in memory may have been too much for this one.
                answer, late = self._answer(request)
        if not answer.endswith(b"\n"):
            bounds = table("labels")["bounds"]
            what = f"{bounds['seconds']:g} seconds" if late else "memory than a picture may"
            raise RefusedError(f"decoding it takes more {'than ' if late else ''}{what}")
        told = json.decode(answer)
        if "refused" in told:
            raise RefusedError(told["refused"])
        return told

    def _answer(self, request: bytes) -> tuple[bytes, bool]:
        """The line that came back, or what came of it; and whether time was up before it came."""
        if self.process is None:
            self.process = subprocess.Popen(  # noqa: S603  our own program; no word is from a file
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **confined.LEAN},
            )
        process = self.process
        questions, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        clock = Timer(table("labels")["bounds"]["seconds"], process.kill)
        clock.start()
        try:
            questions.write(request)
            questions.flush()
            answer = answers.readline()
        except BrokenPipeError:
            answer = b""
        late = clock.finished.is_set()
        clock.cancel()
        if not answer.endswith(b"\n"):
            self.close()
        return answer, late

    def close(self) -> None:
        """End the program; the next picture starts another."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


@cache
def _eyes() -> Eyes:
    eyes = Eyes()
    atexit.register(eyes.close)
    return eyes

"""On stderr, for long steps: what is read, how far, how fast, and why it is slow."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

import click

EVERY = 0.1
"""Seconds between two updates."""


class Bar:
    """One line that is rewritten while files are read; nothing at all unless ``shown``."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown
        self._next = 0.0
        self._began = time.monotonic()
        self._what = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown:
            click.echo("\r\033[K", nl=False, err=True)

    def show(self, what: str, done: int, total: int) -> None:
        """``done`` of ``total`` bytes of the file ``what`` are read."""
        moment = time.monotonic()
        if what != self._what:
            self._what, self._began, self._next = what, moment, moment + EVERY
        if not self._shown or moment < self._next:
            return
        self._next = moment + EVERY
        rate = done / max(moment - self._began, 1e-3) / 1e6
        share = 100 * done // total if total else 100
        click.echo(f"\r\033[K{what[-50:]}  {share:3d} %  {rate:,.0f} MB/s", nl=False, err=True)


def tell_if_interpreted() -> None:
    """Say once that no compiler built the kernels; results are the same."""
    from overlanded.wire.kernels.walk import COMPILED

    if not COMPILED:
        click.echo(
            "overlanded: the decoder is not compiled here and takes some 50 times as long; "
            "install a C compiler and Python's headers (gcc, python3-dev), then install again",
            err=True,
        )

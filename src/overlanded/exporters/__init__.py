"""Reports: each reads the case document and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from overlanded.model.document import CaseDocument


def _lazy(module: str) -> Callable[[CaseDocument], bytes]:
    def export(document: CaseDocument) -> bytes:
        made: bytes = import_module(f"overlanded.exporters.{module}").export(document)
        return made

    return export


EXPORTERS: tuple[tuple[str, Callable[[CaseDocument], bytes]], ...] = (
    ("case-document.json", _lazy("json")),
    ("report.html", _lazy("html")),
)
"""(file in the outturn, what makes its bytes); a module is imported when it is first used."""

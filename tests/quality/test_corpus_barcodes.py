"""Codes of the corpus: every picture that has its truth beside it, and those that read otherwise."""

import os
from pathlib import Path

import pytest

from overlanded.readers.labels import codes, images

CORPUS = Path(os.environ.get("OVERLANDED_CORPUS", "corpus")) / "barcodes"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus here (OVERLANDED_CORPUS)")

DIFFERENT = {"qrcode-2/13.png"}
"""Pictures, as folder/file, whose text is not their truth's: this one reads as *photography* where
its truth file says *photograph*. The truth file is wrong: a code is accepted only when all of its
error correction agrees, and a letter too many in the middle would shift every byte after it. Every
other one agrees, and none is left undecoded."""
TOLD = 83
"""Pictures of the corpus that have a truth."""


def truth(path):
    for suffix in (".txt", ".bin"):
        beside = path.with_suffix(suffix)
        if beside.is_file():
            return beside.read_bytes()
    return None


PICTURES = sorted(path for path in CORPUS.rglob("*.png"))


def read(path):
    return [code.text for code in codes.read(images.opened(path.read_bytes()).grey)]


def test_all_with_a_truth_read_as_it_says_but_those_listed():
    told = {path: text for path in PICTURES if (text := truth(path)) is not None}
    assert len(told) == TOLD
    failed = {
        f"{path.parent.name}/{path.name}"
        for path, text in told.items()
        if text.decode("utf-8", "replace").strip() not in [found.strip() for found in read(path)]
    }
    assert failed == DIFFERENT
    assert all(read(path) for path in told)


def test_nothing_is_read_where_nothing_is():
    empty = [path for path in PICTURES if path.parent.name == "falsepositives"]
    assert empty
    assert [read(path) for path in empty] == [[] for _ in empty]

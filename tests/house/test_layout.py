"""The habits themselves: what every part of the source must keep to."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "overlanded"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.parent.name != "made")
WORDS = tomllib.loads((SOURCE / "data" / "banned-words.toml").read_text())["words"]
BANNED = re.compile(rf"\b({'|'.join(WORDS)})\w*", re.IGNORECASE)
TEXTS = sorted(
    path
    for pattern in (
        "src/**/*.py",
        "src/**/*.yml",
        "src/**/*.toml",
        "src/**/*.html",
        "docs/**/*.md",
        "*.md",
    )
    for path in ROOT.glob(pattern)
    if path.parent.name != "made"
)
MAY_SAY = {"src/overlanded/data/banned-words.toml"}
"""The list of the words themselves."""


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_word_of_legal_weight(path):
    if path.relative_to(ROOT).as_posix() in MAY_SAY:
        return
    assert not BANNED.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_module_says_what_it_is_for(path):
    assert re.match(r'(# .*\n)*r?"""[A-Z`"].{15,}', path.read_text(encoding="utf-8"))


def test_modules_can_be_read_in_one_sitting():
    long = {
        str(path.relative_to(SOURCE)): lines for path in MODULES if (lines := count(path)) > 450
    }
    assert long == {}


def count(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def test_only_custody_opens_files():
    opens = re.compile(
        r"(?<![\w.])open\(|Path\(.*\.open\(|read_bytes\(\)|read_text\(|os\.open\(|write_text|write_bytes"
    )
    allowed = {"custody", "data", "rules", "schemas", "commands", "exporters", "_data"}
    found = {
        str(path.relative_to(SOURCE))
        for path in MODULES
        if path.relative_to(SOURCE).parts[0] not in allowed
        and opens.search(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_the_verbs_load_no_reader():
    code = (
        "import sys, overlanded.commands\n"
        "heavy = [m for m in sys.modules if m.split('.')[0] in "
        "('numpy', 'duckdb', 'openpyxl', 'jinja2', 'yaml', 'cryptography', 'rich')\n"
        " or m.startswith(('overlanded.readers', 'overlanded.pipeline'))]\n"
        "print(heavy)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_reader_and_verb_is_in_its_list_and_every_entry_resolves():
    from overlanded.commands import VERBS
    from overlanded.readers import READERS

    folders = {path.stem for path in (SOURCE / "commands").glob("*.py")} - {"__init__", "progress"}
    assert folders == set(VERBS)
    for card in READERS:
        module = card.load()
        assert callable(module.sniff)
        assert card.streaming or callable(module.read)


def test_every_property_word_that_code_uses_is_in_the_vocabulary():
    from overlanded import data

    words = set(data.table("properties")["properties"])
    used = set()
    for path in (SOURCE / "wire" / "dissect").rglob("*.py"):
        used |= set(
            re.findall(
                r'Fact\(\s*[^,()]+(?:\([^()]*\))?,\s*"([a-z0-9.-]+)"',
                path.read_text(encoding="utf-8"),
            )
        )
    assert used
    assert used <= words, used - words

"""The documentation is executed: pages are what the code makes, paths exist, words are counted."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = sorted(path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))


def generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MADE = generator()


@pytest.mark.parametrize("name", MADE.PAGES)
def test_a_made_page_is_what_the_code_makes(name):
    assert (ROOT / name).read_text(encoding="utf-8") == MADE.PAGES[name](), "run docs/generate.py"


def test_the_readme_shows_what_the_program_prints():
    assert (ROOT / "README.md").read_text(encoding="utf-8") == MADE.readme(), "run docs/generate.py"


def test_the_readme_is_short_and_shows_a_finding_before_the_install_line():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.split()) <= 500
    assert 0 < text.index("DECLINED") < text.index("make demo")


def test_the_readmes_commands_are_the_makefiles():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)", (ROOT / "README.md").read_text())) <= targets
    assert "make test" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_are_named_exist(path):
    text = path.read_text(encoding="utf-8")
    for name in re.findall(
        r"`((?:src|docs|tests|lab|bench|examples|data|rules|wire|custody|assess|exporters|commands|readers|analyse|reconcile)/[\w./-]+\.\w+)`",
        text,
    ):
        assert (ROOT / name).exists() or (ROOT / "src" / "overlanded" / name).exists(), name


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = {re.split(r"[<>=]", line)[0] for line in project["dependencies"]}
    page = (ROOT / "docs" / "reference" / "dependencies.md").read_text()
    assert set(re.findall(r"^\| ([\w-]+) \| [A-Z]", page, re.MULTILINE)) == needed


def test_the_lock_pins_every_dependency_by_hash_and_names_no_host():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for name, lines in (
        ("requirements.lock", project["dependencies"]),
        ("requirements-dev.lock", project["optional-dependencies"]["dev"]),
    ):
        lock = (ROOT / name).read_text()
        pinned = set(re.findall(r"^([\w-]+)==", lock, re.MULTILINE))
        assert {re.split(r"[<>=]", line)[0] for line in lines} <= pinned
        assert "--hash=sha256:" in lock
        assert "://" not in lock

from pathlib import Path

from overlanded.rules import library, load
from overlanded.rules.lint import REQUIRED, ROW_KEYS
from overlanded.rules.pages import pages

DOCS = Path(__file__).parents[2] / "docs" / "rules"


def test_the_pages_are_what_the_rules_say():
    made = pages()
    by_hand = {"writing.md"}
    written = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    assert {name: text for name, text in written.items() if name not in by_hand} == made, (
        "run `overlanded rules docs docs/rules`"
    )


def test_every_rule_has_a_page_with_its_parts():
    made = pages()
    for rule in load().rules:
        text = made[f"{rule.slug}.md"]
        for part in ("When it holds", "Ordinary explanations", "What to do", "that are tested"):
            assert part in text


def test_every_fingerprint_is_on_its_page():
    text = pages()["fingerprints.md"]
    for path in library.FOLDER.glob("fingerprints/*.yml"):
        assert f"## {path.stem}\n" in text


def test_the_guide_names_every_key():
    text = (DOCS / "writing.md").read_text(encoding="utf-8")
    for key in {key for keys in REQUIRED.values() for key in keys} - {"list"} | ROW_KEYS:
        assert key in text

"""What to collect next, as plain text: ranked, each with what it settles and what to tick off."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.exporters.layout import paint
from overlanded.exporters.page import Page
from overlanded.exporters.text import safe, sentence
from overlanded.exporters.tree import Tree

MOST_PARTS = 5


def planned(case: Tree, *, width: int | None = None, colour: bool = False) -> str:
    """The whole text, ending with a newline."""
    page = Page.of(case, width, colour=colour)
    sections = [_head(case, page)]
    sections += [_step(step, number, page) for number, step in enumerate(case["plan"], 1)]
    texts = (list(section) for section in sections)
    return "\n\n".join("\n".join(lines) for lines in texts if lines) + "\n"


def _head(case: Tree, page: Page) -> Iterator[str]:
    title = f"What to collect next of {safe(case['crane']['name'], 60)}"
    yield paint(title, "bold", colour=page.colour)
    yield from page.block(
        "Ranked by how much of what is open each would settle: one whole open question counts 1, "
        "equipment that is one in twenty likely to be there unseen counts 0.05."
    )


def _step(step: Tree, number: int, page: Page) -> Iterator[str]:
    title = f" {number}. {sentence(safe(step['what']))} (settles {step['settles']:.2f})"
    yield from page.block(title.strip())
    yield from page.row("why", safe(step["why"]))
    yield from page.row("work", f"about {step['effort']:g} h on the crane")
    label = "settles"
    for part in step["parts"][:MOST_PARTS]:
        yield from page.row(label, f"{part['settles']:.2f}  {safe(part['name'])}")
        label = ""
    left = len(step["parts"]) - MOST_PARTS
    if left > 0:
        yield from page.row("", f"and {left} more")
    for line in step["checklist"]:
        yield from page.row("", f"[ ] {safe(line)}")

"""The papers that readers are measured on are the same each time, and the text ones are read."""

import pytest

from bench import papers

TEXT = [
    seed
    for seed in range(len(papers.ORDER))
    if papers.ORDER[seed % len(papers.ORDER)][0] not in papers.SCANS
]


@pytest.mark.parametrize("seed", TEXT)
def test_the_lines_of_a_text_paper_are_read(seed):
    found = papers.figures(papers.pack(seed))
    assert min(found.precision, found.recall) >= 0.97, found


def test_a_seed_gives_the_same_lines():
    assert papers.drawn(4).listed == papers.drawn(4).listed
    assert papers.drawn(4).listed != papers.drawn(5).listed


def test_a_line_with_the_wrong_quantity_is_not_right():
    made = papers.pack(0)
    (record, *_), line = papers.read(made), made.truth[0]
    wrong = papers.Line(line.number, line.words, line.maker, line.type, line.count + 1, line.place)
    assert papers._same(record, line, made.form)  # noqa: SLF001
    assert not papers._same(record, wrong, made.form)  # noqa: SLF001

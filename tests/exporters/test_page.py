import documents
import pytest

from overlanded.exporters.page import Page, heading
from overlanded.exporters.tree import tree

CASE = tree(documents.sts07())
PAGE = Page.of(CASE, 90, colour=False)


@pytest.mark.parametrize(("asked", "made"), [(10, 60), (80, 80), (500, 120)])
def test_width_is_kept_in_bounds(asked, made):
    assert Page.of(CASE, asked, colour=False).width == made


def test_the_terminal_s_width_is_taken_when_none_is_given(monkeypatch):
    monkeypatch.setenv("COLUMNS", "91")
    assert Page.of(CASE, None, colour=False).width == 91


def test_a_row_names_its_label_once():
    citation = CASE["devices"][0]["answers"]["place"]["citations"][0]
    rows = list(PAGE.row("where", "words " * 20, [citation]))
    assert rows[0].startswith("   where      words")
    assert rows[0].endswith("mac-table.txt:41")
    assert all(row.startswith(" " * 14) for row in rows[1:])


def test_every_proof_has_a_line_with_what_stands_there():
    citations = CASE["devices"][0]["answers"]["place"]["citations"]
    assert list(PAGE.proofs(citations, "against: ")) == [
        " " * 16 + "against: mac-table.txt:41  “20  001e.423a.1007  DYNAMIC  Gi1/7”"
    ]


def test_an_unknown_device_is_only_as_sure_as_its_kind():
    case = tree(documents.without_papers())
    assert "almost certain (0.98)" in next(iter(heading(case["devices"][0], PAGE)))
    assert "(" not in next(iter(heading(case["devices"][-1], PAGE)))

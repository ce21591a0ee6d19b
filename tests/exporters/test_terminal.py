import re
from pathlib import Path

import documents
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from snapshots import same

from overlanded.exporters.layout import span
from overlanded.exporters.terminal import MOST_DEVICES, summary
from overlanded.model.devices import Question, Standing

SNAPSHOTS = Path(__file__).parent / "snapshots"
HIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f‎‏‪-‮⁦-⁩]")


def texts(summary_text):
    """The lines that are wrapped: commands and paths are to be copied, and stay whole."""
    return [
        line
        for line in summary_text.splitlines()
        if not line.startswith((" overlanded", " report"))
    ]


@pytest.mark.parametrize("width", [80, 100, 120])
def test_the_whole_summary(width):
    same(SNAPSHOTS / f"summary-{width}.txt", summary(documents.sts07(), width=width))


def test_the_whole_summary_without_papers():
    text = summary(documents.without_papers(), outturn=Path("sts-07/outturn"), width=100)
    same(SNAPSHOTS / "summary-without-papers.txt", text)


def test_what_nobody_looked_at_comes_before_the_findings():
    text = summary(documents.sts07(), width=100)
    assert (
        text.index("Nobody looked at") < text.index("DECLINED") < text.index("overlanded explain")
    )


@pytest.mark.parametrize("width", [20, 60, 80, 99, 120, 400])
def test_lines_fit(width):
    text = summary(documents.sts07(), width=width)
    assert max(map(span, texts(text))) <= max(60, min(width, 120))


def test_colour_adds_codes_and_nothing_else():
    plain = summary(documents.sts07(), width=100)
    coloured = summary(documents.sts07(), width=100, colour=True)
    assert "\x1b[" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_of_a_paper_its_kind_stays_and_its_place_stands_beside():
    document = documents.sts07()
    router = document.devices[0]
    said = "declined: line 14.3, option list paperwork/contract.xlsx › Options › 31"
    answers = tuple(
        replace(one, value=said) if one.question is Question.RECORD else one
        for one in router.answers
    )
    document = replace(document, devices=(replace(router, answers=answers), *document.devices[1:]))
    text = " ".join(summary(document, width=120).split())
    assert "declined: line 14.3, option list “" in text


def test_many_devices_end_in_a_count():
    document = documents.sts07()
    router = document.devices[0]
    copies = tuple(
        replace(router, id=f"r{n}", number=n, standing=Standing.UNDOCUMENTED) for n in range(1, 31)
    )
    text = summary(replace(document, devices=copies, findings=()), width=100)
    assert text.count(" UNDOCUMENTED ") == MOST_DEVICES
    assert "and 10 more devices: see the report" in text


def test_nothing_at_all():
    empty = replace(
        documents.without_papers(), devices=(), findings=(), gaps=(), coverage=(), evidence=()
    )
    text = summary(empty, width=80)
    assert "0 devices were seen." in text
    assert "overlanded explain" not in text


def test_where_the_report_lies():
    text = summary(documents.sts07(), outturn=Path("/srv/elsewhere"), width=80)
    assert "report: /srv/elsewhere/report.html" in text
    assert "overlanded explain /srv/elsewhere 1" in text


def test_no_word_of_legal_weight():
    text = summary(documents.sts07(), width=80).casefold()
    assert not re.search(r"malicious|tamper|espionage|rogue|attack|backdoor|unauthori[sz]ed", text)


@given(st.text(max_size=80))
@settings(max_examples=30, deadline=None)
def test_evidence_cannot_steer_the_terminal(text):
    shown = summary(documents.hostile(text), width=100)
    assert not HIDDEN.search(shown)
    assert max(map(span, texts(shown))) <= 100

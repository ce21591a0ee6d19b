import re
from pathlib import Path

import documents
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from snapshots import same

from overlanded.exporters.explaining import explanation
from overlanded.exporters.layout import span
from overlanded.exporters.lookup import choose
from overlanded.exporters.tree import tree

SNAPSHOTS = Path(__file__).parent / "snapshots"
CASE = tree(documents.sts07())


def explained(wanted, case=CASE, **options):
    return explanation(case, choose(case, wanted), **{"width": 100, **options})


def test_the_whole_explanation():
    same(SNAPSHOTS / "explanation-1.txt", explained("1"))


def test_every_weight_is_there():
    text = explained("1")
    router = documents.sts07().devices[0]
    for weight in [piece.weight for piece in router.identity.evidence]:
        assert f"{weight:+.2f}" in text
    for compared in router.matches[0].comparisons:
        assert f"{compared.weight:+.2f}" in text
    assert f"{router.matches[0].weight:+.2f}" in text


def test_every_place_of_proof_of_an_answer_is_there():
    text = explained("1")
    for frame in (18, 204, 377, 1021, 9001):
        assert f"span.pcapng #{frame}" in text
    assert "against: contract.xlsx › Options › 31" in text


def test_every_step_of_a_path_is_there_with_its_proof():
    text = re.sub(r"\s+", " ", explained("1", width=120))
    assert "seen PLC-1 · zone control: S7, 4 812 reads, 0 writes" in text
    assert "possible zone port · zone port: through firewall 1" in text
    assert re.search(
        r"· firewall 1: seen passing on packets of 10\.9\.0\.4 .*?span\.pcapng #119", text
    )


def test_a_finding_alone():
    text = explained("record/declined-but-fitted")
    assert "A later change order that was not supplied accepts the option." in text
    assert "· standing is DECLINED" in text
    assert "33 CFR 101.650(b)(1)" in text


def test_a_device_that_nothing_was_seen_of():
    assert "MISSING" in explained("2")


@pytest.mark.parametrize("width", [60, 120])
def test_lines_fit(width):
    assert max(map(span, explained("1", width=width).splitlines())) <= width


@given(st.text(min_size=1, max_size=60))
@settings(max_examples=20, deadline=None)
def test_evidence_cannot_steer_the_terminal(text):
    shown = explained("1", tree(documents.hostile(text)))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f‪-‮⁦-⁩]", shown)

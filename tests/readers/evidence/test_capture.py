import io

import pytest
from crane import BASE_NS, PLC, arp, capture, pcap

from overlanded.model.evidence import EvidenceItem, Side
from overlanded.readers.evidence.capture import claims_to_be, coverage, gaps, sniff
from overlanded.wire.decode import decode

ITEM = EvidenceItem("e-1", "span.pcap", "00", 1, "capture", Side.EVIDENCE, 1)


def walked(data):
    return decode(io.BytesIO(data))


@pytest.mark.parametrize(
    ("head", "taken"),
    [
        (capture()[:24], True), (b"\x0a\x0d\x0d\x0a", True), (b"\x1f\x8b\x08", True),
        (b"\x28\xb5\x2f\xfd", True), (b"PK\x03\x04", False), (b"Item,Qty\n", False), (b"", False),
    ],
)  # fmt: skip
def test_captures_are_known_by_their_magic_numbers(head, taken):
    assert sniff(head, "whatever.txt") is taken


def test_names_only_help_with_messages():
    assert claims_to_be("a/SPAN.PCAP")
    assert not claims_to_be("a/contract.xlsx")


def test_coverage_says_hours_frames_and_losses():
    seen = coverage(ITEM, walked(capture()))
    assert seen.first == BASE_NS
    assert (seen.seen, seen.lost, seen.where) == (83, 0, "capture point not stated")
    assert dict(seen.detail)["parsed"] == "83"


def test_a_whole_capture_has_no_gap():
    assert list(gaps(ITEM, walked(capture()))) == []


def test_a_cut_capture_has_one_that_names_the_byte():
    data = capture()
    (gap,) = gaps(ITEM, walked(data[:-7]))
    assert gap.unread
    assert gap.citation.locator.kind == "byte"
    assert 24 < int(gap.citation.locator.place) < len(data)


def test_an_empty_capture_is_told_and_a_snapped_one_too():
    (empty,) = gaps(ITEM, walked(capture()[:24]))
    assert "no frames" in empty.why
    frame = pcap([(BASE_NS, arp(PLC))])
    snapped = frame[:24] + frame[24:36] + (999).to_bytes(4, "little") + frame[40:]
    (cut,) = gaps(ITEM, walked(snapped))
    assert "the ends of 1 of 1 frames" in cut.what
    assert not cut.unread


def test_a_link_type_that_is_not_decoded_is_told_and_counts_as_unread():
    data = bytearray(capture())
    data[20] = 119
    (gap,) = gaps(ITEM, walked(bytes(data)))
    assert "not decoded: link type 119" in gap.why
    assert gap.unread


def test_a_clock_that_was_set_while_the_capture_ran_gives_no_hours():
    two = walked(pcap([(1_000_000_000, arp(PLC)), (BASE_NS, arp(PLC))]))
    seen = coverage(ITEM, two)
    assert (seen.first, seen.last) == (None, None)
    (gap,) = gaps(ITEM, two)
    assert "its hours are not known" in gap.why

"""What the walk hands out of a capture says as much as all of its frames."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from overlanded.data import table
from overlanded.wire.decode import decode
from overlanded.wire.dissect import recognise
from overlanded.wire.facts import Sample

from .helper import corpus, needs_corpus, samples

CAPTURES = (
    "ics-iti/pcaps/s7/snap7_s300_everything.pcapng",
    "ics-iti/pcaps/s7/step7_s300_download.pcapng",
    "ics-iti/pcaps/s7/S7-1200-Uploading-OB1-TIAV12.pcap",
    "ics-icsnpp/tests/traces/s7comm_plus.pcap",
    "ics-iti/pcaps/IEC61850/piccolo.pcap",
    "ics-iti/pcaps/modicon/modicon_test.pcap",
    "ics-icsnpp/testing/traces/modbus_example.pcap",
    "ics-icsnpp/tests/traces/enip_cip_example.pcap",
    "ics-icsnpp/pcaps/open62541_client-server_mainloop.pcap",
    "ics-iti/pcaps/beckoff/beckofflink.pcapng",
    "ics-icsnpp/testing/traces/omron_fins_tcp_commands_responses.pcap",
    "ics-iti/pcaps/bro/dnp3/dnp3.pcap",
    "ics-iti/pcaps/MELSEC/melsoft_UDP_unclean_1.pcap",
    "ics-iti/pcaps/profinet/PROFINET-RT-DCP/ChangeIPUsingDCP.pcap",
)


def said(found: Iterable[Sample]) -> set[tuple[str, str]]:
    """Functions by protocol, and stated facts, of the control protocols."""
    families = table("protocols")["protocols"]
    results = [result for one in found if (result := recognise(one))]
    results = [one for one in results if families[one.protocol]["family"] == "control"]
    functions = {(one.protocol, word) for one in results for word in one.functions}
    return functions | {(fact.property, fact.value) for one in results for fact in one.facts}


@needs_corpus
@pytest.mark.parametrize("path", CAPTURES)
def test_nothing_is_lost(path: str) -> None:
    with corpus(path).open("rb") as source:
        handed_out = decode(source).samples
    assert said(samples(corpus(path))) <= said(handed_out)

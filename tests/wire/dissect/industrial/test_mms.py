from __future__ import annotations

import pytest

from overlanded.wire.dissect import mms
from overlanded.wire.facts import Fact

from .helper import corpus, needs_corpus, sample, streams
from .test_s7comm import tpkt

SESSION = "01000100"
READ = bytes.fromhex(SESSION + "61123010020103a00ba009020109a404a1028000")
IDENTIFY = bytes.fromhex(SESSION + "611d301b020103a016a114020101a20f800441434d4581024d378203322e31")
FOLDER = "ics-iti/pcaps/IEC61850/"


def test_read_request() -> None:
    found = mms.dissect(sample("tcp", tpkt(READ)))
    assert found is not None
    assert (found.protocol, found.opener, found.functions) == ("mms", "src", ("read",))


def test_identify_answer() -> None:
    found = mms.dissect(sample("tcp", tpkt(IDENTIFY)))
    assert found is not None
    assert (found.opener, found.functions) == ("dst", ("identify",))
    assert found.facts == (
        Fact("src", "maker", "ACME"),
        Fact("src", "model", "M7"),
        Fact("src", "firmware", "2.1"),
    )


@pytest.mark.parametrize("data", [b"", b"\x32\x01", bytes.fromhex("a003020101"), b"\x61\x80" * 9])
def test_other_user_data(data: bytes) -> None:
    assert mms.dissect(sample("tcp", tpkt(data), dst_port=102)) is None


@needs_corpus
@pytest.mark.parametrize(
    ("name", "functions"),
    [
        ("iec61850_read", {"read"}),
        ("iec61850_write", {"write"}),
        ("iec61850_get_name_list", {"read"}),
        ("mms-deleteProgramInvocation", {"program"}),
        ("mms-initiateDownloadSequence", {"download"}),
        ("mms-initiateUploadSequence", {"upload"}),
        ("mms-killRequest", {"stop"}),
        ("mms-readRequest", {"read"}),
        ("mms-resetRequest", {"program"}),
        ("mms-resumeRequest", {"start"}),
        ("mms-startRequest", {"start", "stop"}),
        ("mms-stopRequest", {"start", "stop"}),
    ],
)
def test_function_named_by_the_capture(name: str, functions: set[str]) -> None:
    path = corpus(f"{FOLDER}MMS_-_Specific_Commands/{name}.pcap")
    found = [mms.dissect(one) for one in streams(path)]
    assert {word for one in found if one for word in one.functions} == functions


@needs_corpus
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "piccolo",
            {("maker", "INFO TECH"), ("model", "S61850 for PC"), ("firmware", "0.0.1")},
        ),
        (
            "8d7c7db0-9804-012b-b2a6-0016cb8cea27",
            {
                ("maker", "AREVA T&D Corporation"),
                ("model", "e-terracomm"),
                ("firmware", "2.3.1"),
            },
        ),
    ],
)
def test_identification(name: str, expected: set[tuple[str, str]]) -> None:
    found = [mms.dissect(one) for one in streams(corpus(f"{FOLDER}{name}.pcap"))]
    assert {(fact.property, fact.value) for one in found if one for fact in one.facts} == expected

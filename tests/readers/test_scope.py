import pytest

from overlanded.errors import UsageError
from overlanded.model.evidence import EvidenceItem, Scope, Side, Zone
from overlanded.readers.scope import noted, read

WHOLE = b"""
crane = "STS-07"
port = "Port of Example"
[milestones]
"factory acceptance" = 2017-05-01
[[zones]]
name = "control"
networks = ["192.168.10.0/24"]
[[files]]
path = "evidence/span.pcapng"
by = "A. Person"
where = "SW1 mirror port"
visit = "factory"
"""


def test_every_key_finds_its_place():
    crane = read(WHOLE, "folder")
    assert crane.scope.crane == "STS-07"
    assert crane.scope.milestones == (("factory acceptance", "2017-05-01"),)
    assert crane.scope.zones == (Zone("control", ("192.168.10.0/24",), ""),)
    item = EvidenceItem("e-1", "evidence/span.pcapng", "", 0, "capture", Side.EVIDENCE, 1)
    assert noted(item, crane).collected_where == "SW1 mirror port"
    assert noted(item, crane).visit == "factory"


def test_a_secret_in_a_note_is_masked():
    note = b'[[files]]\npath = "a"\nnote = "the password is hunter2x"'
    assert read(note, "x").notes["a"]["note"] == "the password is [masked]"


def test_nothing_is_needed():
    assert read(b"", "sts-07").scope == Scope("sts-07")


@pytest.mark.parametrize(
    "data", [b"crane = ", b"\xff\xfe", b"zones = 1", b"[[files]]\nby = 'x'", b"milestones = 'x'"]
)
def test_a_wrong_file_is_one_clear_line(data):
    with pytest.raises(UsageError, match=r"^crane\.toml: ") as caught:
        read(data, "x")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = " + "[" * 5000, "not TOML"),
        ('[[zones]]\nname = "x"\nnetworks = ["here"]', "IPv4 or IPv6 network"),
    ],
    ids=["nested", "no network"],
)
def test_nesting_and_networks_are_checked(text, says):
    with pytest.raises(UsageError, match=says):
        read(text.encode(), "sts")

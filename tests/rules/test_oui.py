import pytest

from overlanded.rules import oui


@pytest.mark.parametrize(
    ("mac", "holder", "bits"),
    [
        ("00:1e:42:00:00:01", "Teltonika", 24),
        ("A0-28-33-61-00-00", "Xiamen Caimore", 28),
        ("a028.3301.0000", "GERSYS", 28),
        ("c0:d3:91:31:22:33", "IXON", 28),
        ("70:b3:d5:2c:f0:01", "MB connect line", 36),
        ("70:b3:d5:00:10:01", "SOREDI", 36),
        ("00:00:05:00:00:01", "XEROX", 24),
    ],
)
def test_the_longest_prefix_names_the_holder(mac, holder, bits):
    found = oui.holder(mac)
    assert found is not None
    assert found[0].startswith(holder)
    assert found[1] == bits


@pytest.mark.parametrize(
    "mac",
    ["0c:5b:8f:27:9a:64", "02:1e:42:00:00:01", "01:00:5e:00:00:01", "00:1e:42", "", "no address"],
)
def test_no_holder(mac):
    assert oui.holder(mac) is None


def test_a_name_never_keeps_the_files_quotes():
    assert oui.holder("00:1e:42:00:00:01") == ("Teltonika", 24)


@pytest.mark.parametrize(
    ("registered", "plain"),
    [
        ("SIEMENS AG", "Siemens"),
        ("Xiamen Four-Faith Communication Technology Co.,Ltd", "Xiamen Four-Faith Communication"),
        ("Teltonika", "Teltonika"),
        ("ABB Oy", "ABB"),
    ],
)
def test_plain_names(registered, plain):
    assert oui.plain(registered) == plain

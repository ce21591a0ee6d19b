"""Which lines are held against which devices."""

from overlanded.model import identifiers
from overlanded.reconcile.lines import lines
from overlanded.reconcile.pairing import kinds
from overlanded.reconcile.profiles import profile


def weighed(make, records, *identities):
    compared, _ = lines(records)
    profiles = [profile(*one) for one in make.devices(*identities)]
    return kinds(profiles, compared)


def test_equal_devices_are_compared_once(make):
    (kind,) = weighed(make, [make.record(1, device_class="camera")], *[make.kind("camera")] * 9)
    assert kind.devices == tuple(range(9))
    assert set(kind.weights) == {0}


def test_an_identifier_in_a_line_sets_a_device_apart(make):
    line = make.record(1, device_class="camera", identifiers=(identifiers.ip("10.0.0.2"),))
    first, second = weighed(make, [line], *[make.kind("camera")] * 3)
    assert (first.devices, second.devices) == ((0, 2), (1,))
    assert second.weights[0] > first.weights[0]


def test_lines_that_share_nothing_are_not_compared(make):
    records = [make.record(1, device_class="plc"), make.record(2, device_class="camera")]
    (kind,) = weighed(make, records, make.kind("camera"))
    assert set(kind.weights) == {1}


def test_a_word_of_the_model_brings_them_together(make):
    line = make.record(1, device_class="switch", description="Switch RUT955")
    (kind,) = weighed(make, [line], make.kind("cellular-gateway", "Teltonika", "RUT955"))
    assert set(kind.weights) == {0}


def test_a_word_of_the_maker_brings_them_together(make):
    line = make.record(1, device_class="meter", maker="2N")
    (kind,) = weighed(make, [line], make.kind(maker="2N TELEKOMUNIKACE a.s"))
    assert set(kind.weights) == {0}

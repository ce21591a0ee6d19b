"""A capture of many devices: each is there, and crosses a network only by the gateway."""

from bench.devices import GATEWAY, NETWORK, Device, frames, write

from overlanded.wire.decode import arrays, decode


def test_every_device_is_sighted_under_its_own_address(tmp_path):
    path = tmp_path / "devices.pcap"
    write(path, NETWORK + 50)
    with path.open("rb", buffering=0) as source:
        walked = decode(source)
    sightings = arrays("sightings", walked.raw["sightings"])
    seen = {int(mac).to_bytes(6, "big") for mac in sightings["mac"]}
    assert seen == {Device(number).mac for number in range(NETWORK + 50)}
    assert (walked.parsed, walked.damages) == (walked.frames, ())


def test_other_networks_are_reached_by_the_gateway_alone():
    every = {Device(number).ip: Device(number) for number in range(2 * NETWORK)}
    for frame in frames(2 * NETWORK):
        if frame[12:14] == b"\x08\x00":
            sender, to = every[frame[26:30]], every[frame[30:34]]
            assert (frame[:6] == GATEWAY) == (sender.network != to.network)

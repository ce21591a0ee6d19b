"""What *not found* cites."""

from overlanded.reconcile import reconcile


def test_the_nearest_line_says_when_it_is_taken(make):
    line = make.record(1, device_class="camera", description="Dome camera")
    done = reconcile([line], make.devices(*[make.kind("camera")] * 2), [make.paper], make.power)
    assert "Dome camera" in done.searches[0].best
    assert "all 1 matched with other devices" in done.searches[0].best


def test_no_line_near_leaves_it_empty(make):
    line = make.record(1, device_class="plc")
    done = reconcile([line], make.devices(make.kind("camera")), [make.paper], make.power)
    assert done.searches[0].best == ""


def test_only_papers_that_gave_a_line_were_searched(make):
    from msgspec.structs import replace

    empty = replace(make.paper, id="p2", path="empty.xlsx")
    done = reconcile(
        [make.record(1, device_class="plc")],
        make.devices(make.kind("camera")),
        [make.paper, empty],
        make.power,
    )
    assert done.searches[0].documents == ("contract.xlsx",)

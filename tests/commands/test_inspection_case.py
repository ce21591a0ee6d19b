"""Filled sheets from the folder to devices, their intervals, the report and the first page."""

import openpyxl
import pytest
from click.testing import CliRunner

from overlanded.commands.init import command
from overlanded.pipeline import Options, audit

MAC = "00:1e:42:3a:bc:01"
ROWS = (
    ("factory", "2019-06-21", "A. B.", "+K2", "opened"),
    (
        "site",
        "2019-08-30",
        "C. D.",
        "+K2",
        "opened",
        "4G router",
        "Teltonika",
        "RUT955",
        "1105123456",
    ),
    ("", "", "", "", "", "unmanaged switch", "Moxa"),
    ("", "", "", "+K3", "not opened"),
    ("", "", "", "+K4", "sealed"),
)
MILESTONES = '[milestones]\ndelivery = 2019-06-20\n"site acceptance" = 2019-09-15\n'


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """A technician fills in the workbook that ``init`` wrote, and hands in a copy."""
    folder = tmp_path_factory.mktemp("case") / "sts-07"
    assert CliRunner().invoke(command, [str(folder)]).exit_code == 0
    book = openpyxl.load_workbook(folder / "outturn" / "forms" / "inspection.xlsx")
    for number, cells in enumerate(ROWS, 2):
        for column, text in enumerate(cells, 1):
            book.worksheets[0].cell(number, column).value = text or None
    book.worksheets[0].cell(3, 11).value = MAC
    book.save(folder / "evidence" / "visits.xlsx")
    (folder / "crane.toml").write_text(MILESTONES)
    done = audit(folder, Options(at="2026-11-26T00:00:00Z"))
    return folder, done


def answers(device):
    return {answer.question.value: answer for answer in device.answers}


def test_what_a_person_found_is_a_device(case):
    _, done = case
    router, switch = done.document.devices
    assert (router.device_class, router.identity.maker, router.identity.model) == (
        "cellular-gateway",
        "Teltonika",
        "RUT955",
    )
    assert ("mac", MAC) in {(one.kind, one.value) for one in router.cluster.identifiers}
    assert switch.device_class == "switch"


def test_cabinets_are_no_devices_and_closed_ones_are_gaps(case):
    _, done = case
    assert len(done.document.devices) == 2
    gaps = {gap.what for gap in done.document.gaps}
    assert {"cabinet +K3", "cabinet +K4"} <= gaps
    assert [(one.seen, one.lost) for one in done.document.coverage] == [(1, 0), (1, 2)]


def test_each_is_dated_against_the_milestones(case):
    _, done = case
    values = {answers(device)["installed"].value for device in done.document.devices}
    assert values == {"between 2019-06-21 and 2019-08-30, after delivery, before site acceptance"}


def test_nothing_of_traffic_is_called_not_seen(case):
    _, done = case
    router = done.document.devices[0]
    assert answers(router)["activity"].value == "not determined"
    assert answers(router)["place"].value == "+K2"


def test_the_report_draws_it(case):
    folder, done = case
    page = (folder / "outturn" / "report.html").read_text()
    assert 'class="timeline"' in page
    assert "not before 2019-06-21" in page
    device = done.tree["devices"][0]
    assert device["answers"]["installed"]["interval"]["earliest"]["at"] == "2019-06-21"

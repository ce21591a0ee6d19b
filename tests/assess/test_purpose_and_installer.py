"""Purpose and installer: documented or named, claimed, inferred, none."""

import pytest
from msgspec.structs import replace

from overlanded.assess import installer, purpose
from overlanded.model.citing import Citation, Locator
from overlanded.model.devices import Standing
from overlanded.model.records import RecordStatus
from overlanded.model.statements import Claim, Statement

HERE = Citation("s1", "statements.toml", Locator("line", "3"))


def says(kind, value, role="maker", number=1):
    claims = (Claim(kind, value),)
    return Statement(f"st-{number}", "A. Person", role, "", "As quoted.", ("14.3",), claims, HERE)


def case(world, *statements, status="declined", standing="DECLINED", scope=None, **record):
    line = replace(world.option, status=RecordStatus(status), **record)
    device = replace(world.declined(), standing=Standing(standing))
    fields = {"scope": scope} if scope else {}
    context = world.context(device, records=(line,), **fields)
    return device, replace(context, statements=statements)


@pytest.mark.parametrize(
    ("fields", "said", "value"),
    [
        ({}, (), "named in a declined line, not contracted: remote diagnostics"),
        (
            {},
            (says("purpose", "diagnostics"),),
            "claimed by the maker (“diagnostics”), not contracted",
        ),
        (
            {},
            (says("purpose", "diagnostics"), says("purpose", "telemetry", "port", 2)),
            "claimed by the maker (“diagnostics”) and the port (“telemetry”), not contracted",
        ),
        (
            {"status": "ordered", "standing": "DOCUMENTED"},
            (says("purpose", "diagnostics"),),
            "documented: remote diagnostics",
        ),
        (
            {"status": "ordered", "standing": "DOCUMENTED", "purpose": ""},
            (says("purpose", "diagnostics"),),
            "claimed by the maker (“diagnostics”), in no line supplied",
        ),
        (
            {"status": "ordered", "standing": "UNKNOWN", "purpose": ""},
            (says("purpose", "diagnostics"),),
            "claimed by the maker (“diagnostics”), not compared with any paper",
        ),
        (
            {"status": "ordered", "standing": "DOCUMENTED", "purpose": ""},
            (),
            "none found in the records supplied",
        ),
    ],
)
def test_grades_of_purpose(world, fields, said, value):
    answer = purpose.answer(*case(world, *said, **fields))
    assert answer.value == value
    assert answer.citations


def test_a_documented_purpose_tells_what_is_claimed_beside_it(world):
    said = says("purpose", "telemetry")
    answer = purpose.answer(*case(world, said, status="ordered", standing="DOCUMENTED"))
    assert answer.words.endswith("(documented). Claimed by the maker (“telemetry”).")
    assert HERE in answer.citations


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Router, installed by Harbour Electric Ltd, 2018", ["Harbour Electric Ltd"]),
        ("fitted by: A. Person (night shift)", ["A. Person"]),
        ("fitted by ABC. See drawing E-210", ["ABC"]),
        ("Installation by others", []),
        ("to be installed by others", []),
        ("Modem | Mounted by Example Crane Works | 1", ["Example Crane Works"]),
        ("调制解调器，安装单位：上海港机厂，2018", ["上海港机厂"]),
        ("Router incl. antenna", []),
    ],
)
def test_names_of_those_who_fitted_it(world, text, names):
    device, context = case(world, status="ordered", standing="DOCUMENTED", description=text)
    assert [name for name, _, _ in installer.written(device, context)] == names


def test_a_named_installer_comes_before_a_claimed_one(world):
    said = says("installer", "the port’s own people")
    text = "router, installed by Harbour Electric Ltd"
    fields = {"status": "ordered", "standing": "DOCUMENTED", "description": text}
    answer = installer.answer(*case(world, said, **fields))
    assert answer.value == "named: Harbour Electric Ltd"
    assert "Claimed by the maker (“the port’s own people”)." in answer.words
    assert [cited.path for cited in answer.citations] == ["contract.xlsx"]
    assert "does not prove" in answer.because


def test_a_declined_line_names_nobody(world):
    device, context = case(world, description="router, installed by Harbour Electric Ltd")
    assert installer.answer(device, context).value == "not determined"


def test_a_claimed_installer(world):
    answer = installer.answer(*case(world, says("installer", "Example Crane Works", "port")))
    assert answer.value == "claimed by the port (“Example Crane Works”)"
    assert answer.citations == (HERE,)


@pytest.mark.parametrize(
    ("acceptance", "value"),
    [
        ("2024-06-01", "inferred: at the maker’s works, before factory acceptance"),
        ("2023-11-14", "not determined"),
        ("2017-06-01", "not determined"),
    ],
)
def test_where_the_crane_was_is_inferred_and_names_nobody(world, acceptance, value):
    scope = world.Scope("x", milestones=(("Factory acceptance", acceptance),))
    answer = installer.answer(*case(world, scope=scope))
    assert answer.value == value
    assert "Works" not in answer.words

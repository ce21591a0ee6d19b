import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.data import table
from overlanded.model.words import Equipment, fold

WORDS = Equipment.of(table("equipment"))
CLASSES = set(table("device-classes")["classes"])


@pytest.mark.parametrize(
    ("text", "device_class"),
    [
        ("4G router", "cellular-gateway"),
        ("Sierra Wireless cellular gateway", "cellular-gateway"),
        ("Teltonika RUT955", "cellular-gateway"),
        ("4G无线路由器（全网通）", "cellular-gateway"),
        ("Gateway, InHand IG902", "cellular-gateway"),
        ("远程通讯模块", "cellular-module"),
        ("通讯模块", "cellular-module"),
        ("PLC communication module CP 1543-1", "remote-io"),
        ("无线AP", "wifi-ap"),
        ("无线网桥", "radio-link"),
        ("Remote diagnostics system", "remote-access-router"),
        ("Router for remote diagnostics", "remote-access-router"),
        ("路由器", "router"),
        ("工业交换机", "switch"),
        ("Unmanaged switch 5 port", "switch"),
        ("Camera switch", "switch"),
        ("Industrial Ethernet switch with 4 SFP for PLC network", "switch"),
        ("limit switch", "sensor"),
        ("防火墙", "firewall"),
        ("Firewall for cellular router", "firewall"),
        ("可编程控制器", "plc"),
        ("Siemens 6ES7 315-2EH14-0AB0", "plc"),
        ("变频器", "drive"),
        ("触摸屏", "hmi"),
        ("摄像头", "camera"),
        ("Industrial PC for CMS", "cms-server"),
        ("SCALANCE M876-4", "cellular-gateway"),
    ],
)
def test_class_of_a_description(text, device_class):
    assert WORDS.device_class_of(text) == device_class


@pytest.mark.parametrize(
    "text",
    [
        "Power supply 24V for PLC",
        "Sierra Wireless",
        "Antenna for 4G router",
        "Switch cabinet",
        "SIM card",
        "Spreader",
        "开关电源",
        "",
    ],
)
def test_accessories_and_other_things_have_no_class(text):
    assert WORDS.device_class_of(text) == ""


@pytest.mark.parametrize(
    ("text", "maker", "model"),
    [
        ("Siemens 6ES7 315-2EH14-0AB0, S7-300 CPU", "Siemens", "6ES7 315-2EH14-0AB0"),
        ("6ES73152EH140AB0", "Siemens", "6ES73152EH140AB0"),
        ("映翰通 IR615", "InHand Networks", "IR615"),
        ("Frequency converter 110kW Yaskawa A1000", "Yaskawa", "A1000"),
        ("IP dome camera AXIS P3245, IP66, 24VDC", "Axis", "P3245"),
        ("3-axis digital encoder 24V", "", ""),
        ("Digital input module 16DI 24VDC Siemens", "Siemens", ""),
    ],
)
def test_maker_and_model(text, maker, model):
    assert (WORDS.maker_of(text), WORDS.model_of(text)) == (maker, model)


def test_every_class_word_names_its_own_class():
    for name, many in table("equipment")["classes"].items():
        assert name in CLASSES
        assert WORDS.device_class_of(many[0]), many[0]


def test_folding_ignores_case_width_and_punctuation():
    assert fold("Ｗｉ-Fi / AP:") == "wi fi ap"


@given(st.text(max_size=200))
def test_any_text_has_an_answer(text):
    assert WORDS.device_class_of(text) in CLASSES | {""}
    assert isinstance(WORDS.maker_of(text), str)
    assert isinstance(WORDS.model_of(text), str)

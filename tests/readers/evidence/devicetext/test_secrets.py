"""No secret gets past the first step, and none is in anything that an audit writes."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from program import run

sys.path.insert(0, str(Path(__file__).parent))
from samples import ALL, CANARY, FLAT, archive, planted

from overlanded.data import table
from overlanded.readers.evidence.devicetext import configuration, elements, objects, sniff
from overlanded.readers.evidence.devicetext.secrets import mark, mask, masked
from overlanded.readers.evidence.devicetext.sections import sections
from overlanded.readers.evidence.devicetext.text import read

SECRET = st.text(
    "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!#%&*+./<>?@^_~$",
    min_size=6,
    max_size=30,
).map(lambda text: f"q{text}Q")
LINES = (
    "enable secret 5 {}", "username bob password 7 {}", "snmp-server community {} RO",
    "crypto isakmp key {} address 203.0.113.9", "radius-server host 10.0.0.1 key {}",
    " pre-shared-key cipher {}", "local-user a password irreversible-cipher {}",
    'set security ike policy P pre-shared-key ascii-text "{}"', "    set psksecret ENC {}",
    "add name=hq password={} user=vpn", 'set wpa2-pre-shared-key="{}" mode=dynamic-keys',
    "\toption password '{}'", "\toption key '{}'", "wireless.radio0.key='{}'",
    "network.wg0.private_key='{}'", '"password": "{}", "user": "bob"', "psk={}",
    'AT+CGAUTH=1,1,"u","{}"', "neighbor 10.0.0.2 password {}", "wpa_passphrase={}",
    "snmp-server host 10.0.0.9 version 2c {}", "users snmpv3 encryption bob des {}",
    "users passwd bob {}", " users userid bob password {}", " ppp password {}",
    " standby 2 authentication {}", " vrrp 1 authentication text {}", " ip nhrp authentication {}",
    "  authentication mode hmac-sha-256 {}", "    key-octet-string 7 {}", "    authentication text {}",
    "tacacs-server 10.0.0.1 {}", "pre-shared-key address 203.0.113.9 key {}", "AT+CNMP?;+CPIN={}",
    'AT+CFTPSPW="{}"', 'AT#FTPOPEN="10.0.0.1","u","{}",0', '+CGAUTH: 1,1,"u","{}"',
    'AT+SAPBR=3,1,"PWD","{}"', "ipsec.x.secret='one' '{}'", "sshpass -p {} ssh admin@10.0.0.1",
    "curl -u admin:{} http://10.0.0.1/",
)  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_every_line_is_masked_before_anything_else_sees_it(name):
    text, secrets = planted(ALL[name])
    assert secrets >= 2
    if name not in FLAT:
        assert CANARY not in "\n".join(line.text for line in read(text.encode()).lines)
    assert sniff(text.encode()[:4096], "anything")


def dialects_of(text):
    if objects.is_settings(text):
        return {"json"}
    if elements.root(text):
        return {"xml"}
    found = sections(read(text.encode()).lines)
    return {configuration.dialect(section.lines) for section in found}


def test_every_dialect_has_its_canaries():
    read_as = set().union(*(dialects_of(planted(text)[0]) for text in ALL.values()))
    assert set(table("configurations")["dialects"]) <= read_as


@given(st.sampled_from(LINES), SECRET)
def test_whatever_the_secret_is_made_of(line, secret):
    assert secret not in mask(line.format(secret))
    assert mark() in mask(line.format(secret))


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("crypto isakmp key x9 address 203.0.113.9", "203.0.113.9"),
        ("add name=hq password=x9 user=vpn connect-to=203.0.113.9", "connect-to=203.0.113.9"),
        ("username bob privilege 15 secret 9 x9", "username bob"),
        ('set system login user bob authentication encrypted-password "x9"', "user bob"),
        ("{'psk': 'x9', 'ssid': 'crane'}", "crane"),
        ("pre-shared-key address 203.0.113.9 255.255.255.255 key simple x9", "203.0.113.9"),
        ("qmicli --uim-verify-pin=PIN1,0909", "PIN1"),
        ("pin verify simple 0909", "pin verify"),
        ("set lte1 pin=x9 name=lte1", "name=lte1"),
        ("network.wan.pincode='x9'", "network.wan"),
        ("use-pin=no", "use-pin=no"),
        ("Activation key version : A", "version : A"),
        ("crypto key generate rsa modulus 2048", "modulus 2048"),
        ("ip route 0.0.0.0 0.0.0.0 10.0.0.1", "10.0.0.1"),
        ('public-key="b7wPxXWRxgB5uzfXa75B6EvhAa2K4wp+UayJZQ1234Q="', "b7wPx"),
        ("EID: 89049032000000000000000000000123", "89049032"),
    ],
)
def test_what_is_needed_stays(line, kept):
    assert kept in mask(line)
    assert "x9" not in mask(line)
    assert "0909" not in mask(line)


FILES = """\
root@gw:~# cat /etc/ppp/chap-secrets
# client server secret
"crane" * "x9" *
root@gw:~# cat /etc/shadow
admin:x9:18000:0:99999:7:::
root@gw:~# uci show network
network.wan.apn='m2m.example'
"""
HSRP = """\
  hsrp 1
    authentication x9
"""


@pytest.mark.parametrize(("text", "kept"), [(FILES, "m2m.example"), (HSRP, "hsrp 1")])
def test_what_a_file_of_secrets_or_a_block_holds_is_masked_to_its_end(text, kept):
    seen = "\n".join(masked(text.splitlines()))
    assert "x9" not in seen
    assert kept in seen


def test_marks_between_the_blocks_of_a_configuration_are_no_titles_of_tables():
    block = ["#", "aaa", " local-user bob password simple x9", " local-user eve password simple x9"]
    assert [line.split()[1] for line in masked(block) if "local-user" in line] == ["bob", "eve"]


def test_a_block_is_masked_whole_and_one_without_an_end_hides_no_file():
    key = ["a", "-----BEGIN RSA PRIVATE KEY-----", "MIIabc", "-----END RSA PRIVATE KEY-----", "b"]
    assert list(masked(key)) == ["a", mark(), mark(), mark(), "b"]
    assert list(masked([key[1], *["x"] * 1000]))[-1] == "x"


def test_masking_keeps_the_number_of_lines_and_takes_no_time_on_long_ones():
    lines = ["password " * 400, "a=" * 2000, "key " * 1000, "$1$" * 1000, "", "x" * 4096]
    assert len(list(masked(lines))) == len(lines)


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    folder = tmp_path_factory.mktemp("case")
    (folder / "evidence").mkdir()
    for number, (name, text) in enumerate(ALL.items()):
        (folder / "evidence" / f"{name}.txt").write_text(planted(text, 20 * number)[0])
    backup = archive(
        {"etc/config/network": planted(ALL["uci"], 500)[0].encode(), "etc/shadow": CANARY.encode()}
    )
    (folder / "evidence" / "backup.tar.gz").write_bytes(backup)
    done = run("audit", folder)
    assert done.returncode == 0, done.stderr
    return folder, done


def test_no_secret_is_in_any_file_that_an_audit_writes(audited):
    folder, done = audited
    written = [path for path in (folder / "outturn").rglob("*") if path.is_file()]
    assert len(written) >= 3
    assert [path for path in written if CANARY.encode() in path.read_bytes()] == []
    assert CANARY not in done.stdout + done.stderr


@pytest.mark.parametrize("verb", ["explain", "carve"])
def test_no_secret_is_shown_either(audited, verb):
    folder, _ = audited
    shown = "".join(run(verb, folder, number).stdout for number in range(1, 12))
    assert "203.0.113.9" in shown
    assert CANARY not in shown


def test_the_reader_is_loaded_without_the_template_library():
    code = (
        "import sys, overlanded.readers.evidence.devicetext\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('textfsm', 'ntc_templates')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""Logs as Zeek writes them: by hand for small tests, and of a whole capture by way of tshark.

The second is an oracle of another make: tshark reads the frames, and what it reads is written under
Zeek's names (docs.zeek.org), so that the audit of these logs can be held against that of the capture.
"""

import subprocess
from collections import defaultdict
from zlib import crc32

ENDS = ("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p")
CONN = (
    *ENDS, "proto", "service", "duration", "orig_bytes", "resp_bytes", "conn_state", "local_orig",
    "local_resp", "missed_bytes", "history", "orig_pkts", "orig_ip_bytes", "resp_pkts",
    "resp_ip_bytes", "tunnel_parents", "orig_l2_addr", "resp_l2_addr",
)  # fmt: skip
FIRST = 1_700_000_000.0


def log(path, fields, rows, *, separator="\t", between=",", empty="(empty)", unset="-"):
    """An ASCII log; a row is a dict or a sequence, and what it does not have is unset."""
    code = "".join(f"\\x{ord(char):02x}" for char in separator)
    head = [
        f"#separator {code}", f"#set_separator{separator}{between}",
        f"#empty_field{separator}{empty}", f"#unset_field{separator}{unset}",
        f"#path{separator}{path}", f"#open{separator}2023-11-14-22-13-20",
        separator.join(("#fields", *fields)), separator.join(("#types", *("string" for _ in fields))),
    ]  # fmt: skip
    lines = [separator.join(_cells(row, fields, unset)) for row in rows]
    return "\n".join((*head, *lines, f"#close{separator}2023-11-14-23-00-00")).encode() + b"\n"


def _cells(row, fields, unset):
    values = row if isinstance(row, dict) else dict(zip(fields, row, strict=False))
    return [str(values[name]) if values.get(name, "") != "" else unset for name in fields]


def talk(orig, resp, port, at=0.0, **more):
    """One row of conn.log: a TCP conversation that went well."""
    return {
        "ts": f"{FIRST + at:.6f}", "uid": f"C{crc32(f'{orig} {resp} {port} {at}'.encode()):x}",
        "id.orig_h": orig, "id.orig_p": 50000, "id.resp_h": resp, "id.resp_p": port,
        "proto": "tcp", "duration": "1.500000", "orig_bytes": 20, "resp_bytes": 40,
        "conn_state": "SF", "missed_bytes": 0, "history": "ShADadFf", "orig_pkts": 5,
        "orig_ip_bytes": 220, "resp_pkts": 4, "resp_ip_bytes": 200, **more,
    }  # fmt: skip


def row(orig, resp, port, at=0.0, **more):
    """The beginning of a row of any log that is about a conversation."""
    kept = {name: talk(orig, resp, port, at)[name] for name in ENDS}
    return kept | more


def tshark(capture, shown, *fields):
    """The fields of every frame that the filter shows; several values are joined by ``|``."""
    named = [part for field in fields for part in ("-e", field)]
    done = subprocess.run(
        ["tshark", "-r", str(capture), "-Y", shown, "-T", "fields", "-E", "separator=/t",
         "-E", "aggregator=|", *named],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [line.split("\t") for line in done.stdout.splitlines()]


PLACE = ("frame.time_epoch", "ip.src", "ip.dst", "tcp.srcport", "udp.srcport", "tcp.dstport",
         "udp.dstport")  # fmt: skip
SERVICES = {
    "tls": "ssl", "http": "http", "dns": "dns", "ssh": "ssh", "modbus": "modbus", "s7comm": "s7comm",
    "opcua": "opcua_binary", "dhcp": "dhcp", "ntp": "ntp", "snmp": "snmp", "rtsp": "",
}  # fmt: skip


def conn(capture):
    """conn.log of all TCP and UDP of a capture, with MACs."""
    found = {}
    for line in tshark(
        capture, "ip && (tcp || udp) && !icmp", *PLACE, "eth.src", "eth.dst", "tcp.flags",
        "tcp.len", "udp.length", "ip.len", "frame.protocols",
    ):  # fmt: skip
        ts, src, dst, *ports, ours, theirs, flags, carried, datagram, size, names = line
        sport, dport = int(ports[0] or ports[1]), int(ports[2] or ports[3])
        ends, proto = (src, sport, dst, dport), "tcp" if ports[0] else "udp"
        back = (dst, dport, src, sport, proto)
        one = found.get((*ends, proto)) or found.get(back)
        if one is None:
            one = found[(*ends, proto)] = _begun(ts, ends, proto, ours, theirs)
        _count(one, one["ends"] == ends, int(flags or "0", 16), int(carried or int(datagram or 8) - 8),
               int(size), float(ts), names.split(":"))  # fmt: skip
    return log("conn", CONN, sorted(map(_ended, found.values()), key=lambda one: one["ts"]))


def _begun(ts, ends, proto, ours, theirs):
    return {
        "ends": ends, "ts": float(ts), "last": float(ts), "proto": proto, "macs": (ours, theirs),
        "orig": [0, 0, 0], "resp": [0, 0, 0], "history": "", "names": [],
    }  # fmt: skip


def _count(one, ours, flags, carried, size, ts, names):
    side = one["orig" if ours else "resp"]
    for at, value in enumerate((1, carried, size)):
        side[at] += value
    letters = {True: "S", False: ""}[flags & 0x12 == 2] + {True: "H", False: ""}[
        flags & 0x12 == 0x12
    ]
    letters += ("D" if carried else "A" if flags & 0x17 == 0x10 else "") + "F" * (flags & 1)
    for letter in letters if ours else letters.lower():
        one["history"] += letter * (letter not in one["history"])
    one["last"] = max(one["last"], ts)
    one["names"] += [SERVICES[name] for name in names if SERVICES.get(name)]


def _ended(one):
    src, sport, dst, dport = one["ends"]
    (pkts, carried, size), (pkts_back, carried_back, size_back) = one["orig"], one["resp"]
    return {
        "ts": f"{one['ts']:.6f}", "uid": f"C{src}{sport}", "id.orig_h": src, "id.orig_p": sport,
        "id.resp_h": dst, "id.resp_p": dport, "proto": one["proto"],
        "service": ",".join(sorted(set(one["names"]))),
        "duration": f"{one['last'] - one['ts']:.6f}", "orig_bytes": carried,
        "resp_bytes": carried_back, "conn_state": "SF", "missed_bytes": 0,
        "history": one["history"], "orig_pkts": pkts, "orig_ip_bytes": size,
        "resp_pkts": pkts_back, "resp_ip_bytes": size_back, "orig_l2_addr": one["macs"][0],
        "resp_l2_addr": one["macs"][1],
    }  # fmt: skip


def _said(line, *, back=False):
    """The ends of a row from the first seven fields; ``back`` when the responder sent the frame."""
    ts, src, dst, *ports = line[:7]
    ends = (src, ports[0] or ports[1], dst, ports[2] or ports[3])
    if back:
        ends = (ends[2], ends[3], ends[0], ends[1])
    return dict(zip(ENDS, (ts, f"C{ends[0]}{ends[1]}", *ends), strict=True))


def dns(capture):
    """dns.log: a row for each answer."""
    fields = ("dns.qry.name", "dns.flags.rcode", "dns.a", "dns.aaaa", "dns.qry.type")
    rows = [
        _said(line, back=True) | {
            "proto": "udp", "query": line[7], "rcode": line[8],
            "answers": ",".join(filter(None, (*line[9].split("|"), *line[10].split("|")))),
            "qtype_name": {"1": "A", "28": "AAAA", "12": "PTR"}.get(line[11], "-"),
        }
        for line in tshark(capture, "dns.flags.response == 1 && udp.port == 53", *PLACE, *fields)
    ]  # fmt: skip
    return log("dns", (*ENDS, "proto", "query", "qtype_name", "rcode", "answers"), rows)


def http(capture):
    """http.log: a row for each request."""
    fields = ("http.request.method", "http.host", "http.request.uri", "http.user_agent")
    names = ("method", "host", "uri", "user_agent")
    rows = [
        _said(line) | dict(zip(names, line[7:], strict=True)) | {"status_code": 200}
        for line in tshark(capture, "http.request", *PLACE, *fields)
    ]
    return log("http", (*ENDS, "trans_depth", *names, "status_code"), rows)


def software(capture):
    """software.log: the Server of every HTTP answer."""
    rows = [
        {
            "ts": line[0],
            "host": line[1],
            "software_type": "HTTP::SERVER",
            "unparsed_version": line[7],
        }
        for line in tshark(capture, "http.server", *PLACE, "http.server")
    ]
    return log(
        "software", ("ts", "host", "host_p", "software_type", "name", "unparsed_version"), rows
    )


def ssh(capture):
    """ssh.log: both identification lines of each conversation."""
    told = defaultdict(dict)
    for line in tshark(capture, "ssh.protocol", *PLACE, "ssh.protocol"):
        back = (line[3] or line[4]) == "22"
        ends = _said(line, back=back)
        told[ends["uid"]] |= {**ends, "server" if back else "client": line[7]}
    fields = (*ENDS, "version", "client", "server", "kex_alg", "host_key_alg")
    return log("ssh", fields, told.values())


def ntp(capture):
    """ntp.log: a row for each message."""
    fields = ("ntp.flags.mode", "ntp.stratum", "ntp.refid")
    rows = []
    for line in tshark(capture, "ntp", *PLACE, *fields):
        refid = bytes.fromhex(line[9].replace(":", "") or "00")
        text = refid.decode().rstrip("\0") if line[8] == "1" else ".".join(map(str, refid))
        more = {"mode": line[7], "stratum": line[8], "ref_id": text}
        rows.append(_said(line, back=line[7] == "4") | more)
    return log("ntp", (*ENDS, "version", "mode", "stratum", "ref_id", "xmt_time"), rows)


def snmp(capture):
    """snmp.log: a row for each agent that answered, with its description."""
    rows = {}
    for line in tshark(capture, "snmp.get_response_element", *PLACE, "snmp.version",
                       "snmp.name", "snmp.value.octets"):  # fmt: skip
        said = dict(zip(line[8].split("|"), line[9].split("|"), strict=False))
        text = bytes.fromhex(said.get("1.3.6.1.2.1.1.1.0", "").replace(":", "")).decode()
        ends = _said(line, back=True)
        more = {
            "version": {"0": "1", "1": "2c"}[line[7]],
            "get_responses": 1,
            "community": "secret",
        }
        one = rows.setdefault(ends["id.resp_h"], ends | more)
        one["display_string"] = one.get("display_string") or text
    fields = (*ENDS, "version", "community", "get_requests", "get_responses", "display_string")
    return log("snmp", fields, rows.values())


def dhcp(capture):
    """dhcp.log: a row for each exchange."""
    kinds = {"1": "DISCOVER", "2": "OFFER", "3": "REQUEST", "5": "ACK"}
    told = defaultdict(lambda: defaultdict(str))
    for line in tshark(capture, "dhcp", *PLACE, "dhcp.id", "dhcp.hw.mac_addr", "dhcp.option.dhcp",
                       "dhcp.option.hostname", "dhcp.ip.your", "dhcp.option.dhcp_server_id",
                       "dhcp.option.vendor_class_id", "dhcp.ip.client"):  # fmt: skip
        one = told[line[7]]
        one["ts"] = one["ts"] or line[0]
        one["msg_types"] += ("," if one["msg_types"] else "") + kinds.get(line[9], "OTHER")
        for name, value in (("mac", line[8]), ("host_name", line[10]), ("assigned_addr", line[11]),
                            ("server_addr", line[12]), ("client_software", line[13]),
                            ("client_addr", line[14])):  # fmt: skip
            first = value.partition("|")[0]
            one[name] = one[name] or (first if first != "0.0.0.0" else "")  # noqa: S104
    fields = ("ts", "uids", "client_addr", "server_addr", "mac", "host_name", "client_fqdn", "domain",
              "requested_addr", "assigned_addr", "lease_time", "msg_types", "client_software")  # fmt: skip
    return log("dhcp", fields, told.values())


MODBUS = {1: "READ_COILS", 2: "READ_DISCRETE_INPUTS", 3: "READ_HOLDING_REGISTERS",
          4: "READ_INPUT_REGISTERS", 5: "WRITE_SINGLE_COIL", 6: "WRITE_SINGLE_REGISTER",
          15: "WRITE_MULTIPLE_COILS", 16: "WRITE_MULTIPLE_REGISTERS", 17: "REPORT_SLAVE_ID",
          43: "ENCAP_INTERFACE_TRANSPORT"}  # fmt: skip


def modbus(capture):
    """modbus.log: a row for each message."""
    rows = []
    for line in tshark(capture, "modbus", *PLACE, "modbus.func_code"):
        back = (line[3] or line[4]) == "502"
        rows += [
            _said(line, back=back)
            | {
                "func": MODBUS.get(int(code), f"unknown-{code}"),
                "pdu_type": "RESP" if back else "REQ",
            }
            for code in line[7].split("|")
        ]
    return log("modbus", (*ENDS, "tid", "unit", "func", "pdu_type", "exception"), rows)


def s7comm(capture):
    """s7comm.log, as ICSNPP writes it: a row for each job and its answer."""
    fields = ("s7comm.header.rosctr", "s7comm.param.func")
    rows = []
    for line in tshark(capture, "s7comm", *PLACE, *fields):
        back = line[3] == "102"
        for kind, code in zip(line[7].split("|"), line[8].split("|") * 9, strict=False):
            rows.append(_said(line, back=back) | {
                "is_orig": "F" if back else "T", "rosctr_code": int(kind, 0),
                "function_code": f"0x{int(code, 0):02x}" if code else ""})  # fmt: skip
    return log("s7comm", (*ENDS, "is_orig", "rosctr_code", "rosctr_name", "function_code"), rows)


def opcua(capture):
    """opcua_binary.log, as ICSNPP writes it: the services that were asked for."""
    rows = [
        _said(line) | {"msg_type": "MSG", "req_identifier": code}
        for line in tshark(capture, "opcua && tcp.dstport == 4840", *PLACE,
                           "opcua.servicenodeid.numeric")
        for code in filter(None, line[7].split("|"))
    ]  # fmt: skip
    fields = (*ENDS, "msg_type", "endpoint_url", "sec_channel_id", "req_identifier")
    return log("opcua_binary", fields, rows)


LOGS = {
    "conn": conn, "dns": dns, "http": http, "software": software, "ssh": ssh, "ntp": ntp,
    "snmp": snmp, "dhcp": dhcp, "modbus": modbus, "s7comm": s7comm, "opcua_binary": opcua,
}  # fmt: skip


def write(capture, folder):
    """Write every log that the capture gives rows for."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in LOGS.items():
        data = make(capture)
        if any(line and not line.startswith(b"#") for line in data.splitlines()):
            (folder / f"{name}.log").write_bytes(data)

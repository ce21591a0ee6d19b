"""The logs that ICSNPP's own tests expect, made whole again: btest keeps neither times nor headers.

Fields are those of the parsers' scripts and READMEs (github.com/cisagov/icsnpp-*).
"""

ENDS = "id.orig_h id.orig_p id.resp_h id.resp_p"
ID = f"ts uid {ENDS}"
SIDES = "is_orig source_h source_p destination_h destination_p"
FLAGS = " ".join(f"flag_{n}" for n in range(9))
FIELDS = {
    "modbus": f"{ID} func exception",
    "enip": f"{ID} {SIDES} enip_command_code enip_command",
    "cip": f"{ID} {SIDES} cip_sequence_count direction cip_service_code cip_service cip_status_code "
    "cip_status cip_extended_status_code cip_extended_status class_id class_name instance_id",
    "cip_identity": f"{ID} {SIDES} encapsulation_version socket_address socket_port vendor_id "
    "vendor_name device_type_id device_type_name product_code revision device_status serial_number "
    "product_name",
    "cip_io": f"{ID} {SIDES} connection_id sequence_number data_length io_data",
    "opcua_binary": f"{ID} msg_type is_final total_size error reason version rcv_buf_size "
    "snd_buf_size max_msg_size max_chunk_cnt endpoint_url sec_channel_id sec_policy_uri_len "
    "sec_policy_uri snd_cert_len snd_cert rcv_cert_len rcv_cert request_id req_msg_size "
    "req_seq_number req_encoding_mask req_namespace_idx req_identifier req_identifier_str",
    "opcua_binary_get_endpoints_description": f"{ID} {SIDES} endpoint_uri application_uri "
    "product_uri encoding_mask locale text",
    "opcua_binary_create_session_endpoints": f"{ID} {SIDES} endpoint_url application_uri "
    "product_uri encoding_mask locale text",
    "opcua_binary_create_session": f"{ID} {SIDES} application_uri product_uri encoding_mask locale "
    "text application_type gateway_server_uri discovery_profile_uri server_uri endpoint_url",
    "profinet_io_cm": f"{ENDS} source_h source_p destination_h destination_p proto rpc_version "
    f"packet_type {FLAGS} integer_encoding character_encoding floating_point_encoding serial_high "
    "object_uuid interface_uuid activity_uuid server_boot_time interface_vers_major "
    "interface_vers_minor sequence_num operation_num",
    "omron_fins_general": f"ts {ENDS} proto tcp_header tcp_length tcp_command tcp_error client server "
    "icf_gateway icf_data_type icf_response_setting gateway_count dna dnn dua sna snn sua service_id "
    "command_code",
    "conn": f"{ENDS} proto service",
}
TIME = "XXXXXXXXXX.XXXXXX"

SETS = {
    "modbus": ("testing/traces/modbus_example.pcap", "testing/baseline/analyzer.basic"),
    "s7comm-plus": ("tests/traces/s7comm_plus.pcap", "tests/baseline/analyzer.s7comm_plus"),
    "s7ident": ("tests/traces/s7ident.pcap", "tests/baseline/analyzer.s7ident"),
    "cip": ("tests/traces/enip_cip_example.pcap", "tests/baseline/analyzer.basic"),
    "cip-set": (
        "tests/traces/set_attribute_single_service_cip.pcapng",
        "tests/baseline/analyzer.set_attr_single_service",
    ),
    "cip-several": (
        "tests/traces/multiple_service_packet_cip.pcapng",
        "tests/baseline/analyzer.multiple_service_request",
    ),
    "opcua": (
        "pcaps/open62541_client-server_mainloop-no-handshake.pcap",
        "tests/baseline/analyzer.no-handshake",
    ),
    "opcua-port": (
        "pcaps/open62541_client-server_mainloop-not-localhost-non-standard-port.pcap",
        "tests/baseline/analyzer.non-standard-port",
    ),
    "opcua-gap": (
        "pcaps/opcua_with-gap_with-handshake.pcap",
        "tests/baseline/analyzer.data-gap_with-handshake",
    ),
    "fins": ("testing/traces/omron.pcap", "testing/Baseline/tests.omron_fins"),
    "fins-tcp": (
        "testing/traces/omron_fins_tcp_commands_responses.pcap",
        "testing/Baseline/tests.omron_fins_tcp",
    ),
    **{
        f"profinet{kind}": (
            f"testing/traces/profinet_io_cm{kind}.pcap{'ng' * bool(kind)}",
            f"testing/baseline/tests.profinet_io_cm{kind}",
        )
        for kind in (
            "", "_connect", "_connect_minimal", "_control", "_device", "_read", "_release", "_write",
        )
    },
}  # fmt: skip
"""Name → (capture, folder of the logs that Zeek wrote of it), below ``ics-icsnpp``."""


def restored(text, kind, ns):
    """A baseline with its header, and with the time of the capture where btest took times out."""
    stamp = f"{ns // 10**9}.{ns % 10**9 // 1000:06}"
    lines = [line.replace(TIME, stamp) for line in text.splitlines() if not line.startswith("###")]
    if not any(line.startswith("#fields") for line in lines):
        width = max(line.count("\t") for line in lines) + 1
        names = FIELDS[kind].split()[:width]
        names += [f"more_{n}" for n in range(width - len(names))]
        head = ["#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-"]
        lines = [*head, f"#path\t{kind}", "\t".join(("#fields", *names)), *lines]
    return "\n".join(lines) + "\n"


def logs(folder):
    """The logs of a folder that can be made whole."""
    for path in sorted(folder.glob("*.log")):
        text = path.read_text()
        if path.stem in FIELDS or "#fields" in text:
            yield path.name, path.stem, text

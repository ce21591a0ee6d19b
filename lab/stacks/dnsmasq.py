"""Names and leases on a local network: dnsmasq."""

from __future__ import annotations

from lab.programs import Host, Options, Program

MODULES = ()
PROGRAMS = ("dnsmasq",)


def server(host: Host, options: Options) -> Program:
    """Answers for ``names``; with ``dhcp`` also leases addresses, fixed ones for ``hosts``."""
    lines = ["no-resolv", "no-hosts", "keep-in-foreground", "user=root", "bind-interfaces"]
    lines += [f"interface={options['interface']}", "except-interface=lo", "pid-file="]
    lines += [f"host-record={name},{address}" for name, address in options["names"].items()]
    lines += _leases(host, options["dhcp"]) if "dhcp" in options else []
    settings = host.write("dnsmasq.conf", "\n".join(lines) + "\n")
    return Program(("dnsmasq", f"--conf-file={settings}"))


def _leases(host: Host, dhcp: Options) -> list[str]:
    lines = [f"dhcp-range={dhcp['first']},{dhcp['last']},{dhcp['mask']},{dhcp['lease']}"]
    lines += [f"dhcp-host={mac},{address},{name}" for mac, address, name in dhcp["hosts"]]
    lines += [f"dhcp-option=option:router,{dhcp['router']}"]
    lines += [f"dhcp-option=option:dns-server,{dhcp['dns']}"]
    lines += [f"dhcp-option=option:ntp-server,{dhcp['ntp']}", f"domain={dhcp['domain']}"]
    return [*lines, "dhcp-authoritative", f"dhcp-leasefile={host.folder / 'leases'}"]

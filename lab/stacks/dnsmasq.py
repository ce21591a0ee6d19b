"""Names and leases on a local network: dnsmasq."""

from __future__ import annotations

from lab.programs import Host, Options, Program

MODULES = ()
PROGRAMS = ("dnsmasq",)


def server(host: Host, options: Options) -> Program:
    """Answers for ``names``; with ``dhcp`` also leases addresses, fixed ones for ``hosts``.

    ``forward`` sends questions below a domain to an address, ``upstream`` all others; ``silent``
    leaves names to others. ``dhcp`` has ``first``, ``last``, ``mask``, ``lease`` (2m), and what it
    offers: ``router``, ``dns``, ``ntp``, ``domain``, each only if it is given, so that a second
    server may offer itself; ``late`` by so many whole seconds.
    """
    lines = ["no-resolv", "no-hosts", "keep-in-foreground", "user=root", "bind-interfaces"]
    lines += [f"interface={options['interface']}", "except-interface=lo", "pid-file="]
    names = options.get("names", {})
    lines += [f"host-record={name},{address}" for name, address in names.items()]
    lines += [f"server=/{name}/{to}" for name, to in options.get("forward", {}).items()]
    lines += [f"server={options['upstream']}"] if "upstream" in options else []
    lines += ["port=0"] if options.get("silent") else []
    lines += _leases(host, options) if "dhcp" in options else []
    settings = host.write(f"dnsmasq-{options['interface']}.conf", "\n".join(lines) + "\n")
    return Program(("dnsmasq", f"--conf-file={settings}"))


def _leases(host: Host, options: Options) -> list[str]:
    dhcp = options["dhcp"]
    lease = dhcp.get("lease", "2m")
    lines = [f"dhcp-range={dhcp['first']},{dhcp['last']},{dhcp['mask']},{lease}"]
    lines += [f"dhcp-host={mac},{address},{name}" for mac, address, name in dhcp.get("hosts", ())]
    for option, key in (("router", "router"), ("dns-server", "dns"), ("ntp-server", "ntp")):
        # An option that is named and left empty is not offered; left out, dnsmasq offers itself.
        lines.append(f"dhcp-option=option:{option}" + (f",{dhcp[key]}" if key in dhcp else ""))
    lines += [f"domain={dhcp['domain']}"] if "domain" in dhcp else []
    lines += [f"dhcp-reply-delay={dhcp['late']}"] if "late" in dhcp else []
    file = host.folder / f"leases-{options['interface']}"
    return [*lines, "dhcp-authoritative", f"dhcp-leasefile={file}"]

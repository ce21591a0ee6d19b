"""IPv6 router advertisements: radvd. The network needs ``ipv6: true``."""

from __future__ import annotations

from lab.programs import Host, Options, Program

MODULES = ()
PROGRAMS = ("radvd",)

SETTINGS = """\
interface {interface} {{
  AdvSendAdvert on;
  MinRtrAdvInterval {least};
  MaxRtrAdvInterval {most};
  AdvDefaultLifetime {life};
  AdvDefaultPreference {preference};
{prefixes}{names}}};
"""
PREFIX = "  prefix {prefix} {{ AdvOnLink on; AdvAutonomous on; }};\n"


def server(host: Host, options: Options) -> Program:
    """Offers itself on ``interface`` as router with ``prefixes``, every ``every`` (30) seconds.

    ``life`` (1800) seconds, 0 for a router that is nobody's default; ``preference`` high, medium or
    low; ``dns`` lists name servers.
    """
    most = max(4, options.get("every", 30))
    dns = options.get("dns", ())
    text = SETTINGS.format(
        interface=options["interface"],
        least=max(3, most * 2 // 3),
        most=most,
        life=options.get("life", 1800),
        preference=options.get("preference", "medium"),
        prefixes="".join(PREFIX.format(prefix=prefix) for prefix in options["prefixes"]),
        names=f"  RDNSS {' '.join(dns)} {{ }};\n" if dns else "",
    )
    settings = host.write("radvd.conf", text)
    argv = (
        "radvd",
        "-n",
        "-m",
        "stderr",
        "-C",
        str(settings),
        "-p",
        str(host.folder / "radvd.pid"),
    )
    return Program(argv)

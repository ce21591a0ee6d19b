"""IPsec tunnels: strongSwan's IKEv2, and ESP in UDP carried by its own library.

The library (kernel-libipsec) needs nothing of the kernel but a TUN device; it always wraps ESP in
UDP, as every tunnel does that passes a NAT.
"""

from __future__ import annotations

import shlex

from lab import keys
from lab.programs import Host, Options, Program

MODULES = ()
PROGRAMS = ("charon-systemd", "swanctl", "mount")

# Debian only recommends the package of gcm and openssl (for X25519) and only suggests that of
# kernel-libipsec; marked "!", they are named in the log when missing, and charon does not start.
PLUGINS = (
    "random nonce aes sha1 sha2 hmac kdf gcm! openssl! pem pkcs1 pubkey x509 "
    "kernel-libipsec! kernel-netlink socket-default vici updown"
)
SETTINGS = """\
charon-systemd {{
  load = {plugins}
  retransmit_timeout = 2.0
  retransmit_tries = 3
  install_virtual_ip = no
  plugins {{
    vici {{
      socket = unix:///run/charon.vici
    }}
    kernel-libipsec {{
      allow_peer_ts = yes
    }}
    kernel-netlink {{
      fwmark = !0x42
    }}
    socket-default {{
      fwmark = 0x42
    }}
  }}
  filelog {{
    stderr {{
      default = 1
      flush_line = yes
    }}
  }}
}}
swanctl {{
  socket = unix:///run/charon.vici
}}
"""
CONNECTION = """\
connections {{
  {tunnel} {{
    version = 2
    local_addrs = {own}
    remote_addrs = {other}
    encap = yes
    mobike = no
    dpd_delay = {every}s
    keyingtries = 0
    local {{
      auth = psk
      id = {own_id}
    }}
    remote {{
      auth = psk
      id = {other_id}
    }}
    children {{
      {tunnel} {{
        local_ts = {near}
        remote_ts = {far}
        start_action = none
        dpd_action = {again}
        esp_proposals = aes256gcm16-x25519, aes128gcm16
      }}
    }}
  }}
}}
secrets {{
  ike-{tunnel} {{
    secret = {secret}
  }}
}}
"""
START = """\
set -e
mount -t tmpfs none /run
export STRONGSWAN_CONF={folder}/strongswan.conf
charon-systemd &
until swanctl --load-all --file {folder}/swanctl.conf; do kill -0 $!; sleep 0.1; done
{then}
wait
"""
INITIATE = "until swanctl --initiate --child {tunnel} --timeout 5; do kill -0 $!; sleep 1; done"


def server(host: Host, options: Options) -> Program:
    """Answers on UDP 500 and 4500 for the ``tunnel``: its ``near`` networks and the ``far`` ones.

    ``every`` (10) is how often a quiet peer is asked whether it lives.
    """
    return _charon(host, options, "%any", ("server", "client"))


def client(host: Host, options: Options) -> Program:
    """Keeps the tunnel to ``to`` open; ``near`` and ``far`` as seen from here."""
    return _charon(host, options, options["to"], ("client", "server"))


def _charon(host: Host, options: Options, other: str, ids: tuple[str, str]) -> Program:
    folder, tunnel = host.folder, options.get("tunnel", "ipsec")
    opens = ids[0] == "client"
    host.write("strongswan.conf", SETTINGS.format(plugins=PLUGINS))
    connection = CONNECTION.format(
        tunnel=tunnel,
        own="%any",
        other=other,
        every=options.get("every", 10),
        own_id=f"{ids[0]}.{tunnel}.example",
        other_id=f"{ids[1]}.{tunnel}.example",
        near=", ".join(options["near"]),
        far=", ".join(options["far"]),
        again="restart" if opens else "clear",
        secret=keys.secret(host, tunnel),
    )
    host.write("swanctl.conf", connection).chmod(0o600)
    then = INITIATE.format(tunnel=tunnel) if opens else ""
    script = START.format(folder=shlex.quote(str(folder)), then=then)
    return Program(("sh", "-c", script), client=opens)

"""A reverse tunnel: OpenSSH kept open from the crane to a far sshd, whose ports lead back in."""

from __future__ import annotations

import shlex

from lab import keys
from lab.programs import Host, Options, Program

MODULES = ("cryptography",)
PROGRAMS = ("sshd", "ssh", "ssh-keygen", "mount")

SERVER = """\
Port {port}
HostKey {folder}/host.key
AuthorizedKeysFile {folder}/authorized
PermitRootLogin forced-commands-only
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
GatewayPorts yes
StrictModes no
PidFile none
"""
SERVE = """\
set -e
mount -t tmpfs none /run
mkdir -p /run/sshd
[ -f {folder}/host.key ] || ssh-keygen -q -t ed25519 -N '' -C '' -f {folder}/host.key
exec $(command -v sshd) -D -e -f {folder}/sshd.conf
"""
KEEP = """\
while :; do
  ssh -F none -N -T -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
    -o LogLevel=ERROR -o ExitOnForwardFailure=yes -o ServerAliveInterval={alive} -i {key} \
    -p {port} {forwards} root@{to}
  sleep {again}
done
"""


def server(host: Host, options: Options) -> Program:
    """The far sshd on ``port`` (22). It takes the key of the ``tunnel`` alone, and no password."""
    tunnel = options.get("tunnel", "ssh")
    settings = {"port": options.get("port", 22), "folder": host.folder}
    host.write("sshd.conf", SERVER.format(**settings))
    allowed = f'restrict,port-forwarding,command="/bin/false" {keys.ssh(host, tunnel)[1]}\n'
    host.write("authorized", allowed)
    return Program(("sh", "-c", SERVE.format(folder=shlex.quote(str(host.folder)))))


def client(host: Host, options: Options) -> Program:
    """Keeps the tunnel to ``to`` open; ``forwards`` lists [port there, address, port here].

    ``alive`` (15) seconds without a word bring a question; after a loss it waits ``again`` (5).
    """
    tunnel = options.get("tunnel", "ssh")
    forwards = " ".join(f"-R {there}:{one}:{here}" for there, one, here in options["forwards"])
    script = KEEP.format(
        alive=options.get("alive", 15),
        again=options.get("again", 5),
        key=shlex.quote(str(keys.ssh(host, tunnel)[0])),
        port=options.get("port", 22),
        forwards=forwards,
        to=options["to"],
    )
    return Program(("sh", "-c", script), client=True)

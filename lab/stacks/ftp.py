"""FTP: vsftpd with a device's greeting, and curl as a visitor who is not let in."""

from __future__ import annotations

from lab.programs import Host, Options, Program
from lab.repeat import repeat

MODULES = ()
PROGRAMS = ("vsftpd", "curl")

SETTINGS = """\
listen=YES
listen_port={port}
background=NO
anonymous_enable=NO
local_enable=YES
userlist_enable=YES
userlist_deny=NO
userlist_file={folder}/nobody
secure_chroot_dir={folder}/empty
xferlog_enable=NO
seccomp_sandbox=NO
isolate_network=NO
ftpd_banner={banner}
"""


def server(host: Host, options: Options) -> Program:
    """Greets on ``port`` (21) with ``banner``; nobody is on its list of users."""
    (host.folder / "empty").mkdir(exist_ok=True)
    host.write("nobody", "")
    port, folder = options.get("port", 21), host.folder
    text = SETTINGS.format(port=port, folder=folder, banner=options["banner"])
    return Program(("vsftpd", str(host.write("vsftpd.conf", text))))


def client(_host: Host, options: Options) -> Program:
    """Visits each of ``to`` at its pace, as nobody in particular, and is turned away."""
    ask = ("curl", "-s", "-m", "5")
    return repeat(((*ask, f"ftp://{address}/") for address in options["to"]), options)

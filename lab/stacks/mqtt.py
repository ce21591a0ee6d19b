"""Telemetry over MQTT: mosquitto, and its mosquitto_pub fed with a line now and then."""

from __future__ import annotations

import json
import subprocess
from random import Random

from lab import keys
from lab.programs import Host, Options, Program, main, pause, python

MODULES = ("cryptography",)
PROGRAMS = ("mosquitto", "mosquitto_pub")
BROKER = "mosquitto"

NEWEST = """\
openssl_conf = all
[all]
ssl_conf = kinds
[kinds]
system_default = usual
[usual]
MaxProtocol = TLSv{version}
"""
TLS = "cafile {ca}\ncertfile {certificate}\nkeyfile {key}\n"


def server(host: Host, options: Options) -> Program:
    """A broker on ``port``; with ``cn`` it speaks TLS, the certificate issued by ``issuer``.

    ``version`` is the newest TLS that it speaks (1.3; the certificate is in the clear up to 1.2).
    """
    secure = "cn" in options
    lines = [f"listener {options.get('port', 8883 if secure else 1883)}", "allow_anonymous true"]
    lines += ["persistence false", "log_dest stderr", "user root"]
    if secure:
        issuer = options.get("issuer", BROKER)
        _, ca = keys.authority(host, issuer)
        key, certificate = keys.certificate(host, f"mqtt-{host.id}", options["cn"], issuer=issuer)
        lines += TLS.format(ca=ca, certificate=certificate, key=key).splitlines()
    settings = host.write("mosquitto.conf", "\n".join(lines) + "\n")
    newest = host.write("openssl.cnf", NEWEST.format(version=options.get("version", "1.3")))
    return Program(("env", f"OPENSSL_CONF={newest}", "mosquitto", "-c", str(settings)))


def client(host: Host, options: Options) -> Program:
    """Publishes ``size`` octets to ``topic`` of ``to`` at its pace, as ``name``.

    ``tls`` names the authority that issued the broker's certificate; ``keepalive`` (60) seconds.
    """
    secure = "tls" in options
    argv = ["mosquitto_pub", "-l", "-h", options["to"], "-t", options["topic"]]
    argv += ["-p", str(options.get("port", 8883 if secure else 1883)), "-i", options["name"]]
    argv += ["-k", str(options.get("keepalive", 60)), "-q", str(options.get("qos", 0))]
    if secure:
        _, ca = keys.authority(host, options["tls"])
        argv += ["--cafile", str(ca), "--insecure"]
    return python(__name__, "client", options | {"command": argv})


def reading(number: int, size: int, rng: Random) -> str:
    """One line of telemetry of about that size."""
    values = {"n": number, "ok": True}
    while len(json.dumps(values)) < size:
        values[f"v{len(values)}"] = rng.randrange(10_000)
    return json.dumps(values)


def _publish(options: Options) -> None:
    rng = Random(options["seed"])
    number = 0
    while True:
        with subprocess.Popen(options["command"], stdin=subprocess.PIPE, text=True) as program:
            try:
                while program.poll() is None and program.stdin:
                    number += 1
                    program.stdin.write(reading(number, options.get("size", 200), rng) + "\n")
                    program.stdin.flush()
                    pause(options, rng)
            except OSError:
                program.kill()
        pause({"every": 2.0}, rng)


if __name__ == "__main__":
    main({"client": _publish})

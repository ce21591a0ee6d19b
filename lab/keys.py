"""Keys, certificates and shared secrets, made anew for every build and kept in its folder."""

from __future__ import annotations

import base64
import ipaddress
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lab.programs import Host, late

BITS = 2048
VALID = timedelta(days=3650)


def _folder(host: Host) -> Path:
    """What the hosts of one build share."""
    folder = host.folder.parent / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def secret(host: Host, name: str) -> str:
    """A secret that every host of the build gets by its name."""
    path = _folder(host) / f"{name}.secret"
    if not path.exists():
        path.write_text(secrets.token_hex(24), "ascii")
    return path.read_text("ascii")


def static(host: Host, name: str) -> Path:
    """A static key of OpenVPN's: 2048 random bits."""
    path = _folder(host) / f"{name}.static"
    if not path.exists():
        body = "\n".join(secrets.token_hex(16) for _ in range(16))
        kind = "OpenVPN Static key V1"
        path.write_text(f"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n", "ascii")
    return path


def curve(host: Host, name: str) -> tuple[str, str]:
    """A private and a public key of WireGuard's, in base64."""
    x25519 = late("cryptography.hazmat.primitives.asymmetric.x25519")
    path = _folder(host) / f"{name}.curve"
    if not path.exists():
        path.write_bytes(x25519.X25519PrivateKey.generate().private_bytes_raw())
    private = path.read_bytes()
    public = x25519.X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    return base64.b64encode(private).decode(), base64.b64encode(public).decode()


def ssh(host: Host, name: str) -> tuple[Path, str]:
    """A key of OpenSSH's: the private one's file, and the public one."""
    ed25519 = late("cryptography.hazmat.primitives.asymmetric.ed25519")
    serialization = late("cryptography.hazmat.primitives.serialization")
    path = _folder(host) / f"{name}.ssh"
    if not path.exists():
        made = ed25519.Ed25519PrivateKey.generate()
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH)
        path.touch(0o600)
        path.write_bytes(made.private_bytes(*form, serialization.NoEncryption()))
    key = serialization.load_ssh_private_key(path.read_bytes(), None)
    form = (serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return path, key.public_key().public_bytes(*form).decode("ascii")


def authority(host: Host, name: str, organisation: str = "") -> tuple[Path, Path]:
    """Key and certificate of an authority of the build's own."""
    return certificate(host, f"{name}-ca", name, organisation=organisation or name)


def certificate(
    host: Host,
    name: str,
    common: str,
    *,
    issuer: str = "",
    organisation: str = "",
    names: tuple[str, ...] = (),
    rsa: bool = False,
) -> tuple[Path, Path]:
    """Key and certificate for ``common`` and its other ``names``; self-signed without issuer."""
    key_path, path = (_folder(host) / f"{name}{end}" for end in (".key", ".crt"))
    if path.exists():
        return key_path, path
    x509, hashes = late("cryptography.x509"), late("cryptography.hazmat.primitives.hashes")
    serialization = late("cryptography.hazmat.primitives.serialization")
    key = _key(rsa=rsa)
    subject = issued_by = _name(x509, common, organisation)
    signer, is_authority = key, name.endswith("-ca")
    if issuer:
        ca_key, ca_path = authority(host, issuer)
        signer = serialization.load_pem_private_key(ca_key.read_bytes(), None)
        issued_by = x509.load_pem_x509_certificate(ca_path.read_bytes()).subject
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issued_by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if not is_authority:
        others = [_general(x509, one) for one in (names or (common,))]
        made = made.add_extension(x509.SubjectAlternativeName(others), critical=False)
    encoding = serialization.Encoding.PEM
    key_path.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    key_path.chmod(0o600)
    path.write_bytes(made.sign(signer, hashes.SHA256()).public_bytes(encoding))
    return key_path, path


def _key(*, rsa: bool) -> Any:  # noqa: ANN401  cryptography is imported late
    if rsa:
        of_rsa = late("cryptography.hazmat.primitives.asymmetric.rsa")
        return of_rsa.generate_private_key(65537, BITS)
    of_ec = late("cryptography.hazmat.primitives.asymmetric.ec")
    return of_ec.generate_private_key(of_ec.SECP256R1())


def _name(x509: Any, common: str, organisation: str) -> Any:  # noqa: ANN401
    oid = x509.NameOID
    parts = [x509.NameAttribute(oid.ORGANIZATION_NAME, organisation)] if organisation else []
    return x509.Name([*parts, x509.NameAttribute(oid.COMMON_NAME, common)])


def _general(x509: Any, name: str) -> Any:  # noqa: ANN401
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)

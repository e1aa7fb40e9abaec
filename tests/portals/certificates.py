"""Server-side TLS for practice portals: certificates and contexts made when the server starts, on no disk for long."""

import base64
import datetime
import ssl
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

# The second Oakley group of RFC 2409: 1024 bits, which clients of today refuse.
_SHORT_PRIME = bytes.fromhex(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF"
)


def context(host: str, *, legacy: bool) -> ssl.SSLContext:
    """A context with a self-signed certificate; a ``legacy`` one knows nothing later than DHE with 1024 bits."""
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    # Breakable, as those of old servers are.
    key = rsa.generate_private_key(65537, 1024) if legacy else ec.generate_private_key(ec.SECP256R1())  # noqa: S505
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        if legacy:
            made.set_ciphers("DHE-RSA-AES128-SHA:@SECLEVEL=0")
            made.maximum_version = ssl.TLSVersion.TLSv1_2
            made.load_dh_params(_file(folder, "dh.pem", _short_group()))
        made.load_cert_chain(_file(folder, "cert.pem", _certificate(host, key) + _pem(key)))
    return made


def _certificate(host: str, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(days=1))
    builder = builder.not_valid_after(now + datetime.timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _short_group() -> bytes:
    # PKCS #3 in DER: a sequence of two integers, the prime and the generator 2.
    der = bytes.fromhex("308187 028181 00") + _SHORT_PRIME + bytes.fromhex("0201 02")
    return b"-----BEGIN DH PARAMETERS-----\n" + base64.encodebytes(der) + b"-----END DH PARAMETERS-----\n"


def _file(folder: str, name: str, content: bytes) -> str:
    path = Path(folder) / name
    path.write_bytes(content)
    return str(path)

"""A stand-in for the web: real sockets, real TLS, certificates of an authority made for the test run.

    with standin.serve({"https://school.example/did.json": {"id": "did:web:school.example"}}) as web:
        settings = Settings(environment="development", test_host_map=web.host_map, test_ca_file=web.ca_file, ...)
        rules = Rules(stand_ins=web.stand_ins, ca_file=web.ca_file)      # or for app.remote alone
        ...
        assert web.asked == ["https://school.example/did.json"]

Pages are named by their whole address. What stands at one of them:

    b"..." or "..."                          status 200, `application/octet-stream` or `text/html`
    {...} or [...]                           status 200, that as `application/json`
    404                                      that status, without content
    (status, headers, content)               exactly that, with content as above; Content-Length and, for JSON, the
                                             Content-Type are added if they are not among the headers
    a function of a `Question`               returns one of the above, or speaks to `question.wire` itself and
                                             returns None; the functions below make some

    redirect("https://elsewhere.example/")   status 302
    hang                                     reads the question and never answers
    drip(b"...", seconds=0.1)                a byte at a time
    raw(b"HTTP/1.1 200 OK\r\n...")           these bytes, whatever they are
    in_turn(first, second, ...)              one thing after the other, the last one for ever

`web["https://school.example/"] = page` adds or replaces a page while it runs. A page that is not there is 404. Hosts
are served as soon as a page names them, or `web.host("empty.example")` does. `certificates={"odd.example": EXPIRED}`
gives a host a certificate that must not be believed: EXPIRED, OTHER_NAME, SELF_SIGNED.

`web.environment` are the variables that point a process at it. `web.connections` counts what was accepted, TLS or not;
`web.questions` are the requests as they came.
"""

from __future__ import annotations

import json
import socket
import ssl
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

EXPIRED = "expired"
OTHER_NAME = "other name"
SELF_SIGNED = "self-signed"

_REASONS = {200: "OK", 302: "Found", 304: "Not Modified", 404: "Not Found", 410: "Gone"}


@contextmanager
def serve(pages=None, *, certificates=None):
    web = Web(dict(pages or {}), dict(certificates or {}))
    try:
        yield web
    finally:
        web.close()


@dataclass
class Question:
    """A request as it came, and the connection that it came by. Header names are in lower case."""

    host: str
    path: str
    headers: dict
    wire: ssl.SSLSocket = field(repr=False)
    closing: threading.Event = field(repr=False)

    @property
    def url(self):
        return f"https://{self.host}{self.path}"

    def send(self, content):
        """False when nobody listens any more."""
        try:
            self.wire.sendall(content)
        except OSError:
            return False
        return True


def redirect(to, status=302):
    return (status, {"Location": to}, b"")


def hang(question):
    """Until the other side hangs up, or the web ends."""
    question.wire.settimeout(0.05)
    while not question.closing.is_set():
        try:
            if not question.wire.recv(1024):
                return
        except TimeoutError:
            continue
        except OSError:
            return


def drip(content, *, seconds=0.1):
    def answer(question):
        question.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content))
        for byte in content:
            if question.closing.wait(seconds) or not question.send(bytes([byte])):
                return

    return answer


def raw(content):
    def answer(question):
        question.send(content)

    return answer


def in_turn(*pages):
    left = list(pages)

    def answer(question):
        page = left.pop(0) if len(left) > 1 else left[0]
        return page(question) if callable(page) else page

    return answer


class Web:
    """All hosts on one port of loopback; which one is meant shows by SNI and by the Host header."""

    def __init__(self, pages, certificates):
        self._pages = {}
        self._odd = certificates
        self._hosts = set(certificates)
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._open = set()
        self.connections = 0
        self.questions = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        self.ca_file = _authority().file
        for url, page in pages.items():
            self[url] = page
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def __setitem__(self, url, page):
        self._pages[url] = page
        self.host(urlsplit(url).hostname)

    def host(self, name):
        self._hosts.add(name.encode("idna").decode())

    @property
    def host_map(self):
        return dict.fromkeys(sorted(self._hosts), f"127.0.0.1:{self.port}")

    @property
    def stand_ins(self):
        return dict.fromkeys(sorted(self._hosts), ("127.0.0.1", self.port))

    @property
    def environment(self):
        return {
            "LAUREL_ENVIRONMENT": "development",
            "LAUREL_TEST_HOST_MAP": json.dumps(self.host_map),
            "LAUREL_TEST_CA_FILE": str(self.ca_file),
        }

    @property
    def asked(self):
        return [question.url for question in self.questions]

    def close(self):
        self._closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join()
        self._listener.close()
        deadline = time.monotonic() + 5
        while self._open and time.monotonic() < deadline:
            time.sleep(0.005)

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            worker = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._open.add(worker)
            worker.start()

    def _serve(self, connection):
        with suppress(OSError), connection:
            connection.settimeout(10)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._context().wrap_socket(connection, server_side=True) as wire:
                self._answer(wire)
                with suppress(OSError):
                    wire.settimeout(0.5)
                    wire.unwrap()
        self._open.discard(threading.current_thread())

    def _context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = self._choose
        _load(context, _certificate("unknown.example"))
        return context

    def _choose(self, wire, name, _context):
        chosen = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        _load(chosen, _certificate(name or "127.0.0.1", self._odd.get(name)))
        wire.context = chosen

    def _answer(self, wire):
        question = self._read(wire)
        if question is None:
            return
        with self._lock:
            self.questions.append(question)
        page = self._pages.get(question.url, 404)
        answer = page(question) if callable(page) else page
        if answer is not None:
            question.send(_response(answer))

    def _read(self, wire):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = wire.recv(8192)
            if not piece:
                return None
            head += piece
        first, *lines = head.decode("latin-1").partition("\r\n\r\n")[0].split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return Question(headers.get("host", ""), first.split(" ")[1], headers, wire, self._closing)


def _response(answer):
    status, headers, content = _full(answer)
    if isinstance(content, dict | list):
        headers = {"Content-Type": "application/json"} | headers
        content = json.dumps(content).encode()
    if isinstance(content, str):
        content = content.encode()
    headers = {"Content-Length": str(len(content)), "Connection": "close"} | headers
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}\r\n{head}\r\n".encode("latin-1") + content


def _full(answer):
    if isinstance(answer, tuple):
        return answer
    if isinstance(answer, int):
        return answer, {}, b""
    media_types = {bytes: "application/octet-stream", str: "text/html"}
    media_type = media_types.get(type(answer))
    return 200, {"Content-Type": media_type} if media_type else {}, answer


@dataclass(frozen=True)
class _Authority:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    file: Path


@cache
def _authority():
    """Made once in a test run, and trusted by nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Stand-in authority")
    certificate = (
        _builder(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = Path(tempfile.mkdtemp(prefix="laurel-standin-")) / "ca.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return _Authority(key, certificate, file)


@cache
def _certificate(host, fault=None):
    """The file with the certificate of `host` and its key."""
    authority = _authority()
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name("stand-in")
    named = "somebody-else.example" if fault == OTHER_NAME else host
    builder = _builder(
        subject,
        subject if fault == SELF_SIGNED else authority.certificate.subject,
        key.public_key(),
        until=-1 if fault == EXPIRED else 30,
    ).add_extension(x509.SubjectAlternativeName([_general_name(named)]), critical=False)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    certificate = builder.sign(key if fault == SELF_SIGNED else authority.key, hashes.SHA256())
    file = Path(tempfile.mkdtemp(dir=authority.file.parent)) / "host.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


def _general_name(host):
    if host.replace(".", "").isdecimal():
        return x509.IPAddress(ip_address(host))
    return x509.DNSName(host)


def _builder(subject, issuer, public_key, *, until=30):
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=until))
    )


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _load(context, file):
    context.load_cert_chain(file)

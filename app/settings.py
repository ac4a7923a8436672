"""Configuration: a frozen value built from `LAUREL_*` environment variables, or a refusal to start.

Nothing here runs at import. `load_settings()` reads the environment once; tests pass values to `Settings` directly.
docs/configuration.md lists every field (a test compares).
"""

from __future__ import annotations

import base64
import ipaddress
import os
import re
import secrets
import stat
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from app.errors import ConfigurationError

KIB = 1024
MIB = 1024 * KIB
_LAST_PORT = 65_535
# Badges carry it for ever, letter by letter: one spelling, and nothing that software would read in two ways.
_PUBLIC_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:(?P<port>[1-9][0-9]{0,4}))?/?"
)
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9])?")
_LOOPBACK = re.compile(r"127\.0\.0\.1:(?P<port>[1-9][0-9]{0,4})")


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Limits(BaseSettings):
    """Bounds on what strangers send. Beyond one of them: a problem document that names it."""

    model_config = SettingsConfigDict(env_prefix="LAUREL_LIMIT_", frozen=True, extra="ignore")

    body_bytes: int = Field(1 * MIB, gt=0, description="A request body, unless another limit is named.")
    batch_bytes: int = Field(64 * MIB, gt=0, description="The body of a batch of completions.")
    batch_rows: int = Field(10_000, gt=0, description="Completions in one batch.")
    awards_waiting: int = Field(2_000, gt=0, description="Single completions that wait to be stored; more get 503.")
    image_bytes: int = Field(5 * MIB, gt=0, description="An image, uploaded or submitted for verification.")
    json_depth: int = Field(32, gt=0, le=128, description="Levels of nesting in JSON.")
    jwt_bytes: int = Field(256 * KIB, gt=0, description="A compact JWS.")
    quads: int = Field(2_000, gt=0, description="RDF statements in a document.")
    blank_nodes: int = Field(500, gt=0, description="RDF blank nodes in a document.")
    canonicalization_work: int = Field(4_096, gt=0, description="Steps of RDFC-1.0 over symmetric blank nodes.")
    verifications_at_once: int = Field(8, gt=0, description="Verifications that run side by side; more wait.")
    verifications_waiting: int = Field(
        64, gt=0, description="Verifications begun, those included that wait for other servers; more get 503."
    )
    fetch_seconds: float = Field(5, gt=0, le=60, description="Everything that one verification fetches.")
    fetch_bytes: int = Field(2 * MIB, gt=0, description="One fetched document, unpacked.")
    fetches_at_once: int = Field(32, gt=0, le=256, description="Fetches that run side by side; more wait.")
    fetch_cache_bytes: int = Field(16 * MIB, ge=0, description="Memory for fetched documents; 0 keeps none.")


class Retention(BaseSettings):
    """For how long `laurel retention run` leaves what it may delete (docs/privacy.md)."""

    model_config = SettingsConfigDict(env_prefix="LAUREL_RETENTION_", frozen=True, extra="ignore")

    request_days: int = Field(30, ge=1, le=3650, description="Idempotency keys, after the request.")
    learner_days: int | None = Field(None, ge=1, le=36_500, description="Learners' data, after expiry or revocation.")


_RATE = r"[0-9]{1,9}/[1-9][0-9]{0,4}"


class Rates(BaseSettings):
    """How much one client may ask of one process: `600/60` is 600 at once, and as many again in each 60 seconds."""

    model_config = SettingsConfigDict(env_prefix="LAUREL_RATE_", frozen=True, extra="ignore")

    awards: str = Field("300000/60", pattern=_RATE, description="Requests that issue or sign, of an API key.")
    requests: str = Field("300000/60", pattern=_RATE, description="Other requests with an API key.")
    visits: str = Field("120000/60", pattern=_RATE, description="Public addresses and requests without a key.")
    verifications: str = Field("120000/60", pattern=_RATE, description="Verifications and resolutions of DIDs.")
    wrong_keys: str = Field("600/60", pattern=_RATE, description="Keys that do not exist, from an address.")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LAUREL_", frozen=True, extra="ignore", validate_default=True)

    environment: Environment = Field(Environment.PRODUCTION, description="`development` allows http and makes a key.")
    data_dir: Path = Field(Path("var"), description="Folder of the SQLite file and the development key.")
    # Not shown: it may hold a password.
    database_url: str = Field("", repr=False, description="SQLAlchemy URL; empty means SQLite in the data folder.")
    journal_file: Path | None = Field(
        None,
        description="What must not be lost with the database; by default beside an SQLite file, none with PostgreSQL.",
    )
    database_seconds: int = Field(5, ge=1, le=600, description="Time that PostgreSQL has to answer a statement.")
    public_url: str = Field("http://localhost:8000", description="The address badges carry for ever.")
    key_encryption_key: SecretStr | None = Field(
        None, description="32 bytes as base64 or hex; opens the stored signing keys."
    )
    key_encryption_key_file: Path | None = Field(
        None, description="File with that key, readable by its owner only; preferred."
    )
    key_encryption_key_previous: SecretStr | None = Field(
        None,
        description="The key-encryption key before, until `laurel key rewrap` is done; several with spaces between.",
    )
    key_encryption_key_previous_file: Path | None = Field(
        None, description="File with it, or with several, one a line; readable by its owner only."
    )
    keystore: Literal["envelope", "pkcs11"] = Field(
        "envelope", description="Where new signing keys are: in the database, encrypted, or on a device (PKCS #11)."
    )
    device_module: Path | None = Field(None, description="The device's PKCS #11 library.")
    device_token: str = Field("", description="The label of the token on it.")
    device_pin_file: Path | None = Field(None, description="File with the user's PIN, readable by its owner only.")
    device_seconds: float = Field(5, gt=0, le=60, description="Time that a call to the device may take.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=_LAST_PORT, description="Port to listen on; 0 takes a free one.")
    migrate_on_start: bool = Field(False, description="Bring the database to the newest schema before serving.")
    log_format: Literal["json", "console"] = Field("json", description="One JSON object a line, or text for people.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least severity logged.")
    hot_bytes: int = Field(16 * MIB, ge=0, description="Memory for public answers kept ready; 0 keeps none.")
    metrics: bool = Field(True, description="Serve /metrics (Prometheus). Keep it inside your network.")
    stop_seconds: int = Field(20, ge=1, le=600, description="Time for running requests to end after SIGTERM.")
    slow_path_seconds: int = Field(
        2, ge=1, le=60, description="Time that a document may take which only the slow path of canonicalisation reads."
    )
    slow_path_workers: int = Field(1, ge=1, le=16, description="Processes that read such documents.")
    pdf_seconds: int = Field(2, ge=1, le=60, description="Time that looking into a PDF file may take.")
    pdf_workers: int = Field(1, ge=1, le=16, description="Processes that look into PDF files.")
    trusted_issuers: tuple[str, ...] = Field(
        (), description="JSON list of issuer ids (DIDs or URLs) that reports call recognised."
    )
    trusted_registries: tuple[Path, ...] = Field(
        (),
        description="JSON list of files with registries of issuers (DCC form, or ids) that are recognised too.",
    )
    fetch: bool = Field(True, description="Fetch from other sites what a verification needs.")
    test_host_map: dict[str, str] = Field(
        {}, description="For tests: JSON object of host names and the `127.0.0.1:port` that stands in for each."
    )
    test_ca_file: Path | None = Field(None, description="For tests: PEM file of the only certificates to trust.")
    trusted_proxies: tuple[str, ...] = Field(
        (), description="JSON list of addresses and networks whose X-Forwarded-For is believed."
    )
    rates: Rates = Field(default_factory=Rates, description="See the table of rates.")
    limits: Limits = Field(default_factory=Limits, description="See the table of limits.")
    retention: Retention = Field(default_factory=Retention, description="See the table of retention.")

    # Each checks one field, though it looks at those above it: pydantic then reports it beside every other reason.
    # A field above that was refused is missing from `info.data`.
    @field_validator("public_url")
    @classmethod
    def _safe_public_url(cls, url: str, info: ValidationInfo) -> str:
        _check_public_url(url, info.data.get("environment"))
        return url

    @field_validator("key_encryption_key_file")
    @classmethod
    def _one_private_key(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        in_environment = info.data.get("key_encryption_key")
        if file is None and in_environment is None and info.data.get("environment") is Environment.PRODUCTION:
            raise ValueError("no key-encryption key: `laurel key new-kek FILE` makes one; set this to that file")
        reasons = ["give this or LAUREL_KEY_ENCRYPTION_KEY, not both"] if file and in_environment else []
        if file is not None:
            reasons += _exposed(file)
        if reasons:
            raise ValueError("; ".join(reasons))
        return file

    @field_validator("key_encryption_key_previous_file")
    @classmethod
    def _former_private_keys(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        reasons = _exposed(file) if file is not None else []
        if file is not None and info.data.get("key_encryption_key_previous") is not None:
            reasons.append("give this or LAUREL_KEY_ENCRYPTION_KEY_PREVIOUS, not both")
        if reasons:
            raise ValueError("; ".join(reasons))
        return file

    @field_validator("device_pin_file")
    @classmethod
    def _whole_device(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        module, token = info.data.get("device_module"), info.data.get("device_token")
        if info.data.get("keystore") == "pkcs11" and not (module and token and file):
            raise ValueError("keys on a device need LAUREL_DEVICE_MODULE, LAUREL_DEVICE_TOKEN and this file")
        if file is not None and (reasons := _exposed(file)):
            raise ValueError("; ".join(reasons))
        return file

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            try:
                ipaddress.ip_network(proxy)
            except ValueError:
                raise ValueError("must be IP addresses and networks, such as 127.0.0.1 and 10.0.0.0/8") from None
        return proxies

    @field_validator("test_host_map", "test_ca_file")
    @classmethod
    def _for_tests_only(cls, value: Any, info: ValidationInfo) -> Any:
        if value and info.data.get("environment") is not Environment.DEVELOPMENT:
            raise ValueError("is for tests: it sends fetches elsewhere, so it is refused outside development")
        return value

    @field_validator("test_host_map")
    @classmethod
    def _stand_ins(cls, stand_ins: dict[str, str]) -> dict[str, str]:
        if not all(_HOST.fullmatch(host) and _is_loopback(place) for host, place in stand_ins.items()):
            raise ValueError("must be host names (lower case, ASCII) and places of the form 127.0.0.1:port")
        return stand_ins

    @field_validator("test_ca_file")
    @classmethod
    def _readable(cls, file: Path | None) -> Path | None:
        if file is not None and not file.is_file():
            raise ValueError(f"there is no file {file}")
        return file

    @property
    def has_key_encryption_key(self) -> bool:
        return self.key_encryption_key is not None or self.key_encryption_key_file is not None

    @property
    def development(self) -> bool:
        return self.environment is Environment.DEVELOPMENT

    @property
    def base_url(self) -> str:
        """The public URL without a trailing slash."""
        return self.public_url.rstrip("/")

    @property
    def sqlalchemy_url(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_dir / 'laurel.sqlite3').resolve()}"

    @property
    def sqlite_file(self) -> Path | None:
        """The file of the database; None when it is PostgreSQL."""
        url = self.sqlalchemy_url
        return Path(url.removeprefix("sqlite:///").partition("?")[0]) if url.startswith("sqlite:///") else None

    @property
    def journal_path(self) -> Path | None:
        """Where the journal is, if there is one."""
        beside = self.sqlite_file
        return self.journal_file or (beside.with_name(f"{beside.stem}.journal.ndjson") if beside else None)

    @property
    def development_key_file(self) -> Path:
        """Where development mode keeps the key-encryption key that it makes for itself."""
        return self.data_dir / "development.kek"


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment. Raises ConfigurationError with every reason not to start."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise ConfigurationError("Laurel does not start: " + "; ".join(_reasons(error))) from None
    except SettingsError as error:  # names the field, not the value
        raise ConfigurationError(f"Laurel does not start: a setting is not the JSON it should be ({error})") from None


def _reasons(error: ValidationError) -> list[str]:
    """What is wrong, by variable name; never the value, which may be a secret."""
    reasons = []
    inner = {model.__name__: model.model_config["env_prefix"] for model in (Limits, Retention, Rates)}
    prefix = inner.get(error.title, "LAUREL_")
    for problem in error.errors(include_input=False, include_url=False):
        name = "_".join(str(part) for part in problem["loc"]).upper()
        message = problem["msg"].removeprefix("Value error, ")
        reasons.append(f"{prefix}{name}: {message}" if name else message)
    return reasons


def check_private_file(path: Path) -> None:
    """Raises ValueError unless `path` is a file that nobody but its owner (and root) may read."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise ValueError(f"the key file {path} cannot be read ({error.strerror})") from None
    if not stat.S_ISREG(mode):
        raise ValueError(f"the key file {path} is not a regular file")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ValueError(f"the key file {path} is open to others (mode {stat.S_IMODE(mode):04o}); chmod 600 it")


def _exposed(path: Path) -> list[str]:
    try:
        check_private_file(path)
    except ValueError as error:
        return [str(error)]
    return []


def _check_public_url(url: str, environment: Environment | None) -> None:
    """Raises ValueError for an address that `environment` must not serve; of one that is not known, only its form."""
    parts = _PUBLIC_URL.fullmatch(url)
    if parts is None or int(parts["port"] or 1) > _LAST_PORT:
        raise ValueError("must be scheme, host (lower case, ASCII) and port only, such as https://badges.example.org")
    if environment is Environment.PRODUCTION and parts["scheme"] != "https":
        raise ValueError("must begin with https:// outside development")
    if environment is Environment.DEVELOPMENT and not _is_local(parts["host"].strip("[]")):
        raise ValueError("names a public host; development mode serves local addresses only")


def _is_loopback(place: str) -> bool:
    parts = _LOOPBACK.fullmatch(place)
    return parts is not None and int(parts["port"]) <= _LAST_PORT


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".test", ".example", ".internal", ".local")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host  # a name of the local network or of a container


def load_key_encryption_key(settings: Settings) -> str:
    """The key-encryption key as text: from its file, from the environment, or in development made on the spot.

    Raises ConfigurationError.
    """
    if settings.key_encryption_key_file is not None:
        return _read_key_file(settings.key_encryption_key_file)
    if settings.key_encryption_key is not None:
        return settings.key_encryption_key.get_secret_value().strip()
    if not settings.development:
        raise ConfigurationError("No key-encryption key.")
    return _development_key(settings.development_key_file)


def load_former_key_encryption_keys(settings: Settings) -> list[str]:
    """The key-encryption keys that stored keys may still be under. Raises ConfigurationError."""
    if settings.key_encryption_key_previous_file is not None:
        return _read_key_file(settings.key_encryption_key_previous_file).split()
    given = settings.key_encryption_key_previous
    return given.get_secret_value().split() if given is not None else []


def load_pin(settings: Settings) -> str:
    """The user's PIN of the device that holds signing keys. Raises ConfigurationError."""
    if settings.device_pin_file is None:
        raise ConfigurationError("No file with the PIN of the device.")
    return _read_key_file(settings.device_pin_file)


def write_private_file(path: Path, text: str) -> None:
    """Writes a new file that only its owner may read. Raises ConfigurationError when there is one already.

    It appears under its name complete or not at all, so that another process never reads half a key.
    """
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        _give_name(unfinished, path)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written ({error.strerror}).") from None


def _give_name(unfinished: Path, path: Path) -> None:
    try:
        os.link(unfinished, path)  # unlike a rename it refuses to replace
    except FileExistsError:
        raise ConfigurationError(f"{path} exists already; a key is never overwritten.") from None
    finally:
        unfinished.unlink()


def _read_key_file(path: Path) -> str:
    try:
        check_private_file(path)
        return path.read_text().strip()
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"The key file cannot be used: {error}") from None


def _development_key(path: Path) -> str:
    if not path.exists():
        try:
            write_private_file(path, base64.b64encode(secrets.token_bytes(32)).decode())
        except ConfigurationError:
            if not path.exists():  # another process made it a moment ago: then use that one
                raise
    return _read_key_file(path)

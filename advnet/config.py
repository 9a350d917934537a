"""Settings, read once from the environment. A default stands only where it is safe in production."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PACKAGE = Path(__file__).resolve().parent


class SettingsError(Exception):
    """The environment does not describe a system that may start; the message names the variable and what to set."""


LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, kw_only=True)
class Embeddings:
    """What makes vectors of texts.

    :ivar kind: ``local`` (the model that comes along), ``endpoint`` or ``off``
    :ivar reads_japanese: whether the endpoint's model does; Japanese is put into English for one that does not
    :ivar threads: how many processors the local model uses for a question; the worker uses one for profiles
    """

    kind: str = "local"
    url: str = ""
    model: str = ""
    key: str | None = field(default=None, repr=False)
    reads_japanese: bool = False
    threads: int = 2

    @property
    def stays_here(self) -> bool:
        """Whether texts never leave this machine."""
        return self.kind != "endpoint" or urlsplit(self.url).hostname in LOOPBACK

    @classmethod
    def from_environ(cls, env: Mapping[str, str]) -> "Embeddings":
        """:raises SettingsError: a value is missing or unusable"""
        url, model = env.get("ADVNET_EMBEDDINGS_URL", ""), env.get("ADVNET_EMBEDDINGS_MODEL", "")
        kind = env.get("ADVNET_EMBEDDINGS") or ("endpoint" if url else "local")
        if kind not in {"local", "endpoint", "off"}:
            raise SettingsError("ADVNET_EMBEDDINGS must be local, endpoint or off.")
        if kind == "endpoint":
            if not url or not model:
                raise SettingsError("ADVNET_EMBEDDINGS_URL and ADVNET_EMBEDDINGS_MODEL must be set for an endpoint.")
            _check_endpoint(url)
        languages = {one.strip() for one in env.get("ADVNET_EMBEDDINGS_LANGUAGES", "en").split(",")}
        if not {"en"} <= languages <= {"en", "ja"}:
            raise SettingsError("ADVNET_EMBEDDINGS_LANGUAGES must be en or en,ja.")
        threads = _number(env, "ADVNET_EMBEDDINGS_THREADS", min(2, os.cpu_count() or 1))
        if threads < 1:
            raise SettingsError("ADVNET_EMBEDDINGS_THREADS must be 1 or more.")
        key = _secret(env, "ADVNET_EMBEDDINGS_KEY").strip() or None
        if key and not (key.isascii() and key.isprintable()):
            raise SettingsError("ADVNET_EMBEDDINGS_KEY must be one line of ASCII letters, digits and signs.")
        return cls(kind=kind, url=url, model=model, key=key, reads_japanese="ja" in languages, threads=threads)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between two installations.

    :ivar mode: ``production`` (default), ``demo`` or ``test``; only production insists on HTTPS cookies and HSTS
    :ivar instance: folder that belongs to the service user alone: SQLite file, index, mail files
    :ivar trusted_proxies: number of reverse proxies whose X-Forwarded headers are believed
    :ivar contact: e-mail address that pages name for questions; None where nobody has set one
    :ivar metrics_token: bearer token that /metrics asks for; without it /metrics answers to loopback only
    :ivar embeddings: what makes vectors of texts
    :ivar half_life_years: after which a work counts half in matching; None: its age does not matter
    """

    mode: str
    instance: Path
    database_url: str
    secret_key: str
    mail_url: str
    mail_from: str
    base_url: str
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: int = 0
    contact: str | None = None
    metrics_token: str | None = None
    log_level: str = "INFO"
    embeddings: Embeddings = Embeddings()
    half_life_years: float | None = None

    @property
    def secure(self) -> bool:
        """Whether pages are served over HTTPS only."""
        return self.base_url.startswith("https://")

    @property
    def index_folder(self) -> Path:
        return self.instance / "index"

    @property
    def vectors_file(self) -> Path:
        """Beside the index, since it outlives it."""
        return self.instance / "vectors.sqlite"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """:raises SettingsError: a value is missing or unusable"""
        env = os.environ if environ is None else environ
        mode = env.get("ADVNET_MODE", "production")
        if mode not in {"production", "demo", "test"}:
            raise SettingsError("ADVNET_MODE must be production, demo or test.")
        instance = Path(env.get("ADVNET_INSTANCE", "instance")).resolve()
        base_url = env.get("ADVNET_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SettingsError("ADVNET_BASE_URL must be an http:// or https:// address.")
        loopback = parts.hostname in LOOPBACK
        if mode == "production" and parts.scheme != "https" and not loopback:
            raise SettingsError("ADVNET_BASE_URL must begin with https:// in production.")
        hosts = tuple(host.strip() for host in env.get("ADVNET_TRUSTED_HOSTS", "").split(",") if host.strip())
        return cls(
            mode=mode,
            instance=instance,
            database_url=_database_url(env.get("ADVNET_DATABASE_URL", ""), instance),
            secret_key=_secret_key(env, mode),
            mail_url=_mail_url(env.get("ADVNET_MAIL_URL", ""), mode, instance),
            mail_from=env.get("ADVNET_MAIL_FROM", f"advnet <no-reply@{parts.hostname}>"),
            base_url=base_url,
            trusted_hosts=hosts or (("127.0.0.1", "localhost") if loopback else (parts.hostname,)),
            trusted_proxies=_number(env, "ADVNET_TRUSTED_PROXIES", 0),
            contact=env.get("ADVNET_CONTACT") or None,
            metrics_token=env.get("ADVNET_METRICS_TOKEN") or None,
            log_level=env.get("ADVNET_LOG_LEVEL", "INFO").upper(),
            embeddings=Embeddings.from_environ(env),
            half_life_years=_years(env, "ADVNET_WORKS_HALF_LIFE_YEARS"),
        )


def resource_folder(name: str) -> Path:
    """``templates``, ``static`` or ``migrations``: inside an installed package, beside it in a checkout."""
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / name


def _check_endpoint(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and url.isascii()
    except ValueError:
        is_address = False
    if not is_address or parts.username is not None or parts.password is not None:
        raise SettingsError("ADVNET_EMBEDDINGS_URL must be an http:// or https:// address without a password.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise SettingsError("ADVNET_EMBEDDINGS_URL must begin with https://: texts of profiles and questions go there.")


def _database_url(value: str, instance: Path) -> str:
    if not value:
        return f"sqlite:///{instance / 'advnet.sqlite'}"
    scheme, separator, rest = value.partition("://")
    if not separator or scheme.split("+")[0] not in {"sqlite", "postgresql", "postgres"}:
        raise SettingsError("ADVNET_DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return f"postgresql+psycopg://{rest}" if scheme in {"postgresql", "postgres"} else value


def _secret(env: Mapping[str, str], name: str) -> str:
    """A value, or what stands in the file that ``…_FILE`` names."""
    value, file = env.get(name, ""), env.get(f"{name}_FILE", "")
    if value or not file:
        return value
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name}_FILE cannot be read: {error.strerror}.") from error


def _secret_key(env: Mapping[str, str], mode: str) -> str:
    value = _secret(env, "ADVNET_SECRET_KEY")
    if mode == "production" and len(value) < 32:
        raise SettingsError("ADVNET_SECRET_KEY (or ADVNET_SECRET_KEY_FILE) must hold at least 32 random characters.")
    if not value:
        raise SettingsError("ADVNET_SECRET_KEY (or ADVNET_SECRET_KEY_FILE) must be set.")
    return value


def _mail_url(value: str, mode: str, instance: Path) -> str:
    if not value and mode == "production":
        raise SettingsError("ADVNET_MAIL_URL must be set: smtp://, smtps:// or file:FOLDER.")
    value = value or f"file:{instance / 'mail'}"
    if not value.startswith(("smtp://", "smtps://", "file:")):
        raise SettingsError("ADVNET_MAIL_URL must begin with smtp://, smtps:// or file:.")
    return value


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(env.get(name, default))
    except ValueError as error:
        raise SettingsError(f"{name} must be a whole number.") from error


def _years(env: Mapping[str, str], name: str) -> float | None:
    value = env.get(name, "")
    try:
        years = float(value) if value else None
    except ValueError:
        years = 0.0
    if years is not None and not 0 < years < 1000:
        raise SettingsError(f"{name} must be a number of years above 0.")
    return years

"""Every setting, read from the environment (and `.env`) once. The README's table and `doctor` show the same list."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, MultiFernet
from dotenv import dotenv_values

from casework import posters, rules
from casework.rules import Rules, RulesProblem
from casework.seal import Seal
from casework.tiles import Tiles
from storage.shelf import Bucket, Folder, Shelf

LINE_HOST = "https://api.line.me"
LINE_DATA_HOST = "https://api-data.line.me"
SANDBOX_MEDIA = "https://sandbox.invalid"
"""In the sandbox, pictures have this base, since LINE demands HTTPS; the chat page knows where it really is."""
SANDBOX_KEY = Path("var/sandbox.key")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class SettingsProblem(Exception):
    """The service cannot start like this; the message says which setting, why, and what to do."""


class Known(NamedTuple):
    """A setting as it is documented."""

    name: str
    meaning: str
    default: str
    secret: bool = False


KNOWN = (
    Known("LINE_CHANNEL_SECRET", "the channel's secret: signs webhooks", "none: sandbox", secret=True),
    Known("LINE_CHANNEL_ACCESS_TOKEN", "the channel's access token: sends messages", "none: sandbox", secret=True),
    Known("LINE_API_HOST", "base URL of the Messaging API and of content", "LINE's own"),
    Known("ALLOW_LINE_API_HOST", "`1` allows LINE_API_HOST on another machine than this", "not allowed"),
    Known("DATABASE_URL", "SQLAlchemy URL, SQLite or PostgreSQL", "sqlite:///var/rongtook1555.db"),
    Known(
        "DATA_KEY",
        "key for encrypted columns (Fernet form); several with commas: the first encrypts, all decrypt",
        "sandbox: made in var/; otherwise required",
        secret=True,
    ),
    Known("MEDIA_DIR", "where photos and files are kept (with MEDIA_URL: only while they are on their way)", "var/media"),
    Known("MEDIA_URL", "`s3://BUCKET/PREFIX`: photos and files are kept there instead", "none: in MEDIA_DIR"),
    Known("S3_ENDPOINT", "base URL of the server that speaks S3", "AWS"),
    Known("S3_REGION", "its region", "us-east-1"),
    Known("S3_ACCESS_KEY_ID", "the account at it; both or neither", "none: the machine's role (AWS)", secret=True),
    Known("S3_SECRET_ACCESS_KEY", "its secret", "none", secret=True),
    Known("RULES_FILE", "TOML laid over casework/rules.toml", "none"),
    Known("PUBLIC_URL", "HTTPS base of pages and pictures that LINE fetches", "none: messages do without"),
    Known("LINE_ID", "the account's premium or basic id, `@…`: posters and shares lead there", "asked of LINE"),
    Known("NOMINATIM_URL", "base URL of a Nominatim: places named in words become a suggested pin", "none: the district"),
    Known("TILES_URL", "background of the public map: a URL with {z}, {x} and {y}", "none: the city's outlines alone"),
    Known("TILES_CREDIT", "whom the background is to be credited to", "none"),
    Known("HOST", "listening address", "127.0.0.1"),
    Known("PORT", "listening port", "1555"),
    Known("LOG_FORMAT", "`text`, or `json`: one JSON object a line", "text"),
    Known("TRUSTED_PROXY", "address of the web server in front, whose X-Forwarded-For is believed", "127.0.0.1"),
)


@dataclass(frozen=True)
class Settings:
    """What the service runs with."""

    channel_secret: str
    access_token: str
    api_host: str
    data_host: str
    sandbox: bool
    database_url: str
    data_key: str
    media_dir: Path
    shelf: Shelf
    rules: Rules
    public_url: str | None
    nominatim: str | None
    host: str
    port: int
    trusted_proxy: str = "127.0.0.1"
    log_format: str = "text"
    tiles: Tiles | None = None
    line_id: str | None = None

    @property
    def seal(self) -> Seal:
        """Signs what comes back in a button."""
        return Seal(self.data_key)

    @property
    def box(self) -> MultiFernet:
        """Encrypts and decrypts what only the service may read."""
        return MultiFernet([Fernet(key.strip()) for key in self.data_key.split(",") if key.strip()])


def environment() -> dict[str, str]:
    """The process's environment over the file `.env` of the working directory."""
    file = {k: v for k, v in dotenv_values(".env").items() if v is not None}
    return file | dict(os.environ)


def load(env: Mapping[str, str], *, make_key: bool = True) -> Settings:
    """The settings in `env`. Raises SettingsProblem with what to do. `make_key`: the sandbox may write its key."""
    given = {k.name: env.get(k.name, "").strip() for k in KNOWN}
    secret, token = given["LINE_CHANNEL_SECRET"], given["LINE_CHANNEL_ACCESS_TOKEN"]
    if bool(secret) != bool(token):
        missing = "LINE_CHANNEL_SECRET" if token else "LINE_CHANNEL_ACCESS_TOKEN"
        raise SettingsProblem(f"{missing} is missing: set both LINE credentials, or neither for the sandbox")
    sandbox = not secret
    host, port = given["HOST"] or "127.0.0.1", _port(given["PORT"])
    if sandbox and host not in LOOPBACK:
        raise SettingsProblem(f"HOST={host}: the sandbox listens on loopback only; set the LINE credentials first")
    api, data = _api_hosts(given["LINE_API_HOST"], env.get("ALLOW_LINE_API_HOST", ""), sandbox, port)
    public = given["PUBLIC_URL"].rstrip("/") or None
    if public and not public.startswith("https://"):
        raise SettingsProblem(f"PUBLIC_URL={public}: LINE fetches by HTTPS only; it must begin with https://")
    try:
        laid = rules.load(Path(given["RULES_FILE"]) if given["RULES_FILE"] else None)
    except RulesProblem as problem:
        raise SettingsProblem(f"RULES_FILE: {problem}") from problem
    return Settings(
        channel_secret=secret or "sandbox-secret",
        access_token=token or "sandbox-token",
        api_host=api,
        data_host=data,
        sandbox=sandbox,
        database_url=given["DATABASE_URL"] or "sqlite:///var/rongtook1555.db",
        data_key=_data_key(given["DATA_KEY"], sandbox, make_key),
        media_dir=Path(given["MEDIA_DIR"] or "var/media"),
        shelf=_shelf(given),
        rules=laid,
        nominatim=_nominatim(given["NOMINATIM_URL"]),
        public_url=public or (SANDBOX_MEDIA if sandbox else None),
        host=host,
        port=port,
        trusted_proxy=given["TRUSTED_PROXY"] or "127.0.0.1",
        log_format=log_format(env),
        tiles=_tiles(given["TILES_URL"], given["TILES_CREDIT"]),
        line_id=_line_id(given["LINE_ID"]),
    )


def log_format(env: Mapping[str, str]) -> str:
    """How the log is written: `text` or `json`. Raises SettingsProblem for anything else."""
    given = env.get("LOG_FORMAT", "").strip() or "text"
    if given not in {"text", "json"}:
        raise SettingsProblem(f"LOG_FORMAT={given}: text or json is wanted")
    return given


def _shelf(given: Mapping[str, str]) -> Shelf:
    folder = Path(given["MEDIA_DIR"] or "var/media")
    url, endpoint = given["MEDIA_URL"], given["S3_ENDPOINT"]
    if not url:
        return Folder(folder)
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc or parts.username or parts.query:
        raise SettingsProblem("MEDIA_URL: s3://BUCKET or s3://BUCKET/PREFIX is wanted; keys go into S3_ACCESS_KEY_ID and so on")
    key, secret = given["S3_ACCESS_KEY_ID"], given["S3_SECRET_ACCESS_KEY"]
    if bool(key) != bool(secret):
        missing = "S3_ACCESS_KEY_ID" if secret else "S3_SECRET_ACCESS_KEY"
        raise SettingsProblem(f"{missing} is missing: set both, or neither where the machine has a role")
    where = urlsplit(endpoint)
    if endpoint and (where.scheme not in {"http", "https"} or not where.hostname):
        raise SettingsProblem(f"S3_ENDPOINT={endpoint}: a URL is wanted, such as https://s3.example.go.th")
    return Bucket(
        parts.netloc,
        parts.path.strip("/"),
        folder,
        endpoint=endpoint or None,
        region=given["S3_REGION"] or None,
        key_id=key or None,
        secret=secret or None,
    )


def _nominatim(given: str) -> str | None:
    if not given:
        return None
    try:
        parts = urlsplit(given)
    except ValueError:
        parts = urlsplit("")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise SettingsProblem(f"NOMINATIM_URL={given}: an https URL is wanted (what people write goes there)")
    return given.rstrip("/")


def _tiles(url: str, credit: str) -> Tiles | None:
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    whole = all(place in url for place in ("{z}", "{x}", "{y}")) and not set(url) & set("\"'; \t\r\n<>")
    if parts.scheme != "https" or not parts.netloc or not whole or parts.username:
        raise SettingsProblem(f"TILES_URL={url}: an https URL with {{z}}, {{x}} and {{y}} is wanted")
    return Tiles(url, credit)


def _line_id(given: str) -> str | None:
    if not given:
        return None
    found = posters.line_id(given)
    if found is None:
        raise SettingsProblem(f"LINE_ID={given}: an id like @123abcde is wanted (LINE Official Account Manager shows it)")
    return found


def _port(text: str) -> int:
    if not text:
        return 1555
    if not text.isdecimal() or len(text) > 5 or not 0 < int(text) < 65536:
        raise SettingsProblem(f"PORT={text}: a number from 1 to 65535")
    return int(text)


def _api_hosts(given: str, allow: str, sandbox: bool, port: int) -> tuple[str, str]:
    if not given:
        own = f"http://127.0.0.1:{port}/sandbox/line"
        return (own, own) if sandbox else (LINE_HOST, LINE_DATA_HOST)
    try:
        parts = urlsplit(given)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsProblem(f"LINE_API_HOST={given}: a URL is wanted, such as http://127.0.0.1:9000")
    base = given.rstrip("/")
    if base == LINE_HOST:
        return LINE_HOST, LINE_DATA_HOST
    if parts.hostname not in LOOPBACK and allow != "1":
        raise SettingsProblem(
            f"LINE_API_HOST={given}: messages would go to another machine than LINE's; "
            "set ALLOW_LINE_API_HOST=1 if that is meant"
        )
    return base, base


def key_is_known(env: Mapping[str, str] | None = None) -> bool:
    """Whether there is a DATA_KEY to open things with: in the sandbox it may not have been made yet."""
    return bool((environment() if env is None else env).get("DATA_KEY", "").strip()) or SANDBOX_KEY.exists()


def _data_key(given: str, sandbox: bool, make: bool) -> str:
    if not given:
        if not sandbox:
            raise SettingsProblem(
                "DATA_KEY is missing: it encrypts telephone and card numbers. Make one and keep it outside the database:\n"
                '  python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
            )
        file = SANDBOX_KEY
        if not file.exists():
            if not make:
                return Fernet.generate_key().decode()
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh = file.with_suffix(f".{os.getpid()}")
            fresh.write_text(Fernet.generate_key().decode(), "ascii")
            fresh.chmod(0o600)
            try:
                os.link(fresh, file)  # whoever comes second keeps the first one's key
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        given = file.read_text("ascii").strip()
    for key in filter(None, (k.strip() for k in given.split(","))):
        try:
            Fernet(key)
        except ValueError as problem:
            raise SettingsProblem("DATA_KEY: each key is 32 bytes in URL-safe base64 (44 characters)") from problem
    if not given.strip(", "):
        raise SettingsProblem("DATA_KEY holds no key")
    return given

"""What the surroundings say: the environment, the private `.env` file, the database's address. Read once, by
settings.

Pure Python, no Django. Whatever is missing or malformed stops the program with one line that says what to do.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

ENV_FILE = Path(__file__).resolve().parent.parent / ".env"
EXIT_CONFIGURATION = 3
"""Exit code of a configuration fault; gunicorn takes 3 from a worker as "do not try again"."""
_ON = {"1", "true", "yes", "on"}
_OFF = {"", "0", "false", "no", "off"}


class ConfigurationError(ValueError):
    """A setting that is missing or cannot be understood. The message is one line and says what to do."""


def exit_with_message(message: str) -> NoReturn:
    """End the program with this one line on stderr and no traceback. Raises SystemExit."""
    sys.stderr.write(f"{message}\n")
    raise SystemExit(EXIT_CONFIGURATION)


@dataclass(frozen=True)
class Environment:
    """The values of one process: the real environment first, then the lines of `.env`."""

    values: Mapping[str, str]

    @classmethod
    def read(cls, file: Path) -> Environment:
        return cls({**read_env_file(file), **os.environ})

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, default).strip()

    def required(self, name: str, instead: str) -> str:
        """The value. Raises ConfigurationError where there is none."""
        value = self.text(name)
        if not value:
            raise ConfigurationError(f"{name} is missing: {instead}")
        return value

    def on(self, name: str, *, default: bool) -> bool:
        """Whether it is switched on. Raises ConfigurationError for another word than 1 or 0."""
        value = self.values.get(name)
        if value is None:
            return default
        word = value.strip().lower()
        if word not in _ON | _OFF:
            raise ConfigurationError(f"{name}={value!r} is not understood: write 1 or 0")
        return word in _ON

    def words(self, name: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def one_of(self, name: str, allowed: Collection[str], default: str) -> str:
        """The value. Raises ConfigurationError where it is not one of those allowed."""
        value = self.text(name, default)
        if value not in allowed:
            raise ConfigurationError(f"{name}={value!r} is not known: write for example {default}")
        return value

    def whole(self, name: str, default: int) -> int:
        """The value as a number. Raises ConfigurationError for anything but digits."""
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdecimal()):
            raise ConfigurationError(f"{name}={value!r} is not understood: write a whole number")
        return int(value)


def read_env_file(file: Path) -> dict[str, str]:
    """NAME=value lines of an env file; blank lines and lines that begin with # are left out.

    Raises ConfigurationError for a file that cannot be read or a line that is not NAME=value.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read: {_describe_error(error)}") from None
    pairs: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.removeprefix("export ").partition("=")
        if not equals or not name.strip().isidentifier():
            raise ConfigurationError(f"{file}, line {number}: expected NAME=value")
        pairs[name.strip()] = _remove_quotes(value.strip())
    return pairs


def read_database_url(url: str, *, default: Path) -> dict[str, Any]:
    """Django's settings of the database at this URL; an empty URL means SQLite in the file `default`.

    Raises ConfigurationError for an address that names no database known here.
    """
    if not url:
        return _sqlite_settings(str(default))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _database_error() from None
    if parts.scheme == "sqlite":
        return _sqlite_settings(_read_sqlite_path(parts))
    if parts.scheme in {"postgresql", "postgres"}:
        return _postgresql_settings(parts, port)
    raise _database_error()


def _read_sqlite_path(parts: SplitResult) -> str:
    path = unquote(parts.path)
    if parts.netloc or not path.startswith("//") or path == "//" or parts.query:
        raise ConfigurationError(
            "DATABASE_URL: write an SQLite file as sqlite:////absolute/path (four slashes)"
        )
    return path[1:]


def _sqlite_settings(path: str) -> dict[str, Any]:
    """Write-ahead log, so that readers never wait; writers queue from their first statement, never fail
    midway."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
        },
    }


def _postgresql_settings(parts: SplitResult, port: int | None) -> dict[str, Any]:
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name:
        raise ConfigurationError(
            "DATABASE_URL: write PostgreSQL as postgresql://user:password@host:5432/name"
        )
    options: dict[str, Any] = {"connect_timeout": 5, **dict(parse_qsl(parts.query))}
    host = options.pop("host", None) or unquote(parts.hostname or "")
    if options.pop("pool", "1") in _ON:
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port or "",
        "OPTIONS": options,
    }


def _database_error() -> ConfigurationError:
    return ConfigurationError(
        "DATABASE_URL is not understood: write sqlite:////absolute/path or postgresql://user:password@host:5432/name"
    )


def _remove_quotes(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _describe_error(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or "unreadable" if isinstance(error, OSError) else "it is not UTF-8 text"

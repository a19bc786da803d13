"""Finds the configuration file and reads it; environment variables win over what it says."""

from __future__ import annotations

import os
import re
from dataclasses import Field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from flyte.errors import InitializationError

from ._model import ALIASES, KEY, KIND, Config, ImageConfig, Kind, LocalConfig, PlatformConfig, TaskConfig

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SectionT = TypeVar("SectionT", PlatformConfig, TaskConfig, ImageConfig, LocalConfig)

TRUE_WORDS = frozenset({"true", "1", "yes", "on", "t", "y"})
FALSE_WORDS = frozenset({"false", "0", "no", "off", "f", "n", ""})


def search_paths() -> Iterator[Path]:
    """Where a file is looked for, in this order, when none is named."""
    yield Path("config.yaml")
    yield Path(".flyte", "config.yaml")
    if (root := _git_root()) is not None:
        yield root / ".flyte" / "config.yaml"
    for variable in ("UCTL_CONFIG", "FLYTECTL_CONFIG"):
        if path := os.environ.get(variable):
            yield Path(path).expanduser()
    for folder in (".union", ".flyte"):
        yield Path(os.environ.get("HOME") or Path.home(), folder, "config.yaml")


def get_config_file(explicit: str | Path | None = None) -> Path | None:
    """The file that is used: the one named, else the first one found, else None.

    Raises:
        InitializationError: the named file is not there.
    """
    if explicit is not None:
        path = Path(explicit).expanduser()
        if not path.is_file():
            raise _unusable(f"there is no configuration file {path}; `flyte create config -o {path}` makes one")
        return path
    return next((path for path in search_paths() if path.is_file()), None)


def find_config(explicit: Path | None = None) -> Config:
    """The configuration that is in force here; all defaults where there is no file."""
    return auto(explicit)


def auto(config_file: str | Path | None = None) -> Config:
    """The configuration of that file, or of the first one that is found, with the environment over it."""
    path = get_config_file(config_file)
    return load_config(path, os.environ)


def load_config(path: Path | None, environ: Mapping[str, str]) -> Config:
    """The configuration that `path` and `environ` make together.

    Raises:
        InitializationError: the file, or a value in it or in a variable, cannot be used.
    """
    document = {} if path is None else _read(path)
    return Config(
        platform=_section(PlatformConfig, document, path, environ),
        task=_section(TaskConfig, document, path, environ),
        image=_section(ImageConfig, document, path, environ),
        local=_section(LocalConfig, document, path, environ),
        source=path,
    )


def variable_names(key: str) -> tuple[str, ...]:
    """The variables that stand for a key: `admin.caCertFilePath` also as `FLYTE_ADMIN_CA_CERT_FILE_PATH`."""
    section, option = key.split(".", 1)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", option)
    plain, snake = (f"FLYTE_{section}_{form}".upper() for form in (option, words))
    return (plain,) if plain == snake else (plain, snake)


def _section(cls: type[SectionT], document: dict[str, Any], path: Path | None, environ: Mapping[str, str]) -> SectionT:
    values: dict[str, Any] = {}
    each: Field[Any]
    for each in fields(cls):
        key: str = each.metadata[KEY]
        kind: Kind = each.metadata[KIND]
        name = next((n for n in (*variable_names(key), *each.metadata[ALIASES]) if n in environ), None)
        if name is not None:
            values[each.name] = _from_text(environ[name], kind, f"the environment variable {name}")
            continue
        section, option = key.split(".", 1)
        found = (document.get(section) or {}).get(option)
        if found is not None:
            values[each.name] = _from_yaml(found, kind, f"{key} in {path}")
    return cls(**values)


def _read(path: Path) -> dict[str, Any]:
    import yaml

    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _unusable(f"the configuration file {path} cannot be read: {error}") from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise _unusable(f"the configuration file {path} must be a YAML mapping of sections such as `admin` and `task`")
    for name, section in document.items():
        if name in {"admin", "console", "task", "image", "local"} and not isinstance(section, dict | None):
            raise _unusable(f"`{name}` in the configuration file {path} must be a mapping")
    return document


def _from_yaml(value: Any, kind: Kind, where: str) -> Any:
    if kind is Kind.WORDS and isinstance(value, list):
        return tuple(str(word) for word in value)
    if kind is Kind.MAPPING and isinstance(value, dict):
        return {str(name): str(word) for name, word in value.items()}
    if kind is Kind.FLAG and isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _from_text(value, kind, where)
    if kind is Kind.TEXT and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise _unusable(f"{where} must be {kind.value}, not {value!r}")


def _from_text(text: str, kind: Kind, where: str) -> Any:
    if kind is Kind.TEXT:
        return text.strip() or None
    if kind is Kind.FLAG:
        word = text.strip().lower()
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
        raise _unusable(f"{where} must be true or false, not {text!r}")
    if kind is Kind.WORDS:
        import shlex

        return tuple(shlex.split(text))
    return _mapping(text, where)


def _mapping(text: str, where: str) -> dict[str, str]:
    """`name=word,name=word`, or the same as JSON."""
    import json

    try:
        found = (
            json.loads(text) if text.lstrip().startswith("{") else dict(p.split("=", 1) for p in text.split(",") if p)
        )
    except ValueError:
        raise _unusable(f"{where} must read name=value,name=value, not {text!r}") from None
    return {str(name).strip(): str(word).strip() for name, word in found.items()}


def _git_root() -> Path | None:
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), None)


def _unusable(message: str) -> InitializationError:
    return InitializationError("ConfigurationError", "user", message)

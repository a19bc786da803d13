"""Checks of this machine: what is installed, and the configuration with what set each of its values."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from flyte_cli.distributions import other_distribution
from flyte_cli.doctor.findings import Finding, ok, skipped, warning, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from flyte.config import Config
    from flyte.protocol.api import Platform
    from flyte_cli.settings import Settings

_SECTIONS = ("platform", "task", "image", "local")


def distributions(search: tuple[str, ...] | None = None) -> Finding:
    """Flyte's own distribution owns the same package."""
    found = other_distribution(search)
    if found is None:
        return ok("distributions", "flyte-lambda alone owns the package flyte")
    return wrong(
        "distributions",
        f"flyte {found} is installed beside flyte-lambda: both own the package flyte",
        "pip uninstall --yes flyte flyte-lambda && pip install flyte-lambda",
    )


def python(there: Platform | None, version: tuple[int, int] = sys.version_info[:2]) -> Finding:
    """Pickles are of one minor version, so who sends some needs the backend's."""
    here = f"{version[0]}.{version[1]}"
    if there is None:
        return ok("python", f"{platform.python_implementation()} {here}")
    if there.python == here:
        return ok("python", f"{here}, as the backend's")
    return warning(
        "python",
        f"{here} here, {there.python} on the backend: tasks that are pickled (notebooks, values of other types) fail",
        f"use Python {there.python} for those: uv venv --python {there.python}",
    )


def uv(find: Any = None) -> Finding:
    """Packages of environments are resolved with it."""
    if find is None:
        from uv import find_uv_bin as find
    try:
        path = find()
    except (FileNotFoundError, ImportError):
        return wrong("uv", "it is not to be found: environments with packages cannot be deployed", "pip install uv")
    return ok("uv", str(path))


def configuration(settings: Settings) -> tuple[Finding, Config | None]:
    """The file that is used; one that cannot be read is said, with the reason."""
    from flyte.config import search_paths
    from flyte.errors import InitializationError

    try:
        config = settings.configuration()
    except InitializationError as error:
        return wrong("configuration", str(error), "mend the file, or make another: flyte create config --force"), None
    if config.source is None:
        return warning(
            "configuration",
            "no file: tasks run locally, unless the environment names a backend",
            "flyte create config --endpoint URL, or, for a backend on this machine: flyte start devbox",
        ), config
    others = [str(path) for path in search_paths() if path.is_file() and not _same(path, config.source)]
    unread = f"; not read: {', '.join(dict.fromkeys(others))}" if others else ""
    return ok("configuration", f"{config.source}{unread}"), config


def values(settings: Settings, config: Config, environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Each value that is set, and what set it: an option, a variable of the environment, or the file."""
    from flyte.config._model import ALIASES, KEY
    from flyte.config._reader import variable_names

    for section in _SECTIONS:
        made = getattr(config, section)
        for each in fields(made):
            value = getattr(made, each.name)
            if value in (None, False, (), {}):
                continue
            key: str = each.metadata[KEY]
            variables = (*variable_names(key), *each.metadata[ALIASES])
            variable = next((name for name in variables if name in environ), None)
            origin = f"the variable {variable}" if variable else f"{config.source}"
            if section == "platform" and getattr(settings, each.name, None):
                origin = f"the option --{each.name}"
            yield ok(key, f"{value}  ({origin})")


def credentials(config: Config | None, *, is_loopback: bool) -> Finding:
    """Whose they are, as AWS says; a backend on this machine needs none."""
    if config is None or not config.platform.endpoint:
        return skipped("credentials", "no backend is configured")
    if is_loopback:
        return skipped("credentials", "a backend on this machine needs none")
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.session import Session

    profile = config.platform.profile
    login = f"aws sso login{f' --profile {profile}' if profile else ''}, or aws configure"
    try:
        session = Session(profile=profile)
        if session.get_credentials() is None:
            return wrong("credentials", "none were found", f"{login}; or name a profile in admin.profile")
        region = config.platform.region or session.get_config_variable("region") or "us-east-1"
        client: Any = session.create_client("sts", region_name=region)
        arn: str = client.get_caller_identity()["Arn"]
    except (BotoCoreError, ClientError) as error:
        return wrong("credentials", f"AWS does not accept them: {error}", login)
    return ok("credentials", f"{arn}{f' (profile {profile})' if profile else ''}")


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()

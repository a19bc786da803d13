"""What a notification's texts may say of the run that has ended, and where a webhook may be. Standard library only."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

PLACEHOLDERS = (".Run.Project", ".Run.Domain", ".Run.Name", ".Phase", ".Error")
"""Written `{{.Run.Name}}`. Names are Flyte's."""

_PLACEHOLDER = re.compile(r"\{\{\s*(\.[A-Za-z.]+)\s*\}\}")


def values_of(project: str, domain: str, run: str, phase: str, error: str) -> dict[str, str]:
    """What each placeholder stands for."""
    return dict(zip(PLACEHOLDERS, (project, domain, run, phase, error), strict=True))


def filled(template: Any, values: Mapping[str, str]) -> Any:
    """The same JSON value with the placeholders in its texts replaced. Names of members stay as they are."""
    if isinstance(template, str):
        return _PLACEHOLDER.sub(lambda found: values[found[1]], template)
    if isinstance(template, Mapping):
        return {name: filled(value, values) for name, value in template.items()}
    if isinstance(template, list | tuple):
        return [filled(value, values) for value in template]
    return template


def filled_url(url: str, values: Mapping[str, str]) -> str:
    """The same URL with placeholders replaced by quoted text, so that a value cannot be more than part of a path."""
    return str(filled(url, {name: quote(value, safe="") for name, value in values.items()}))


def check_placeholders(template: Any) -> None:
    """Looks for placeholders that stand for nothing.

    Raises:
        ValueError: There is one; the message names it, and what there is.
    """
    for text in _texts(template):
        for name in _PLACEHOLDER.findall(text):
            if name not in PLACEHOLDERS:
                near = difflib.get_close_matches(name, PLACEHOLDERS, n=1)
                hint = f"did you mean {{{{{near[0]}}}}}?" if near else f"there are {', '.join(PLACEHOLDERS)}"
                raise ValueError(f"{{{{{name}}}}} stands for nothing: {hint}")


def check_webhook_url(url: str) -> str:
    """Gives the URL of a webhook back if it is one that a request may go to: HTTPS, or HTTP to this very machine.

    Raises:
        ValueError: It is none; the message says why.
    """
    check_placeholders(url)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"{url!r} is no URL: {error}") from None
    if not url.isascii() or not url.isprintable() or " " in _PLACEHOLDER.sub("", url):
        raise ValueError(f"{url!r} is no URL: blanks and letters other than ASCII are written with % in one")
    if parts.scheme not in {"https", "http"} or not host:
        raise ValueError(f"{url!r}: a webhook is an address such as https://example.com/hook")
    if "{" in parts.netloc:
        raise ValueError(f"{url!r}: where a webhook is must not depend on the run, only its path and query may")
    if parts.username is not None:
        raise ValueError("the webhook's URL has a user name in it: give it as a header instead")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError(f"{url!r}: https, so that nobody else reads it. http is for a server on this machine alone")
    return url


def is_loopback(host: str) -> bool:
    """Whether the name or address is that of the machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _texts(template: Any) -> Iterator[str]:
    if isinstance(template, str):
        yield template
    elif isinstance(template, Mapping):
        for value in template.values():
            yield from _texts(value)
    elif isinstance(template, list | tuple):
        for value in template:
            yield from _texts(value)

"""What an action has written, by content: paths are random, and a task that runs again must make the same calls.

Names of calls are made of their inputs (`naming`), in which a path stands for what this action has written there.
"""

from __future__ import annotations

import re
import threading

from .naming import digest

_TOKEN = re.compile(r"[0-9a-f]{32}")
"""What is random in a path. Source: flyte.io._paths.new_path."""


class WrittenData:
    """Digests of what one action has written in its own place."""

    def __init__(self) -> None:
        self._below: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()

    def add(self, place: str, uri: str, content: str) -> None:
        """Takes note of an object.

        Args:
            place: The action's own place; what lies elsewhere has a path that the program gave it.
            uri: The object's.
            content: Stands for its content, such as S3's ETag.
        """
        token, _, name = uri.removeprefix(f"{place}/").partition("/")
        if uri.startswith(f"{place}/") and _TOKEN.fullmatch(token):
            with self._lock:
                self._below.setdefault(token, {})[name] = content

    def by_content(self, text: str) -> str:
        """The text with what is random in paths replaced by a digest of what was written there."""
        if not self._below:
            return text
        return _TOKEN.sub(lambda found: self._digest(found[0]), text)

    def _digest(self, token: str) -> str:
        with self._lock:
            objects = sorted(self._below.get(token, {}).items())
        return digest(*(part for item in objects for part in item)) if objects else token

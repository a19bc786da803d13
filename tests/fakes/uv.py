"""uv without an index: every package exists as version 1.0, except those that are said to have no wheels."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flyte.packages._uv import UvError

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


@dataclass
class FakeUv:
    """Resolves names to `name==1.0`, and installs a module, a script and metadata for each."""

    without_wheels: set[str] = field(default_factory=set)
    exported: str = ""
    tags: str = "py3-none-any"
    """Of wheels that are built; empty where none can be."""
    machine: str = "/home/ana"
    """Part of what an installation leaves of the machine it was made on."""
    calls: list[list[str]] = field(default_factory=list)

    @property
    def verbs(self) -> list[str]:
        return [call[1] if call[0] == "pip" else call[0] for call in self.calls]

    def __call__(self, arguments: Sequence[str], cwd: Path) -> str:
        self.calls.append(list(arguments))
        match arguments[:2]:
            case ["pip", "compile"]:
                return self._compile(arguments)
            case ["pip", "install"]:
                self._install(arguments)
                return ""
            case ["build", _]:
                self._build(Path(arguments[arguments.index("--out-dir") + 1]))
                return ""
        return self.exported

    def _build(self, folder: Path) -> None:
        if not self.tags:
            raise UvError(2, "Failed to build: no module named src")
        (folder / f"mine-1.0-{self.tags}.whl").write_text("a wheel")

    def _compile(self, arguments: Sequence[str]) -> str:
        sources = list(arguments[2 : arguments.index("--excludes")])
        left_out = set(_lines(arguments[arguments.index("--excludes") + 1]))
        named = [(_NAME.match(line), line) for source in sources for line in _lines(source)]
        asked = {found[0].lower(): line for found, line in named if found is not None}
        pins = _lines(arguments[arguments.index("--constraints") + 1]) if "--constraints" in arguments else []
        constraints = dict(pin.split("==") for pin in pins)
        locked = []
        for name, line in sorted(asked.items()):
            if name in left_out:
                continue
            if name in self.without_wheels:
                raise UvError(1, f"cause: Because all versions of {name} have no usable wheels and you require {name}")
            version = line.partition("==")[2] or constraints.get(name, "1.0")
            if constraints.get(name, version) != version:
                raise UvError(1, f"cause: Because you require {line} and {name}=={constraints[name]}")
            locked.append(f"{name}=={version}\n")
        return "".join(locked)

    def _install(self, arguments: Sequence[str]) -> None:
        target = Path(arguments[arguments.index("--target") + 1])
        for line in _lines(arguments[arguments.index("-r") + 1]):
            name, version = line.split("==")
            info = f"{name}-{version}.dist-info"
            files = {
                f"{name}/__init__.py": f"__version__ = {version!r}\n",
                f"{name}/tool": "\x7fELF",
                f"bin/{name}": f"#!{self.machine}/bin/python\n",
                f"{info}/INSTALLER": "uv",
                f"{info}/METADATA": f"Name: {name}\n",
                f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}.main:App.run [extra]\n[other]\nx=y\n",
            }
            for path, text in files.items():
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                (target / path).write_text(text)
            (target / f"{name}/tool").chmod(0o755)
            rows = [f"{path},{self.machine if path.startswith('bin/') else 'sha256=0'},1" for path in files]
            (target / info / "RECORD").write_text("\n".join([*rows, f"{info}/RECORD,,"]))


def _lines(path: str) -> list[str]:
    return [line for line in Path(path).read_text().splitlines() if line]

"""The report of the running task. Outside of a run everything is accepted and kept nowhere."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flyte._context import TaskContext

_MAIN = "main"
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body{{font:14px system-ui,sans-serif;margin:0}}
nav{{display:flex;gap:.25rem;border-bottom:1px solid #ccc;padding:.5rem}}
nav a{{padding:.25rem .75rem;color:inherit}}
section{{padding:1rem;display:none}}section:target{{display:block}}
section:first-of-type{{display:block}}section:target~section:first-of-type{{display:none}}
main:has(section:target) section:not(:target){{display:none}}
</style></head><body><nav>{links}</nav><main>{sections}</main></body></html>
"""


@dataclass
class Tab:
    """One tab: pieces of HTML in the order in which they were logged."""

    name: str
    content: list[str] = field(default_factory=list)

    def log(self, content: str) -> None:
        """Adds HTML at the end."""
        self.content.append(content)

    def replace(self, content: str) -> None:
        """Puts the HTML in place of everything."""
        self.content = [content]

    def get_html(self) -> str:
        """The tab's HTML."""
        return "\n".join(self.content)


@dataclass
class Report:
    """Tabs of HTML; `main` is always there."""

    name: str
    tabs: dict[str, Tab] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tabs.setdefault(_MAIN, Tab(_MAIN))

    def get_tab(self, name: str, create_if_missing: bool = True) -> Tab:  # noqa: FBT001, FBT002 - Flyte's signature
        """The tab of that name.

        Raises:
            ValueError: There is none, and none is to be made.
        """
        if name not in self.tabs:
            if not create_if_missing:
                raise ValueError(f"report {self.name} has no tab {name!r}; it has: {', '.join(self.tabs)}")
            self.tabs[name] = Tab(name)
        return self.tabs[name]

    def has_content(self) -> bool:
        """Whether anything was logged."""
        return any(tab.content for tab in self.tabs.values())

    def get_final_report(self) -> str:
        """The whole report as one HTML page."""
        named = [(f"tab-{index}", tab) for index, tab in enumerate(self.tabs.values())]
        links = "".join(f'<a href="#{anchor}">{html.escape(tab.name)}</a>' for anchor, tab in named)
        sections = "".join(f'<section id="{anchor}">{tab.get_html()}</section>' for anchor, tab in named)
        return _PAGE.format(title=html.escape(self.name), links=links, sections=sections)


class _Call:
    """A function that plain code calls and async code awaits as `.aio`."""

    def __init__(self, function: Any) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        self._function(*args, **kwargs)

    async def aio(self, *args: Any, **kwargs: Any) -> None:
        """The same for async code."""
        import asyncio

        await asyncio.to_thread(self._function, *args, **kwargs)


def current_report() -> Report:
    """The running task's report; an empty one outside of a run."""
    from flyte._context import current

    context = current()
    return context.report if context is not None else Report("none")


def get_tab(name: str, /, create_if_missing: bool = True) -> Tab:  # noqa: FBT001, FBT002 - Flyte's signature
    """A tab of the running task's report."""
    return current_report().get_tab(name, create_if_missing)


def _log(content: str, do_flush: bool = False) -> None:  # noqa: FBT001, FBT002 - Flyte's signature
    """Adds HTML to the main tab."""
    current_report().get_tab(_MAIN).log(content)
    if do_flush:
        _flush()


def _replace(content: str, do_flush: bool = False) -> None:  # noqa: FBT001, FBT002 - Flyte's signature
    """Puts HTML in place of the main tab."""
    current_report().get_tab(_MAIN).replace(content)
    if do_flush:
        _flush()


def save(context: TaskContext) -> None:
    """Writes the context's report, if anything was logged, where the action may write data of its own."""
    if context.report.has_content():
        from ._store import write

        write(context.raw_data_path.path, context.report.get_final_report())


def _flush() -> None:
    """Writes the report. It is written at the end of the task anyway."""
    from flyte._context import current

    context = current()
    if context is not None:
        save(context)


log = _Call(_log)
replace = _Call(_replace)
flush = _Call(_flush)

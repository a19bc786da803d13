"""Kinds of tasks that programs and packages define: an environment's `plugin_config` chooses one by its class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._task import TaskTemplate


class _Registry:
    """Which template is made of the functions of an environment."""

    def __init__(self) -> None:
        self._templates: dict[type, type[TaskTemplate[..., Any]]] = {}

    def register(self, config_type: type, plugin: type[TaskTemplate[..., Any]]) -> None:
        """Lets environments whose `plugin_config` is of that class have tasks of that template.

        Args:
            config_type: The class of the configuration.
            plugin: A sub-class of `flyte.extend.AsyncFunctionTaskTemplate`; its `pre`, `execute` and `post` are called.

        Raises:
            TypeError: It is no such sub-class.
        """
        from ._task import TaskTemplate

        if not (isinstance(plugin, type) and issubclass(plugin, TaskTemplate)):
            raise TypeError(f"register({config_type!r}, {plugin!r}): a sub-class of AsyncFunctionTaskTemplate")
        self._templates[config_type] = plugin

    def find(self, config_type: type) -> type[TaskTemplate[..., Any]] | None:
        """The template that was registered for the class, or None."""
        return self._templates.get(config_type)


TaskPluginRegistry = _Registry()
"""The registry of this process. A worker has what the program registers when it is imported."""

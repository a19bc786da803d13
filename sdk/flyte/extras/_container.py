"""Tasks that are a command in a container. They can be declared; Lambda runs Python, so that to run one is refused."""

from __future__ import annotations

import inspect
import types
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from flyte._task import TaskTemplate
from flyte.errors import NotSupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from flyte._image import Image

_INSTEAD = "a container's command, and Lambda runs Python: call the program in a Python task with subprocess.run"


class ContainerTask(TaskTemplate[..., Any]):
    """A command in a container.

    Args:
        name: The task's name.
        image: The container's image.
        command: The command, which may name inputs as `{{.inputs.x}}`.
        inputs: Types of the inputs by name.
        arguments: Arguments of the command.
        outputs: Types of the outputs by name.
        input_data_dir: Where the container finds its inputs.
        output_data_dir: Where it leaves its outputs.
        metadata_format: The format of what is not a file.
        local_logs: Whether a local run shows its output.
        file_input_layout: How files lie in `input_data_dir`.
        **options: As of `@env.task`.
    """

    not_on_lambda: ClassVar[str] = f"is {_INSTEAD}"

    def __init__(
        self,
        name: str,
        image: str | Image,
        command: list[str],
        inputs: dict[str, Any] | None = None,
        arguments: list[str] | None = None,
        outputs: dict[str, Any] | None = None,
        input_data_dir: str | Path = "/var/inputs",
        output_data_dir: str | Path = "/var/outputs",
        metadata_format: str = "JSON",
        local_logs: bool = True,  # noqa: FBT001, FBT002 - Flyte's signature
        file_input_layout: str = "DIRECT",
        **options: Any,
    ) -> None:
        function = _refusing(name, inputs or {}, tuple((outputs or {}).values()))
        super().__init__(name=name, func=function, image=image, task_type="container", **options)
        self.command = command
        self.arguments = arguments
        self.input_data_dir = input_data_dir
        self.output_data_dir = output_data_dir
        self.metadata_format = metadata_format
        self.local_logs = local_logs
        self.file_input_layout = file_input_layout


def _refusing(
    name: str, inputs: dict[str, Any], outputs: tuple[Any, ...]
) -> Callable[..., Coroutine[Any, Any, NoReturn]]:
    """A function with the container's interface, for whoever asks for it."""

    async def refuse(**_values: Any) -> NoReturn:
        raise NotSupportedError(f"task {name} is {_INSTEAD}")

    returned = types.GenericAlias(tuple, outputs) if len(outputs) > 1 else outputs[0] if outputs else None
    kind = inspect.Parameter.KEYWORD_ONLY
    signature = inspect.Signature(
        [inspect.Parameter(each, kind, annotation=hint) for each, hint in inputs.items()], return_annotation=returned
    )
    refuse.__signature__ = signature  # type: ignore[attr-defined]
    refuse.__annotations__ = {**inputs, "return": returned}
    refuse.__name__ = refuse.__qualname__ = name
    return refuse

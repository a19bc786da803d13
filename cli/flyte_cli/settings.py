"""What the global options settled, and the SDK's initialisation from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from flyte_cli.output import JSON_FORMATS, Output

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flyte.config import Config
    from flyte_cli.deploy.options import DeployOptions
    from flyte_cli.run.options import RunOptions

OUTPUT_FORMATS = ("table", "json", "table-simple", "json-raw")
_LOG_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}


@dataclass
class Settings:
    """The global options; `ctx.obj` of every command."""

    output_format: str = "table"
    config: Path | None = None
    endpoint: str | None = None
    insecure: bool = False
    org: str | None = None
    verbose: int = 0
    log_format: str = "console"
    user_log_level: str = "info"
    reset_root_logger: bool = False
    no_progress: bool = False

    @classmethod
    def of_options(cls, options: Mapping[str, Any]) -> Settings:
        """From the values that click parsed. Options that have no meaning on AWS end here."""
        kept = {name: value for name, value in options.items() if name not in {"image_builder", "auth_type"}}
        return cls(**kept)

    @cached_property
    def output(self) -> Output:
        """Where results go. With a JSON format, whatever else is printed from now on goes to stderr."""
        return Output.open(self.output_format)

    def claim_stdout(self) -> None:
        """To be called before any of the user's code can print: see `output`."""
        _ = self.output

    @property
    def prints_json(self) -> bool:
        """Whether stdout holds one JSON document."""
        return self.output_format in JSON_FORMATS

    def initialize(  # noqa: D417 - the others are the SDK's
        self,
        *,
        project: str | None = None,
        domain: str | None = None,
        root_dir: Path | None = None,
        images: tuple[str, ...] = (),
        sync_local_sys_paths: bool = True,
    ) -> None:
        """Initialises the SDK from the configuration, the global options and the verb's own.

        Args:
            root_dir: The folder that module names are relative to.
        """
        from flyte import init_from_config
        from flyte_cli.log_lines import configure

        configure(self.log_format, self.user_log_level, self.verbose)
        init_from_config(
            self.configuration(),
            root_dir=root_dir,
            project=project,
            domain=domain,
            org=self.org,
            images=images,
            sync_local_sys_paths=sync_local_sys_paths,
        )

    def initialize_for_code(self, options: RunOptions | DeployOptions, root: Path) -> None:
        """Initialises the SDK for code below the root, also before it is imported: it may ask for its domain then."""
        self.initialize(
            project=options.project,
            domain=options.domain,
            root_dir=root,
            images=options.image,
            sync_local_sys_paths=not options.no_sync_local_sys_paths,
        )

    def configuration(self) -> Config:
        """The configuration in force: the file and the environment, with the global options over them."""
        from dataclasses import replace

        from flyte.config import auto

        config = auto(self.config)
        if not self.endpoint and not self.insecure:
            return config
        platform = replace(
            config.platform,
            endpoint=self.endpoint or config.platform.endpoint,
            insecure=self.insecure or config.platform.insecure,
        )
        return config.with_params(platform=platform)

    def logging_options(self) -> dict[str, Any]:
        """What `flyte.with_runcontext` takes of the global options."""
        return {
            "log_format": self.log_format,
            "user_log_level": _LOG_LEVELS[self.user_log_level],
            "reset_root_logger": self.reset_root_logger,
        }


def current_settings() -> Settings:
    """The settings of the command that is running."""
    settings: Settings | None = click.get_current_context().find_object(Settings)
    return settings or Settings()

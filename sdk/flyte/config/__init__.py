"""Where the backend is and what runs by default: configuration files, environment variables, and writing such files.

`Config.auto()` follows Flyte's search order; `Config.to_yaml()` gives the file's text. Loads nothing heavy.
"""

from ._model import Config, ImageConfig, LocalConfig, PlatformConfig, TaskConfig
from ._reader import auto, find_config, get_config_file, load_config, search_paths
from ._writer import set_if_exists, to_yaml, write_config

__all__ = [
    "Config",
    "ImageConfig",
    "LocalConfig",
    "PlatformConfig",
    "TaskConfig",
    "auto",
    "find_config",
    "get_config_file",
    "load_config",
    "search_paths",
    "set_if_exists",
    "to_yaml",
    "write_config",
]

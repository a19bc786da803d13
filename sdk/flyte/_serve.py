"""Servers (`flyte.serve`) and scripts without tasks: what of Flyte needs a machine that stays up."""

from __future__ import annotations

from ._unsupported import unsupported, unsupported_class

_NO_SERVERS = "Lambda runs tasks that end, and no servers that stay up; run the app on a service made for it"

AppHandle = unsupported_class("flyte.AppHandle", _NO_SERVERS)
serve = unsupported("flyte.serve", _NO_SERVERS)
with_servecontext = unsupported("flyte.with_servecontext", _NO_SERVERS)
run_python_script = unsupported(
    "flyte.run_python_script", "put the script's work into a function with @env.task, and run that"
)
load_interactive_ctx = unsupported(
    "flyte.load_interactive_ctx", "tasks on Lambda cannot be entered while they run; try them with mode='local'"
)
load_plugin_config = unsupported(
    "flyte.load_plugin_config", "plugin configurations describe clusters, which Lambda has none of"
)

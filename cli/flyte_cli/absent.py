"""Commands that Flyte has and this program lacks, with what to tell about them."""

from __future__ import annotations

_NO_APPS = "Lambda runs tasks that end, and no servers that stay up."
_NO_ARTIFACTS = "The backend keeps no artifacts: find results by their runs, with `flyte get run` and `flyte get io`."
_NO_SETTINGS = "The backend keeps no settings: say what a task needs in its environment."

ABSENT = {
    "build": "Packages are resolved and zipped when they are first needed, by `flyte run` and `flyte deploy`.",
    "create artifact": _NO_ARTIFACTS,
    "delete app": _NO_APPS,
    "edit": _NO_SETTINGS,
    "gen": "The commands describe themselves: add --help to any of them.",
    "get app": _NO_APPS,
    "get artifact": _NO_ARTIFACTS,
    "get settings": _NO_SETTINGS,
    "prefetch": "Models are prefetched for GPUs, which Lambda has none of.",
    "proxy": _NO_APPS,
    "serve": _NO_APPS,
    "start tui": "There is no terminal interface: `flyte get run` lists runs, `flyte run --follow` shows logs.",
    "update app": _NO_APPS,
    "whoami": "Requests are signed with AWS credentials: `aws sts get-caller-identity` tells whose.",
}
"""By `verb` or `verb noun`: why not, or what to do instead."""

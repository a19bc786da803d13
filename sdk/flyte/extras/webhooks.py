"""Servers that start runs. They can be imported, and say what to do instead when they are used."""

from __future__ import annotations

from flyte._unsupported import refused_module

_NAMES = (
    "EventType",
    "Provider",
    "RunOnceResult",
    "SignatureError",
    "WebhookAppEnvironment",
    "WebhookEvent",
    "WebhookPluginError",
    "blocking_run",
    "constant_time_equals",
    "hex_hmac_sha256",
    "json_body",
    "lower_headers",
    "run_once",
)

__getattr__, __dir__ = refused_module(
    __name__, _NAMES, "Lambda runs no servers that stay up; start runs from your own with flyte.run"
)

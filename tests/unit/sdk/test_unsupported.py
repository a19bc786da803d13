"""What Lambda cannot do is importable, and refused by name when it is used."""

from __future__ import annotations

import asyncio
import importlib
from typing import Any

import pytest

import flyte
import flyte.ai.chat
import flyte.ai.mcp
import flyte.app
import flyte.app.extras
import flyte.artifacts
import flyte.extend
import flyte.extras
import flyte.remote
import flyte.types
from flyte._initialize import set_init_state
from flyte.errors import DeploymentError, GPUFaultError, GPUFaultUserError, NotSupportedError, RuntimeUserError


@pytest.fixture
def initialised():
    flyte.init()
    yield
    set_init_state(None)


APP = flyte.app.AppEnvironment(name="site", port=8080, args=["python", "-m", "http.server"])
TASKS = flyte.TaskEnvironment(name="beside_a_site", depends_on=[APP])


@TASKS.task
async def greet(name: str) -> str:
    return f"hi {name}"


@pytest.mark.parametrize(
    "name", ["serve", "with_servecontext", "run_python_script", "load_interactive_ctx", "load_plugin_config"]
)
def test_a_function_says_why_not_in_both_of_its_forms(name):
    function = getattr(flyte, name)
    with pytest.raises(NotSupportedError, match=rf"flyte\.{name}: "):
        function()
    with pytest.raises(NotSupportedError, match=rf"flyte\.{name}: "):
        asyncio.run(function.aio())


@pytest.mark.parametrize("name", ["App", "Artifact", "PartitionSchema", "Settings"])
def test_a_class_says_why_not_when_it_is_called_or_asked(name):
    refused = getattr(flyte.remote, name)
    with pytest.raises(NotSupportedError, match=rf"flyte\.remote\.{name}: "):
        refused()
    with pytest.raises(NotSupportedError, match=rf"flyte\.remote\.{name}: "):
        refused.get("x")
    assert not hasattr(refused, "__wrapped__")  # tools that look a class over go unharmed


@pytest.mark.usefixtures("initialised")
def test_a_program_with_an_app_runs_its_tasks_and_cannot_deploy_the_app():
    assert flyte.with_runcontext(mode="local").run(greet, name="ada").outputs()[0] == "hi ada"
    with pytest.raises(DeploymentError, match="environment site is an app"):
        flyte.deploy(TASKS, dry_run=True)


def test_apps_are_declared_with_checked_settings():
    assert APP.get_port() == flyte.app.Port(8080)
    assert flyte.app.Scaling(replicas=2).get_replicas() == (2, 2)
    with pytest.raises(ValueError, match="port=0"):
        flyte.app.Port(0)
    with pytest.raises(ValueError, match=r"replicas=\(2, 1\)"):
        flyte.app.Scaling(replicas=(2, 1))
    with pytest.raises(NotSupportedError, match="no servers"):
        _ = APP.endpoint


def test_an_apps_functions_stay_what_they_are():
    api = flyte.app.extras.FastAPIAppEnvironment(name="api", app=object())

    @api.server
    @api.on_startup
    @api.on_shutdown
    def serves() -> str:
        return "served"

    assert serves() == "served"
    assert api.type == "FastAPI"


@pytest.mark.usefixtures("initialised")
def test_a_container_task_has_an_interface_and_cannot_run():
    echo = flyte.extras.ContainerTask(
        name="echo",
        image="alpine",
        command=["echo", "{{.inputs.x}}"],
        inputs={"x": int},
        outputs={"a": str, "b": int},
    )
    flyte.TaskEnvironment.from_task("containers", echo)
    assert echo.interface.inputs["x"][0] is int
    assert echo.interface.outputs == {"o0": str, "o1": int}
    with pytest.raises(RuntimeUserError, match="Lambda runs Python"):
        flyte.with_runcontext(mode="local").run(echo, x=1)
    assert echo.parent_env is not None
    with pytest.raises(DeploymentError, match=r"echo is a container's command"):
        flyte.deploy(echo.parent_env, dry_run=True)


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("flyte.ai.agents", "Agent MemoryStore tool"),
        ("flyte.clustered", "ClusteredTaskEnvironment TorchRun"),
        ("flyte.connectors", "AsyncConnector ConnectorRegistry"),
        ("flyte.extend", "ImageBuilder RuntimeTaskTemplate"),
        ("flyte.extras.model_streamer", "ModelStreamer"),
        ("flyte.extras.shell", "create FlagSpec"),
        ("flyte.extras.webhooks", "WebhookAppEnvironment run_once"),
        ("flyte.io.extend", "DataFrameEncoder DataFrameTransformerEngine"),
        ("flyte.prefetch", "hf_model ShardConfig"),
        ("flyte.sandbox", "create SandboxedConfig"),
        ("flyte.types", "TypeEngine TypeTransformer"),
    ],
)
def test_a_module_for_what_lambda_has_not_can_be_imported(module, names):
    imported = importlib.import_module(module)
    for name in names.split():
        refused = getattr(imported, name)
        with pytest.raises(NotSupportedError, match=rf"{module}\.{name}: "):
            refused("x")
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        imported.nothing  # noqa: B018


def test_a_class_derived_from_what_lambda_has_not_is_refused_when_it_is_made():
    class Transformer(flyte.types.TypeTransformer[int]):  # type: ignore[misc]
        def to_literal(self) -> int:
            return 1

    with pytest.raises(NotSupportedError, match=r"flyte\.types\.TypeTransformer: "):
        Transformer()


@pytest.mark.usefixtures("initialised")
def test_artifacts_are_the_values_that_they_are_made_of():
    marked = flyte.TaskEnvironment(name="marked")

    @marked.task
    async def make() -> str:
        with flyte.artifacts.produces(o0=flyte.artifacts.Metadata(name="text")):
            return flyte.artifacts.new("made", flyte.artifacts.Metadata(name="text", version="1"))

    assert flyte.with_runcontext(mode="local").run(make).outputs()[0] == "made"


def test_packages_that_extend_the_sdk_find_its_names():
    assert flyte.extend.TaskTemplate is flyte.TaskTemplate
    assert not flyte.extend.is_initialized()
    assert flyte.extend.lazy_module("colorsys").rgb_to_hsv(0, 0, 0) == (0, 0, 0)
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        flyte.extend.lazy_module("no_such_module").anything  # noqa: B018


@pytest.mark.parametrize(
    "app",
    [
        flyte.app.extras.FlyteWebhookAppEnvironment(name="hooks", title="Hooks"),
        flyte.ai.chat.AgentChatAppEnvironment(name="chat", agent=object()),
        flyte.ai.mcp.MCPAppEnvironment(name="tools", mcp=object()),
        flyte.ai.mcp.FlyteMCPAppEnvironment(name="runs", tools=["list_runs"]),
    ],
)
def test_apps_around_agents_can_be_declared(app):
    assert app.get_port() == flyte.app.Port(8080)


def test_other_kinds_of_tasks_say_what_to_do_instead():
    with pytest.raises(NotSupportedError, match=r"subprocess\.run"):
        flyte.extras.shell.create(name="x")


@pytest.mark.parametrize(
    ("gpu", "device"),
    [
        ("AppleSilicon", flyte.Device(1, "APPLE_SILICON", "AppleSilicon")),
        ("AppleSilicon:1", flyte.Device(1, "APPLE_SILICON", "AppleSilicon")),
        (flyte.APPLE_SILICON(), flyte.Device(1, "APPLE_SILICON", "AppleSilicon")),
        ("A100:2", flyte.Device(2, "GPU", "A100")),
        ("Trn1:16", flyte.Device(16, "NEURON", "Trn1")),
        (3, flyte.Device(3, "GPU")),
        (flyte.GPU("H100", 1, "1g.10gb"), flyte.Device(1, "GPU", "H100", "1g.10gb")),
        (flyte.TPU("V5P", "2x2x1"), flyte.Device(1, "TPU", "V5P", "2x2x1")),
        (flyte.Neuron("Inf2"), flyte.Device(1, "NEURON", "Inf2")),
        (flyte.AMD_GPU("MI300X"), flyte.Device(1, "AMD_GPU", "MI300X")),
        (flyte.HABANA_GAUDI("Gaudi1"), flyte.Device(1, "HABANA_GAUDI", "Gaudi1")),
        (None, None),
    ],
)
def test_an_accelerator_is_known_by_its_device(gpu, device):
    assert flyte.Resources(gpu=gpu).get_device() == device


def test_a_gpu_fault_is_caught_by_its_own_class_and_by_whose_fault_it_is():
    fault = GPUFaultUserError("GpuXidError", "xid 31", gpu_index=0)
    assert isinstance(fault, GPUFaultError | RuntimeUserError)
    found: Any = fault
    assert (found.code, found.kind, found.gpu_index, found.severity) == ("GpuXidError", "user", 0, None)
    with pytest.raises(TypeError, match="no field 'colour'"):
        GPUFaultUserError("GpuXidError", "xid 31", colour="red")


def test_images_are_only_checked_where_there_is_no_backend():
    plain = flyte.TaskEnvironment(name="plain", image=flyte.Image.from_debian_base())
    assert flyte.build_images(plain).image_lookup == {}
    assert flyte.build(flyte.Image.from_debian_base()).uri is None
    with pytest.raises(DeploymentError, match="apt"):
        flyte.build(flyte.Image.from_debian_base().with_apt_packages("git"))


def test_what_only_kubernetes_or_a_checkout_needs_changes_nothing():
    template = flyte.PodTemplate.from_spec({"containers": []}, labels={"a": "b"})
    assert template.allow_fuse().allow_nested_sandboxing().with_termination_grace_period(30) is template
    image = flyte.Image.from_debian_base()
    assert image.with_local_v2().with_local_rs_controller() == image
    with pytest.raises(DeploymentError, match="with_local_v2_plugins"):
        flyte.build(image.with_local_v2_plugins("spark"))

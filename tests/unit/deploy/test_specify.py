from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

import flyte
from flyte._deploy._specify import loader_of, memory_mb, specify
from flyte.bundle import CodeRoot
from flyte.errors import CodeBundleError, DeploymentError
from flyte.protocol import limits
from flyte.protocol.tasks import CacheSettings, EnvironmentSpec, Loader, RetryPolicy, SecretRef, TimeoutPolicy

if TYPE_CHECKING:
    from tests.fakes.programs import Program

LOADER = Loader(module="m", attribute="f")
env = flyte.TaskEnvironment("spec-env", env_vars={"A": "1"}, resources=flyte.Resources(memory="2Gi"))


@env.task(
    retries=flyte.RetryStrategy(
        count=2, backoff=flyte.Backoff(timedelta(seconds=2), factor=3, cap=timedelta(seconds=9))
    ),
    timeout=flyte.Timeout(max_runtime=60, deadline=timedelta(minutes=5)),
    short_name="Sum",
    max_inline_io_bytes=1_000,
)
def add(a: int, b: int = 2) -> int:
    """Adds two numbers.

    At length.

    Args:
        a: The first.
    """
    return a + b


def test_everything_that_is_said_of_a_task_is_in_its_specification() -> None:
    spec = specify(add, version="v1", loader=LOADER)
    assert (spec.name, spec.environment, spec.version) == ("spec-env.add", "spec-env", "v1")
    assert spec.memory_mb == 2048
    assert spec.env_vars == {"A": "1"}
    assert spec.retry == RetryPolicy(count=2, base_s=2, factor=3, cap_s=9)
    assert spec.timeout == TimeoutPolicy(max_runtime_s=60, deadline_s=300)
    assert (spec.short_name, spec.max_inline_io_bytes) == ("Sum", 1_000)
    assert spec.description == "Adds two numbers."
    assert "At length." in spec.docs
    assert [(each.name, each.required, each.default) for each in spec.interface.inputs] == [
        ("a", True, None),
        ("b", False, 2),
    ]


@env.task(cache=flyte.Cache(serialize=True, ignored_inputs="b", max_age=timedelta(hours=1)))
def remembered(a: int, b: int = 2) -> int:
    return a


def test_how_results_are_reused_is_in_it_too_and_makes_no_other_version() -> None:
    spec = specify(remembered, version="v1", loader=LOADER)
    expected = CacheSettings(
        enabled=True, version=spec.cache.version, serialize=True, ignored_inputs=("b",), max_age_s=3600
    )
    assert spec.cache == expected
    assert len(spec.cache.version) == 64
    named = specify(remembered.override(cache=flyte.Cache(version_override="7")), version="v1", loader=LOADER)
    assert named.cache == CacheSettings(enabled=True, version="7")
    assert specify(add, version="v1", loader=LOADER).cache == CacheSettings()
    digests = {EnvironmentSpec(name="e", version="v1", tasks=(each,)).content_digest for each in (spec, named)}
    assert len(digests) == 1


@pytest.mark.parametrize("secret", ["my key", "..", flyte.Secret("k", group="a/b")])
def test_a_secret_that_cannot_exist_is_refused_before_anything_is_deployed(secret: str | flyte.Secret) -> None:
    other = flyte.TaskEnvironment("secretive", secrets=[secret])

    @other.task
    def peek() -> None: ...

    with pytest.raises(DeploymentError, match=r"secretive\.peek needs a secret named"):
        specify(peek, version="v1", loader=LOADER)


def test_secrets_are_named_and_never_read() -> None:
    other = flyte.TaskEnvironment("secretive", secrets=["my-key", flyte.Secret("k", group="g", as_env_var="K")])

    @other.task
    def nothing() -> None: ...

    assert specify(nothing, version="v", loader=LOADER).secrets == (
        SecretRef(key="my-key", env_var="MY_KEY"),
        SecretRef(key="k", group="g", env_var="K"),
    )


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        (None, limits.DEFAULT_MEMORY_MB),
        ({"memory": "512Mi"}, 512),
        ({"memory": "1Mi"}, 128),
        ({"memory": ("1Gi", "3Gi")}, 3072),
        ({"cpu": 2}, 3538),
        ({"cpu": "500m", "memory": "4Gi"}, 4096),
        ({"cpu": 6}, 10_240),
        ({"disk": "1Gi"}, limits.DEFAULT_MEMORY_MB),
    ],
)
def test_memory_gives_the_cpus_that_are_asked_for(resources: dict[str, Any] | None, expected: int) -> None:
    assert memory_mb("e.t", None if resources is None else flyte.Resources(**resources)) == expected


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        ({"memory": "16Gi"}, "at most 6 CPUs and 10,240 MB"),
        ({"cpu": 8}, "at most 6 CPUs"),
        ({"gpu": "T4:1"}, "Lambda has none: remove gpu"),
        ({"disk": "11Gi"}, r"disk='11Gi'.*10Gi of temporary storage"),
    ],
)
def test_what_lambda_cannot_give_is_refused(resources: dict[str, Any], message: str) -> None:
    with pytest.raises(DeploymentError, match=message):
        memory_mb("e.t", flyte.Resources(**resources))


def test_a_specification_that_cannot_be_kept_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TASK_SPEC_BYTES", 100)
    with pytest.raises(DeploymentError, match="the backend keeps 100"):
        specify(add, version="v", loader=LOADER)


def test_a_task_is_found_by_the_variable_that_holds_it(program: Program) -> None:
    program.write(
        "holders.py",
        """
        import flyte
        env = flyte.TaskEnvironment("holders")

        def plain(x: int) -> int:
            return x

        renamed = env.task(plain)

        @env.task
        def usual(x: int) -> int:
            return x
        """,
    )
    module = program.load("holders")
    root = CodeRoot(program.folder)
    assert loader_of(module.renamed, root) == Loader(module="holders", attribute="renamed")
    assert loader_of(module.usual, root) == Loader(module="holders", attribute="usual")
    assert loader_of(module.usual.override(retries=3), root) == Loader(module="holders", attribute="usual")


def test_a_task_without_a_file_cannot_be_sent() -> None:
    scope: dict[str, Any] = {"env": env}
    exec(compile("@env.task\ndef typed() -> None: ...\n", "<stdin>", "exec"), scope)  # as a REPL does
    with pytest.raises(CodeBundleError, match=r"spec-env\.typed is not defined in a file"):
        loader_of(scope["typed"], CodeRoot(__import__("pathlib").Path.cwd()))


@pytest.mark.parametrize("role", ["my role", "x" * 65, "arn:aws:iam::1:role/a", "arn:aws:iam::123456789012:user/a"])
def test_a_service_account_that_can_be_no_role_is_refused(role: str) -> None:
    with pytest.raises(DeploymentError, match=r"spec-env\.add: service_account=.* can be no IAM role"):
        specify(add.override(service_account=role), version="v", loader=LOADER)


@pytest.mark.parametrize(
    "role", ["analyst", "arn:aws:iam::123456789012:role/teams/a", "arn:aws-cn:iam::123456789012:role/a"]
)
def test_a_service_account_is_a_role(role: str) -> None:
    assert specify(add.override(service_account=role), version="v", loader=LOADER).service_account == role


def test_a_link_that_fails_is_named() -> None:
    class Broken:
        name = "broken"
        icon_uri = ""

        def get_link(self, **_: Any) -> str:
            raise KeyError("host")

    broken: Any = Broken()
    with pytest.raises(DeploymentError, match=r"spec-env\.add: the link 'broken' has failed: KeyError\('host'\)"):
        specify(add.override(links=broken), version="v", loader=LOADER)

from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

import flyte
import flyte.remote
from flyte import _in_task, errors
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionIo, ErrorRecord
from flyte.remote._launch import DryRun
from flyte.remote._transport import Unreachable
from tests.fakes.programs import GREETING
from tests.fakes.watch import watching

if TYPE_CHECKING:
    from pathlib import Path

    from flyte.remote._transport import Request, Response
    from tests.fakes.api import FakeApi
    from tests.fakes.programs import Program

RUNS = "/v1/projects/shop/domains/testing/runs"


@pytest.fixture
def greet(program: Program) -> Any:
    program.write("greeting.py", GREETING)
    return program.load("greeting").greet


def test_a_first_run_uploads_its_code_once(api: FakeApi, greet: Any) -> None:
    run = flyte.run(greet, message="Good morning!")
    sha256 = api.run_specs[run.name].spec.code.sha256  # type: ignore[union-attr]
    assert api.calls == [("POST", RUNS), ("PUT", f"/objects/{sha256}.zip"), ("POST", RUNS)]
    content = api.objects[f"objects/{sha256}.zip"]
    assert hashlib.sha256(content).hexdigest() == sha256
    assert zipfile.ZipFile(io.BytesIO(content)).namelist() == ["greeting.py"]
    keys = [request.headers.get("idempotency-key") for request in api.requests if request.method == "POST"]
    assert keys[0] == keys[1] is not None


def test_a_run_of_unchanged_code_is_one_call(api: FakeApi, greet: Any) -> None:
    flyte.run(greet, message="a")
    api.calls.clear()
    flyte.run(greet, message="b")
    assert api.calls == [("POST", RUNS)]


def test_a_program_that_starts_a_run_as_it_is_imported_is_told_what_to_do(
    api: FakeApi, greet: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_in_task, "_scope", ("shop", "testing"))  # as where the backend imports it
    with pytest.raises(errors.InitializationError, match=r"as soon as it is imported.*__main__"):
        flyte.run(greet, message="a")
    assert api.calls == []


def test_the_callers_context_goes_along(api: FakeApi, greet: Any) -> None:
    with flyte.custom_context(team="red", step="1"):
        run = flyte.with_runcontext(custom_context={"step": "2"}).run(greet, message="a")
    assert api.run_specs[run.name].custom_context == {"team": "red", "step": "2"}


def test_what_is_sent_is_all_that_the_backend_needs(api: FakeApi, greet: Any) -> None:
    runner = flyte.with_runcontext(
        name="mine", project="other", domain="prod", env_vars={"A": "1"}, labels={"team": "blue"}, version="v1"
    )
    run = runner.run(greet, "hi")
    asked = api.run_specs["mine"]
    assert run.name == "mine"
    assert api.calls[0] == ("POST", "/v1/projects/other/domains/prod/runs")
    assert (asked.env_vars, asked.labels, asked.inputs) == ({"A": "1"}, {"team": "blue"}, {"message": "hi", "times": 1})
    assert asked.task is None
    assert asked.spec is not None
    assert (asked.spec.name, asked.spec.environment, asked.spec.version) == ("greeting_env.greet", "greeting_env", "v1")
    assert (asked.spec.loader.module, asked.spec.loader.attribute) == ("greeting", "greet")


def test_printing_a_run_waits_and_gives_the_value(api: FakeApi, greet: Any) -> None:
    api.phases = [ActionPhase.QUEUED, ActionPhase.RUNNING, ActionPhase.SUCCEEDED]
    api.io = ActionIo(inputs={"message": "hi", "times": 1}, outputs={"o0": "hi!"})
    run = flyte.run(greet, message="hi")
    assert repr(run).startswith(f"Run(name='{run.name}', url=")
    assert run.phase.value == "queued"
    assert f"Result: {run}" == "Result: hi!"
    assert run.phase.value == "succeeded"
    assert run.done()
    assert repr(run.outputs()) == 'ActionOutputs(o0="hi!")'
    assert run.inputs() == {"message": "hi", "times": 1}


def test_a_failed_run_raises_its_error_where_its_result_is_wanted(api: FakeApi, greet: Any) -> None:
    api.phases = [ActionPhase.FAILED]
    api.error = ErrorRecord(code="ValueError", kind="user", message="no milk")
    run = flyte.run(greet, message="hi")
    run.wait()
    for ask in (run.outputs, run.raise_for_status, lambda: str(run)):
        with pytest.raises(errors.RuntimeUserError, match="no milk") as caught:
            ask()
        assert caught.value.code == "ValueError"


def test_a_run_can_be_awaited(api: FakeApi, greet: Any) -> None:
    api.io = ActionIo(outputs={"o0": "hi!"})

    async def main() -> Any:
        run = await flyte.run.aio(greet, message="hi")
        await run.wait.aio()
        return (await run.outputs.aio()).o0, [each.phase async for each in run.watch()]

    assert asyncio.run(main()) == ("hi!", [ActionPhase.SUCCEEDED])


def test_a_blocking_call_inside_a_running_loop_works(api: FakeApi, greet: Any) -> None:
    api.io = ActionIo(outputs={"o0": "hi!"})

    async def main() -> str:
        return str(flyte.run(greet, message="hi"))

    assert asyncio.run(main()) == "hi!"


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({}, r"greeting_env\.greet: missing argument 'message'"),
        ({"mesage": "x"}, "unknown argument 'mesage'"),
        ({"message": 3}, "message: .*int"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_sent(
    api: FakeApi, greet: Any, kwargs: dict[str, Any], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        flyte.run(greet, **kwargs)
    assert api.calls == []


def test_something_that_is_no_task_is_refused(api: FakeApi) -> None:
    with pytest.raises(TypeError, match="print is no task"):
        flyte.run(print, 1)


def test_large_inputs_are_uploaded(api: FakeApi, greet: Any) -> None:
    run = flyte.run(greet, message="ü" * 100_000)
    asked = api.run_specs[run.name]
    assert asked.inputs == {}
    assert asked.inputs_uri is not None
    content = api.objects[asked.inputs_uri.removeprefix("s3://bucket/")]
    assert content.startswith(b'{"message":"\xc3\xbc')


def test_inputs_that_the_task_does_not_take_are_refused(api: FakeApi, greet: Any) -> None:
    with pytest.raises(errors.InlineIOMaxBytesBreached, match=r"have 1,0.. bytes, and it takes 1,000"):
        flyte.run(greet.override(max_inline_io_bytes=1_000), message="x" * 1_000)


def test_large_outputs_are_downloaded(api: FakeApi, greet: Any) -> None:
    api.objects["objects/out.json"] = b'{"o0": "large"}'
    api.io = ActionIo(outputs_url="https://bucket.test/objects/out.json")
    assert flyte.run(greet, message="hi").outputs().o0 == "large"


def test_a_taken_name_is_told(api: FakeApi, greet: Any) -> None:
    runner = flyte.with_runcontext(name="mine")
    runner.run(greet, message="a")
    with pytest.raises(errors.RunAlreadyExistsError, match="run mine exists"):
        runner.run(greet, message="a")


def test_a_dry_run_sends_nothing(api: FakeApi, greet: Any, tmp_path: Path) -> None:
    dry = flyte.with_runcontext(dry_run=True, copy_bundle_to=tmp_path / "bundles").run(greet, message="hi")
    assert isinstance(dry, DryRun)
    assert api.calls == []
    assert (dry.name, dry.inputs, dry.task_spec.name) == (
        "dry-run",
        {"message": "hi", "times": 1},
        "greeting_env.greet",
    )
    assert [path.stem for path in (tmp_path / "bundles").iterdir()] == [dry.code_bundle.artifact.sha256]


def test_the_progress_of_an_upload_is_told(api: FakeApi, greet: Any) -> None:
    with watching() as seen:
        run = flyte.run(greet, message="hi")
    code = api.run_specs[run.name].spec.code  # type: ignore[union-attr]
    assert code is not None
    name = f"code {code.sha256[:12]}"
    assert seen == [f"upload {name} of {code.size_bytes}", f"{name} at {code.size_bytes}", f"{name} ended"]


def test_an_artifact_that_stays_missing_is_told(api: FakeApi, greet: Any) -> None:
    from flyte.remote._transport import Response

    api.intercept = lambda request: Response(200) if request.method == "PUT" else None
    with pytest.raises(errors.RuntimeSystemError, match="does not see what was just uploaded"):
        flyte.run(greet, message="hi")


def test_a_backend_that_is_gone_is_told(api: FakeApi, greet: Any) -> None:
    def gone(_request: Request) -> Response | None:
        raise Unreachable("Connection refused")

    api.intercept = gone
    with pytest.raises(errors.RuntimeSystemError, match="cannot be reached: Connection refused"):
        flyte.run(greet, message="hi")


def test_a_deployed_task_runs_by_reference(api: FakeApi, greet: Any) -> None:
    flyte.deploy(greet.parent_env, version="v1")
    api.calls.clear()
    api.io = ActionIo(outputs={"o0": "World!"})
    task = flyte.remote.Task.get("greeting_env.greet", auto_version="latest")
    run = flyte.run(task, message="World")
    asked = api.run_specs[run.name]
    assert [method for method, _ in api.calls] == ["GET", "POST"]
    assert asked.spec is None
    assert asked.task is not None
    assert (asked.task.name, asked.task.version) == ("greeting_env.greet", "v1")
    assert asked.inputs == {"message": "World", "times": 1}
    assert str(run) == "World!"


def test_an_earlier_run_is_run_again_with_some_inputs_changed(api: FakeApi, greet: Any) -> None:
    first = flyte.run(greet, message="a")
    api.io = ActionIo(inputs={"message": "a", "times": 1})
    second = flyte.rerun(first.name, times=2)
    asked = api.run_specs[second.name]
    assert asked.inputs == {"message": "a", "times": 2}
    assert asked.spec == api.run_specs[first.name].spec


def test_local_files_are_uploaded_and_named_by_their_uri(api: FakeApi, program: Program) -> None:
    program.write(
        "reading.py",
        """
        import flyte
        from flyte.io import File

        env = flyte.TaskEnvironment("reading_env")

        @env.task
        async def read(files: list[File], note: File | None = None) -> int:
            return len(files)
        """,
    )
    path = program.write("data.txt", "some data")
    module = program.load("reading")
    run = flyte.run(module.read, files=[module.File(path=str(path)), module.File(path="s3://elsewhere/x")])
    first, second = api.run_specs[run.name].inputs["files"]
    assert first["path"].startswith("s3://bucket/objects/")
    assert second["path"] == "s3://elsewhere/x"
    assert b"some data" in api.objects.values()

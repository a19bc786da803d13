"""Names that cannot be: refused before the backend is asked, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import flyte
import flyte.remote
from flyte._names import checked
from flyte.errors import RuntimeUserError
from tests.fakes.programs import GREETING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.api import FakeApi
    from tests.fakes.programs import Program


@pytest.fixture
def greet(program: Program) -> Any:
    program.write("greeting.py", GREETING)
    return program.load("greeting").greet


@pytest.mark.parametrize(
    "use",
    [
        lambda _: flyte.remote.Run.get("a run"),
        lambda _: flyte.remote.Run.get(""),
        lambda _: flyte.remote.Action.get(run_name="a run", name="a0"),
        lambda _: flyte.remote.Action.get(run_name="run", name="an action"),
        lambda greet: flyte.with_runcontext(name="a run").run(greet, message="x"),
        lambda greet: flyte.with_runcontext(version="a version").run(greet, message="x"),
        lambda greet: flyte.with_runcontext(project="Shop").run(greet, message="x"),
        lambda greet: flyte.with_runcontext(domain="a/b").run(greet, message="x"),
        lambda greet: flyte.deploy(greet.parent_env, version="a version"),
        lambda _: flyte.remote.Task.get("a/b", version="1").fetch(),
        lambda _: flyte.remote.Task.get("e.t", version="1/2").fetch(),
    ],
)
def test_it_is_told_without_asking_the_backend(api: FakeApi, greet: Any, use: Callable[[Any], Any]) -> None:
    with pytest.raises(RuntimeUserError, match="'s name: that is "):
        use(greet)
    assert api.calls == []


@pytest.mark.parametrize("name", ["line\n", "-a", "ü", "a" * 41, "a b"])
def test_the_whole_name_counts(name: str) -> None:
    with pytest.raises(RuntimeUserError, match="up to 40"):
        checked("run", name)


def test_no_version_is_the_contents_own(greet: Any, api: FakeApi) -> None:
    of_none, of_empty = (flyte.deploy(greet.parent_env, version=v, dryrun=True)[0] for v in (None, ""))
    assert of_none.summary_repr() == of_empty.summary_repr()

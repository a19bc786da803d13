"""What `import flyte` offers."""

from __future__ import annotations

import subprocess
import sys

import pytest

import flyte
from flyte import errors


@pytest.mark.parametrize("name", flyte.__all__)
def test_every_public_name_is_there(name):
    assert getattr(flyte, name) is not None


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(AttributeError, match=r"did you mean flyte\.TaskEnvironment\?"):
        flyte.TaskEnviroment  # noqa: B018


def test_deploy_stays_a_function_whatever_is_imported():
    code = "import flyte; from flyte._deploy import Deployment; assert callable(flyte.deploy), flyte.deploy"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_error_is_drawn_in_the_tree():
    for name in dir(errors):
        value = getattr(errors, name)
        if isinstance(value, type) and issubclass(value, Exception) and not name.startswith("_"):
            assert name in (errors.__doc__ or ""), name


@pytest.mark.parametrize("code", ["OOMError", "MaxRuntimeExceededError", "NonRecoverableError", "ActionAbortedError"])
def test_a_recorded_failure_comes_back_as_its_class(code):
    rebuilt = errors.rebuild(code, "user", "what happened")
    assert type(rebuilt).__name__ == code
    assert (rebuilt.code, rebuilt.kind, str(rebuilt)) == (code, "user", "what happened")


def test_a_users_exception_comes_back_as_a_user_error_with_its_class_as_code():
    rebuilt = errors.rebuild("KeyError", "user", "'b'")
    assert type(rebuilt) is errors.RuntimeUserError
    assert (rebuilt.code, str(rebuilt)) == ("KeyError", "'b'")

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import flyte
from flyte.errors import ImageBuildError
from flyte.packages import recipe_of
from flyte.packages._artifact import ArtifactMaker
from flyte.packages._cache import Cache
from flyte.packages._target import Target
from flyte.protocol.api import Platform
from tests.fakes.uv import FakeUv

if TYPE_CHECKING:
    from pathlib import Path

    from flyte.packages import Recipe

TARGET = Target.of(Platform(architecture="arm64", python="3.13", glibc="2.34"))
PYPROJECT = '[project]\nname = "mine"\nversion = "1.0"\ndependencies = ["six"]\n'
INDEX = "https://index.test/simple"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "src" / "mine.py").write_text("x = 1\n")
    return folder


def recipe(project: Path) -> Recipe:
    image = flyte.Image.from_debian_base(name="base").with_uv_project(
        project / "pyproject.toml", project_install_mode="install_project", index_url=INDEX
    )
    return recipe_of("env", image)


def test_a_project_is_built_once_for_the_same_sources(project: Path, tmp_path: Path) -> None:
    uv, cache = FakeUv(), Cache(tmp_path / "cache")
    for _ in range(2):
        assert ArtifactMaker(cache, uv).make(recipe(project), TARGET)
    assert uv.verbs == ["build", "compile", "install"]
    assert f"--default-index={INDEX}" in uv.calls[0]
    assert uv.calls[0][-1] == str(project)
    (project / "src" / "mine.py").write_text("x = 2\n")
    assert ArtifactMaker(cache, uv).make(recipe(project), TARGET)
    assert uv.verbs.count("build") == 2


def test_its_wheel_is_resolved_with_its_dependencies(project: Path, tmp_path: Path) -> None:
    asked: list[str] = []

    class Listening(FakeUv):
        def _compile(self, arguments: object) -> str:
            from pathlib import Path

            assert isinstance(arguments, list)
            asked.extend(Path(arguments[2]).read_text().splitlines())
            return super()._compile(arguments)

    ArtifactMaker(Cache(tmp_path / "cache"), Listening()).make(recipe(project), TARGET)
    assert asked[0] == "six"
    assert asked[1].endswith("/mine-1.0-py3-none-any.whl")


def test_compiled_code_is_refused_with_the_way_out(project: Path, tmp_path: Path) -> None:
    uv = FakeUv(tags="cp311-cp311-linux_x86_64")
    for _ in range(2):  # what was refused is not kept
        with pytest.raises(ImageBuildError, match=r"has compiled code \(mine-1\.0-cp311.*with_pip_packages"):
            ArtifactMaker(Cache(tmp_path / "cache"), uv).make(recipe(project), TARGET)


def test_a_project_that_cannot_be_built_is_named(project: Path, tmp_path: Path) -> None:
    with pytest.raises(ImageBuildError, match=r"project cannot be built into a wheel.*\n.*no module named src"):
        ArtifactMaker(Cache(tmp_path / "cache"), FakeUv(tags="")).make(recipe(project), TARGET)


def test_an_unknown_way_to_install_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="project_install_mode='install'"):
        flyte.Image.from_debian_base(name="base").with_uv_project("pyproject.toml", project_install_mode="install")

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import flyte
from flyte.errors import DeploymentError
from flyte.packages import Recipe, env_vars_of, recipe_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BASE = flyte.Image.from_debian_base(name="base")

SCRIPT = """\
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "numpy>=2",
#   "six",
# ]
# ///
import numpy
"""
PYPROJECT = '[project]\nname = "p"\nrequires-python = ">=3.12"\ndependencies = ["six>=1"]\n'


def read(image: flyte.Image | str | None) -> Recipe:
    return recipe_of("env", image)


@pytest.mark.parametrize("image", ["auto", None, BASE])
def test_an_image_without_layers_needs_no_artifact(image: Any) -> None:
    assert read(image).is_empty


def test_a_layer_of_no_packages_changes_nothing() -> None:
    more: list[str] = []
    assert BASE.with_pip_packages(*more) == BASE


def test_packages_of_all_layers_are_resolved_together() -> None:
    recipe = read(BASE.with_pip_packages("numpy>=2", "six").with_pip_packages("msgpack"))
    assert recipe.requirements == ("numpy>=2", "six", "msgpack")
    assert recipe.options == ()
    assert recipe.python is None


def test_options_of_layers_become_those_of_uv() -> None:
    image = BASE.with_pip_packages("a", index_url="https://i", extra_index_urls=["https://e", "https://f"], pre=True)
    recipe = read(
        image.with_pip_packages(
            "b", index_url="https://i", pre=True, extra_args="--find-links 'my wheels' --find-links w"
        )
    )
    assert recipe.options == (
        "--default-index=https://i",
        "--extra-index-url=https://e",
        "--extra-index-url=https://f",
        "--prerelease=allow",
        "--find-links",
        "my wheels",
        "--find-links",
        "w",
    )


def test_two_indexes_in_one_environment_are_refused() -> None:
    image = BASE.with_pip_packages("a", index_url="https://i").with_pip_packages("b", index_url="https://j")
    with pytest.raises(DeploymentError, match=r"environment env: .*https://i, https://j.*extra_index_urls"):
        read(image)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda image: image.with_apt_packages("ffmpeg"), r"with_apt_packages\('ffmpeg'\)"),
        (lambda image: image.with_commands(["make"]), r"with_commands\(\['make'\]\)"),
        (lambda image: image.with_workdir("/x"), r"with_workdir\('/x'\)"),
        (lambda image: image.with_poetry_project("pyproject.toml"), "with_poetry_project"),
        (lambda image: image.with_pixi_project("pixi.toml"), "with_pixi_project"),
        (lambda _: flyte.Image.from_dockerfile("Dockerfile", "r", "n"), r"from_dockerfile\('Dockerfile'\)"),
        (lambda _: flyte.Image.from_pixi_script("s.py", name="n"), "from_pixi_script"),
    ],
)
def test_what_lambda_cannot_have_is_refused_by_name(change: Callable[[flyte.Image], flyte.Image], named: str) -> None:
    with pytest.raises(DeploymentError, match=f"environment env: Lambda has no .*{named}"):
        read(change(BASE.with_pip_packages("six")))


def test_a_container_image_is_remembered_as_unused() -> None:
    assert read("registry/image:1").unused_base == "registry/image:1"
    assert read(flyte.Image.from_base("registry/image:1")).unused_base == "registry/image:1"
    assert read("auto").unused_base is None


def test_files_of_requirements_count_by_content_with_those_that_they_include(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("-r more.txt\n-c bounds.txt\nsix\n")
    (tmp_path / "more.txt").write_text("-r requirements.txt\n./my.whl\n")  # a circle ends
    (tmp_path / "bounds.txt").write_text("six<2\n")
    image = BASE.with_requirements(tmp_path / "requirements.txt")
    seen = [read(image).fingerprint]
    for name in ("bounds.txt", "my.whl"):
        (tmp_path / name).write_text(f"changed {name}")
        seen.append(read(image).fingerprint)
    assert read(image).fingerprint == seen[-1]
    assert len({str(each) for each in seen}) == 3


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").touch()
    why = r"environment env: with_requirements\('.*/requirments\.txt'\): no such file .*; there is requirements\.txt$"
    with pytest.raises(DeploymentError, match=why):
        read(BASE.with_requirements(tmp_path / "requirments.txt"))
    with pytest.raises(DeploymentError, match=r"with_source_folder\('.*/nowhere/tables'\): no such file or folder in"):
        read(BASE.with_source_folder(tmp_path / "nowhere" / "tables"))


WRONG: dict[str, Any] = {"list": ["numpy", "six"], "number": {"A": 1}, "text": "3.12", "one": (3,)}


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: BASE.with_pip_packages(WRONG["list"]), r"with_pip_packages\(\['numpy', 'six'\]\): wanted texts"),
        (lambda: BASE.with_env_vars(WRONG["number"]), "env_vars: 'A' is 1, wanted text"),
        (lambda: flyte.Image.from_debian_base(python_version=WRONG["text"]), r"python_version='3.12': wanted a pair"),
        (lambda: BASE.clone(python_version=WRONG["one"]), r"python_version=\(3,\): wanted a pair"),
    ],
)
def test_wrong_types_are_refused_where_they_are_written(make: Callable[[], object], why: str) -> None:
    with pytest.raises(TypeError, match=why):
        make()


def test_a_wheel_is_found_from_the_current_folder_and_counts_by_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-1-py3-none-any.whl").write_text("one")
    image = BASE.with_pip_packages("./my-1-py3-none-any.whl")
    before = read(image)
    assert before.requirements == (str(tmp_path / "my-1-py3-none-any.whl"),)
    fingerprint = before.fingerprint
    (tmp_path / "my-1-py3-none-any.whl").write_text("two")
    assert read(image).fingerprint != fingerprint


def test_a_script_names_its_packages_in_its_header(tmp_path: Path) -> None:
    script = tmp_path / "s.py"
    script.write_text(SCRIPT)
    recipe = read(flyte.Image.from_uv_script(script, name="s", pre=True, extra_index_urls="https://e"))
    assert recipe.requirements == ("numpy>=2", "six")
    assert recipe.requires_python == (">=3.11",)
    assert recipe.options == ("--extra-index-url=https://e", "--prerelease=allow")


@pytest.mark.parametrize(
    ("text", "why"),
    [("import six\n", "has no PEP 723 header"), (SCRIPT * 2, "has two PEP 723 headers")],
)
def test_a_script_needs_one_header(tmp_path: Path, text: str, why: str) -> None:
    script = tmp_path / "s.py"
    script.write_text(text)
    with pytest.raises(DeploymentError, match=why):
        read(flyte.Image.from_uv_script(script, name="s"))


def test_a_header_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.py").write_text("# /// script\n# dependencies = [\n# ///\n")
    with pytest.raises(DeploymentError, match=r"header of .*s\.py is no TOML"):
        read(flyte.Image.from_uv_script(tmp_path / "s.py", name="s"))


def test_a_project_brings_what_its_lock_says(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "uv.lock").write_text("version = 1")
    image = BASE.with_uv_project(tmp_path / "pyproject.toml", extra_args="--extra plots")
    recipe = read(image)
    before = recipe.fingerprint
    assert recipe.requirements == ()
    assert recipe.projects[0].arguments == ("--extra", "plots")
    assert recipe.requires_python == (">=3.12",)
    (tmp_path / "uv.lock").write_text("version = 2")
    assert read(image).fingerprint != before


def test_a_project_without_a_lock_brings_what_it_declares(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    recipe = read(BASE.with_uv_project(tmp_path / "pyproject.toml"))
    assert recipe.requirements == ("six>=1",)
    assert recipe.projects == ()


UV_SETTINGS = """
[[tool.uv.index]]
name = "corp"
url = "https://corp/simple"
[[tool.uv.index]]
url = "https://mirror/simple"
default = true
[tool.uv.sources]
six = { index = "corp" }
"""


def test_indexes_of_a_project_are_asked_as_uv_would(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT + UV_SETTINGS)
    expected = (
        "--index=corp=https://corp/simple",
        "--default-index=https://mirror/simple",
        "--extra-index-url=https://e",
    )
    image = BASE.with_uv_project(tmp_path / "pyproject.toml", extra_index_urls=["https://e"])
    assert read(image).options == expected
    (tmp_path / "uv.lock").write_text("version = 1")
    assert read(image).options == expected


def test_sources_beside_an_index_need_a_lock(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT + '[tool.uv.sources]\nsix = { path = "../six" }\n')
    image = BASE.with_uv_project(tmp_path / "pyproject.toml")
    with pytest.raises(DeploymentError, match=r"takes six from elsewhere than an index.*uv lock"):
        read(image)
    (tmp_path / "uv.lock").write_text("version = 1")
    assert read(image).projects
    script = tmp_path / "s.py"
    script.write_text(
        SCRIPT.replace("# ///\nimport", '# [tool.uv.sources]\n# six = { git = "https://g" }\n# ///\nimport')
    )
    with pytest.raises(DeploymentError, match="takes six from elsewhere"):
        read(flyte.Image.from_uv_script(script, name="s"))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"extra_args": "--extra x"}, "has no uv.lock, which"),
        ({"uvlock": "other/uv.lock"}, r"other/uv.lock does not exist"),
    ],
)
def test_what_a_project_without_a_lock_cannot_do_is_told(tmp_path: Path, options: dict[str, Any], why: str) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    if "uvlock" in options:
        options = {"uvlock": tmp_path / options["uvlock"]}
    with pytest.raises(DeploymentError, match=why):
        read(BASE.with_uv_project(tmp_path / "pyproject.toml", **options))


def test_source_layers_are_named_as_a_copy_in_a_dockerfile_names_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "deep").mkdir(parents=True)
    (data / "a.csv").touch()
    (data / "deep" / "b.csv").touch()
    (data / "__pycache__").mkdir()
    (data / "__pycache__" / "c.pyc").touch()

    def names(image: flyte.Image) -> list[str]:
        return sorted(each.name for each in read(image).copied)

    assert names(BASE.with_source_folder(data)) == ["data/a.csv", "data/deep/b.csv"]
    assert names(BASE.with_source_folder(data, "in")) == ["in/data/a.csv", "in/data/deep/b.csv"]
    assert names(BASE.with_source_folder(data, "in", copy_contents_only=True)) == ["in/a.csv", "in/deep/b.csv"]
    assert names(BASE.with_source_file(data / "a.csv")) == ["a.csv"]
    assert names(BASE.with_source_file([data / "a.csv"], "in/")) == ["in/a.csv"]
    assert names(BASE.with_source_file(data / "a.csv", "in/other.csv")) == ["in/other.csv"]


@pytest.mark.parametrize("dst", ["/opt/data", "../data"])
def test_source_layers_stay_in_the_working_directory(tmp_path: Path, dst: str) -> None:
    with pytest.raises(DeploymentError, match="outside of the task's working directory"):
        read(BASE.with_source_folder(tmp_path, dst))


def test_later_variables_win() -> None:
    assert env_vars_of(BASE.with_env_vars({"A": "1", "B": "1"}).with_env_vars({"B": "2"})) == {"A": "1", "B": "2"}
    assert env_vars_of("auto") == {}


def test_only_a_python_that_was_asked_for_counts() -> None:
    chosen = flyte.Image.from_debian_base(python_version=(3, 12), name="n")
    assert read(chosen.with_pip_packages("six")).python == "3.12"
    assert read(BASE.clone(python_version=(3, 11))).python == "3.11"
    assert read(BASE.with_pip_packages("six")).python is None

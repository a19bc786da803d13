from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flyte.config import Config, PlatformConfig, TaskConfig, auto, find_config, load_config, search_paths, write_config
from flyte.config._reader import variable_names
from flyte.errors import InitializationError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder with an empty home beside it, and no variable of ours."""
    work, home = tmp_path / "work", tmp_path / "home"
    work.mkdir()
    home.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("HOME", str(home))
    for name in ("UCTL_CONFIG", "FLYTECTL_CONFIG", "FLYTE_TASK_PROJECT", "FLYTE_ADMIN_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    return work


def put(path: Path, project: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"task:\n  project: {project}\n")
    return path


def test_files_are_looked_for_in_flytes_order(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = here / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "deep").mkdir()
    monkeypatch.chdir(root / "deep")
    monkeypatch.setenv("UCTL_CONFIG", str(here / "u.yaml"))
    monkeypatch.setenv("FLYTECTL_CONFIG", str(here / "f.yaml"))
    home = here.parent / "home"
    order = [
        put(home / ".flyte" / "config.yaml", "home"),
        put(home / ".union" / "config.yaml", "union"),
        put(here / "f.yaml", "flytectl"),
        put(here / "u.yaml", "uctl"),
        put(root / ".flyte" / "config.yaml", "root"),
        put(root / "deep" / ".flyte" / "config.yaml", "dotted"),
        put(root / "deep" / "config.yaml", "here"),
    ]
    found = []
    for path in reversed(order):
        found.append(auto().task.project)
        path.unlink()
    assert found == ["here", "dotted", "root", "uctl", "flytectl", "union", "home"]
    assert [path.resolve() for path in search_paths()] == [path.resolve() for path in reversed(order)]


def test_without_a_file_everything_has_its_default(here: Path) -> None:
    assert find_config() == Config()


def test_a_named_file_must_exist(here: Path) -> None:
    with pytest.raises(InitializationError, match=r"there is no configuration file no-such\.yaml; .*create config"):
        auto("no-such.yaml")


def test_a_named_file_wins_over_a_found_one(here: Path) -> None:
    put(here / "config.yaml", "found")
    assert auto(put(here / "other.yaml", "named")).task.project == "named"


def test_all_sections_are_read(here: Path) -> None:
    path = here / "config.yaml"
    path.write_text(
        "admin: {endpoint: dns:///host, insecure: true, region: eu-west-1, profile: dev, command: [a, b c]}\n"
        "console: {endpoint: https://console}\n"
        "image: {builder: local, image_refs: {base: repo/base:1}, registry: repo}\n"
        "local: {persistence: true}\n"
        "unknown: {whatever: 1}\n"
    )
    found = load_config(path, {})
    assert found.platform.endpoint == "dns:///host"
    assert found.platform.insecure is True
    assert (found.platform.region, found.platform.profile) == ("eu-west-1", "dev")
    assert found.platform.command == ("a", "b c")
    assert found.platform.console_endpoint == "https://console"
    assert found.image.image_refs == {"base": "repo/base:1"}
    assert found.local.persistence is True
    assert found.source == path


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"FLYTE_ADMIN_ENDPOINT": "other"}, PlatformConfig(endpoint="other")),
        ({"FLYTE_ADMIN_INSECURE": "TRUE"}, PlatformConfig(endpoint="file", insecure=True)),
        ({"FLYTE_ADMIN_INSECURESKIPVERIFY": "1"}, PlatformConfig(endpoint="file", insecure_skip_verify=True)),
        ({"FLYTE_ADMIN_INSECURE_SKIP_VERIFY": "1"}, PlatformConfig(endpoint="file", insecure_skip_verify=True)),
        ({"FLYTE_AUTH_TYPE": "Pkce"}, PlatformConfig(endpoint="file", auth_mode="Pkce")),
        ({"FLYTE_AUTH_COMMAND": "get 'a token'"}, PlatformConfig(endpoint="file", command=("get", "a token"))),
        ({"FLYTE_ADMIN_ENDPOINT": ""}, PlatformConfig()),
    ],
)
def test_variables_win_over_the_file(here: Path, variables: dict[str, str], expected: PlatformConfig) -> None:
    path = here / "config.yaml"
    path.write_text("admin: {endpoint: file}\n")
    assert load_config(path, variables).platform == expected


def test_a_mapping_is_read_from_a_variable_as_pairs_or_json() -> None:
    pairs = load_config(None, {"FLYTE_IMAGE_IMAGE_REFS": "a=x,b=y"}).image.image_refs
    assert pairs == load_config(None, {"FLYTE_IMAGE_IMAGE_REFS": '{"a": "x", "b": "y"}'}).image.image_refs


def test_the_names_of_variables_follow_the_key() -> None:
    assert variable_names("admin.caCertFilePath") == ("FLYTE_ADMIN_CACERTFILEPATH", "FLYTE_ADMIN_CA_CERT_FILE_PATH")
    assert variable_names("task.project") == ("FLYTE_TASK_PROJECT",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("admin: [1", "cannot be read"),
        ("- a\n- b\n", "must be a YAML mapping"),
        ("admin: 3\n", "`admin` in the configuration file .* must be a mapping"),
        ("admin: {insecure: maybe}\n", r"admin\.insecure in .* must be true or false, not 'maybe'"),
        ("admin: {endpoint: [1]}\n", r"admin\.endpoint in .* must be text"),
        ("image: {image_refs: nonsense}\n", "must read name=value"),
    ],
)
def test_what_cannot_be_used_is_named(here: Path, text: str, message: str) -> None:
    path = here / "config.yaml"
    path.write_text(text)
    with pytest.raises(InitializationError, match=message):
        load_config(path, {})


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(InitializationError, match="FLYTE_ADMIN_INSECURE must be true or false"):
        load_config(None, {"FLYTE_ADMIN_INSECURE": "perhaps"})


def test_what_is_written_reads_the_same(here: Path) -> None:
    config = Config(
        platform=PlatformConfig(endpoint="https://x", region="us-east-1", command=("a", "b")),
        task=TaskConfig(project="shop", domain="testing"),
    )
    path = write_config(config, here / "new" / "config.yaml")
    found = load_config(path, {})
    assert (found.platform, found.task) == (config.platform, config.task)
    assert found.to_yaml() == path.read_text() == config.to_yaml()


def test_a_file_is_replaced_only_when_forced(here: Path) -> None:
    path = put(here / "config.yaml", "old")
    with pytest.raises(InitializationError, match="exists already; use --force"):
        write_config(Config(), path)
    write_config(Config(task=TaskConfig(project="new")), path, force=True)
    assert load_config(path, {}).task.project == "new"
    assert [entry.name for entry in here.iterdir()] == ["config.yaml"]

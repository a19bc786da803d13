import zipfile
from pathlib import Path

import pytest

from flyte_cli.backend import package
from flyte_cli.backend.assets import BackendAssets
from flyte_cli.backend.package import PackageError, Target

TARGET = Target.of_lambda("arm64", "3.13")


@pytest.fixture
def assets(tmp_path: Path) -> BackendAssets:
    for folder in ("flyte", "functions"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text(f"# {folder}")
    (tmp_path / "functions.txt").write_text("some-wheel==1")
    return BackendAssets(
        sdk=tmp_path / "flyte",
        functions=tmp_path / "functions",
        template=tmp_path / "flyte.template.json",
        functions_lock=tmp_path / "functions.txt",
        devbox_lock=tmp_path / "devbox.txt",
    )


class Uv:
    """Stands for uv: installs one module, and remembers what it was asked."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.content = b"x = 1"

    def __call__(self, arguments: list[str], *, cwd: Path, purpose: str) -> None:
        self.calls.append(arguments)
        folder = Path(arguments[arguments.index("--target") + 1])
        folder.mkdir()
        (folder / "wheel.py").write_bytes(self.content)


@pytest.fixture
def uv(monkeypatch: pytest.MonkeyPatch) -> Uv:
    uv = Uv()
    monkeypatch.setattr(package, "run_uv", uv)
    return uv


def build(assets: BackendAssets, cache: Path, target: Target = TARGET) -> Path:
    return package.build(target, cache, assets=assets, progress=lambda line: None)


def test_the_package_holds_sdk_functions_and_wheels_at_its_root(assets: BackendAssets, uv: Uv, tmp_path: Path) -> None:
    with zipfile.ZipFile(build(assets, tmp_path / "cache")) as built:
        assert built.namelist() == ["flyte/__init__.py", "functions/__init__.py", "wheel.py"]


def test_wheels_are_resolved_for_the_platform_by_their_hashes_and_never_built(
    assets: BackendAssets, uv: Uv, tmp_path: Path
) -> None:
    build(assets, tmp_path / "cache")

    asked = " ".join(uv.calls[0])
    assert "--python-version 3.13" in asked
    assert "--python-platform aarch64-manylinux2014" in asked
    assert "--only-binary :all:" in asked
    assert "--require-hashes" in asked


def test_for_this_machine_no_platform_is_named(assets: BackendAssets, uv: Uv, tmp_path: Path) -> None:
    build(assets, tmp_path / "cache", Target.of_this_machine())

    assert "--python-platform" not in uv.calls[0]


def test_an_unchanged_package_comes_from_the_cache(assets: BackendAssets, uv: Uv, tmp_path: Path) -> None:
    first = build(assets, tmp_path / "cache")
    made = first.stat().st_mtime_ns

    assert build(assets, tmp_path / "cache") == first
    assert first.stat().st_mtime_ns == made
    assert len(uv.calls) == 1


def test_changed_sources_make_another_package_of_the_same_wheels(assets: BackendAssets, uv: Uv, tmp_path: Path) -> None:
    first = build(assets, tmp_path / "cache")
    (assets.functions / "__init__.py").write_text("# changed")

    assert build(assets, tmp_path / "cache") != first
    assert len(uv.calls) == 1


@pytest.mark.parametrize("other", [Target.of_lambda("x86_64", "3.13"), Target.of_lambda("arm64", "3.12")])
def test_each_target_has_wheels_of_its_own(assets: BackendAssets, uv: Uv, tmp_path: Path, other: Target) -> None:
    assert build(assets, tmp_path / "cache") != build(assets, tmp_path / "cache", other)
    assert len(uv.calls) == 2


def test_a_changed_lock_resolves_anew(assets: BackendAssets, uv: Uv, tmp_path: Path) -> None:
    build(assets, tmp_path / "cache")
    assets.functions_lock.write_text("some-wheel==2")
    build(assets, tmp_path / "cache")

    assert len(uv.calls) == 2


def test_a_build_that_fails_leaves_nothing_in_the_cache(
    assets: BackendAssets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(arguments: list[str], *, cwd: Path, purpose: str) -> None:
        Path(arguments[arguments.index("--target") + 1]).mkdir()
        raise PackageError("no index")

    monkeypatch.setattr(package, "run_uv", fail)

    with pytest.raises(PackageError, match="no index"):
        build(assets, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_package_that_is_too_large_is_refused_with_both_sizes(
    assets: BackendAssets, uv: Uv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "MAX_PACKAGE_BYTES", 10)

    with pytest.raises(PackageError, match=r"has \d+ bytes, more than the 10 allowed"):
        build(assets, tmp_path / "cache")
    assert list((tmp_path / "cache").glob("*.zip")) == []


def test_only_the_last_packages_are_kept(assets: BackendAssets, uv: Uv, tmp_path: Path) -> None:
    for number in range(6):
        (assets.functions / "__init__.py").write_text(f"# {number}")
        last = build(assets, tmp_path / "cache")

    kept = list((tmp_path / "cache").glob("functions-*.zip"))
    assert len(kept) == 4
    assert last in kept


def test_uv_that_fails_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"cannot make it: uv said:\n.*no-such-command"):
        package.run_uv(["no-such-command"], cwd=tmp_path, purpose="make it")


def test_a_checkout_has_all_assets() -> None:
    assets = BackendAssets.find()

    assert (assets.sdk / "__init__.py").is_file()
    assert (assets.functions / "__init__.py").is_file()
    assert all(path.is_file() for path in (assets.template, assets.functions_lock, assets.devbox_lock))

"""Projects as people lay them out, run and deployed on a real stack: what is imported or opened here is there too."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.integration.new_user import unused

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.new_user import Ended, User

pytestmark = pytest.mark.xdist_group("devbox")

TASKS = """
import flyte
{imports}

env = flyte.TaskEnvironment(name="layout"{settings})


@env.task
def check() -> str:
{body}
"""


def tasks(body: str, imports: str = "", settings: str = "") -> str:
    indented = "\n".join(f"    {line}" for line in body.splitlines())
    return TASKS.format(imports=imports, settings=settings, body=indented)


def succeeded(ended: Ended) -> str:
    assert ended.code == 0, ended.stdout + ended.stderr
    return ended.stdout


LAYOUTS = {
    "a src layout": (
        {
            "src/shop/__init__.py": "",
            "src/shop/prices.py": "PRICE = 'from src'",
            "src/shop/tasks.py": tasks("return prices.PRICE", "from shop import prices"),
        },
        "src/shop/tasks.py",
        "from src",
    ),
    "modules beside a program in a folder": (
        {
            "jobs/words.py": "WORD = 'beside'",
            "jobs/later.py": "WORD = 'the program'",
            "jobs/run_me.py": tasks("from later import WORD\nreturn f'{words.WORD} {WORD}'", "import words"),
        },
        "jobs/run_me.py",
        "beside the program",
    ),
    "a namespace package": (
        {
            "company/team/part.py": "WHO = 'nobody wrote an __init__'",
            "run_me.py": tasks("return part.WHO", "from company.team import part"),
        },
        "run_me.py",
        "nobody wrote an __init__",
    ),
    "a module imported by the task alone": (
        {
            "later/__init__.py": "",
            "later/deep/__init__.py": "from .leaf import VALUE",
            "later/deep/leaf.py": "VALUE = 'lazy'",
            "run_me.py": tasks("from later.deep import VALUE\nreturn VALUE"),
        },
        "run_me.py",
        "lazy",
    ),
    "a folder that the program adds to sys.path": (
        {
            "vendored/words.py": "WORD = 'vendored'",
            "run_me.py": tasks(
                "return words.WORD",
                "import sys\nfrom pathlib import Path\n"
                "sys.path.append(str(Path(__file__).parent / 'vendored'))\nimport words",
            ),
        },
        "run_me.py",
        "vendored",
    ),
    "included files": (
        {
            "job/data/a.csv": "1",
            "job/data/b.csv": "2",
            "job/data/c.txt": "3",
            "job/deep/x/y.json": "4",
            "job/run_me.py": tasks(
                "here = Path(__file__).parent\nreturn ' '.join(sorted(p.name for p in here.rglob('*.*') if p.suffix in"
                " {'.csv', '.txt', '.json'}))",
                "from pathlib import Path",
                ', include=("data/*.csv", "deep")',
            ),
        },
        "job/run_me.py",
        "a.csv b.csv y.json",
    ),
}


def write(user: User, files: dict[str, str]) -> None:
    for name, text in files.items():
        user.write(name, text)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_runs(user: User, layout: str) -> None:
    files, file, expected = LAYOUTS[layout]
    write(user, files)
    assert expected in succeeded(user.flyte("run", file, "check"))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_deployed(user: User, layout: str) -> None:
    files, file, expected = LAYOUTS[layout]
    write(user, files)
    version = unused("v")  # other layouts deploy the same task meanwhile
    succeeded(user.flyte("deploy", "--version", version, file, "env"))
    assert expected in succeeded(user.flyte("run", "deployed-task", f"layout.check:{version}"))


def test_a_root_dir_holds_what_lies_beside_the_program(user: User) -> None:
    write(
        user,
        {"jobs/run_me.py": tasks("from shared import thing\nreturn thing.NAME"), "shared/thing.py": "NAME = 'beside'"},
    )
    folder = user.folder / "jobs"
    inside = type(user)(folder, {**user.settings, "PYTHONPATH": str(user.folder)})
    assert "beside" in succeeded(inside.flyte("run", "--root-dir", "..", "run_me.py", "check"))


def test_links_within_the_root_arrive_as_what_they_lead_to(user: User) -> None:
    write(
        user,
        {
            "library/real_one.py": "ONE = 'one'",
            "library/pack/__init__.py": "TWO = 'two'",
            "data/real.txt": "three",
            "run_me.py": tasks(
                "from pathlib import Path\nreturn f\"{linked.ONE} {pack.TWO} {Path('text.txt').read_text()}\"",
                "import linked, pack",
            ),
        },
    )
    (user.folder / "linked.py").symlink_to("library/real_one.py")
    (user.folder / "pack").symlink_to("library/pack")
    (user.folder / "text.txt").symlink_to("data/real.txt")
    assert "one two three" in succeeded(user.flyte("run", "--copy-style", "all", "run_me.py", "check"))
    # Of the modules alone it is the same, but for the file that is no module.
    user.write("run_me.py", tasks("return f'{linked.ONE} {pack.TWO}'", "import linked, pack"))
    assert "one two" in succeeded(user.flyte("run", "run_me.py", "check"))


def test_nested_ignore_files_decide_what_is_sent(user: User) -> None:
    write(
        user,
        {
            ".gitignore": "*.bin\n",
            ".flyteignore": "private/\n",
            "private/key.txt": "",
            "model.bin": "",
            "sub/.gitignore": "!kept.bin\n",
            "sub/kept.bin": "",
            "sub/.flyteignore": "*.tmp\n",
            "sub/x.tmp": "",
            "y.tmp": "",
            "__pycache__/z.pyc": "",
            ".venv/lib/w.py": "",
            "run_me.py": tasks(
                "import os\nreturn ' '.join(sorted(os.path.relpath(os.path.join(f, n)) for f, _, ns in os.walk('.')"
                " for n in ns if not n.startswith('.') and '__pycache__' not in f))"
            ),
        },
    )
    assert "run_me.py sub/kept.bin y.tmp" in succeeded(user.flyte("run", "--copy-style", "all", "run_me.py", "check"))


COPY = """
import flyte
import run_me

flyte.init_from_config()
{call}
"""


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_copy_of_the_bundle_is_left_where_it_is_asked_for(user: User, tmp_path: Path, dry_run: bool) -> None:  # noqa: FBT001 - a case
    write(user, {"run_me.py": tasks("return 'ran'"), "unused.py": ""})
    target = tmp_path / "copies" / "new"
    call = f"run = flyte.with_runcontext(dry_run={dry_run}, copy_bundle_to={str(target)!r}).run(run_me.check)"
    user.write("start.py", COPY.format(call=call))
    ended = user.python("start.py")
    assert ended.code == 0, ended.stderr
    (copy,) = target.iterdir()
    with zipfile.ZipFile(copy) as opened:
        assert opened.namelist() == ["run_me.py", "start.py"]

"""What a task may do to its process, each followed by an ordinary task that must not notice."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flyte.protocol.tasks import TimeoutPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flyte.protocol.tasks import ArtifactRef
    from tests.integration.runner.conftest import Result, Runner

GOOD = """
    @env.task
    def good() -> str:
        state = (os.environ.get("LEAK"), os.path.exists("left.txt"), sys.argv[1:], threading.active_count())
        print("good says hello")
        return repr(state)

"""
CLEAN = "(None, False, [], 1)"


@pytest.fixture
def bad(runner: Runner) -> Iterator[Callable[..., Result]]:
    """Runs `t` of a program, and afterwards proves that a good task of the same program is unaffected."""
    programs: list[ArtifactRef] = []

    def run(body: str, **options: object) -> Result:
        programs.append(runner.program(GOOD + body))
        if "timeout" in options:
            runner.invoke(programs[-1], "good")  # so that the time is the task's alone, not that of an import
        return runner.invoke(programs[-1], **options)  # type: ignore[arg-type]

    yield run
    for code in programs:
        after = runner.invoke(code, "good")
        assert after.value == CLEAN
        assert after.printed == ["good says hello"]


def test_an_exception_keeps_its_class_its_message_and_only_the_users_frames(bad: Callable[..., Result]) -> None:
    result = bad("""
    def inner() -> None:
        raise KeyError("nothing here")

    @env.task
    async def t() -> None:
        inner()
    """)
    assert (result.outcome.status, result.outcome.error) == ("failed", "KeyError")
    assert result.error.message == "'nothing here'"
    assert result.error.traceback.count('File "') == 2
    assert "program.py" in result.error.traceback
    assert "in inner" in result.error.traceback


def test_retries_follow_the_policy(bad: Callable[..., Result]) -> None:
    body = """
    @env.task
    def t() -> None:
        raise ValueError
    """
    assert bad(body, retries=1).outcome.status == "retry"
    assert bad(body, retries=1, attempt=2).outcome.status == "failed"


def test_an_error_that_says_so_is_not_retried(bad: Callable[..., Result]) -> None:
    result = bad(
        """
    @env.task
    def t() -> None:
        raise flyte.errors.NonRecoverableError("never")
    """,
        retries=3,
    )
    assert result.outcome.status == "failed"


def test_sys_exit_is_a_failure_that_names_the_code(bad: Callable[..., Result]) -> None:
    result = bad("""
    @env.task
    def t() -> None:
        sys.exit(3)
    """)
    assert result.error.code == "SystemExit"
    assert "sys.exit(3)" in result.error.message


def test_keyboard_interrupt_is_a_failure(bad: Callable[..., Result]) -> None:
    result = bad("""
    @env.task
    def t() -> None:
        raise KeyboardInterrupt
    """)
    assert result.error.code == "KeyboardInterrupt"


def test_os_exit_is_a_crash_with_the_code_and_the_last_lines(bad: Callable[..., Result]) -> None:
    result = bad(r"""
    @env.task
    def t() -> None:
        for number in range(100):
            print("line", number)
        sys.stderr.write("no line end")
        sys.stderr.flush()
        os._exit(7)
    """)
    assert result.error.code == "WorkerCrashedError"
    assert "exit code 7" in result.error.message
    assert "line 99" in result.error.message
    assert result.error.message.endswith("no line end")
    assert len(result.printed) == 101


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT])
def test_a_signal_is_a_crash_that_names_it(bad: Callable[..., Result], number: signal.Signals) -> None:
    result = bad(f"""
    @env.task
    def t() -> None:
        print("before")
        os.kill(os.getpid(), {int(number)})
    """)
    assert result.error.code == "WorkerCrashedError"
    assert number.name in result.error.message
    assert "before" in result.printed


def test_a_segmentation_fault_logs_the_python_stack(bad: Callable[..., Result]) -> None:
    result = bad("""
    @env.task
    def t() -> None:
        import ctypes
        ctypes.string_at(0)
    """)
    assert "SIGSEGV" in result.error.message
    assert any("program.py" in line for line in result.printed)


@pytest.mark.parametrize("flood", ["sys.stdout.write('x' * 1_000_000)", "[print('y' * 99) for _ in range(10_000)]"])
def test_a_megabyte_of_output_is_logged_whole(bad: Callable[..., Result], flood: str) -> None:
    result = bad(f"""
    @env.task
    def t() -> int:
        {flood}
        return 1
    """)
    assert result.value == 1
    assert sum(len(line.rstrip()) for line in result.printed) in {1_000_000, 990_000}


def test_binary_output_is_logged_with_replacement_characters(bad: Callable[..., Result]) -> None:
    result = bad(r"""
    @env.task
    def t() -> None:
        os.write(1, b"\xff\xfe\x00 ok\n" + bytes(range(256)) + b"\n")
        os.write(2, "ünïcode\n".encode())
    """)
    assert result.outcome.status == "succeeded"
    assert result.printed[0] == "\ufffd\ufffd\x00 ok"
    assert "ünïcode" in result.printed


def test_a_task_over_its_timeout_is_killed_with_what_it_started(bad: Callable[..., Result]) -> None:
    result = bad(
        """
    @env.task
    def t() -> None:
        child = subprocess.Popen(["sleep", "600"], start_new_session=True)
        print(child.pid)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        threading.Event().wait()
    """,
        timeout=TimeoutPolicy(max_runtime_s=1.5),
        retries=1,
    )
    assert result.outcome.status == "retry"
    assert result.error.code == "MaxRuntimeExceededError"
    assert "1.5 s" in result.error.message
    assert result.took_s < 5
    assert _is_gone(int(result.printed[0]))


def test_a_busy_loop_over_its_timeout_is_killed(bad: Callable[..., Result]) -> None:
    result = bad(
        """
    @env.task
    def t() -> None:
        while True:
            print("busy")
    """,
        timeout=TimeoutPolicy(max_runtime_s=0.7),
    )
    assert result.error.code == "MaxRuntimeExceededError"


def test_a_deadline_that_passes_while_the_task_runs_ends_it_for_good(bad: Callable[..., Result]) -> None:
    result = bad(
        """
    @env.task
    def t() -> None:
        threading.Event().wait()
    """,
        timeout=TimeoutPolicy(deadline_s=100),
        age_s=99,
        retries=3,
    )
    assert result.outcome.status == "failed"
    assert result.error.code == "DeadlineExceededError"


def test_the_sandboxs_own_deadline_ends_the_task_with_a_clear_error(bad: Callable[..., Result]) -> None:
    result = bad(
        """
    @env.task
    def t() -> None:
        threading.Event().wait()
    """,
        remaining_s=3.5,
    )
    assert result.error.code == "MaxRuntimeExceededError"
    assert "15 minutes" in result.error.message


def test_leaking_state_is_undone(bad: Callable[..., Result]) -> None:
    result = bad("""
    @env.task
    def t() -> None:
        os.environ["LEAK"] = "1"
        sys.argv.append("leak")
        sys.path.clear()
        sys.stdout = sys.stderr = None
        os.umask(0o777)
        signal.signal(signal.SIGALRM, lambda *_: os._exit(1))
        signal.alarm(1)
        os.chdir("/")
    """)
    assert result.outcome.status == "succeeded"
    assert "process is replaced" not in " ".join(result.said)


@pytest.mark.parametrize(
    "deed",
    [
        "Path('left.txt').write_text('here')",
        "Path('program.py').unlink()",
        "subprocess.Popen(['sleep', '600'])",
        "subprocess.Popen(['sleep', '600'], start_new_session=True)",
        "threading.Thread(target=threading.Event().wait).start()",
        "os.close(1)",
        "os.dup2(os.open('/dev/null', os.O_WRONLY), 2)",
        "sys.stdout.close()",
        "__import__('resource').setrlimit(7, (100, 100))",
        "__import__('shutil').rmtree(os.getcwd())",
    ],
)
def test_what_cannot_be_undone_replaces_the_process(bad: Callable[..., Result], deed: str) -> None:
    result = bad(f"""
    @env.task
    def t() -> int:
        {deed}
        return 1
    """)
    assert result.value == 1
    assert "process is replaced" in " ".join(result.said)


@pytest.mark.parametrize(
    "deed",
    [
        "os.write(FD, b'garbage')",
        "os.close(FD); threading.Event().wait()",
        "os.dup2(os.open('/dev/null', os.O_RDWR), FD); threading.Event().wait()",
    ],
)
def test_meddling_with_the_private_socket_ends_only_this_attempt(bad: Callable[..., Result], deed: str) -> None:
    result = bad(f"""
    FD = max(int(fd) for fd in os.listdir("/proc/self/fd"))

    @env.task
    def t() -> None:
        {deed}
    """)
    assert result.error.code == "WorkerCrashedError"
    assert "connection between its process and the runner" in result.error.message


def test_closing_all_low_descriptors_harms_nothing_but_the_process(bad: Callable[..., Result]) -> None:
    result = bad("""
    @env.task
    def t() -> int:
        os.closerange(0, 256)
        return 5
    """)
    assert result.value == 5


def test_a_fork_that_returns_from_the_task_does_not_answer_for_it(bad: Callable[..., Result]) -> None:
    result = bad("""
    @env.task
    def t() -> str:
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            return "parent"
        return "child"
    """)
    assert result.value == "parent"


def test_a_pool_of_processes_works(bad: Callable[..., Result]) -> None:
    result = bad("""
    from concurrent.futures import ProcessPoolExecutor
    import multiprocessing

    @env.task
    def t() -> list[int]:
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
            return list(pool.map(abs, [-1, -2]))
    """)
    assert result.value == [1, 2]


def test_outputs_that_are_not_utf8_are_the_users_failure(bad: Callable[..., Result]) -> None:
    result = bad(r"""
    @env.task
    def t() -> str:
        return "\ud800"
    """)
    assert result.error.code in {"DataValidationError", "UnicodeEncodeError"}


def test_an_error_text_that_is_not_utf8_is_kept_readable(bad: Callable[..., Result]) -> None:
    result = bad(r"""
    @env.task
    def t() -> None:
        raise ValueError("\ud800 and text")
    """)
    assert result.error.message == "\\ud800 and text"


def test_a_task_may_crash_after_it_returned(bad: Callable[..., Result]) -> None:
    result = bad("""
    @env.task
    def t() -> int:
        threading.Thread(target=lambda: (time.sleep(0.05), os._exit(1)), daemon=True).start()
        return 1
    """)
    assert result.value == 1


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"

"""Tasks that do what they should, in real worker processes."""


def test_a_task_runs_from_its_artifact(runner):
    code = runner.program("""
        @env.task
        async def t(message: str) -> str:
            print("hello from the task")
            return f"{message}!"
    """)
    result = runner.invoke(code, message="Good morning!")
    assert result.value == "Good morning!!"
    assert result.outcome.model_dump(mode="json") == {
        "status": "succeeded", "attempt": 1, "wait_s": 0, "error": "", "cause": ""
    }  # fmt: skip
    assert result.printed == ["hello from the task"]

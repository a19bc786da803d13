# greeting.py

import flyte

env = flyte.TaskEnvironment(name="greeting_env")


@env.task
async def greet(message: str) -> str:
    return f"{message}!"


if __name__ == "__main__":
    flyte.init_from_config()
    result = flyte.run(greet, message="Good morning!")
    print(f"Result: {result}")

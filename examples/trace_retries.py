"""`@flyte.trace` records what a function gave, so that the next attempt of the task does not do it again.

    flyte run --local examples/trace_retries.py bill --customers '["ada", "bob", "eve"]'
    flyte run examples/trace_retries.py bill --customers '["ada", "bob", "eve"]'

The first attempt charges everybody and then fails. The second finds the recorded charges, so that nobody pays twice:
all receipts are of attempt 1. Each recorded call is an action of the kind `trace` in `flyte get action RUN`.
"""

import flyte

env = flyte.TaskEnvironment(name="trace_retries")


@flyte.trace
async def charge(customer: str) -> str:
    """An effect outside of the program: it must happen once, however often the task is attempted."""
    print(f"charging {customer}")
    return f"{customer} was charged in attempt {this_attempt()}"


@env.task(retries=2)
async def bill(customers: list[str]) -> list[str]:
    """Charges all, and gives the receipts."""
    receipts = [await charge(customer) for customer in customers]
    if this_attempt() == 1:
        raise ConnectionError("the network went away when all was done but the answer")
    return receipts


def this_attempt() -> int:
    """Counted from 1."""
    context = flyte.ctx()
    return context.attempt_number + 1 if context else 1


if __name__ == "__main__":
    flyte.init_from_config()
    print(flyte.run(bill, customers=["ada", "bob", "eve"]))

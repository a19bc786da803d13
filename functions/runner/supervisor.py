"""What a runner function does with an invocation: claim the attempt, run it in a worker, record how it ended."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ErrorRecord, Invocation, Outcome, OutcomeStatus
from flyte.protocol.tasks import ArtifactRef
from flyte.runtime.frames import Message
from functions.control.claims import AlreadyClaimed, ClaimedAction, Ended, Invoked
from functions.control.errors import SecretNotFoundError
from functions.control.failure import Failure
from functions.control.tracing import variables_for_user_code
from functions.observability.metrics import Measured
from functions.runner import failures, history
from functions.runner.artifacts import ArtifactError
from functions.runner.attempt import AttemptLoop, Wakeup
from functions.runner.calls import Calls
from functions.runner.collaborators import Collaborators, Sandbox
from functions.runner.endings import Answered, Ending, LostBackend, PassedDeadline, RanTooLong, Suspended, Withdrawn
from functions.runner.idleness import Idleness
from functions.runner.secret_delivery import SecretBundle, SecretUseError, bundle
from functions.runner.services import Services
from functions.runner.task_log import TaskLog
from functions.runner.task_role import ServiceAccountError
from functions.runner.watches import AbortWatch, SandboxWatch, TimeWatch, Watch
from functions.runner.workers import NO_SECRETS, Program, Worker

DEADLINE_MARGIN_S = 3.0
"""Before Lambda's deadline: enough to kill the worker, log its last lines and record the end."""


@dataclass(frozen=True, slots=True)
class _Session:
    """A process that runs a task, with what answers its calls: kept together while the task is suspended."""

    worker: Worker
    calls: Calls
    services: Services
    idleness: Idleness

    def give_up(self) -> None:
        """Lets go of the threads that answered the process, which is gone: its task is run again instead."""
        self.calls.stop()
        self.services.close(has_ended=False)


_Result = str | Failure | Withdrawn | Suspended
"""What came of an invocation's work: outputs as JSON text, or why there are none."""


@dataclass(slots=True)
class _Work:
    """One attempt that is being worked on; `session` is there once a process runs it."""

    claim: ClaimedAction
    log: TaskLog
    started_s: float
    sandbox: Sandbox
    credentials: Future[Mapping[str, str]]
    services: Services
    session: _Session | None = None


class Supervisor:
    """Handles one invocation at a time."""

    def __init__(
        self, collaborators: Collaborators, wall_clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._with = collaborators
        self._wall_clock = wall_clock
        self._wakeup = Wakeup()
        self._beside = ThreadPoolExecutor(1, "credentials")

    def run(self, invocation: Invocation, sandbox: Sandbox) -> Outcome:
        """Run one attempt. Only what prevents its record from being written is raised."""
        started_s = time.monotonic()
        invoked = Invoked(sandbox.request_id, sandbox.log_group, sandbox.log_stream)
        # Asked for beside the claim and the artifacts: each is a round trip.
        credentials = self._beside.submit(self._with.credentials, invocation.id.run_id)
        claim = self._with.actions.claim(invocation.id, invocation.attempt, invoked)
        if isinstance(claim, Ended):
            return claim.outcome
        if isinstance(claim, AlreadyClaimed):
            return self._with.close_dead(claim)
        log = TaskLog(_identity(claim), self._with.write_log)
        outcome = self._handle(_Work(claim, log, started_s, sandbox, credentials, self._with.services(claim)))
        took_ms = round((time.monotonic() - started_s) * 1000)
        verb = "was suspended" if outcome.status is OutcomeStatus.SUSPENDED else "ended"
        said = f"attempt {claim.attempt.number} {verb} after {took_ms} ms: {outcome.status.value} {outcome.error}"
        log.system(said.rstrip(), **self._measured(outcome, sandbox, took_ms))
        self._with.workers.replenish()
        return outcome

    def _measured(self, outcome: Outcome, sandbox: Sandbox, took_ms: int) -> dict[str, Any]:
        """The fields, and the metrics, of the line that ends an invocation."""
        suspended = outcome.status is OutcomeStatus.SUSPENDED
        counts = {name: 1.0 for name, holds in (("ColdStarts", sandbox.is_cold), ("Suspensions", suspended)) if holds}
        fields = {"event": "attempt_suspended" if suspended else "attempt_ended", "status": outcome.status.value}
        error = {"error": outcome.error} if outcome.error else {}
        members = self._with.metrics.members(Measured(counts=counts))
        return {**fields, **error, "took_ms": took_ms, "cold_start": sandbox.is_cold, **members}

    def _handle(self, work: _Work) -> Outcome:
        """Work on the attempt, and record what comes of it; or let it wait on, if it was resumed for nothing."""
        claim, workers = work.claim, self._with.workers
        still_waits = work.services.still_waits() if claim.parked and not history.is_full(claim.suspensions) else None
        if still_waits is not None:
            workers.renew_frozen(_name(claim), claim.attempt.suspensions + 1)
            return still_waits
        work.session = workers.take_frozen(_name(claim), claim.attempt.suspensions)
        result: _Result
        try:
            if claim.service_account is not None:
                work.credentials = self._beside.submit(
                    self._with.credentials_as, claim.id.run_id, claim.service_account
                )
            result = self._work(work)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not leave the action running for ever
            result = self._own_fault(error, work.log)
        outcome = self._record(work, result)
        self._after(outcome, work)
        return outcome

    def _after(self, outcome: Outcome, work: _Work) -> None:
        """What is done once the end is recorded. It cannot undo it, so a failure is a line in the log."""
        try:
            if outcome.status is not OutcomeStatus.SUSPENDED:
                work.services.close(has_ended=outcome.status is not OutcomeStatus.RETRY)
        except Exception as error:  # noqa: BLE001 - see above
            work.log.fault(error)

    def _record(self, work: _Work, result: _Result) -> Outcome:
        if isinstance(result, Suspended):
            return self._suspend(work, result)
        claim = replace(work.claim, below=work.services.below)
        if isinstance(result, str):
            self._keep(work, result)
            return self._with.actions.finish_succeeded(claim, result)
        if isinstance(result, Failure):
            return self._with.actions.finish_failed(claim, result)
        return Outcome(
            status=OutcomeStatus.FAILED,
            attempt=claim.attempt.number,
            error="ActionAbortedError" if result.phase == ActionPhase.ABORTED.value else result.phase,
            cause=f"the action was {result.phase} while it ran",
        )

    def _keep(self, work: _Work, outputs: str) -> None:
        """Keeps the result before the end is told: who hears of it may ask for the same result at once."""
        try:
            work.services.keep(outputs)
        except Exception as error:  # noqa: BLE001 - a result that is not kept costs time later, and nothing else
            work.log.fault(error)

    def _suspend(self, work: _Work, ending: Suspended) -> Outcome:
        """Parks the action; its process is kept as it is, in case that the next invocation comes here."""
        if history.is_full(work.claim.suspensions):
            self._with.workers.retire()
            return self._with.actions.finish_failed(work.claim, history.full(work.claim.spec.name))
        try:
            outcome = work.services.park(work.claim, only_waits=ending.only_waits)
        except BaseException:
            self._with.workers.retire()  # it is stopped: nobody could use it
            raise
        if outcome.status is OutcomeStatus.SUSPENDED:
            assert work.session is not None  # noqa: S101 - whose process waits
            self._with.workers.keep_frozen(_name(work.claim), work.session, work.claim.attempt.suspensions + 1)
        else:
            self._with.workers.retire()
        return outcome

    def _work(self, work: _Work) -> _Result:
        claim, log = work.claim, work.log
        if work.session is not None:
            work.services = work.session.services
        late = self._late(claim)
        if late is not None:
            if work.session is not None:
                self._with.workers.retire()  # it is stopped: nobody could use it
                work.session.calls.stop()
            return late
        if work.session is not None:
            log.system(f"attempt {claim.attempt.number} goes on in the process that was suspended")
            return self._finished(work, self._go_on(work, work.session))
        try:
            program = self._program(claim, log)
            if claim.service_account is not None:
                work.credentials.result()  # a refusal is the user's to mend
        except ArtifactError as error:
            record = ErrorRecord(code="CodeBundleError", kind="user", message=f"{claim.spec.name}: {error}")
            return Failure(record, recoverable=error.retriable)
        except (SecretNotFoundError, SecretUseError) as error:
            code = error.code if isinstance(error, SecretNotFoundError) else "SecretNotText"
            record = ErrorRecord(code=code, kind="user", message=f"{claim.spec.name}: {error}")
            return Failure(record, recoverable=False)
        except ServiceAccountError as error:
            record = ErrorRecord(code="ServiceAccountError", kind="user", message=f"{claim.spec.name}: {error}")
            return Failure(record, recoverable=False)
        worker, is_warm = self._with.workers.get(program)
        begins = "is run again" if claim.attempt.suspensions else "started"
        log.system(f"attempt {claim.attempt.number} {begins} in a {'warm' if is_warm else 'new'} process")
        calls = Calls(work.services.methods, self._wakeup)
        shortest_wait_s = history.shortest_wait_s(claim.suspensions)
        idleness = Idleness(calls, work.services.may_wait, time.monotonic(), shortest_wait_s)
        work.session = _Session(worker, calls, work.services, idleness)
        worker.process.send(self._order(claim, work.credentials.result()))
        return self._finished(work, self._attempt(work, work.session))

    def _finished(self, work: _Work, ending: Ending) -> _Result:
        claim, log = work.claim, work.log
        self._tell_of_other_course(work, ending)
        self._keep_or_retire(ending, log)
        strays = self._with.end_strays()
        if strays:
            log.system(f"{strays} processes that the task had left behind were ended")
        return self._result(claim, ending, log)

    def _tell_of_other_course(self, work: _Work, ending: Ending) -> None:
        """Warns of a task that is not deterministic, once it has asked for all that it would ask for."""
        is_at_rest = ending.only_waits if isinstance(ending, Suspended) else _has_outputs(ending)
        if not is_at_rest:
            return
        try:
            change = work.services.changed_course()
        except Exception as error:  # noqa: BLE001 - a warning that cannot be kept must not fail the task
            work.log.fault(error)
        else:
            if change is not None:
                work.log.system(change, "WARNING")

    def _late(self, claim: ClaimedAction) -> Failure | None:
        """The failure of an action that waited too long, or whose time for everything is over."""
        bounds = claim.spec.timeout
        waited_s = (claim.started_at - claim.created_at).total_seconds()
        if claim.attempt.number == 1 and bounds.max_queued_s is not None and waited_s > bounds.max_queued_s:
            return failures.queued_too_long(claim.spec.name, waited_s, bounds.max_queued_s)
        if bounds.deadline_s is not None and self._age_s(claim) >= bounds.deadline_s:
            return failures.deadline_passed(claim.spec.name, bounds.deadline_s)
        return None

    def _age_s(self, claim: ClaimedAction) -> float:
        return (self._wall_clock() - claim.created_at).total_seconds()

    def _program(self, claim: ClaimedAction, log: TaskLog) -> Program:
        code, dependencies = claim.spec.code, claim.spec.dependencies
        program = Program(
            scope=claim.id.scope,
            code=None if code is None else self._with.artifacts.folder(code),
            dependencies=None if dependencies is None else self._with.artifacts.folder(dependencies),
            environ=tuple(sorted({**claim.spec.env_vars, **claim.env_vars}.items())),
            secrets=self._secrets(claim),
        )
        if not self._with.workers.has(program):
            self._with.workers.prepare()  # its interpreter starts while we fetch
        self._fetch(code, claim.code_key, log)
        self._fetch(dependencies, claim.dependencies_key, log)
        return program

    def _secrets(self, claim: ClaimedAction) -> SecretBundle:
        if not claim.spec.secrets:
            return NO_SECRETS
        return bundle(self._with.read_secrets(claim.id.run_id, claim.spec.secrets))

    def _fetch(self, ref: ArtifactRef | None, key: str | None, log: TaskLog) -> None:
        if ref is None:
            return
        fetched_ms = self._with.artifacts.ensure(ref, key)
        if fetched_ms is not None:
            log.system(
                f"{ref.kind.value} artifact {ref.sha256[:12]} ({ref.size_bytes} bytes) fetched in {fetched_ms} ms"
            )

    def _go_on(self, work: _Work, session: _Session) -> Ending:
        """Lets a task go on that was suspended in this sandbox."""
        session.idleness.resumed(time.monotonic(), history.shortest_wait_s(work.claim.suspensions))
        session.worker.process.thaw()
        session.services.go_on()
        return self._attempt(work, session)

    def _attempt(self, work: _Work, session: _Session) -> Ending:
        abort = AbortWatch(work.started_s, lambda: self._not_mine(work.claim), self._wakeup)
        watches: list[Watch] = [abort, self._with.memory.watch(), *self._time_watches(work)]
        ending: Ending | None = None
        try:
            ending = AttemptLoop(
                session.worker.process, work.log, session.calls, session.idleness, self._wakeup, watches
            ).run()
            return ending
        finally:
            abort.stop()
            if not isinstance(ending, Suspended):
                session.calls.stop()

    def _not_mine(self, claim: ClaimedAction) -> str | None:
        standing = self._with.actions.standing(claim.id)
        mine = standing.phase is ActionPhase.RUNNING and standing.owner == claim.attempt.request_id
        return None if mine else standing.phase.value

    def _time_watches(self, work: _Work) -> list[Watch]:
        now_s, bounds = time.monotonic(), work.claim.spec.timeout
        sandbox_s = work.started_s + work.sandbox.remaining_s - DEADLINE_MARGIN_S
        watches: list[Watch] = [SandboxWatch(sandbox_s, max(0.0, sandbox_s - now_s), lambda: work.services.can_go_on)]
        if bounds.max_runtime_s is not None:
            ran_s = (self._wall_clock() - work.claim.attempt.started_at).total_seconds()
            at_s = now_s + bounds.max_runtime_s - (ran_s if work.claim.attempt.suspensions else 0.0)
            watches.append(TimeWatch(at_s, RanTooLong(bounds.max_runtime_s)))
        if bounds.deadline_s is not None:
            at_s = now_s + bounds.deadline_s - self._age_s(work.claim)
            watches.append(TimeWatch(at_s, PassedDeadline(bounds.deadline_s)))
        return watches

    def _order(self, claim: ClaimedAction, credentials: Mapping[str, str]) -> Message:
        base = f"s3://{self._with.bucket}/runs/{claim.id.key}"
        folder = f"{base}/{claim.id.action}"
        inputs = claim.inputs
        if inputs is None:
            inputs = self._with.payloads.read(claim.inputs_uri).decode() if claim.inputs_uri else "{}"
        return {
            "type": "run",
            **claim.id.to_dict(),
            "attempt": claim.attempt.number,
            "spec": claim.spec.to_json(),
            "inputs": inputs,
            "environ": {**credentials, **variables_for_user_code()},
            "context": {
                "raw_data_path": claim.raw_data_path or f"{folder}/data",
                "input_path": claim.inputs_uri or f"{folder}/inputs.json",
                "output_path": folder,
                "run_base_dir": base,
                "checkpoint_path": f"{folder}/data/checkpoint",
                "custom_context": claim.custom_context,
                "overwrite_cache": claim.overwrite_cache,
                "disable_run_cache": claim.disable_run_cache,
                "cached_by_caller": claim.cache_key is not None,
                "replays": claim.may_find_traces,
                "try_number": claim.try_number,
                "run_start_time": claim.run_created_at.isoformat(),
            },
        }

    def _keep_or_retire(self, ending: Ending, log: TaskLog) -> None:
        if isinstance(ending, Suspended):
            return
        if not isinstance(ending, Answered):
            self._with.workers.retire()
        elif ending.unclean:
            log.system(f"the task's process is replaced: {ending.unclean}")
            self._with.workers.retire()

    def _result(self, claim: ClaimedAction, ending: Ending, log: TaskLog) -> _Result:
        if isinstance(ending, Withdrawn | Suspended):
            return ending
        if isinstance(ending, LostBackend):
            log.system("".join(traceback.format_exception(ending.fault)), "ERROR")
        if not isinstance(ending, Answered):
            return failures.failure_of(ending, claim.spec.name, log.tail)
        done = ending.done
        if "outputs" in done:
            return str(done["outputs"])
        error = ErrorRecord.model_validate(done["error"])
        if error.code == "OOMError":
            log.system(failures.memory_advice(error, self._with.memory.size_bytes))
        return Failure(error, recoverable=bool(done["retriable"]))

    def _own_fault(self, error: Exception, log: TaskLog) -> Failure:
        self._with.workers.retire()
        log.fault(error)
        return failures.runner_failed(error)


def _has_outputs(ending: Ending) -> bool:
    return isinstance(ending, Answered) and "outputs" in ending.done


def _name(claim: ClaimedAction) -> Hashable:
    """Under which a suspended attempt is kept."""
    return claim.id, claim.attempt.number


def _identity(claim: ClaimedAction) -> dict[str, str | int]:
    return {
        **claim.id.to_dict(),
        "attempt": claim.attempt.number,
        "task": claim.spec.name,
        "version": claim.spec.version,
    }

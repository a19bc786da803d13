"""One run, one action, its payloads: what is asked for by name, with near names where there is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from flyte.protocol.identity import ActionId, RunId
from flyte.protocol.runs import ActionIo, ActionRecord, Payload
from functions.control.action_items import to_record
from functions.control.actions import Actions
from functions.control.attributes import Item
from functions.control.errors import ActionNotFoundError, RunNotFoundError, did_you_mean
from functions.control.listing import Listing
from functions.control.notifications import ATTRIBUTE as NOTIFICATIONS
from functions.control.payloads import Payloads

_NEAR_NAMES_AMONG = 200


class Lookup:
    """Reads single actions."""

    def __init__(self, actions: Actions, listing: Listing, payloads: Payloads) -> None:
        self._actions = actions
        self._listing = listing
        self._payloads = payloads

    def run(self, run: RunId) -> ActionRecord:
        """The root action of a run.

        Raises:
            RunNotFoundError: There is no such run. The message names near ones.
        """
        return to_record(self._get(run.action_id()))

    def action(self, action: ActionId) -> ActionRecord:
        """An action with its task's specification.

        Raises:
            RunNotFoundError: There is no such run. The message names near ones.
            ActionNotFoundError: There is no such action in it. The message names near ones.
        """
        return to_record(self._get(action), with_spec=True)

    def io(self, action: ActionId) -> ActionIo:
        """Inputs and outputs; large ones as URLs. Raises as `action` does."""
        item = self._get(action)
        inputs, inputs_url = self._side(item, "inputs")
        outputs, outputs_url = self._side(item, "outputs")
        return ActionIo(inputs=inputs, inputs_url=inputs_url, outputs=outputs, outputs_url=outputs_url)

    def notifications(self, run: RunId) -> str | None:
        """Who hears of a run's end, as it is kept; None for nobody. No client is told. Raises as `run` does."""
        kept: str | None = self._get(run.action_id()).get(NOTIFICATIONS)
        return kept

    @contextmanager
    def near_names(self, action: ActionId) -> Iterator[None]:
        """What is done within with an action that there is not is refused with a message that names near ones."""
        try:
            yield
        except RunNotFoundError as error:
            raise self._listing.unknown_run(action) from error
        except ActionNotFoundError as error:
            known = [record.id.action for record in self._listing.actions(action, _NEAR_NAMES_AMONG, None).actions]
            raise ActionNotFoundError(f"{error}{did_you_mean(action.action, known)}") from error

    def _side(self, item: Item, name: str) -> tuple[Payload | None, str | None]:
        if name in item:
            payload: Payload = json.loads(item[name])
            return payload, None
        uri = item.get(f"{name}_uri")
        return None, self._payloads.presigned_get(uri) if uri else None

    def _get(self, action: ActionId) -> Item:
        with self.near_names(action):
            return self._actions.get(action)

/** Asks whether a version is to be the latest again, and tells what became of it. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answerOf, client } from "../../api/client";
import type { LatestSet, TaskVersion } from "../../api/types";
import type { Scope } from "../../app/scope";
import { ProblemAlert } from "../../components/ProblemAlert";

interface Props {
  scope: Scope;
  version: TaskVersion;
  onClose: () => void;
}

export function RollBack({ scope, version: { name, environment, version }, onClose }: Props) {
  const [isWhole, setWhole] = useState(false);
  const cache = useQueryClient();
  const change = useMutation({
    mutationFn: () =>
      answerOf(
        client.PUT("/v1/projects/{project}/domains/{domain}/tasks/{task}/latest", {
          params: { path: { ...scope, task: name } },
          body: { version, whole_environment: isWhole },
        }),
      ),
    onSuccess: () => cache.invalidateQueries({ predicate: ({ queryKey }) => CHANGED.has(String(queryKey[0])) }),
  });
  return (
    <Modal
      visible
      header={`Roll back to ${version}`}
      onDismiss={onClose}
      footer={
        <Box float="right">
          {change.isSuccess ? (
            <Button variant="primary" onClick={onClose}>
              Close
            </Button>
          ) : (
            <SpaceBetween direction="horizontal" size="xs">
              <Button onClick={onClose}>Cancel</Button>
              <Button variant="primary" loading={change.isPending} onClick={() => change.mutate()}>
                Roll back
              </Button>
            </SpaceBetween>
          )}
        </Box>
      }
    >
      <SpaceBetween size="m">
        {change.error && <ProblemAlert header="The latest version is as it was" error={change.error} />}
        {change.data ? (
          <Done latest={change.data} version={version} />
        ) : (
          <SpaceBetween size="s">
            <span>
              Runs of {name} that name no version will use {version}, and the triggers that it declares take the place
              of those declared now. Runs that are on go on as they are. You can roll forward again the same way.
            </span>
            <Checkbox checked={isWhole} onChange={({ detail }) => setWhole(detail.checked)}>
              All tasks that the environment {environment} has in this version
            </Checkbox>
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Modal>
  );
}

const CHANGED: ReadonlySet<string> = new Set(["task", "tasks", "versions", "triggers"]);

function Done({ latest, version }: { latest: LatestSet; version: string }) {
  const triggers = latest.triggers.filter(({ change }) => change !== "unchanged");
  return (
    <Alert type="success" header={`${version} is the latest version`}>
      <ul>
        {latest.tasks.map(({ name }) => (
          <li key={name}>{name}</li>
        ))}
        {latest.left.map((name) => (
          <li key={name}>{`${name} is as it was: that version had no such task`}</li>
        ))}
        {triggers.map(({ task, name, change }) => (
          <li key={`${task} ${name}`}>{`Trigger ${name} of ${task}: ${change}`}</li>
        ))}
      </ul>
    </Alert>
  );
}

/** What starts the task by itself, to be switched off and on. */
import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import Toggle from "@cloudscape-design/components/toggle";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answerOf, client } from "../../api/client";
import type { TriggerRecord } from "../../api/types";
import type { Scope } from "../../app/scope";
import { ProblemAlert } from "../../components/ProblemAlert";
import { triggersQuery } from "./task-query";

export function TriggersTab({ scope, task }: { scope: Scope; task: string }) {
  const { data, error, isPending, refetch } = useQuery(triggersQuery(scope, task));
  const change = useActivation(scope, task);
  return (
    <SpaceBetween size="s">
      {error && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {change.error && <ProblemAlert header="The trigger is as it was" error={change.error} />}
      <Table
        header={
          <Header variant="h2" description="Each version declares its own; those made by hand stay.">
            Triggers
          </Header>
        }
        ariaLabels={{ tableLabel: "Triggers" }}
        trackBy={(trigger) => trigger.id.name}
        items={data?.triggers ?? []}
        loading={isPending}
        loadingText="Loading triggers"
        wrapLines
        columnDefinitions={[
          { id: "name", header: "Name", isRowHeader: true, cell: ({ id }) => id.name },
          {
            id: "active",
            header: "Active",
            cell: (trigger) => (
              <Toggle
                checked={trigger.active}
                disabled={change.isPending}
                ariaLabel={`Trigger ${trigger.id.name} is active`}
                onChange={({ detail }) => change.mutate({ name: trigger.id.name, active: detail.checked })}
              >
                {trigger.active ? "On" : "Off"}
              </Toggle>
            ),
          },
          { id: "schedule", header: "Schedule", cell: ({ spec }) => <Box variant="code">{scheduleText(spec)}</Box> },
          { id: "version", header: "Version", cell: (trigger) => trigger.task_version ?? "The latest" },
          { id: "inputs", header: "Inputs", cell: ({ spec }) => <Box variant="code">{inputsText(spec)}</Box> },
          { id: "declared", header: "Made", cell: ({ declared }) => (declared ? "In the code" : "By hand") },
          { id: "description", header: "Description", cell: ({ spec }) => spec.description || "–" },
        ]}
        empty="Nothing starts the task by itself. A flyte.Trigger in its code does, or `flyte create trigger`."
      />
    </SpaceBetween>
  );
}

function useActivation(scope: Scope, task: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ name, active }: { name: string; active: boolean }) =>
      answerOf(
        client.PATCH("/v1/projects/{project}/domains/{domain}/tasks/{task}/triggers/{name}", {
          params: { path: { ...scope, task, name } },
          body: { active },
        }),
      ),
    onSettled: () => cache.invalidateQueries({ queryKey: triggersQuery(scope, task).queryKey }),
  });
}

/** As the command line tells it. */
export function scheduleText({ schedule }: Pick<TriggerRecord["spec"], "schedule">): string {
  if (!schedule) return "By hand";
  if (schedule.kind === "cron") {
    return schedule.timezone === "UTC" ? schedule.expression : `${schedule.expression} (${schedule.timezone})`;
  }
  return schedule.interval_minutes === 1 ? "every minute" : `every ${schedule.interval_minutes} minutes`;
}

function inputsText({ inputs, time_inputs }: TriggerRecord["spec"]): string {
  const words = [
    ...Object.entries(inputs).map(([name, value]) => `${name}=${JSON.stringify(value)}`),
    ...time_inputs.map((name) => `${name}=the time it is due`),
  ];
  return words.join(", ") || "–";
}

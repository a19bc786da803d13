/** What the run is, how it stands, and what can be done with it. */
import Badge from "@cloudscape-design/components/badge";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs, { type KeyValuePairsProps } from "@cloudscape-design/components/key-value-pairs";
import Link from "@cloudscape-design/components/link";
import Popover from "@cloudscape-design/components/popover";
import SpaceBetween from "@cloudscape-design/components/space-between";

import { Elapsed } from "../../actions/Elapsed";
import { PhaseIndicator } from "../../actions/PhaseIndicator";
import type { ActionRecord, Cost } from "../../api/types";
import { addresses } from "../../app/scope";
import { useSettings } from "../../app/settings";
import { Moment } from "../../components/Moment";
import { PageLink } from "../../components/PageLink";
import { dollars } from "../../format/amounts";
import { duration } from "../../format/durations";
import { shortCaller } from "../../format/names";
import { executionLink } from "./links";
import { RunButtons } from "./RunButtons";

export function RunHeader({ root }: { root: ActionRecord }) {
  return (
    <SpaceBetween size="m">
      <Header variant="h1" actions={<RunButtons root={root} />}>
        {root.id.run}
      </Header>
      <Container>
        <KeyValuePairs columns={4} minColumnWidth={160} items={useFacts(root)} />
      </Container>
    </SpaceBetween>
  );
}

function useFacts(root: ActionRecord): KeyValuePairsProps["items"] {
  const aws = useSettings()?.aws;
  const execution = aws && executionLink(aws, root);
  const labels = Object.entries(root.labels);
  const earlier = root.recover_from?.run;
  return [
    { label: "Phase", value: <PhaseIndicator record={root} /> },
    { label: "Task", value: <TaskLink root={root} /> },
    { label: "Version", value: root.ephemeral ? `${root.task_version} (not deployed)` : root.task_version },
    { label: "Duration", value: <Elapsed record={root} /> },
    { label: "Created", value: <Moment at={root.created_at} /> },
    { label: "Started by", value: shortCaller(root.created_by) || "–" },
    { label: "Cost, estimated", value: root.cost ? <CostWithUsage cost={root.cost} /> : "–" },
    ...(labels.length
      ? [{ label: "Labels", value: labels.map(([key, value]) => <Badge key={key}>{`${key}=${value}`}</Badge>) }]
      : []),
    ...(earlier
      ? [{ label: "Recovers", value: <PageLink to={addresses.run(root.id, earlier)}>{earlier}</PageLink> }]
      : []),
    ...(execution
      ? [
          {
            label: "Step Functions",
            value: (
              <Link external href={execution}>
                Execution
              </Link>
            ),
          },
        ]
      : []),
  ];
}

/** What it costs, and to press, what that is made of. */
function CostWithUsage({ cost }: { cost: Cost }) {
  const { billed_ms, memory_mb_ms, invocations, transitions } = cost.usage;
  const taken = [
    { label: "Billed time", value: duration(billed_ms) },
    { label: "GB seconds", value: (memory_mb_ms / 1_024_000).toFixed(2) },
    { label: "Invocations", value: invocations },
    { label: "State transitions", value: transitions },
  ];
  return (
    <Popover header="At list prices, of all its actions" content={<KeyValuePairs columns={2} items={taken} />}>
      {dollars(cost.usd)}
    </Popover>
  );
}

function TaskLink({ root }: { root: ActionRecord }) {
  if (root.ephemeral) return <>{root.task_name}</>;
  return <PageLink to={addresses.task(root.id, root.task_name)}>{root.task_name}</PageLink>;
}

/** How an action stands: why it failed, what it waits for, its attempts and what they took. */
import Alert from "@cloudscape-design/components/alert";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";

import { Elapsed } from "../../../actions/Elapsed";
import { PhaseIndicator } from "../../../actions/PhaseIndicator";
import { isFinal } from "../../../actions/phases";
import type { ActionRecord, TaskSpec } from "../../../api/types";
import { addresses } from "../../../app/scope";
import { useSettings } from "../../../app/settings";
import { Moment } from "../../../components/Moment";
import { PageLink } from "../../../components/PageLink";
import { dollars } from "../../../format/amounts";
import { executionLink, taskLinks } from "../links";
import { Attempts } from "./Attempts";
import { Failure } from "./Failure";
import { Signal } from "./Signal";

interface Props {
  record: ActionRecord;
  spec: TaskSpec | null | undefined;
}

export function Overview({ record, spec }: Props) {
  const facts = useFacts(record, spec);
  return (
    <SpaceBetween size="l">
      {record.condition && !isFinal(record) && <Signal record={record} condition={record.condition} />}
      {record.error && <Failure error={record.error} record={record} />}
      {record.warning && <Alert type="warning">{record.warning}</Alert>}
      {record.phase === "aborted" && (
        <Alert type="info" header="Aborted">
          {record.abort_reason ?? "No reason was given."}
        </Alert>
      )}
      <KeyValuePairs columns={3} minColumnWidth={150} items={facts} />
      {record.attempts.length > 0 && <Attempts record={record} />}
    </SpaceBetween>
  );
}

function useFacts(record: ActionRecord, spec: TaskSpec | null | undefined) {
  const aws = useSettings()?.aws;
  const execution = aws && executionLink(aws, record);
  const served = record.recovered_from;
  const links = [
    ...(spec ? taskLinks(record, spec) : []),
    ...(execution ? [{ name: "Step Functions execution", href: execution }] : []),
  ];
  return [
    { label: "Phase", value: <PhaseIndicator record={record} /> },
    { label: "Duration", value: <Elapsed record={record} /> },
    { label: "Created", value: <Moment at={record.created_at} /> },
    { label: "Kind", value: KINDS[record.kind] },
    ...(record.kind === "task" ? [{ label: "Memory", value: record.memory_mb ? `${record.memory_mb} MB` : "–" }] : []),
    ...(record.cost
      ? [
          {
            label: "Cost, estimated",
            value: `${dollars(record.cost.own_usd)} of itself, ${dollars(record.cost.usd)} in all`,
          },
        ]
      : []),
    ...(record.group ? [{ label: "Group", value: record.group }] : []),
    ...(record.cache_hit ? [{ label: "Result", value: "From the cache: it did not run" }] : []),
    ...(served
      ? [{ label: "Result from", value: <PageLink to={addresses.run(served, served.run)}>{served.run}</PageLink> }]
      : []),
    ...links.map(({ name, href }) => ({
      label: "Link",
      value: (
        <Link external href={href}>
          {name}
        </Link>
      ),
    })),
  ];
}

const KINDS: Record<ActionRecord["kind"], string> = {
  task: "Task",
  trace: "Traced call, within its task",
  condition: "Condition, which waits for an answer",
};

/** What the task runs with: memory, time, retries, role, variables, the names of its secrets. */
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";

import type { TaskSpec } from "../../api/types";
import { bytes } from "../../format/amounts";
import { duration } from "../../format/durations";

/** Lambda gives one vCPU per so many megabytes. Source: AWS Lambda developer guide, "Configure Lambda function memory". */
const MB_PER_VCPU = 1_769;

export function SettingsTab({ spec }: { spec: TaskSpec }) {
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Resources</Header>}>
        <KeyValuePairs columns={3} items={resources(spec)} />
      </Container>
      <Secrets secrets={spec.secrets} />
      <Variables variables={spec.env_vars} />
    </SpaceBetween>
  );
}

function resources(spec: TaskSpec) {
  const { retry, timeout } = spec;
  return [
    { label: "Memory", value: `${spec.memory_mb.toLocaleString("en")} MB` },
    { label: "Processors", value: `${(spec.memory_mb / MB_PER_VCPU).toFixed(1)} vCPU, as Lambda gives for the memory` },
    { label: "Retries", value: retry.count ? retriesText(retry) : "None" },
    { label: "Longest attempt", value: seconds(timeout.max_runtime_s) },
    { label: "Longest wait before the first", value: seconds(timeout.max_queued_s) },
    { label: "Deadline since its creation", value: seconds(timeout.deadline_s) },
    { label: "Reuse of results", value: reuse(spec.cache) },
    { label: "Inputs or outputs at most", value: bytes(spec.max_inline_io_bytes) },
    { label: "Role", value: spec.service_account ?? "The stack's task role" },
    { label: "Report", value: spec.report ? "Yes" : "No" },
    { label: "Code", value: <Digest artifact={spec.code} /> },
    { label: "Packages", value: <Digest artifact={spec.dependencies} /> },
  ];
}

function retriesText({ count, base_s, factor, cap_s }: TaskSpec["retry"]): string {
  if (!base_s) return `${count}, at once`;
  const growth = factor > 1 ? `, then ${factor} times as long each` : "";
  const cap = cap_s == null ? "" : `, ${seconds(cap_s)} at most`;
  return `${count}, after ${seconds(base_s)}${growth}${cap}`;
}

function reuse({ enabled, version, max_age_s, ignored_inputs }: TaskSpec["cache"]): string {
  if (!enabled) return "None";
  const age = max_age_s == null ? "" : `, up to ${seconds(max_age_s)} old`;
  const ignored = ignored_inputs.length ? `, whatever ${ignored_inputs.join(", ")} is` : "";
  return `Those of version ${version.slice(0, 12)}${age}${ignored}`;
}

function seconds(count: number | null | undefined): string {
  return count == null ? "No limit" : duration(count * 1_000);
}

function Digest({ artifact }: { artifact: TaskSpec["code"] }) {
  if (!artifact) return <>–</>;
  return (
    <>
      {bytes(artifact.size_bytes)}, sha256 <span title={artifact.sha256}>{artifact.sha256.slice(0, 12)}…</span>
    </>
  );
}

function Secrets({ secrets }: Pick<TaskSpec, "secrets">) {
  return (
    <Table
      header={<Header variant="h2">Secrets</Header>}
      ariaLabels={{ tableLabel: "Secrets" }}
      items={secrets}
      columnDefinitions={[
        { id: "key", header: "Key", isRowHeader: true, cell: ({ key }) => <Box variant="code">{key}</Box> },
        { id: "group", header: "Group", cell: ({ group }) => group ?? "–" },
        {
          id: "as",
          header: "The task finds it in",
          cell: ({ key, env_var, mount }) => <Box variant="code">{mount ?? env_var ?? key}</Box>,
        },
      ]}
      empty="The task receives no secrets."
    />
  );
}

function Variables({ variables }: { variables: TaskSpec["env_vars"] }) {
  return (
    <Table
      header={<Header variant="h2">Environment variables</Header>}
      ariaLabels={{ tableLabel: "Environment variables" }}
      items={Object.entries(variables)}
      wrapLines
      columnDefinitions={[
        { id: "name", header: "Name", isRowHeader: true, cell: ([name]) => <Box variant="code">{name}</Box> },
        { id: "value", header: "Value", cell: ([, value]) => <Box variant="code">{value}</Box> },
      ]}
      empty="The task sets no environment variables."
    />
  );
}

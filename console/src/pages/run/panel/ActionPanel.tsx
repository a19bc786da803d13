/** Everything about one action. */
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { isFinal } from "../../../actions/phases";
import type { ActionRecord } from "../../../api/types";
import { AbortModal } from "../AbortModal";
import { ROOT_ACTION, useSelection } from "../selection";
import { specQuery } from "../run-query";
import { Code } from "./Code";
import { Logs } from "./Logs";
import { Overview } from "./Overview";
import { Payload } from "./Payload";
import { Report } from "./Report";

interface Props {
  root: ActionRecord;
  /** Undefined until the list has it. */
  record: ActionRecord | undefined;
  name: string;
}

export function ActionPanel({ root, record, name }: Props) {
  const shown = record ?? (name === ROOT_ACTION ? root : undefined);
  const title = shown && (shown.condition?.name ?? (shown.short_name || shown.task_name));
  return (
    <SpaceBetween size="s">
      <PanelHeader record={shown} title={title ?? name} />
      {shown ? <PanelTabs record={shown} /> : <p>This run has no action {name} so far.</p>}
    </SpaceBetween>
  );
}

function PanelHeader({ record, title }: { record: ActionRecord | undefined; title: string }) {
  const [isAborting, setAborting] = useState(false);
  const isBelow = record && record.id.action !== ROOT_ACTION && record.kind === "task";
  return (
    <Header
      variant="h2"
      description={record?.id.action}
      actions={isBelow && !isFinal(record) && <Button onClick={() => setAborting(true)}>Abort this action</Button>}
    >
      {title}
      {record && isAborting && (
        <AbortModal record={record} what={`the action ${record.id.action}`} onClose={() => setAborting(false)} />
      )}
    </Header>
  );
}

function PanelTabs({ record }: { record: ActionRecord }) {
  const { tab, select } = useSelection();
  const spec = useQuery({ ...specQuery(record.id), enabled: record.kind === "task" }).data;
  const ran = record.kind === "task";
  const tabs = [
    { id: "overview", label: "Overview", content: <Overview record={record} spec={spec} /> },
    { id: "inputs", label: "Inputs", content: <Payload record={record} which="inputs" /> },
    { id: "outputs", label: "Outputs", content: <Payload record={record} which="outputs" /> },
    ...(ran ? [{ id: "logs", label: "Logs", content: <Logs record={record} /> }] : []),
    ...(spec?.report ? [{ id: "report", label: "Report", content: <Report record={record} /> }] : []),
    ...(ran && spec ? [{ id: "code", label: "Code", content: <Code record={record} spec={spec} /> }] : []),
  ];
  const active = tabs.some(({ id }) => id === tab) ? tab : "overview";
  return (
    <Tabs
      variant="container"
      ariaLabel="About the action"
      tabs={tabs}
      activeTabId={active ?? "overview"}
      onChange={({ detail }) => select({ tab: detail.activeTabId })}
    />
  );
}

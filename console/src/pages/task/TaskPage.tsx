/** A task: what it takes and gives, its versions, its triggers and its runs. */
import Badge from "@cloudscape-design/components/badge";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useNavigate, useParams, useSearchParams } from "react-router";

import { addresses, type Scope, useScope } from "../../app/scope";
import { Loaded } from "../../components/Loaded";
import { PageTitle } from "../../components/PageTitle";
import "./task.css";

import { InterfaceTab } from "./InterfaceTab";
import { RunsTab } from "./RunsTab";
import { SettingsTab } from "./SettingsTab";
import { type ShownTask, useTask } from "./task-query";
import { TaskSummary } from "./TaskSummary";
import { TriggersTab } from "./TriggersTab";
import { VersionsTab } from "./VersionsTab";

export default function TaskPage() {
  const scope = useScope();
  const { task = "" } = useParams();
  const [params] = useSearchParams();
  const query = useTask(scope, task, params.get("version") ?? "");
  return (
    <>
      <PageTitle>{task}</PageTitle>
      <Loaded query={query} what={task}>
        {(shown) => <Task {...{ scope, shown }} />}
      </Loaded>
    </>
  );
}

function Task({ scope, shown }: { scope: Scope; shown: ShownTask }) {
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const { spec } = shown.details;
  const version = params.get("version") ?? undefined;
  const launch = addresses.launch(scope, spec.name, { version });
  return (
    <SpaceBetween size="m">
      <Header
        variant="h1"
        description={spec.description}
        actions={
          <Button
            variant="primary"
            href={launch}
            onClick={(event) => {
              event.preventDefault();
              void navigate(launch);
            }}
          >
            Launch
          </Button>
        }
      >
        {spec.name} {spec.entrypoint && <Badge>Entry point</Badge>}
      </Header>
      <TaskSummary {...{ scope, shown }} version={version} />
      <Tabs
        ariaLabel="About the task"
        activeTabId={params.get("tab") ?? "interface"}
        onChange={({ detail }) =>
          setParams((current) => ({ ...Object.fromEntries(current), tab: detail.activeTabId }), {
            replace: true,
            preventScrollReset: true,
          })
        }
        tabs={[
          { id: "interface", label: "Interface", content: <InterfaceTab shown={shown} /> },
          { id: "settings", label: "Resources and settings", content: <SettingsTab spec={spec} /> },
          { id: "versions", label: "Versions", content: <VersionsTab scope={scope} task={spec.name} /> },
          { id: "triggers", label: "Triggers", content: <TriggersTab scope={scope} task={spec.name} /> },
          { id: "runs", label: "Runs", content: <RunsTab scope={scope} task={spec.name} /> },
        ]}
      />
    </SpaceBetween>
  );
}

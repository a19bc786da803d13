/** A run: how it stands, what it is made of, and everything about the one action that is chosen. */
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useParams } from "react-router";

import "./run.css";

import { useScope } from "../../app/scope";
import { Loaded } from "../../components/Loaded";
import { PageTitle } from "../../components/PageTitle";
import { useActions } from "./action-list";
import { ActionsContainer } from "./ActionsContainer";
import { ActionPanel } from "./panel/ActionPanel";
import { RunHeader } from "./RunHeader";
import { runQuery } from "./run-query";
import { useSelection } from "./selection";

export default function RunPage() {
  const scope = useScope();
  const { run = "" } = useParams();
  const id = useMemo(() => ({ ...scope, run }), [scope, run]);
  const root = useQuery(runQuery(id));
  const actions = useActions(id);
  const { action } = useSelection();
  return (
    <>
      <PageTitle>{run}</PageTitle>
      <Loaded query={root} what="the run">
        {(record) => (
          <SpaceBetween size="l">
            <RunHeader root={record} />
            <div className="run-columns">
              <Loaded query={actions} what="its actions">
                {(all) => <ActionsContainer root={all.get(record.id.action) ?? record} actions={all} />}
              </Loaded>
              <ActionPanel key={`${run}/${action}`} root={record} record={actions.data?.get(action)} name={action} />
            </div>
          </SpaceBetween>
        )}
      </Loaded>
    </>
  );
}

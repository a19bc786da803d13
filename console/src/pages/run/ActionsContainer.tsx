/** The actions of the run, as a tree with a timeline or as a table. */
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import { useCallback, useMemo, useState } from "react";

import { isFinal } from "../../actions/phases";
import type { ActionRecord } from "../../api/types";
import type { Actions } from "./action-list";
import { ActionTable } from "./ActionTable";
import { ActionTree } from "./ActionTree";
import { useSelection } from "./selection";
import { axisOf } from "./timeline";
import { type Folding, pathTo, type Row, rowsOf, treeOf } from "./tree";

interface Props {
  root: ActionRecord;
  actions: Actions;
}

export function ActionsContainer({ root, actions }: Props) {
  const { action, view, select } = useSelection();
  const isLive = !isFinal(root);
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${actions.size})`}
          actions={
            <SegmentedControl
              label="How actions are shown"
              selectedId={view}
              options={[
                { id: "tree", text: "Timeline" },
                { id: "table", text: "Table" },
              ]}
              onChange={({ detail }) => select({ view: detail.selectedId })}
            />
          }
        >
          Actions
        </Header>
      }
    >
      {view === "table" ? (
        <ActionTable
          actions={actions}
          isLive={isLive}
          selected={action}
          onSelect={(chosen) => select({ action: chosen })}
        />
      ) : (
        <FoldingTree root={root} actions={actions} isLive={isLive} />
      )}
    </Container>
  );
}

function FoldingTree({ root, actions, isLive }: Props & { isLive: boolean }) {
  const { action, select } = useSelection();
  const tree = useMemo(() => treeOf(actions), [actions]);
  const [focused, setFocused] = useState(action);
  const [folding, setFolding] = useState<Folding>(new Map());
  // What a link leads to is in sight, whatever it is folded into.
  const unfolded = useMemo(() => {
    const above = pathTo(tree, action).slice(0, -1);
    return new Map([...above.map((id): [string, boolean] => [id, true]), ...folding]);
  }, [tree, action, folding]);
  const rows = useMemo(() => rowsOf(tree, unfolded), [tree, unfolded]);
  const onFold = useCallback((row: Row, isUnfolded: boolean) => {
    setFocused(row.node.id);
    setFolding((known) => new Map(known).set(row.node.id, isUnfolded));
  }, []);
  const onSelect = useCallback(
    (row: Row) => {
      setFocused(row.node.id);
      if (row.node.kind === "action") select({ action: row.node.id });
    },
    [select],
  );
  return (
    <ActionTree
      rows={rows}
      axis={axisOf(root, isLive)}
      isLive={isLive}
      selected={rows.some(({ node }) => node.id === focused) ? focused : action}
      onSelect={onSelect}
      onFold={onFold}
    />
  );
}

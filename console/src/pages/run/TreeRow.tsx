/** One row of the tree: what it is, how it stands, and its bar on the timeline. */
import Icon from "@cloudscape-design/components/icon";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { type CSSProperties, memo } from "react";

import { PhaseIndicator } from "../../actions/PhaseIndicator";
import { PHASES } from "../../actions/phases";
import { durationMs } from "../../actions/spans";
import { duration } from "../../format/durations";
import { type Axis, barsOf } from "./timeline";
import { type GroupNode, phaseCounts, recordsOf, type Row } from "./tree";

interface Props {
  id: string;
  row: Row;
  axis: Axis;
  now: number;
  isSelected: boolean;
  style: CSSProperties;
  onSelect: (row: Row) => void;
  onFold: (row: Row, isUnfolded: boolean) => void;
}

export const TreeRow = memo(function TreeRow({ id, row, axis, now, isSelected, style, onSelect, onFold }: Props) {
  const { node, level, place, siblings, isUnfolded } = row;
  const act = () => (node.kind === "group" ? onFold(row, !isUnfolded) : onSelect(row));
  return (
    // The tree itself has the focus and the keys; a row is only clicked.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={level}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-selected={isSelected}
      aria-expanded={isUnfolded}
      className="tree-row"
      style={style}
      onClick={act}
    >
      <div className="tree-cell" style={{ paddingInlineStart: `${(level - 1) * 1.25}rem` }}>
        {isUnfolded === undefined ? (
          <span className="tree-fold" />
        ) : (
          // For the mouse alone: the tree has keys for it, and says whether a row is unfolded.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
          <span
            className="tree-fold"
            onClick={(event) => {
              event.stopPropagation();
              onFold(row, !isUnfolded);
            }}
          >
            <Icon name={isUnfolded ? "caret-down-filled" : "caret-right-filled"} />
          </span>
        )}
        {node.kind === "group" ? <GroupState group={node} /> : <PhaseIndicator record={node.record} />}
        <span className="tree-name">
          {node.kind === "group" ? `${node.name} × ${node.children.length}` : nameOf(row)}
        </span>
        {node.kind === "action" && <span className="tree-duration">{duration(durationMs(node.record, now))}</span>}
      </div>
      <div className="timeline" aria-hidden="true">
        {barsOf(recordsOf(node), axis, now).map((bar, index) => (
          <span
            key={index}
            className={`bar bar-${bar.kind}`}
            style={{ insetInlineStart: `${bar.left * 100}%`, inlineSize: `${bar.width * 100}%` }}
          />
        ))}
      </div>
    </div>
  );
});

function nameOf({ node }: Row): string {
  if (node.kind === "group") return node.name;
  const { record } = node;
  return record.condition?.name ?? (record.short_name || record.task_name);
}

function GroupState({ group }: { group: GroupNode }) {
  const counts = phaseCounts(recordsOf(group));
  const told = counts.map(([phase, count]) => `${count} ${PHASES[phase].label.toLowerCase()}`).join(", ");
  const worst = ["failed", "timed_out", "running", "queued"].find((phase) => counts.some(([found]) => found === phase));
  const type = worst === "failed" || worst === "timed_out" ? "error" : worst ? "in-progress" : "success";
  return <StatusIndicator type={type}>{told}</StatusIndicator>;
}

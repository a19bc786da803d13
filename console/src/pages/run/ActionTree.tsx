/**
 * The actions of a run as a tree beside a timeline. Only the rows in sight are in the document, so that a run may have
 * any number of them. Keys move as in every tree: arrows, Home, End; Enter or space chooses.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef } from "react";

import { useNow } from "../../components/now";
import { TreeRow } from "./TreeRow";
import type { Row } from "./tree";
import type { Axis } from "./timeline";

const ROW_PX = 36;

interface Props {
  rows: readonly Row[];
  axis: Axis;
  isLive: boolean;
  selected: string;
  onSelect: (row: Row) => void;
  onFold: (row: Row, isUnfolded: boolean) => void;
}

export function ActionTree({ rows, axis, isLive, selected, onSelect, onFold }: Props) {
  const now = useNow(isLive ? 1_000 : 0);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  });
  const selectedIndex = rows.findIndex(({ node }) => node.id === selected);
  useEffect(() => {
    if (selectedIndex >= 0) virtualizer.scrollToIndex(selectedIndex, { align: "auto" });
  }, [selectedIndex, virtualizer]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = stepOf(event.key, rows, Math.max(0, selectedIndex));
    if (!step) return;
    event.preventDefault();
    if ("fold" in step) onFold(step.row, step.fold);
    else onSelect(step.row);
  };

  return (
    <div ref={scroller} className="action-tree">
      <div
        role="tree"
        aria-label="Actions"
        aria-activedescendant={selectedIndex >= 0 ? rowId(selected) : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        style={{ blockSize: virtualizer.getTotalSize(), position: "relative" }}
      >
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <TreeRow
              key={row.node.id}
              id={rowId(row.node.id)}
              row={row}
              axis={axis}
              now={now}
              isSelected={index === selectedIndex}
              style={{
                position: "absolute",
                inset: "0 0 auto 0",
                blockSize: ROW_PX,
                transform: `translateY(${start}px)`,
              }}
              onSelect={onSelect}
              onFold={onFold}
            />
          );
        })}
      </div>
    </div>
  );
}

const rowId = (node: string) => `action-${node}`;

type Step = { readonly row: Row } | { readonly row: Row; readonly fold: boolean };

/** What a key leads to, by the practice for trees of the WAI. */
export function stepOf(key: string, rows: readonly Row[], at: number): Step | undefined {
  const row = rows[at];
  if (!row) return undefined;
  const to = (index: number): Step | undefined => (rows[index] ? { row: rows[index] } : undefined);
  switch (key) {
    case "ArrowDown":
      return to(at + 1);
    case "ArrowUp":
      return to(at - 1);
    case "Home":
      return to(0);
    case "End":
      return to(rows.length - 1);
    case "ArrowRight":
      if (row.isUnfolded === undefined) return undefined;
      return row.isUnfolded ? to(at + 1) : { row, fold: true };
    case "ArrowLeft":
      if (row.isUnfolded) return { row, fold: false };
      return to(rows.findIndex(({ node }) => node.id === row.parentId));
    case "Enter":
    case " ":
      return row.isUnfolded === undefined ? { row } : { row, fold: !row.isUnfolded };
    default:
      return undefined;
  }
}

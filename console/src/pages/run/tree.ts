/**
 * The actions of a run as a tree, and the rows of it that are unfolded. Children of one group, or many of one task, are
 * folded into one row: a map of 10,000 items is then one line that says how far it is.
 */
import type { ActionPhase, ActionRecord } from "../../api/types";
import type { Actions } from "./action-list";

/** More children of one task than these are folded together, and only unfolded when asked for. */
export const FOLDED_FROM = 20;

export interface ActionNode {
  readonly kind: "action";
  readonly id: string;
  readonly record: ActionRecord;
  readonly children: readonly TreeNode[];
}

export interface GroupNode {
  readonly kind: "group";
  readonly id: string;
  readonly name: string;
  readonly children: readonly ActionNode[];
}

export type TreeNode = ActionNode | GroupNode;

export interface Row {
  readonly node: TreeNode;
  /** From 1, as `aria-level` counts. */
  readonly level: number;
  /** Its place among its siblings, from 1, and how many these are. */
  readonly place: number;
  readonly siblings: number;
  readonly parentId: string | undefined;
  /** Undefined where there is nothing below. */
  readonly isUnfolded: boolean | undefined;
}

/** What the user has unfolded (true) or folded (false) by hand, by the node's id. */
export type Folding = ReadonlyMap<string, boolean>;

export function treeOf(actions: Actions): readonly TreeNode[] {
  const childrenOf = new Map<string | null, ActionRecord[]>();
  for (const record of actions.values()) {
    // A parent that is not there yet, because the pages were read while it began, is no reason to lose its children.
    const parent = record.parent && actions.has(record.parent) ? record.parent : null;
    const siblings = childrenOf.get(parent);
    if (siblings) siblings.push(record);
    else childrenOf.set(parent, [record]);
  }
  const nodesBelow = (parent: string | null): TreeNode[] => folded(parent ?? "", childrenOf.get(parent) ?? [], nodeOf);
  const nodeOf = (record: ActionRecord): ActionNode => ({
    kind: "action",
    id: record.id.action,
    record,
    children: nodesBelow(record.id.action),
  });
  return nodesBelow(null);
}

export function rowsOf(nodes: readonly TreeNode[], folding: Folding): readonly Row[] {
  const rows: Row[] = [];
  const add = (siblings: readonly TreeNode[], level: number, parentId: string | undefined) => {
    siblings.forEach((node, index) => {
      const isUnfolded = node.children.length ? (folding.get(node.id) ?? unfoldsByItself(node)) : undefined;
      rows.push({ node, level, place: index + 1, siblings: siblings.length, parentId, isUnfolded });
      if (isUnfolded) add(node.children, level + 1, node.id);
    });
  };
  add(nodes, 1, undefined);
  return rows;
}

/** The ids of all nodes above an action, so that a link to it can unfold them. */
export function pathTo(nodes: readonly TreeNode[], action: string): readonly string[] {
  for (const node of nodes) {
    if (node.id === action) return [node.id];
    const below = pathTo(node.children, action);
    if (below.length) return [node.id, ...below];
  }
  return [];
}

/** How many are in each phase, the most frequent first. */
export function phaseCounts(records: readonly ActionRecord[]): readonly (readonly [ActionPhase, number])[] {
  const counts = new Map<ActionPhase, number>();
  for (const { phase } of records) counts.set(phase, (counts.get(phase) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one);
}

export function recordsOf(node: TreeNode): readonly ActionRecord[] {
  return node.kind === "action" ? [node.record] : node.children.map((child) => child.record);
}

function unfoldsByItself(node: TreeNode): boolean {
  return node.kind === "action" || node.children.length <= FOLDED_FROM;
}

function folded(
  parent: string,
  records: readonly ActionRecord[],
  nodeOf: (record: ActionRecord) => ActionNode,
): TreeNode[] {
  const perTask = new Map<string, number>();
  for (const { task_name } of records) perTask.set(task_name, (perTask.get(task_name) ?? 0) + 1);
  const nodes: TreeNode[] = [];
  const groups = new Map<string, ActionNode[]>();
  for (const record of records) {
    const isMany = (perTask.get(record.task_name) ?? 0) > FOLDED_FROM;
    const name = record.group ?? (isMany ? record.short_name || record.task_name : undefined);
    const node = nodeOf(record);
    if (name === undefined) {
      nodes.push(node);
      continue;
    }
    const members = groups.get(name);
    if (members) {
      members.push(node);
      continue;
    }
    const children = [node];
    groups.set(name, children);
    nodes.push({ kind: "group", id: `${parent}/${name}`, name, children });
  }
  return nodes;
}

/** A value of one of several types: first which one, then the value. */
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";

import { type DraftOf, draftOf } from "../drafts";
import type { FieldOf } from "../fields";
import { type EditorProps, useInputContext } from "./context";
import { FieldEditor } from "./FieldEditor";
import { Group } from "./Group";

export function UnionEditor(props: EditorProps<FieldOf<"union">, DraftOf<"union">>) {
  const { field, draft, path, label, description, onChange } = props;
  const { problems } = useInputContext();
  const options = field.members.map(({ name }, index) => ({ value: String(index), label: name }));
  const member = field.members[draft.index ?? -1];
  const choose = (index: number) => {
    const chosen = field.members[index];
    if (chosen) onChange({ kind: "union", index, inner: draftOf(chosen.field()) });
  };
  return (
    <Group {...{ field, label, description }} path={member ? "" : path}>
      <SpaceBetween size="xs">
        <Select
          ariaLabel={`Type of ${label}`}
          placeholder="Choose a type"
          invalid={!member && problems.has(path)}
          options={options}
          selectedOption={options[draft.index ?? -1] ?? null}
          onChange={({ detail }) => choose(Number(detail.selectedOption.value))}
        />
        {member && draft.inner && (
          <FieldEditor
            field={member.field()}
            draft={draft.inner}
            path={path}
            label={`${label} as ${member.name}`}
            onChange={(inner) => onChange({ ...draft, inner })}
          />
        )}
      </SpaceBetween>
    </Group>
  );
}

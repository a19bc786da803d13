/** A value that may be absent: a box to check, and the value's own editor below it. */
import Checkbox from "@cloudscape-design/components/checkbox";
import SpaceBetween from "@cloudscape-design/components/space-between";

import { type DraftOf, draftOf } from "../drafts";
import type { FieldOf } from "../fields";
import type { EditorProps } from "./context";
import { FieldEditor } from "./FieldEditor";
import { Group } from "./Group";

export function OptionalEditor(props: EditorProps<FieldOf<"optional">, DraftOf<"optional">>) {
  const { field, draft, path, label, description, onChange } = props;
  const absent = field.without === "none" ? "None" : "left out";
  const box = (
    <Checkbox
      checked={!draft.isGiven}
      ariaLabel={`${label} is ${absent}`}
      onChange={({ detail }) =>
        onChange({ ...draft, isGiven: !detail.checked, inner: draft.inner ?? draftOf(field.inner()) })
      }
    >
      {field.without === "none" ? "None" : "Leave it out"}
    </Checkbox>
  );
  if (!draft.isGiven || !draft.inner) {
    return (
      <Group {...{ field, path, label, description }} isIndented={false}>
        {box}
      </Group>
    );
  }
  return (
    <SpaceBetween size="xxs">
      <FieldEditor
        field={{ ...field.inner(), type: field.type }}
        draft={draft.inner}
        path={path}
        label={label}
        {...(description && { description })}
        onChange={(inner) => onChange({ ...draft, inner })}
      />
      {box}
    </SpaceBetween>
  );
}

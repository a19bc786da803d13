import SpaceBetween from "@cloudscape-design/components/space-between";

import { type DraftOf, draftOf } from "../drafts";
import type { FieldOf } from "../fields";
import type { EditorProps } from "./context";
import { FieldEditor } from "./FieldEditor";
import { Group } from "./Group";

export function TupleEditor(props: EditorProps<FieldOf<"tuple">, DraftOf<"tuple">>) {
  const { field, draft, path, label, description, onChange } = props;
  return (
    <Group {...{ field, path, label, description }}>
      <SpaceBetween size="s">
        {field.places.map((place, index) => (
          <FieldEditor
            key={place.name}
            field={place.field()}
            draft={draft.places[index] ?? draftOf(place.field())}
            path={`${path}[${index}]`}
            label={place.name}
            onChange={(changed) => onChange({ ...draft, places: draft.places.with(index, changed) })}
          />
        ))}
      </SpaceBetween>
    </Group>
  );
}

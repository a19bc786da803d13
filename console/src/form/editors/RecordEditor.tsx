import SpaceBetween from "@cloudscape-design/components/space-between";

import { type DraftOf, draftOf, propertyField } from "../drafts";
import type { FieldOf } from "../fields";
import type { EditorProps } from "./context";
import { FieldEditor } from "./FieldEditor";
import { Group } from "./Group";

export function RecordEditor(props: EditorProps<FieldOf<"record">, DraftOf<"record">>) {
  const { field, draft, path, label, description, onChange } = props;
  return (
    <Group {...{ field, path, label, description }}>
      <SpaceBetween size="s">
        {field.properties.map((property) => {
          const part = propertyField(property);
          return (
            <FieldEditor
              key={property.name}
              field={part}
              draft={draft.properties[property.name] ?? draftOf(part, property.default)}
              path={`${path}.${property.name}`}
              label={property.name}
              description={property.description}
              onChange={(changed) =>
                onChange({ ...draft, properties: { ...draft.properties, [property.name]: changed } })
              }
            />
          );
        })}
      </SpaceBetween>
    </Group>
  );
}

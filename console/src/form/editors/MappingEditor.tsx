import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";

import { type DraftOf, type Entry, entryOf } from "../drafts";
import type { FieldOf } from "../fields";
import type { EditorProps } from "./context";
import { FieldEditor } from "./FieldEditor";
import { Group } from "./Group";

export function MappingEditor(props: EditorProps<FieldOf<"mapping">, DraftOf<"mapping">>) {
  const { field, draft, path, label, description, onChange } = props;
  const value = field.value();
  const replace = (index: number, entry: Entry) => onChange({ ...draft, entries: draft.entries.with(index, entry) });
  return (
    <Group {...{ field, path, label, description }}>
      <SpaceBetween size="s">
        {draft.entries.length === 0 && <Box color="text-body-secondary">No entries</Box>}
        {draft.entries.map((entry, index) => (
          <div key={entry.id} className="form-item form-entry">
            <FormField label={`Key ${index + 1}`}>
              <Input
                value={entry.name}
                autoComplete={false}
                spellcheck={false}
                onChange={({ detail }) => replace(index, { ...entry, name: detail.value })}
              />
            </FormField>
            <FieldEditor
              field={value}
              draft={entry.draft}
              path={`${path}[${index}]`}
              label={`Value ${index + 1}`}
              onChange={(changed) => replace(index, { ...entry, draft: changed })}
            />
            <Button
              formAction="none"
              variant="icon"
              iconName="remove"
              ariaLabel={`Remove entry ${index + 1} of ${label}`}
              onClick={() => onChange({ ...draft, entries: draft.entries.toSpliced(index, 1) })}
            />
          </div>
        ))}
        <Button
          formAction="none"
          iconName="add-plus"
          ariaLabel={`Add entry to ${label}`}
          onClick={() => onChange({ ...draft, entries: [...draft.entries, entryOf(value, "")] })}
        >
          Add entry
        </Button>
      </SpaceBetween>
    </Group>
  );
}

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";

import { type DraftOf, itemOf } from "../drafts";
import type { FieldOf } from "../fields";
import type { EditorProps } from "./context";
import { FieldEditor } from "./FieldEditor";
import { Group } from "./Group";

export function ListEditor(props: EditorProps<FieldOf<"list">, DraftOf<"list">>) {
  const { field, draft, path, label, description, onChange } = props;
  const item = field.item();
  return (
    <Group {...{ field, path, label, description }}>
      <SpaceBetween size="s">
        {draft.items.length === 0 && <Box color="text-body-secondary">No items</Box>}
        {draft.items.map((each, index) => (
          <div key={each.id} className="form-item">
            <FieldEditor
              field={item}
              draft={each.draft}
              path={`${path}[${index}]`}
              label={`${label} ${index + 1}`}
              onChange={(changed) =>
                onChange({ ...draft, items: draft.items.with(index, { ...each, draft: changed }) })
              }
            />
            <Button
              formAction="none"
              variant="icon"
              iconName="remove"
              ariaLabel={`Remove ${label} ${index + 1}`}
              onClick={() => onChange({ ...draft, items: draft.items.toSpliced(index, 1) })}
            />
          </div>
        ))}
        <Button
          formAction="none"
          iconName="add-plus"
          ariaLabel={`Add item to ${label}`}
          onClick={() => onChange({ ...draft, items: [...draft.items, itemOf(item)] })}
        >
          Add item
        </Button>
      </SpaceBetween>
    </Group>
  );
}

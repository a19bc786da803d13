/** An object that only Python can make: it is sent as it was, or something else in its place. */
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";

import { type DraftOf, draftOf } from "../drafts";
import { isObject } from "../json";
import { textOf } from "../schema";
import type { EditorProps } from "./context";
import { LabelledField } from "./LabelledField";

export function PickleEditor(props: EditorProps<EditorProps["field"], DraftOf<"pickle">>) {
  const { field, draft, path, label, description, onChange } = props;
  const pickle = isObject(draft.value) ? draft.value : {};
  return (
    <LabelledField {...{ field, path, label, description }}>
      <SpaceBetween size="xs" direction="horizontal" alignItems="center">
        <Box>{`A ${textOf(pickle.type) ?? "value"}, pickled by Python ${textOf(pickle.python) ?? "of some version"}`}</Box>
        <Button formAction="none" onClick={() => onChange(draftOf(field))}>
          Replace
        </Button>
      </SpaceBetween>
    </LabelledField>
  );
}

import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";

import type { DraftOf } from "../drafts";
import type { FieldOf } from "../fields";
import { type EditorProps, useInputContext } from "./context";
import { LabelledField } from "./LabelledField";

const ENCODINGS = [
  { value: "text", label: "Text (UTF-8)" },
  { value: "base64", label: "Base64" },
] as const;

export function BytesEditor(props: EditorProps<FieldOf<"bytes">, DraftOf<"bytes">>) {
  const { field, draft, path, label, description, onChange } = props;
  const { touch } = useInputContext();
  return (
    <SpaceBetween size="xs">
      <LabelledField {...{ field, path, label, description }}>
        <Textarea
          rows={2}
          value={draft.text ?? ""}
          onChange={({ detail }) => {
            touch(path);
            onChange({ ...draft, text: detail.value });
          }}
        />
      </LabelledField>
      <Select
        ariaLabel={`How ${label} is written`}
        options={ENCODINGS}
        selectedOption={ENCODINGS.find(({ value }) => value === draft.encoding) ?? null}
        onChange={({ detail }) =>
          onChange({ ...draft, encoding: detail.selectedOption.value === "base64" ? "base64" : "text" })
        }
      />
    </SpaceBetween>
  );
}

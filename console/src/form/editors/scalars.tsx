/** Editors of single values. */
import Box from "@cloudscape-design/components/box";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import Textarea from "@cloudscape-design/components/textarea";
import Toggle from "@cloudscape-design/components/toggle";

import type { DraftOf } from "../drafts";
import type { FieldOf, TextFormat } from "../fields";
import { type EditorProps, useInputContext } from "./context";
import { LabelledField } from "./LabelledField";

const HINTS: Readonly<Record<TextFormat, string>> = {
  plain: "",
  integer: "",
  number: "",
  decimal: "",
  "date-time": "such as 2026-03-05T06:07:08Z; without a zone it is UTC",
  date: "such as 2026-03-05",
  time: "such as 06:07:08",
  duration: "such as 1h30m, 10 days or PT1H30M",
};

export function TextEditor(props: EditorProps<FieldOf<"text">, DraftOf<"text">>) {
  const { field, draft, path, label, description, onChange } = props;
  const { touch } = useInputContext();
  const isLong = field.format === "plain" && (draft.text ?? "").includes("\n");
  const change = (text: string) => {
    touch(path);
    onChange({ kind: "text", text });
  };
  return (
    <LabelledField {...{ field, path, label, description }} hint={HINTS[field.format]}>
      {isLong ? (
        <Textarea value={draft.text ?? ""} onChange={({ detail }) => change(detail.value)} rows={4} />
      ) : (
        <Input
          value={draft.text ?? ""}
          onChange={({ detail }) => change(detail.value)}
          autoComplete={false}
          spellcheck={false}
          {...(field.format === "integer" && { inputMode: "numeric" as const })}
        />
      )}
    </LabelledField>
  );
}

export function BooleanEditor({
  field,
  draft,
  path,
  label,
  description,
  onChange,
}: EditorProps<FieldOf<"boolean">, DraftOf<"boolean">>) {
  return (
    <LabelledField {...{ field, path, label, description }}>
      <Toggle checked={draft.on} onChange={({ detail }) => onChange({ kind: "boolean", on: detail.checked })}>
        {draft.on ? "True" : "False"}
      </Toggle>
    </LabelledField>
  );
}

export function ChoiceEditor({
  field,
  draft,
  path,
  label,
  description,
  onChange,
}: EditorProps<FieldOf<"choice">, DraftOf<"choice">>) {
  const { touch } = useInputContext();
  const options = field.options.map(({ name }, index) => ({ value: String(index), label: name || '""' }));
  return (
    <LabelledField {...{ field, path, label, description }}>
      <Select
        options={options}
        placeholder="Choose one"
        selectedOption={options[draft.index ?? -1] ?? null}
        filteringType={options.length > 10 ? "auto" : "none"}
        onChange={({ detail }) => {
          touch(path);
          onChange({ kind: "choice", index: Number(detail.selectedOption.value) });
        }}
      />
    </LabelledField>
  );
}

export function NothingEditor({ field, path, label, description }: EditorProps<FieldOf<"nothing">>) {
  return (
    <LabelledField {...{ field, path, label, description }}>
      <Box>None</Box>
    </LabelledField>
  );
}

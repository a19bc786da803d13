/** Any value as JSON: for what has no form, and for those who have it as text anyway. */
import Textarea from "@cloudscape-design/components/textarea";

import type { DraftOf } from "../drafts";
import { type EditorProps, FormContext, useInputContext } from "./context";
import { LabelledField } from "./LabelledField";

export function JsonEditor(props: EditorProps<EditorProps["field"], DraftOf<"json">>) {
  const { field, draft, path, label, description, onChange } = props;
  const context = useInputContext();
  const { problems, touch } = context;
  const below = [...problems].filter(
    ([place]) => place === path || place.startsWith(`${path}.`) || place.startsWith(`${path}[`),
  );
  const words = below.map(([place, message]) => (place === path ? message : `${place}: ${message}`)).join(" ");
  return (
    <FormContext value={{ ...context, problems: new Map(words ? [[path, words]] : []) }}>
      <LabelledField {...{ field, path, label, description }} hint={hintOf(field)}>
        <Textarea
          value={draft.text}
          rows={Math.min(12, Math.max(2, draft.text.split("\n").length))}
          spellcheck={false}
          onChange={({ detail }) => {
            touch(path);
            onChange({ kind: "json", text: detail.value });
          }}
        />
      </LabelledField>
    </FormContext>
  );
}

function hintOf({ kind }: EditorProps["field"]): string {
  return kind === "pickle" ? "only Python can make such an object: run the task from Python" : "JSON; texts in quotes";
}

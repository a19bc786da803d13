/** One input of a task. Only the input that is edited is drawn anew. */
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { memo, useCallback, useMemo, useState } from "react";

import type { Scope } from "../../app/scope";
import type { Problem } from "../check";
import { type Draft, draftOf } from "../drafts";
import type { Input } from "../inputs";
import { jsonText, parseJson } from "../json";
import { read } from "../reading";
import { FormContext } from "./context";
import { FieldEditor } from "./FieldEditor";

interface Props {
  readonly scope: Scope;
  readonly input: Input;
  readonly draft: Draft;
  /** Whether problems are shown of what was not edited as well. */
  readonly showsAll: boolean;
  /** What the backend says of the input. */
  readonly refusal: Problem | undefined;
  readonly onChange: (name: string, draft: Draft) => void;
}

const SINGLE: ReadonlySet<string> = new Set([
  "text",
  "boolean",
  "choice",
  "bytes",
  "nothing",
  "json",
  "data",
  "pickle",
]);

export const InputEditor = memo(function InputEditor({ scope, input, draft, showsAll, refusal, onChange }: Props) {
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const touch = useCallback((path: string) => setTouched((known) => new Set([...known, path])), []);
  const problems = useMemo(() => {
    const reading = read(input.field, draft, input.name);
    const shown = (reading.ok ? [] : reading.problems).filter(({ path }) => showsAll || isBelow(path, touched));
    return new Map([...shown, ...(refusal ? [refusal] : [])].map(({ path, message }) => [path, message]));
  }, [input, draft, showsAll, touched, refusal]);
  const context = useMemo(() => ({ scope, problems, touch }), [scope, problems, touch]);
  return (
    <FormContext value={context}>
      <SpaceBetween size="xxs">
        <FieldEditor
          field={input.field}
          draft={draft}
          path={input.name}
          label={input.name}
          description={input.description}
          onChange={(changed) => onChange(input.name, changed)}
        />
        {!SINGLE.has(input.field.kind) && !isPlainOptional(input) && (
          <ModeButton {...{ input, draft }} onChange={(changed) => onChange(input.name, changed)} />
        )}
      </SpaceBetween>
    </FormContext>
  );
});

function isPlainOptional({ field }: Input): boolean {
  return field.kind === "optional" && SINGLE.has(field.inner().kind);
}

function isBelow(path: string, places: ReadonlySet<string>): boolean {
  return [...places].some((place) => path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`));
}

/** From the form to JSON and back. What cannot be read stays where it is. */
function ModeButton({ input, draft, onChange }: { input: Input; draft: Draft; onChange: (draft: Draft) => void }) {
  const isJson = draft.kind === "json";
  const switched = useMemo(() => (isJson ? inForm(input, draft.text) : asText(input, draft)), [isJson, input, draft]);
  return (
    <Button
      formAction="none"
      variant="inline-link"
      disabled={!switched}
      disabledReason={isJson ? "This is no JSON of the form's type yet" : "Some of it is not right yet"}
      ariaLabel={`${isJson ? "Edit in a form" : "Edit as JSON"}: ${input.name}`}
      onClick={() => switched && onChange(switched)}
    >
      {isJson ? "Edit in a form" : "Edit as JSON"}
    </Button>
  );
}

function inForm(input: Input, text: string): Draft | undefined {
  if (text.trim() === "") return draftOf(input.field);
  try {
    const draft = draftOf(input.field, parseJson(text));
    return draft.kind === "json" ? undefined : draft;
  } catch {
    return undefined;
  }
}

function asText(input: Input, draft: Draft): Draft | undefined {
  const reading = read(input.field, draft, input.name);
  return reading.ok ? { kind: "json", text: jsonText(reading.value, 2) } : undefined;
}

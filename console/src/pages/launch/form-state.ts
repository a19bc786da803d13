/** What stands in the form, and in its address: a link to it shows the same to somebody else. */
import { useCallback, useEffect, useMemo, useState } from "react";
import { useSearchParams } from "react-router";

import type { Draft } from "../../form/drafts";
import { changedValues, type Drafts, draftsOf, type Input } from "../../form/inputs";
import { isObject, type JsonObject, jsonText, parseJson } from "../../form/json";
import { optionsText, readOptions, type RunOptions } from "../../form/launching";
import type { LaunchSource } from "./source";

const PAUSE_MS = 400;
/** Longer addresses are cut by programs that pass links on. */
const LONGEST_TEXT = 6_000;

export interface FormState {
  readonly drafts: Drafts;
  readonly options: RunOptions;
  readonly recovers: boolean;
  readonly setDraft: (name: string, draft: Draft) => void;
  readonly setOptions: (options: RunOptions) => void;
  readonly setRecovers: (recovers: boolean) => void;
  /** Values that differ from what the launch begins with. */
  readonly changed: JsonObject;
}

/** Keeps the form. While the run `isStarting` the address stays: changing it would end the way to the run's page. */
export function useFormState(source: LaunchSource, isStarting: boolean): FormState {
  const [params, setParams] = useSearchParams();
  const [drafts, setDrafts] = useState(() => draftsOf(source.inputs, { ...source.values, ...valuesIn(params) }));
  const [options, setOptions] = useState(() => readOptions(params.get("options") ?? "", source.options));
  const [recovers, setRecovers] = useState(params.get("recover") === "true");
  const setDraft = useCallback((name: string, draft: Draft) => setDrafts((all) => ({ ...all, [name]: draft })), []);
  const begun = useMemo(() => withValues(source.inputs, source.values), [source]);
  const changed = useMemo(() => changedValues(begun, drafts), [begun, drafts]);
  const address = useMemo(
    () => ({
      inputs: shortened(Object.keys(changed).length ? jsonText(changed) : ""),
      options: shortened(optionsText(options, source.options)),
      recover: recovers ? "true" : "",
    }),
    [changed, options, recovers, source],
  );
  useEffect(() => {
    if (isStarting) return undefined;
    const timer = window.setTimeout(() => {
      setParams((current) => withAddress(current, address), { replace: true, preventScrollReset: true });
    }, PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [address, isStarting, setParams]);
  return { drafts, options, recovers, setDraft, setOptions, setRecovers, changed };
}

/** The inputs as if the earlier run's values were their defaults. */
export function withValues(inputs: readonly Input[], values: JsonObject): readonly Input[] {
  return inputs.map((input) => ({ ...input, default: values[input.name] ?? input.default }));
}

function valuesIn(params: URLSearchParams): JsonObject {
  try {
    const values = parseJson(params.get("inputs") ?? "{}");
    return isObject(values) ? values : {};
  } catch {
    return {}; // a link that was cut: the form shows what it begins with
  }
}

function withAddress(current: URLSearchParams, address: Readonly<Record<string, string>>): URLSearchParams {
  const made = new URLSearchParams(current);
  for (const [name, text] of Object.entries(address)) {
    if (text) made.set(name, text);
    else made.delete(name);
  }
  return made;
}

function shortened(text: string): string {
  return text.length <= LONGEST_TEXT ? text : "";
}

/** What the fields of one input share: which problems are to be shown, and where files are uploaded to. */
import { createContext, useContext } from "react";

import type { Scope } from "../../app/scope";
import type { Draft } from "../drafts";
import type { Field } from "../fields";

export interface InputContext {
  readonly scope: Scope;
  /** Problems by path: only of what was edited, until the whole form is to be sent. */
  readonly problems: ReadonlyMap<string, string>;
  readonly touch: (path: string) => void;
}

export const FormContext = createContext<InputContext | null>(null);

export function useInputContext(): InputContext {
  const context = useContext(FormContext);
  if (!context) throw new Error("An editor stands in an InputEditor.");
  return context;
}

export interface EditorProps<Of extends Field = Field, Entered extends Draft = Draft> {
  readonly field: Of;
  readonly draft: Entered;
  readonly path: string;
  readonly label: string;
  readonly description?: string;
  readonly onChange: (draft: Draft) => void;
}

/** The editor of a field, whatever its kind. */
import { BytesEditor } from "./BytesEditor";
import type { EditorProps } from "./context";
import { DataEditor } from "./DataEditor";
import { JsonEditor } from "./JsonEditor";
import { ListEditor } from "./ListEditor";
import { MappingEditor } from "./MappingEditor";
import { OptionalEditor } from "./OptionalEditor";
import { PickleEditor } from "./PickleEditor";
import { RecordEditor } from "./RecordEditor";
import { BooleanEditor, ChoiceEditor, NothingEditor, TextEditor } from "./scalars";
import { TupleEditor } from "./TupleEditor";
import { UnionEditor } from "./UnionEditor";

export function FieldEditor({ field, draft, ...props }: EditorProps) {
  if (draft.kind === "json") return <JsonEditor {...props} field={field} draft={draft} />;
  if (draft.kind === "pickle") return <PickleEditor {...props} field={field} draft={draft} />;
  if (field.kind === "text" && draft.kind === "text") return <TextEditor {...props} field={field} draft={draft} />;
  if (field.kind === "boolean" && draft.kind === "boolean")
    return <BooleanEditor {...props} field={field} draft={draft} />;
  if (field.kind === "choice" && draft.kind === "choice")
    return <ChoiceEditor {...props} field={field} draft={draft} />;
  if (field.kind === "bytes" && draft.kind === "bytes") return <BytesEditor {...props} field={field} draft={draft} />;
  if (field.kind === "nothing") return <NothingEditor {...props} field={field} draft={draft} />;
  if (field.kind === "list" && draft.kind === "list") return <ListEditor {...props} field={field} draft={draft} />;
  if (field.kind === "tuple" && draft.kind === "tuple") return <TupleEditor {...props} field={field} draft={draft} />;
  if (field.kind === "mapping" && draft.kind === "mapping")
    return <MappingEditor {...props} field={field} draft={draft} />;
  if (field.kind === "record" && draft.kind === "record")
    return <RecordEditor {...props} field={field} draft={draft} />;
  if (field.kind === "optional" && draft.kind === "optional")
    return <OptionalEditor {...props} field={field} draft={draft} />;
  if (field.kind === "union" && draft.kind === "union") return <UnionEditor {...props} field={field} draft={draft} />;
  if (field.kind === "data" && draft.kind === "data") return <DataEditor {...props} field={field} draft={draft} />;
  throw new Error(`${props.path}: what was entered is of the kind ${draft.kind}, the field of ${field.kind}.`);
}

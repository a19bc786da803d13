/** A file, folder or data frame: one of this machine, which is uploaded, or the URI of one that is there already. */
import Box from "@cloudscape-design/components/box";
import FileInput from "@cloudscape-design/components/file-input";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";

import { bytes } from "../../format/amounts";
import type { DraftOf } from "../drafts";
import type { FieldOf } from "../fields";
import { type EditorProps, useInputContext } from "./context";
import { LabelledField } from "./LabelledField";
import { uploadFile } from "./upload";

export function DataEditor(props: EditorProps<FieldOf<"data">, DraftOf<"data">>) {
  const { field, draft, path, label, description, onChange } = props;
  const { scope, touch } = useInputContext();
  const [file, setFile] = useState<File>();
  const [failure, setFailure] = useState("");
  const hint = field.data === "dir" ? "the URI of a folder, such as s3://bucket/prefix" : "a file, or the URI of one";

  async function upload(chosen: File) {
    setFile(chosen);
    setFailure("");
    onChange({ kind: "data", uri: null, reference: null, isUploading: true });
    try {
      const uploaded = await uploadFile(scope, chosen);
      const reference = field.data === "dataframe" ? { uri: uploaded.path } : { ...uploaded };
      onChange({ kind: "data", uri: uploaded.path, reference });
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
      onChange({ kind: "data", uri: null, reference: null });
    }
    touch(path);
  }

  return (
    <SpaceBetween size="xs">
      <LabelledField {...{ field, path, label, description, hint }}>
        <Input
          value={draft.uri ?? ""}
          placeholder="s3://"
          autoComplete={false}
          spellcheck={false}
          disabled={draft.isUploading ?? false}
          onChange={({ detail }) => {
            touch(path);
            setFile(undefined);
            onChange({ kind: "data", uri: detail.value, reference: null });
          }}
        />
      </LabelledField>
      {field.data !== "dir" && (
        <SpaceBetween size="xs" direction="horizontal" alignItems="center">
          <FileInput
            value={[]}
            ariaLabel={`Upload ${label}`}
            onChange={({ detail }) => {
              const [chosen] = detail.value;
              if (chosen) void upload(chosen);
            }}
          >
            Choose file
          </FileInput>
          {file && (
            <Box>
              <span role="status">
                <Uploaded name={`${file.name} (${bytes(file.size)})`} {...{ draft, failure }} />
              </span>
            </Box>
          )}
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

function Uploaded({ name, draft, failure }: { name: string; draft: DraftOf<"data">; failure: string }) {
  if (draft.isUploading) return <StatusIndicator type="loading">{`Uploading ${name}`}</StatusIndicator>;
  if (failure) return <StatusIndicator type="error">{`${name} could not be uploaded: ${failure}`}</StatusIndicator>;
  return <StatusIndicator type="success">{`Uploaded ${name}`}</StatusIndicator>;
}

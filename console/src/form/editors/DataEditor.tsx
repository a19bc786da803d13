/** A file, folder or data frame: one of this machine, which is uploaded, or the URI of one that is there already. */
import Box from "@cloudscape-design/components/box";
import FileInput from "@cloudscape-design/components/file-input";
import Input from "@cloudscape-design/components/input";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";

import { bytes } from "../../format/amounts";
import type { DraftOf } from "../drafts";
import type { FieldOf } from "../fields";
import { type EditorProps, useInputContext } from "./context";
import { FolderInput } from "./FolderInput";
import { LabelledField } from "./LabelledField";
import { folderName, type Progress, uploadFile, uploadFolder } from "./upload";

export function DataEditor(props: EditorProps<FieldOf<"data">, DraftOf<"data">>) {
  const { field, draft, path, label, description, onChange } = props;
  const { scope, touch } = useInputContext();
  const [chosen, setChosen] = useState("");
  const [failure, setFailure] = useState("");
  const [progress, setProgress] = useState<Progress | null>(null);
  const what = field.data === "dir" ? "folder" : "file";

  async function upload(files: readonly File[]) {
    const [file] = files;
    if (!file) return;
    const size = files.reduce((sum, each) => sum + each.size, 0);
    setChosen(`${what === "folder" ? folderName(files) : file.name} (${bytes(size)})`);
    setFailure("");
    setProgress(null);
    onChange({ kind: "data", uri: null, reference: null, isUploading: true });
    try {
      const uploaded = await (what === "folder"
        ? uploadFolder(scope, files, setProgress)
        : uploadFile(scope, file, setProgress));
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
      <LabelledField {...{ field, path, label, description, hint: `a ${what}, or the URI of one` }}>
        <Input
          value={draft.uri ?? ""}
          placeholder="s3://"
          autoComplete={false}
          spellcheck={false}
          disabled={draft.isUploading ?? false}
          onChange={({ detail }) => {
            touch(path);
            setChosen("");
            onChange({ kind: "data", uri: detail.value, reference: null });
          }}
        />
      </LabelledField>
      <SpaceBetween size="xs" direction="horizontal" alignItems="center">
        {what === "folder" ? (
          <FolderInput label={`Upload ${label}`} onChange={(files) => void upload(files)} />
        ) : (
          <FileInput value={[]} ariaLabel={`Upload ${label}`} onChange={({ detail }) => void upload(detail.value)}>
            Choose file
          </FileInput>
        )}
        {chosen && (
          <Box>
            <span role="status">
              <Uploaded name={chosen} {...{ draft, failure }} />
            </span>
          </Box>
        )}
      </SpaceBetween>
      {draft.isUploading && progress && <Moved name={chosen} progress={progress} />}
    </SpaceBetween>
  );
}

function Moved({ name, progress }: { name: string; progress: Progress }) {
  const { moved_bytes, size_bytes } = progress;
  return <ProgressBar ariaLabel={`Upload of ${name}`} value={size_bytes ? (100 * moved_bytes) / size_bytes : 0} />;
}

function Uploaded({ name, draft, failure }: { name: string; draft: DraftOf<"data">; failure: string }) {
  if (draft.isUploading) return <StatusIndicator type="loading">{`Uploading ${name}`}</StatusIndicator>;
  if (failure) return <StatusIndicator type="error">{`${name} could not be uploaded: ${failure}`}</StatusIndicator>;
  return <StatusIndicator type="success">{`Uploaded ${name}`}</StatusIndicator>;
}

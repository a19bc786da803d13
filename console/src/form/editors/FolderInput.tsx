/** Lets the browser choose a folder, which Cloudscape has no control for: a button in front of the browser's own input. */
import Button from "@cloudscape-design/components/button";
import { useRef } from "react";

interface Props {
  label: string;
  onChange: (files: readonly File[]) => void;
}

export function FolderInput({ label, onChange }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        formAction="none"
        iconName="upload"
        ariaLabel={`Choose folder (${label})`}
        onClick={() => input.current?.click()}
      >
        Choose folder
      </Button>
      <input
        ref={(element) => {
          input.current = element;
          if (element) element.webkitdirectory = true; // React has no property for it
        }}
        type="file"
        hidden
        aria-label={label}
        onChange={({ target }) => {
          onChange([...(target.files ?? [])]);
          target.value = ""; // so that the same folder can be chosen again
        }}
      />
    </>
  );
}

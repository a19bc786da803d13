/** Copies a text. */
import CopyToClipboard, { type CopyToClipboardProps } from "@cloudscape-design/components/copy-to-clipboard";

interface Props {
  /** What is copied, for those who cannot see it. */
  label: string;
  text: string;
  /** `inline` shows the text beside the button. */
  variant?: CopyToClipboardProps.Variant;
}

export function CopyButton({ label, text, variant = "icon" }: Props) {
  return (
    <CopyToClipboard
      variant={variant}
      copyButtonAriaLabel={`Copy ${label}`}
      copySuccessText="Copied"
      copyErrorText="The browser did not let it be copied"
      textToCopy={text}
    />
  );
}

/** A command to copy. */
import Box from "@cloudscape-design/components/box";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";

export function CommandLine({ children }: { children: string }) {
  return (
    <Box variant="code">
      <CopyToClipboard
        variant="inline"
        copyButtonAriaLabel={`Copy ${children}`}
        copySuccessText="Copied"
        copyErrorText="The browser did not let it be copied"
        textToCopy={children}
      />
    </Box>
  );
}

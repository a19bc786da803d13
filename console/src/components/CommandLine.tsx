/** A command to copy. */
import Box from "@cloudscape-design/components/box";

import { CopyButton } from "./CopyButton";

export function CommandLine({ children }: { children: string }) {
  return (
    <Box variant="code">
      <CopyButton variant="inline" label={children} text={children} />
    </Box>
  );
}

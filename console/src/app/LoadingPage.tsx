import Box from "@cloudscape-design/components/box";
import Spinner from "@cloudscape-design/components/spinner";

export function LoadingPage() {
  return (
    <Box textAlign="center" padding="xxxl">
      <span role="status">
        <Spinner size="large" /> Loading
      </span>
    </Box>
  );
}

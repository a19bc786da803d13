/** A link to the task's code, where the deployment knew of one. Addresses come from users: only those of the web count. */
import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";

interface Props {
  url: string | null | undefined;
  name: string;
}

export function SourceLink({ url, name }: Props) {
  if (!url || !/^https?:\/\//i.test(url)) return <Box color="text-body-secondary">Not known</Box>;
  return (
    <Link external href={url} ariaLabel={`Source of ${name}`} externalIconAriaLabel="Opens in a new tab">
      {sourceName(url)}
    </Link>
  );
}

/** The file's name and line, such as `greeting.py#L7`. */
function sourceName(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1) || url;
}

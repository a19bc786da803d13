/** The same launch for a terminal and for a program, to copy. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useMemo } from "react";
import { useSearchParams } from "react-router";

import type { Scope } from "../../app/scope";
import { commandLine } from "../../form/command-line";
import { type Launch, NO_OPTIONS } from "../../form/launching";
import { pythonCode } from "../../form/python-code";
import type { FormState } from "./form-state";
import type { LaunchSource } from "./source";

interface Props {
  scope: Scope;
  source: LaunchSource;
  state: FormState;
  isComplete: boolean;
}

export function Commands({ scope, source, state, isComplete }: Props) {
  const [params] = useSearchParams();
  const named = params.get("version") ?? undefined;
  const { changed, options, recovers } = state;
  const launch = useMemo<Launch>(() => {
    // A run is run again with its own version; with another one, it is a launch of that with the run's inputs.
    const origin = source.isOtherVersion ? undefined : source.origin;
    return {
      ...scope,
      task: source.task,
      version: named,
      origin: origin && { ...origin, recover: recovers },
      inputs: source.inputs,
      values: origin ? changed : { ...source.values, ...changed },
      options,
      carriedOver: origin ? source.options : NO_OPTIONS,
    };
  }, [scope, source, named, changed, options, recovers]);
  const command = useMemo(() => commandLine(launch), [launch]);
  const code = useMemo(() => pythonCode(launch), [launch]);
  return (
    <Container header={<Header variant="h2">The same as a command</Header>}>
      <SpaceBetween size="s">
        {!isComplete && <Box color="text-body-secondary">Without the inputs that have no right value yet.</Box>}
        <Tabs
          variant="stacked"
          ariaLabel="The same as a command"
          tabs={[
            {
              id: "cli",
              label: "Command line",
              content: <Snippet text={command.text} name="command" notes={command.leftOut} />,
            },
            { id: "python", label: "Python", content: <Snippet text={code} name="program" notes={[]} /> },
          ]}
        />
      </SpaceBetween>
    </Container>
  );
}

function Snippet({ text, name, notes }: { text: string; name: string; notes: readonly string[] }) {
  return (
    <SpaceBetween size="s">
      {notes.length > 0 && (
        <Alert type="info" header="The command is not all of it">
          {notes.map((note) => (
            <div key={note}>{note}</div>
          ))}
        </Alert>
      )}
      <pre className="snippet">{text}</pre>
      <CopyToClipboard
        copyButtonText={`Copy the ${name}`}
        textToCopy={text}
        copySuccessText="Copied"
        copyErrorText="The browser did not let it be copied"
      />
    </SpaceBetween>
  );
}

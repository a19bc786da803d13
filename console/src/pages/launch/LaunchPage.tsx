/** The form that starts a run: of a deployed task, or of an earlier run's task with its inputs. */
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useParams, useSearchParams } from "react-router";

import { addresses, type Scope, useScope } from "../../app/scope";
import { Loaded } from "../../components/Loaded";
import { PageLink } from "../../components/PageLink";
import { PageTitle } from "../../components/PageTitle";
import { LaunchForm } from "./LaunchForm";
import { type LaunchSource, useLaunchSource } from "./source";

export default function LaunchPage() {
  const scope = useScope();
  const { task = "" } = useParams();
  const [params] = useSearchParams();
  const version = params.get("version") ?? "";
  const run = params.get("from") ?? "";
  const action = params.get("action") ?? "a0";
  const query = useLaunchSource(scope, { task, version, run, action });
  return (
    <>
      <PageTitle>{`Launch ${task}`}</PageTitle>
      <Loaded query={query} what={task}>
        {(source) => (
          <SpaceBetween size="l">
            <Header variant="h1" description={<From {...{ scope, source }} />}>
              {source.origin ? `Run ${source.task} again` : `Launch ${source.task}`}
            </Header>
            <LaunchForm key={`${task} ${version} ${run} ${action}`} {...{ scope, source }} />
          </SpaceBetween>
        )}
      </Loaded>
    </>
  );
}

function From({ scope, source }: { scope: Scope; source: LaunchSource }) {
  const { origin } = source;
  if (!origin) return <>{source.description}</>;
  return (
    <>
      With the inputs of{" "}
      <PageLink to={addresses.run(scope, origin.run, { action: origin.action })}>
        {origin.action === "a0" ? origin.run : `${origin.run} / ${origin.action}`}
      </PageLink>
      , unless you change them.
    </>
  );
}

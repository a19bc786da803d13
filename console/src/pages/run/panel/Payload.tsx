/** The inputs or outputs of an action, by name. */
import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";

import { isFinal } from "../../../actions/phases";
import type { ActionRecord } from "../../../api/types";
import { Loaded } from "../../../components/Loaded";
import { type Json, jsonText } from "../../../form/json";
import { addressesIn, dataAddress } from "../data";
import { payloadsQuery } from "../run-query";
import { TextBlock } from "./TextBlock";

type Which = "inputs" | "outputs";

/** A value of this many characters is drawn at once; a browser takes long for more. */
const SHOWN_CHARACTERS = 50_000;

export function Payload({ record, which }: { record: ActionRecord; which: Which }) {
  return (
    <Loaded query={useQuery(payloadsQuery(record))} what={`the ${which}`}>
      {(payloads) => {
        const url = which === "inputs" ? payloads.inputsUrl : payloads.outputsUrl;
        if (url) return <Link href={url}>{`Download the ${which}, which are large (JSON)`}</Link>;
        const values = Object.entries(payloads[which] ?? {});
        if (!values.length) return <Box color="text-body-secondary">{noneOf(which, record)}</Box>;
        return (
          <SpaceBetween size="m">
            {values.map(([name, value]) => (
              <Value key={name} name={name} value={value} record={record} />
            ))}
          </SpaceBetween>
        );
      }}
    </Loaded>
  );
}

function Value({ name, value, record }: { name: string; value: Json; record: ActionRecord }) {
  const text = typeof value === "string" ? value : jsonText(value, 2);
  const cut = text.length > SHOWN_CHARACTERS;
  return (
    <div>
      <Box variant="awsui-key-label">{name}</Box>
      <TextBlock label={name} text={cut ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text} />
      {cut && (
        <Box color="text-body-secondary">{`The first ${SHOWN_CHARACTERS} of ${text.length} characters. All of it: flyte get io ${record.id.run} ${record.id.action}`}</Box>
      )}
      {addressesIn(value).map((uri) => (
        <div key={uri}>
          <Link href={dataAddress(record.id, uri)}>Download {uri.split("/").at(-1)}</Link>
        </div>
      ))}
    </div>
  );
}

function noneOf(which: Which, record: ActionRecord): string {
  if (which === "inputs") return "It takes no inputs.";
  return isFinal(record) ? "It has no outputs." : "It has no outputs yet.";
}

import { act, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { expect, test, vi } from "vitest";

import { type Draft, draftOf } from "../drafts";
import everyType from "../every-type.json?raw";
import { inputsOf } from "../inputs";
import { type Json, jsonText, parseJson } from "../json";
import { read } from "../reading";
import { InputEditor } from "./InputEditor";
import { LOOK_EVERY_MS } from "./upload";

const INPUTS = inputsOf((parseJson(everyType) as { inputs: Json }).inputs);
const SCOPE = { project: "flytesnacks", domain: "development" };

/** Draws the editor of an input; gives what is read of it now. */
function edit(name: string, showsAll = false): () => string {
  const input = INPUTS.find((each) => each.name === name);
  if (!input) throw new Error(`The fixture has no input ${name}.`);
  let last: Draft = draftOf(input.field, input.default);
  function Editor({ of }: { of: NonNullable<typeof input> }) {
    const [draft, setDraft] = useState(last);
    const change = (_: string, changed: Draft) => {
      last = changed;
      setDraft(changed);
    };
    return <InputEditor {...{ scope: SCOPE, draft, showsAll }} input={of} refusal={undefined} onChange={change} />;
  }
  render(<Editor of={input} />);
  return () => {
    const reading = read(input.field, last, name);
    return reading.ok ? jsonText(reading.value) : reading.problems.map(({ message }) => message).join(" ");
  };
}

const type = (label: string, text: string) =>
  fireEvent.change(screen.getByLabelText(label, { selector: "input,textarea" }), { target: { value: text } });

test.each(INPUTS.map(({ name }) => name))("%s has an editor that keeps its default", (name) => {
  const before = edit(name);
  const input = INPUTS.find((each) => each.name === name);
  expect(before()).toBe(input?.default === undefined ? "Give a value." : jsonText(input.default));
});

test("nothing is told to be wrong before it was edited, and all of it once the form is to be sent", () => {
  edit("number");
  expect(screen.queryByText("Give a value.")).toBeNull();
  type("number", "x");
  expect(screen.getByText('"x" is no whole number.')).toBeVisible();
});

test("what is missing is told when the form is to be sent", () => {
  edit("number", true);
  expect(screen.getByText("Give a value.")).toBeVisible();
});

test("items are added, edited and removed", () => {
  const now = edit("items");
  fireEvent.click(screen.getByRole("button", { name: "Add item to items" }));
  type("items 3", "3");
  fireEvent.click(screen.getByRole("button", { name: "Remove items 1" }));
  expect(now()).toBe("[2,3]");
});

test("a record goes to JSON and back with what was entered", () => {
  const now = edit("layer");
  type("size", "7");
  fireEvent.click(screen.getByRole("button", { name: "Edit as JSON: layer" }));
  type("layer", '{"size": 0}');
  expect(screen.getByText("layer.size: 0 must be more than 0.")).toBeVisible();
  type("layer", '{"size": 8}');
  fireEvent.click(screen.getByRole("button", { name: "Edit in a form: layer" }));
  expect(screen.getByLabelText("size")).toHaveValue("8");
  expect(now()).toBe('{"size":8,"name":"dense","point":null,"tags":[]}');
});

test("an optional value is given once None is unchecked", () => {
  const now = edit("maybe");
  fireEvent.click(screen.getByRole("checkbox", { name: "maybe is None" }));
  type("maybe", "4");
  expect(now()).toBe("4");
});

test("a file is uploaded, and its reference is the value", async () => {
  const upload = vi.fn(() => Promise.resolve(Response.json({ path: "s3://b/k", name: "k.csv" })));
  vi.stubGlobal("fetch", upload);
  const now = edit("files");
  fireEvent.click(screen.getByRole("button", { name: "Add item to files" }));
  fireEvent.change(screen.getByLabelText("Upload files 1"), { target: { files: [new File(["abc"], "k.csv")] } });
  expect(now()).toBe("Wait until it has been uploaded.");
  expect(await screen.findByText(/Uploaded k.csv/)).toBeVisible();
  expect(now()).toBe('[{"path":"s3://b/k","name":"k.csv"}]');
  expect(upload).toHaveBeenCalledWith(
    expect.stringMatching(/^\/files\/k\.csv\?project=flytesnacks&domain=development&upload=/),
    expect.anything(),
  );
  vi.unstubAllGlobals();
});

test("how far an upload is can be seen and heard", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  let end: (answer: Response) => void = () => undefined;
  const progress = [{ moved_bytes: 1, size_bytes: 4 }, null, { moved_bytes: 3, size_bytes: 4 }];
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url);
    if (url.startsWith("/files/")) return new Promise<Response>((resolve) => (end = resolve));
    const seen = progress.shift();
    return Promise.resolve(seen ? Response.json(seen) : Response.json({}, { status: 404 }));
  });
  edit("files");
  fireEvent.click(screen.getByRole("button", { name: "Add item to files" }));
  fireEvent.change(screen.getByLabelText("Upload files 1"), { target: { files: [new File(["ab"], "k.csv")] } });
  expect(screen.getByRole("status")).toHaveTextContent("Uploading k.csv (2 bytes)");
  expect(screen.queryByRole("progressbar")).toBeNull();
  for (const percent of ["25", "25", "75"]) {
    await act(() => vi.advanceTimersByTimeAsync(LOOK_EVERY_MS));
    expect(screen.getByRole("progressbar", { name: "Upload of k.csv (2 bytes)" })).toHaveAttribute("value", percent);
  }
  end(Response.json({ path: "s3://b/k", name: "k.csv" }));
  expect(await screen.findByText(/Uploaded k.csv/)).toBeVisible();
  expect(screen.queryByRole("progressbar")).toBeNull();
  await act(() => vi.advanceTimersByTimeAsync(10 * LOOK_EVERY_MS));
  expect(asked).toHaveLength(4);
  const upload = new URLSearchParams(asked[0]?.split("?")[1]).get("upload");
  expect(asked.slice(1)).toEqual(Array(3).fill(`/uploads/${upload}`));
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("a refused upload is told, and there is no value", async () => {
  const problem = { code: "BadRequest", message: "No." };
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(problem, { status: 400 })));
  const now = edit("files");
  fireEvent.click(screen.getByRole("button", { name: "Add item to files" }));
  fireEvent.change(screen.getByLabelText("Upload files 1"), { target: { files: [new File(["abc"], "k.csv")] } });
  expect(await screen.findByText(/could not be uploaded: No\./)).toBeVisible();
  expect(now()).toBe("Choose a file, or give its URI.");
  vi.unstubAllGlobals();
});

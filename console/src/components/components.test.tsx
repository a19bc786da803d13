import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";

import { ApiProblem, problemOf } from "../api/problem";
import { FilterInput } from "./FilterInput";
import { Loaded } from "./Loaded";

const PROBLEM = new ApiProblem(404, "RunNotFound", "There is no run r1. Did you mean r2?");
const query = { data: undefined, error: null, refetch: vi.fn() };

test("what is not there yet is said to be loading", () => {
  render(
    <Loaded query={query} what="the run">
      {() => "never"}
    </Loaded>,
  );
  expect(screen.getByText("Loading the run")).toBeVisible();
});

test("a problem says what happened and its code, and can be tried again", async () => {
  const refetch = vi.fn();
  render(<Loaded query={{ ...query, error: PROBLEM, refetch }}>{() => "never"}</Loaded>);
  expect(screen.getByText(PROBLEM.message)).toBeVisible();
  expect(screen.getByText("RunNotFound")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(refetch).toHaveBeenCalledOnce();
});

test("what was there stays, with the problem that keeps it from being renewed", () => {
  render(<Loaded query={{ ...query, data: "the data", error: PROBLEM }}>{(data) => <p>{data}</p>}</Loaded>);
  expect(screen.getByText("the data")).toBeVisible();
  expect(screen.getByText(PROBLEM.message)).toBeVisible();
});

test("an answer that no API wrote still becomes a problem with its status", async () => {
  const problem = await problemOf(new Response("<html>", { status: 502 }));
  expect([problem.code, problem.isTransient]).toEqual(["BackendFailed", true]);
  expect(problem.message).toContain("502");
  const said = await problemOf(Response.json({ code: "RunNotFound", message: "No run r1." }, { status: 404 }));
  expect([said.code, said.message, said.isTransient]).toEqual(["RunNotFound", "No run r1.", false]);
});

function Filtered() {
  const [value, setValue] = useState("");
  return (
    <>
      <FilterInput label="Task" value={value} onChange={setValue} />
      <output>{value}</output>
    </>
  );
}

test("a pause between two words loses nothing that was typed", async () => {
  render(<Filtered />);
  const input = screen.getByRole("searchbox", { name: "Task" });
  await userEvent.type(input, "one ");
  await waitFor(() => expect(screen.getByRole("status")).toHaveTextContent("one"));
  await userEvent.type(input, "two");
  expect(input).toHaveValue("one two");
});

test("a filter is applied once typing pauses, or at once by Enter", async () => {
  const onChange = vi.fn();
  render(<FilterInput label="Task" value="" onChange={onChange} />);
  await userEvent.type(screen.getByRole("searchbox", { name: "Task" }), "env.t");
  expect(onChange).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(onChange).toHaveBeenCalledExactlyOnceWith("env.t"));
  await userEvent.keyboard(" {Enter}");
  expect(onChange).toHaveBeenLastCalledWith("env.t");
});

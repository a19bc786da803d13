/** Reads what was typed as the answer to a condition. */

export type Answer = { readonly value: number | string } | { readonly wrong: string };

export function readAnswer(type: "int" | "float" | "str", text: string): Answer {
  if (type === "str") return { value: text };
  const number = Number(text.trim());
  const isWritten = text.trim() !== "" && Number.isFinite(number);
  if (type === "float") return isWritten ? { value: number } : { wrong: "Give a number, such as 0.5." };
  // Beyond that, the browser would send another number than was typed.
  return isWritten && Number.isSafeInteger(number) ? { value: number } : { wrong: "Give a whole number, such as 7." };
}

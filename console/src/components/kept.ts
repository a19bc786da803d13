/** State that this browser keeps for the next visit, such as which columns are shown. */
import { useCallback, useState } from "react";

export function useKept<Value extends object>(key: string, initial: Value): [Value, (value: Value) => void] {
  const [value, setValue] = useState<Value>(() => ({ ...initial, ...read<Value>(key) }));
  const keep = useCallback(
    (changed: Value) => {
      setValue(changed);
      window.localStorage.setItem(key, JSON.stringify(changed));
    },
    [key],
  );
  return [value, keep];
}

function read<Value>(key: string): Partial<Value> {
  try {
    return JSON.parse(window.localStorage.getItem(key) ?? "{}") as Partial<Value>;
  } catch {
    return {}; // another program's, or of a version that wrote it otherwise
  }
}

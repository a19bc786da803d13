/** A text to filter by, which is applied once typing pauses: not every letter asks the backend. */
import Input from "@cloudscape-design/components/input";
import { useEffect, useState } from "react";

const PAUSE_MS = 350;

interface Props {
  label: string;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
}

export function FilterInput({ label, placeholder = "", value, onChange }: Props) {
  const [typed, setTyped] = useState({ text: value, of: value });
  // What the address says goes before what was typed for an earlier address.
  const text = typed.of === value || typed.text.trim() === value ? typed.text : value;
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = window.setTimeout(() => onChange(text.trim()), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <Input
      type="search"
      ariaLabel={label}
      placeholder={placeholder || label}
      value={text}
      onChange={({ detail }) => setTyped({ text: detail.value, of: value })}
      onKeyDown={({ detail }) => {
        if (detail.key === "Enter") onChange(text.trim());
      }}
    />
  );
}

/** Light or dark: as the system is, unless the user has chosen otherwise here. */
import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { useCallback, useSyncExternalStore } from "react";

export type ColorChoice = "system" | "light" | "dark";

const KEY = "flyte.color-mode";
const CHANGED = "flyte:color-mode";
const systemPrefersDark = () => window.matchMedia("(prefers-color-scheme: dark)");

export function colorChoice(): ColorChoice {
  const kept = window.localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
}

/** Makes the document follow the choice and the system from now on. */
export function followColorMode(): void {
  const apply = () => {
    const choice = colorChoice();
    const isDark = choice === "dark" || (choice === "system" && systemPrefersDark().matches);
    applyMode(isDark ? Mode.Dark : Mode.Light);
    document.documentElement.style.colorScheme = isDark ? "dark" : "light";
  };
  apply();
  systemPrefersDark().addEventListener("change", apply);
  window.addEventListener(CHANGED, apply);
}

export function useColorChoice(): [ColorChoice, (choice: ColorChoice) => void] {
  const choice = useSyncExternalStore(onChange, colorChoice);
  const choose = useCallback((chosen: ColorChoice) => {
    window.localStorage.setItem(KEY, chosen);
    window.dispatchEvent(new Event(CHANGED));
  }, []);
  return [choice, choose];
}

function onChange(listener: () => void): () => void {
  window.addEventListener(CHANGED, listener);
  return () => window.removeEventListener(CHANGED, listener);
}

/** The time, for what grows while it is watched. Everything on a page that shows it changes together. */
import { useSyncExternalStore } from "react";

type Listener = () => void;

interface Clock {
  now: number;
  timer: number | undefined;
  readonly listeners: Set<Listener>;
  readonly subscribe: (listener: Listener) => Listener;
}

const clocks = new Map<number, Clock>();

/** The time in milliseconds since the epoch, renewed at this interval. With 0 it stands still. */
export function useNow(intervalMs: number): number {
  const clock = clockOf(intervalMs);
  return useSyncExternalStore(clock.subscribe, () => clock.now);
}

function clockOf(intervalMs: number): Clock {
  const known = clocks.get(intervalMs);
  if (known) return known;
  const clock: Clock = {
    now: Date.now(),
    timer: undefined,
    listeners: new Set(),
    subscribe: (listener) => {
      clock.listeners.add(listener);
      if (intervalMs && clock.timer === undefined) {
        clock.now = Date.now();
        clock.timer = window.setInterval(() => tick(clock), intervalMs);
      }
      return () => {
        clock.listeners.delete(listener);
        if (clock.listeners.size) return;
        window.clearInterval(clock.timer);
        clock.timer = undefined;
      };
    },
  };
  clocks.set(intervalMs, clock);
  return clock;
}

function tick(clock: Clock): void {
  clock.now = Date.now();
  clock.listeners.forEach((listener) => listener());
}

/** Points in time and spans of it: read as people write them, and turned into what the wire has (ISO 8601). */

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const CLOCK = /^(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?$/i;
const ISO_SPAN =
  /^([+-])?P(?=[\dT])(?:(\d+)Y)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?=\d)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i;
const CLOCK_SPAN = /^(-)?(?:(\d+):)?(\d+):(\d{1,2}(?:\.\d{1,6})?)$/;
const WORD = /(-?\d+(?:\.\d+)?) ?(weeks?|days?|hours?|minutes?|seconds?|min|ms|us|[wdhms])(?![a-z])(?:,| and)? ?/gi;

const MICROSECONDS: Readonly<Record<string, number>> = { w: 604_800e6, d: 86_400e6, h: 3_600e6, m: 60e6, s: 1e6 };
const LONGEST_DAYS = 999_999_999;

/** As Python's `date.fromisoformat`; undefined where there is no such day. */
export function readDay(text: string): string | undefined {
  const [, year, month, day] = (DAY.exec(text.trim()) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined || year === 0) return undefined;
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? text.trim() : undefined;
}

/** A time of day, with seconds; undefined where it is none. */
export function readClock(text: string): string | undefined {
  const found = CLOCK.exec(text.trim());
  if (!found) return undefined;
  const [, hours = "", minutes = "", seconds = "00", fraction = "", zone = ""] = found;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  return `${hours}:${minutes}:${seconds}${fraction}${isoZone(zone)}`;
}

/** A day with a time of day, or midnight of a day alone; undefined where it is none. */
export function readMoment(text: string): string | undefined {
  const [first = "", ...rest] = text.trim().split(/[Tt ]/);
  const day = readDay(first);
  if (day === undefined || rest.length > 1) return undefined;
  const clock = readClock(rest[0] ?? "00:00");
  return clock === undefined ? undefined : `${day}T${clock}`;
}

/** A duration in ISO 8601, from that, from a clock (`1:24` is minutes and seconds) or from words (`1h30m`, `10 days`). */
export function readSpan(text: string): string | undefined {
  const stripped = text.trim();
  const microseconds = spanOfIso(stripped) ?? spanOfClock(stripped) ?? spanOfWords(stripped);
  if (microseconds === undefined || Math.abs(microseconds) > LONGEST_DAYS * 86_400e6) return undefined;
  return isoSpan(Math.round(microseconds));
}

/** Microseconds as `P1DT2H3M4.5S`. */
export function isoSpan(microseconds: number): string {
  const whole = Math.abs(microseconds);
  const days = Math.floor(whole / 86_400e6);
  const hours = Math.floor(whole / 3_600e6) % 24;
  const minutes = Math.floor(whole / 60e6) % 60;
  const seconds = Number(((whole % 60e6) / 1e6).toFixed(6));
  const clock = [hours && `${hours}H`, minutes && `${minutes}M`, seconds && `${seconds}S`].filter(Boolean).join("");
  const parts = `${days ? `${days}D` : ""}${clock ? `T${clock}` : ""}`;
  return `${microseconds < 0 ? "-" : ""}P${parts || "T0S"}`;
}

function spanOfIso(text: string): number | undefined {
  const found = ISO_SPAN.exec(text);
  if (!found) return undefined;
  const [sign, years, weeks, days, hours, minutes, seconds] = found.slice(1);
  const total =
    amount(years) * 365 * unit("d") +
    amount(weeks) * unit("w") +
    amount(days) * unit("d") +
    amount(hours) * unit("h") +
    amount(minutes) * unit("m") +
    amount(seconds) * unit("s");
  return sign === "-" ? -total : total;
}

function spanOfClock(text: string): number | undefined {
  const found = CLOCK_SPAN.exec(text);
  if (!found) return undefined;
  const [sign, hours, minutes, seconds] = found.slice(1);
  const total = amount(hours) * unit("h") + amount(minutes) * unit("m") + amount(seconds) * unit("s");
  return sign === "-" ? -total : total;
}

function spanOfWords(text: string): number | undefined {
  if (!text || text.replaceAll(WORD, "")) return undefined;
  return [...text.matchAll(WORD)].reduce((sum, [, count, word = ""]) => sum + amount(count) * wordUnit(word), 0);
}

function wordUnit(word: string): number {
  const name = word.toLowerCase();
  return name === "ms" ? 1_000 : name === "us" ? 1 : unit(name.charAt(0));
}

function unit(letter: string): number {
  return MICROSECONDS[letter] ?? 0;
}

function amount(text: string | undefined): number {
  return text === undefined ? 0 : Number(text);
}

function isoZone(zone: string): string {
  return zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
}

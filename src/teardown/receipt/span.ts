/** A stretch of time. */

export interface Span {
  startedAt: string;
  endedAt: string;
  seconds: number;
}

export function spanOf(startedAt: string, endedAt: string): Span {
  return { startedAt, endedAt, seconds: Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) / 1000 };
}

/** `4 min 5 s`, `12 s`, `0.4 s`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

/** `17:05:09`, UTC. */
export const clockTime = (at: string): string => at.slice(11, 19);

/** `2026-11-25 17:05:09 UTC`. */
export const dateTime = (at: string): string => `${at.slice(0, 10)} ${clockTime(at)} UTC`;

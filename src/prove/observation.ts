/** What is seen while a proof runs, the table of it, and when it is over. */
import { replicas } from "./objects.ts";

export type Load = "starting" | "running" | "over" | "failed";

export interface Observation {
  /** Seconds since the load test was made. */
  readonly seconds: number;
  readonly load: Load;
  /** Per cent of the CPU that the pods ask for, as the autoscaler last saw it; undefined if it could not. */
  readonly utilization: number | undefined;
  /** Replicas: what the autoscaler wants, what the Deployment is to have, and those of them that serve. */
  readonly desired: number;
  readonly replicas: number;
  readonly ready: number;
  /** What the autoscaler says where it cannot do its work; empty otherwise. */
  readonly hindrance: string;
}

/** Seconds after which it is a failure: without load; without more replicas, and with more of them, once the load is over. */
export const deadlines = { load: 180, up: 60, down: 240 } as const;

const columns = ["time", "load", "CPU", "wanted", "replicas", "ready"] as const;
const widths = columns.map((column) => Math.max(column.length, 8));

export const tableHead = line(columns);

export function tableRow({ seconds, load, utilization, desired, ...seen }: Observation): string {
  const cpu = utilization === undefined ? "-" : `${utilization} %`;
  return line([`${seconds} s`, load, cpu, String(desired), String(seen.replicas), String(seen.ready)]);
}

function line(cells: readonly string[]): string {
  return `  ${cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  ")}`;
}

/** Whether a later observation shows something that the earlier one does not. */
export function differs(earlier: Observation | undefined, later: Observation): boolean {
  return earlier === undefined || tableRow({ ...earlier, seconds: 0 }) !== tableRow({ ...later, seconds: 0 });
}

export interface Course {
  readonly peak: number;
  /** Seconds at which the load was first seen to be over. */
  readonly overAt: number | undefined;
}

export const noCourse: Course = { peak: 0, overAt: undefined };

export function continued(course: Course, { seconds, load, replicas: count }: Observation): Course {
  return {
    peak: Math.max(course.peak, count),
    overAt: course.overAt ?? (load === "over" ? seconds : undefined),
  };
}

export type Verdict =
  | { readonly state: "goes-on" }
  | { readonly state: "proved" }
  | { readonly state: "failed"; readonly reason: string };

/** Whether the Deployment has gone up and has come back, or will not. */
export function verdict(course: Course, now: Observation): Verdict {
  const because = now.hindrance === "" ? "" : `: ${now.hindrance}`;
  const failed = (reason: string): Verdict => ({ state: "failed", reason: `${reason}${because}` });
  if (now.load === "failed") return failed("the load test failed");
  const up = course.peak > replicas.least;
  const { overAt } = course;
  if (overAt === undefined) {
    return now.load === "starting" && now.seconds >= deadlines.load
      ? failed(`the load test did not run after ${deadlines.load} s`)
      : { state: "goes-on" };
  }
  const back = now.replicas <= replicas.least && now.ready <= replicas.least;
  if (up && back) return { state: "proved" };
  const since = now.seconds - overAt;
  if (!up && since >= deadlines.up) return failed("there were no more replicas under load");
  if (up && since >= deadlines.down) {
    return failed(
      `there were still ${Math.max(now.replicas, now.ready)} replicas ${deadlines.down} s after the load`,
    );
  }
  return { state: "goes-on" };
}

/**
 * Which tests run in one process, what they need on the machine, and how long that usually takes. A line stands for every test
 * file under its path that no line with a longer path stands for.
 */
import type { Tools } from "../../local/tools/selection.ts";

export interface Suite {
  /** A folder or a file, relative to the checkout. */
  readonly path: string;
  /** Tools that have to be there before; `nothing` is Node, git and ssh-keygen. */
  readonly needs: Tools;
  /** Seconds on two cores beside the other suites. */
  readonly seconds: number;
  /** Whether it works on the platform that such suites share, with sandboxes of its own names beside Development. */
  readonly shares?: true;
  /**
   * `beside` for what mostly waits for the clock, so that it runs in one more lane than there are cores; `last` for what looks at
   * what all others have done. Left out, it takes its turn in a lane.
   */
  readonly runs?: "beside" | "last";
}

export const suites: readonly Suite[] = [
  { path: "test/unit", needs: "nothing", seconds: 20 },
  { path: "test/unit/runner", needs: "nothing", seconds: 12 },
  { path: "test/component", needs: "nothing", seconds: 30 },

  { path: "test/provider", needs: "moto", seconds: 15 },
  { path: "test/provider/plugin.test.ts", needs: "everything", seconds: 30 },
  { path: "test/provider/teardown/drain.test.ts", needs: "everything", seconds: 240, runs: "beside" },
  { path: "test/provider/teardown/freezer.test.ts", needs: "nothing", seconds: 2 },
  { path: "test/provider/teardown/ledger.test.ts", needs: "moto", seconds: 57, runs: "beside" },
  { path: "test/provider/teardown/on-the-engine.test.ts", needs: "everything", seconds: 30 },
  { path: "test/provider/teardown/read-inventory.test.ts", needs: "everything", seconds: 20 },
  { path: "test/provider/teardown/sweep.test.ts", needs: "moto", seconds: 20 },
  { path: "test/provider/teardown/sweep-limits.test.ts", needs: "moto", seconds: 20 },

  { path: "test/commands", needs: "engine", seconds: 25 },
  { path: "test/commands/promote.test.ts", needs: "everything", seconds: 30 },
  { path: "test/commands/upgrade-check.test.ts", needs: "everything", seconds: 25 },

  { path: "test/cluster", needs: "everything", seconds: 70 },

  { path: "local/test", needs: "nothing", seconds: 10 },
  { path: "local/test/cli", needs: "nothing", seconds: 15 },
  { path: "local/test/controllers", needs: "everything", seconds: 80 },
  { path: "local/test/eks", needs: "everything", seconds: 30 },
  { path: "local/test/engine", needs: "nothing", seconds: 10 },
  { path: "local/test/gateway", needs: "everything", seconds: 40 },
  { path: "local/test/internet", needs: "everything", seconds: 20 },
  { path: "local/test/kubelet", needs: "everything", seconds: 60 },
  { path: "local/test/kubernetes", needs: "everything", seconds: 60 },
  { path: "local/test/platform", needs: "everything", seconds: 15 },
  { path: "local/test/providers", needs: "nothing", seconds: 10 },
  { path: "local/test/providers/aws", needs: "everything", seconds: 50 },
  { path: "local/test/providers/eks", needs: "everything", seconds: 50 },
  { path: "local/test/providers/github", needs: "everything", seconds: 30 },
  { path: "local/test/providers/kubernetes/engine.test.ts", needs: "everything", seconds: 50 },
  { path: "local/test/providers/plumbing", needs: "engine", seconds: 20 },
  { path: "local/test/tools", needs: "nothing", seconds: 15 },

  { path: "test/engine/account.test.ts", needs: "everything", seconds: 45, shares: true, runs: "last" },
  { path: "test/engine/bad-input.test.ts", needs: "everything", seconds: 70 },
  { path: "test/engine/command-line.test.ts", needs: "everything", seconds: 120 },
  { path: "test/engine/destroy.test.ts", needs: "everything", seconds: 1100, shares: true },
  { path: "test/engine/gitops.test.ts", needs: "everything", seconds: 190, shares: true },
  { path: "test/engine/gitops-failures.test.ts", needs: "everything", seconds: 230, shares: true },
  { path: "test/engine/gitops-kinds.test.ts", needs: "everything", seconds: 200, shares: true },
  { path: "test/engine/lifecycle.test.ts", needs: "everything", seconds: 240, shares: true },
  { path: "test/engine/prove.test.ts", needs: "everything", seconds: 170, shares: true },
  { path: "test/engine/versions.test.ts", needs: "engine", seconds: 20 },
  { path: "test/engine/walk.test.ts", needs: "everything", seconds: 550 },
];

/** What `npm test` runs; everything else is added by `--all`, as `make test` does. */
export const quickSuites: readonly string[] = ["test/unit", "test/component"];

import assert from "node:assert/strict";
import fc from "fast-check";
import { eksReleases } from "../../../src/versions/eks-releases.ts";
import { formatMinor, minorsAhead, nextMinor, parseMinor, type Minor } from "../../../src/versions/minor.ts";
import { nextHistory, type VersionHistory } from "../../../src/versions/rollback.ts";
import { checkVersions } from "../../../src/versions/upgrade-rules.ts";
import type { VersionPlan } from "../../../src/versions/version-plan.ts";

const now = new Date("2026-11-23T12:00:00Z");

function minor(text: string): Minor {
  const version = parseMinor(text);
  assert.ok(version, text);
  return version;
}

interface Row {
  readonly running?: string;
  readonly wanted: string;
  readonly nodes?: { readonly wanted: string; readonly running?: string };
  /** What the stack in front runs, and how far this one may be ahead of it. */
  readonly leader?: readonly [version: string, mayBeAhead: 0 | 1];
  readonly history?: VersionHistory;
  readonly allowRollback?: boolean;
}

const inFront = "organization/kubernetes-sdlc/development";

function plan({ running, wanted, nodes, leader, ...rest }: Row): VersionPlan {
  return {
    ...rest,
    stack: "sandbox-a",
    leader: leader && { stack: inFront, version: minor(leader[0]), mayBeAhead: leader[1] },
    wanted: minor(wanted),
    running: running === undefined ? undefined : minor(running),
    nodes: nodes
      ? [
          {
            nodeGroup: "general",
            wanted: minor(nodes.wanted),
            running: nodes.running === undefined ? undefined : minor(nodes.running),
          },
        ]
      : [],
    now,
  };
}

function upgraded(upgradedAt: string): VersionHistory {
  return { createdWith: "1.33", upgradedFrom: "1.34", upgradedAt };
}

const allowed: Row[] = [
  { wanted: "1.31" },
  { wanted: "1.36" },
  { running: "1.34", wanted: "1.34" },
  { running: "1.34", wanted: "1.35" },
  { running: "1.34", wanted: "1.35", nodes: { running: "1.34", wanted: "1.35" } },
  { running: "1.35", wanted: "1.35", nodes: { running: "1.32", wanted: "1.32" } },
  { running: "1.34", wanted: "1.35", nodes: { running: "1.32", wanted: "1.35" } },
  { wanted: "1.35", nodes: { wanted: "1.35" } },
  { wanted: "1.34", leader: ["1.34", 0] },
  { running: "1.33", wanted: "1.34", leader: ["1.34", 0] },
  { running: "1.33", wanted: "1.34", leader: ["1.36", 0] },
  { running: "1.34", wanted: "1.35", leader: ["1.34", 1] },
  { wanted: "1.33", leader: ["1.35", 1] },
  // It is ahead already: there is a warning, and other changes go on.
  { running: "1.35", wanted: "1.35", leader: ["1.34", 0] },
  { running: "1.36", wanted: "1.36", leader: ["1.34", 1] },
  { running: "1.35", wanted: "1.34", history: upgraded("2026-11-22T12:00:00Z"), allowRollback: true },
  { running: "1.35", wanted: "1.34", history: upgraded("2026-11-16T12:00:00Z"), allowRollback: true },
  {
    running: "1.35",
    wanted: "1.34",
    history: upgraded("2026-11-22T12:00:00Z"),
    allowRollback: true,
    leader: ["1.33", 0],
    nodes: { running: "1.34", wanted: "1.34" },
  },
];

const refused: [row: Row, what: string, remedy: string][] = [
  [
    { wanted: "1.30" },
    "Kubernetes of sandbox-a: to 1.30 is refused, because EKS does not offer it; on 2026-11-23 it offers 1.31 to 1.36.",
    "Next allowed step: pulumi config set kubernetesVersion 1.36, then pulumi up.",
  ],
  [
    { running: "1.35", wanted: "1.37" },
    "Kubernetes of sandbox-a: from 1.35 to 1.37 is refused, because EKS does not offer it; on 2026-11-23 it offers 1.31 to 1.36.",
    "Next allowed step: pulumi config set kubernetesVersion 1.36, then pulumi up.",
  ],
  [
    { running: "1.36", wanted: "1.37" },
    "Kubernetes of sandbox-a: from 1.36 to 1.37 is refused, because EKS does not offer it; on 2026-11-23 it offers 1.31 to 1.36.",
    "Stay at 1.36 until EKS offers a newer minor.",
  ],
  [
    { running: "1.33", wanted: "1.35" },
    "Kubernetes of sandbox-a: from 1.33 to 1.35 is refused, because it skips 1 minor, and EKS upgrades a control plane one minor at a time.",
    "Next allowed step: pulumi config set kubernetesVersion 1.34, then pulumi up.",
  ],
  [
    { running: "1.32", wanted: "1.36" },
    "Kubernetes of sandbox-a: from 1.32 to 1.36 is refused, because it skips 3 minors, and EKS upgrades a control plane one minor at a time.",
    "Next allowed step: pulumi config set kubernetesVersion 1.33, then pulumi up.",
  ],
  [
    { running: "1.33", wanted: "1.35", leader: ["1.33", 0] },
    "Kubernetes of sandbox-a: from 1.33 to 1.35 is refused, because it skips 1 minor, and EKS upgrades a control plane one minor at a time.",
    `Next allowed step: upgrade ${inFront} first, pulumi config set kubernetesVersion 1.34 --stack ${inFront}, then pulumi up --stack ${inFront}.`,
  ],
  [
    { running: "1.34", wanted: "1.35", leader: ["1.34", 0] },
    `Kubernetes of sandbox-a: from 1.34 to 1.35 is refused, because ${inFront} runs 1.34, and sandbox-a is never ahead of it.`,
    `Next allowed step: upgrade ${inFront} first, pulumi config set kubernetesVersion 1.35 --stack ${inFront}, then pulumi up --stack ${inFront}.`,
  ],
  [
    { wanted: "1.36", leader: ["1.34", 1] },
    `Kubernetes of sandbox-a: to 1.36 is refused, because ${inFront} runs 1.34, and sandbox-a is at most one minor ahead of it.`,
    "Next allowed step: pulumi config set kubernetesVersion 1.35, then pulumi up.",
  ],
  [
    { running: "1.35", wanted: "1.36", leader: ["1.34", 1] },
    `Kubernetes of sandbox-a: from 1.35 to 1.36 is refused, because ${inFront} runs 1.34, and sandbox-a is at most one minor ahead of it.`,
    `Next allowed step: upgrade ${inFront} first, pulumi config set kubernetesVersion 1.35 --stack ${inFront}, then pulumi up --stack ${inFront}.`,
  ],
  [
    { running: "1.36", wanted: "1.37", leader: ["1.36", 1] },
    "Kubernetes of sandbox-a: from 1.36 to 1.37 is refused, because EKS does not offer it; on 2026-11-23 it offers 1.31 to 1.36.",
    "Stay at 1.36 until EKS offers a newer minor.",
  ],
  [
    { running: "1.35", wanted: "1.34" },
    "Kubernetes of sandbox-a: from 1.35 to 1.34 is refused, because no upgrade from 1.34 is known of it, and EKS goes back only after one.",
    "Stay, or go ahead: pulumi config set kubernetesVersion 1.35 (or 1.36); an older one needs a new stack.",
  ],
  [
    {
      running: "1.35",
      wanted: "1.34",
      history: { createdWith: "1.35" },
      allowRollback: true,
      leader: ["1.34", 1],
    },
    "Kubernetes of sandbox-a: from 1.35 to 1.34 is refused, because the cluster was made with 1.35, and EKS never goes back behind that.",
    "Stay, or go ahead: pulumi config set kubernetesVersion 1.35; an older one needs a new stack.",
  ],
  [
    { running: "1.35", wanted: "1.33", history: upgraded("2026-11-22T12:00:00Z"), allowRollback: true },
    "Kubernetes of sandbox-a: from 1.35 to 1.33 is refused, because it goes 2 minors back, and EKS goes back by one at most.",
    "Stay, or go ahead: pulumi config set kubernetesVersion 1.35 (or 1.36); an older one needs a new stack.",
  ],
  [
    { running: "1.35", wanted: "1.34", history: upgraded("2026-11-16T11:59:59Z"), allowRollback: true },
    "Kubernetes of sandbox-a: from 1.35 to 1.34 is refused, because its upgrade was on 2026-11-16, and EKS goes back within 7 days of it.",
    "Stay, or go ahead: pulumi config set kubernetesVersion 1.35 (or 1.36); an older one needs a new stack.",
  ],
  [
    { running: "1.35", wanted: "1.34", history: upgraded("2026-11-22T12:00:00Z") },
    "Kubernetes of sandbox-a: from 1.35 to 1.34 is refused, because it is a step back, and the setting allowVersionRollback is false; EKS would do it until 2026-11-29.",
    "To go back: pulumi config set allowVersionRollback true, then pulumi up. To stay: pulumi config set kubernetesVersion 1.35.",
  ],
  [
    {
      running: "1.35",
      wanted: "1.34",
      history: upgraded("2026-11-22T12:00:00Z"),
      allowRollback: true,
      nodes: { running: "1.35", wanted: "1.34" },
    },
    "Node group general of sandbox-a: 1.35 is refused, because it is newer than the control plane's 1.34, and nodes never are.",
    'Nodes go back first: leave kubernetesVersion at 1.35, set it to "1.34" in nodeGroups for general, pulumi up; then take the control plane back.',
  ],
  [
    { wanted: "1.34", nodes: { wanted: "1.35" } },
    "Node group general of sandbox-a: 1.35 is refused, because it is newer than the control plane's 1.34, and nodes never are.",
    "Upgrade the control plane first, or leave the node group's kubernetesVersion out: it then follows the control plane.",
  ],
  [
    { running: "1.35", wanted: "1.35", nodes: { running: "1.31", wanted: "1.31" } },
    "Node group general of sandbox-a: 1.31 under a control plane at 1.35 is refused, because it is 4 minors older, and at most 3 are allowed.",
    "Set the node group's kubernetesVersion to 1.35, or leave it out.",
  ],
  [
    { running: "1.35", wanted: "1.36", nodes: { running: "1.32", wanted: "1.36" } },
    "Node group general of sandbox-a: 1.32 under a control plane at 1.36 is refused, because it is 4 minors older, and at most 3 are allowed.",
    "Bring the nodes to 1.35 first: pulumi config set kubernetesVersion 1.35, then pulumi up.",
  ],
  [
    { wanted: "1.35", nodes: { wanted: "1.34" } },
    "Node group general of sandbox-a: a new one at 1.34 is refused, because EKS makes it at the control plane's 1.35 only.",
    "Leave the node group's kubernetesVersion out.",
  ],
];

describe("upgrade rules", () => {
  for (const row of allowed) {
    it(`let ${JSON.stringify(row)} pass`, () => {
      assert.deepEqual(checkVersions(plan(row)).refusals, []);
    });
  }

  for (const [row, what, remedy] of refused) {
    it(`refuse ${JSON.stringify(row)}`, () => {
      assert.deepEqual(checkVersions(plan(row)).refusals, [{ what, remedy }]);
    });
  }

  it("report every refusal of a plan", () => {
    const { refusals } = checkVersions(
      plan({ running: "1.31", wanted: "1.34", nodes: { running: "1.31", wanted: "1.35" } }),
    );
    assert.deepEqual(
      refusals.map(({ what }) => what.split(" is refused")[0]),
      ["Kubernetes of sandbox-a: from 1.31 to 1.34", "Node group general of sandbox-a: 1.35"],
    );
  });

  it("allow exactly no step or one ahead, among what EKS offers", () => {
    const offered = fc.constantFrom(...eksReleases.map(({ version }) => version));
    fc.assert(
      fc.property(offered, offered, (running, wanted) => {
        const steps = minorsAhead(minor(wanted), minor(running));
        const { refusals } = checkVersions(plan({ running, wanted }));
        assert.equal(refusals.length === 0, steps === 0 || steps === 1);
      }),
    );
  });

  it("name a next step of the control plane that is itself allowed", () => {
    const offered = fc.constantFrom(...eksReleases.map(({ version }) => version));
    fc.assert(
      fc.property(offered, fc.integer({ min: 20, max: 50 }), (running, wanted) => {
        const { refusals } = checkVersions(plan({ running, wanted: `1.${wanted}` }));
        const step = /Next allowed step: pulumi config set kubernetesVersion (\S+),/.exec(
          refusals[0]?.remedy ?? "",
        );
        if (step?.[1] === undefined) return;
        assert.equal(step[1], formatMinor(nextMinor(minor(running))));
        assert.deepEqual(checkVersions(plan({ running, wanted: step[1] })).refusals, []);
      }),
    );
  });

  it("name a next step that the stack in front allows too", () => {
    const offered = fc.constantFrom(...eksReleases.map(({ version }) => version));
    const ahead = fc.constantFrom<0 | 1>(0, 1);
    fc.assert(
      fc.property(fc.option(offered), offered, offered, ahead, (from, wanted, front, mayBeAhead) => {
        const leader = [front, mayBeAhead] as const;
        const running = from === null ? {} : { running: from };
        for (const { remedy } of checkVersions(plan({ ...running, wanted, leader })).refusals) {
          const own = /^Next allowed step: pulumi config set kubernetesVersion ([\d.]+),/.exec(remedy)?.[1];
          const theirs = /kubernetesVersion ([\d.]+) --stack/.exec(remedy)?.[1];
          if (own !== undefined) {
            assert.deepEqual(checkVersions(plan({ ...running, wanted: own, leader })).refusals, []);
          } else if (theirs !== undefined) {
            assert.deepEqual(checkVersions(plan({ running: front, wanted: theirs })).refusals, []);
          } else {
            assert.match(remedy, /^Stay/);
          }
        }
      }),
    );
  });
});

describe("the history of a control plane", () => {
  const day = (date: string): Date => new Date(`${date}T12:00:00Z`);

  it("begins with the minor it was made with, keeps its last upgrade, and forgets one that was taken back", () => {
    const made = nextHistory({}, undefined, minor("1.33"), day("2026-11-01"));
    assert.deepEqual(made, { createdWith: "1.33" });
    const up = nextHistory(made, minor("1.33"), minor("1.34"), day("2026-11-10"));
    assert.deepEqual(up, {
      createdWith: "1.33",
      upgradedFrom: "1.33",
      upgradedAt: "2026-11-10T12:00:00.000Z",
    });
    assert.equal(nextHistory(up, minor("1.34"), minor("1.34"), day("2026-11-12")), up);
    assert.deepEqual(nextHistory(up, minor("1.34"), minor("1.33"), day("2026-11-12")), {
      createdWith: "1.33",
    });
  });

  it("claims nothing about a cluster of which it was not written down", () => {
    assert.deepEqual(nextHistory({}, minor("1.34"), minor("1.34"), day("2026-11-12")), {});
    const { createdWith } = nextHistory({}, minor("1.34"), minor("1.35"), day("2026-11-12"));
    assert.equal(createdWith, undefined);
  });
});

describe("a stack that is ahead of the one in front already", () => {
  it("is told, with both versions", () => {
    assert.deepEqual(checkVersions(plan({ running: "1.35", wanted: "1.35", leader: ["1.33", 1] })).warnings, [
      `Kubernetes 1.35 of sandbox-a is 2 minors ahead of ${inFront}, which runs 1.33: upgrade that one before anything else.`,
    ]);
  });
});

describe("support warnings", () => {
  it("tell of extended support, with its dates", () => {
    assert.deepEqual(checkVersions(plan({ wanted: "1.33" })), {
      refusals: [],
      warnings: [
        "Kubernetes 1.33 of sandbox-a left standard support on 2026-07-29: AWS charges more for it per hour, and upgrades it by itself from 2027-07-29 on.",
      ],
    });
  });

  it("tell of the end of all support, where a cluster runs such a minor already", () => {
    const late = { ...plan({ running: "1.31", wanted: "1.31" }), now: new Date("2027-01-01T00:00:00Z") };
    assert.deepEqual(checkVersions(late), {
      refusals: [],
      warnings: [
        "Kubernetes 1.31 of sandbox-a left extended support on 2026-11-26: AWS may upgrade the cluster at any time.",
      ],
    });
  });

  it("tell of the end of standard support 60 days before, and not earlier", () => {
    assert.deepEqual(checkVersions(plan({ wanted: "1.34" })).warnings, [
      "Kubernetes 1.34 of sandbox-a leaves standard support on 2026-12-02: from then on AWS charges more for it per hour.",
    ]);
    const on = (date: string) =>
      checkVersions({ ...plan({ wanted: "1.34" }), now: new Date(date) }).warnings.length;
    assert.equal(on("2026-10-03T00:00:00Z"), 1);
    assert.equal(on("2026-10-02T23:59:59Z"), 0);
  });

  it("change on the day itself, from its first second on", () => {
    const on = (wanted: string, date: string): string | undefined =>
      checkVersions({ ...plan({ running: wanted, wanted }), now: new Date(date) }).warnings[0];
    assert.match(on("1.34", "2026-12-01T23:59:59Z") ?? "", /leaves standard support on 2026-12-02/);
    assert.match(on("1.34", "2026-12-02T00:00:00Z") ?? "", /left standard support on 2026-12-02/);
    assert.match(on("1.33", "2027-07-28T23:59:59Z") ?? "", /left standard support on 2026-07-29/);
    assert.match(on("1.33", "2027-07-29T00:00:00Z") ?? "", /left extended support on 2027-07-29/);
  });

  it("are none in standard support", () => {
    assert.deepEqual(checkVersions(plan({ wanted: "1.35" })).warnings, []);
  });
});

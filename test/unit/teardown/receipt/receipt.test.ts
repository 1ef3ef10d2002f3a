import assert from "node:assert/strict";
import type { TeardownEvent, TeardownFact } from "../../../../src/teardown/receipt/events.ts";
import { receiptHtml } from "../../../../src/teardown/receipt/receipt-html.ts";
import { receiptText, summaryLine } from "../../../../src/teardown/receipt/receipt-text.ts";
import { receiptOf } from "../../../../src/teardown/receipt/receipt.ts";
import { parseReceipt, type Receipt } from "../../../../src/teardown/receipt/schema.ts";
import { duration } from "../../../../src/teardown/receipt/span.ts";

const choices = { teardown: "run", onStuck: "stop", deadlineSeconds: 600 } as const;
const volume = { type: "ec2:volume", id: "vol-1", because: "tag kubernetes.io/cluster/sandbox-a=owned" };
const service = "Service app/web";

/** Seconds after the beginning, and what was written down then. */
type Line = readonly [seconds: number, fact: TeardownFact];

const journal = (...lines: Line[]): TeardownEvent[] =>
  lines.map(([seconds, fact]) => ({
    at: new Date(Date.UTC(2026, 10, 25, 17) + seconds * 1000).toISOString(),
    ...fact,
  }));
const started = (part: "drain" | "sweep" | "ledger"): TeardownFact => ({
  type: "started",
  part,
  stack: "sandbox-a",
  clusterName: "sandbox-a",
  choices,
});
const done = (part: "drain" | "sweep" | "ledger"): TeardownFact => ({ type: "ended", part, outcome: "done" });
const counted = (left = 0): TeardownFact[] =>
  (["kubernetes", "git", "aws"] as const).map((where) => ({
    type: "counted",
    where,
    left: where === "aws" ? left : 0,
    kept: 0,
  }));
const closing = (at: number, ...facts: TeardownFact[]): Line[] => [
  [at, started("ledger")],
  ...[...facts, ...counted(), done("ledger")].map((fact): Line => [at + 1, fact]),
];

const drain: Line[] = [
  [0, started("drain")],
  [1, { type: "planned", waves: [[service], ["Namespace app"]] }],
  [1, { type: "wave-started", wave: 1, of: 2 }],
  [1, { type: "deleting", wave: 1, id: service }],
  [5, { type: "gone", wave: 1, id: service }],
  [5, { type: "wave-ended", wave: 1 }],
];

describe("receipt of a teardown", () => {
  it("tells of one clean run: parts, waves, and what was deleted when", () => {
    const receipt = receiptOf(
      journal(
        ...drain,
        [6, done("drain")],
        [100, started("sweep")],
        [101, { type: "aws-deleting", part: "sweep", thing: volume }],
        [103, { type: "aws-gone", part: "sweep", thing: volume }],
        [104, done("sweep")],
        ...closing(130),
      ),
    );
    assert.equal(receipt.outcome, "clean");
    assert.equal(receipt.seconds, 131);
    const [run, ...more] = receipt.runs;
    assert.ok(run !== undefined && more.length === 0);
    assert.deepEqual(
      run.parts.map(({ part, outcome, seconds }) => [part, outcome, seconds]),
      [
        ["drain", "done", 6],
        ["sweep", "done", 4],
        ["ledger", "done", 1],
      ],
    );
    assert.deepEqual(
      run.waves.map(({ wave, seconds, objects, ended }) => [wave, seconds, objects, ended]),
      [[1, 4, 1, true]],
    );
    assert.deepEqual(
      receipt.deleted.map(({ where, type, what, startedAt, endedAt }) => [
        `${where} ${type} ${what}`,
        startedAt.slice(14, 19),
        endedAt?.slice(14, 19),
      ]),
      [
        ["kubernetes Service app/web", "00:01", "00:05"],
        ["aws ec2:volume vol-1", "01:41", "01:43"],
      ],
    );
    assert.equal(summaryLine(receipt), "0 resources left");
  });

  it("tells an interrupted run from the one that finished it, and counts nothing twice", () => {
    const receipt = receiptOf(
      journal(
        ...drain,
        [6, { type: "wave-started", wave: 2, of: 2 }],
        [7, { type: "deleting", wave: 2, id: "Namespace app" }],
        // killed
        [60, started("drain")],
        [60, { type: "wave-started", wave: 1, of: 1 }],
        [60, { type: "deleting", wave: 1, id: "Namespace app" }],
        [62, { type: "gone", wave: 1, id: "Namespace app" }],
        [62, { type: "wave-ended", wave: 1 }],
        [63, { type: "ended", part: "drain", outcome: "interrupted", why: "interrupted while waiting" }],
        [70, started("drain")],
        [71, done("drain")],
        ...closing(90),
      ),
    );
    assert.deepEqual(
      receipt.runs.map(({ parts }) => parts.map(({ part, outcome }) => `${part} ${outcome}`)),
      [["drain killed"], ["drain interrupted"], ["drain done", "ledger done"]],
    );
    assert.deepEqual(
      receipt.runs[0]?.waves.map(({ wave, ended }) => [wave, ended]),
      [
        [1, true],
        [2, false],
      ],
    );
    assert.deepEqual(
      receipt.deleted.map(({ what }) => what),
      ["app/web", "app"],
    );
    assert.equal(receipt.deleted[1]?.startedAt.slice(14, 19), "00:07");
    assert.match(receiptText(receipt), /Run 1 of 3\n.*killed/);
  });

  it("counts what is left by the last run of the ledger alone", () => {
    const left: TeardownFact = { type: "left", where: "aws", what: "ec2:volume vol-1", because: "its tag" };
    const failed: TeardownFact = { type: "ended", part: "ledger", outcome: "failed", why: "1 is left" };
    const first = journal([0, started("ledger")], [1, left], ...counted(1).map((fact): Line => [1, fact]), [
      2,
      failed,
    ]);
    assert.equal(receiptOf(first).outcome, "left");
    assert.equal(summaryLine(receiptOf(first)), "1 resource left");
    const second = receiptOf([...first, ...journal(...closing(60))]);
    assert.deepEqual([second.outcome, second.left, second.runs.length], ["clean", [], 2]);
  });

  it("says what AWS by itself usually takes, unless there was no cluster", () => {
    const whole = receiptOf(journal(...drain, [6, done("drain")], ...closing(130)));
    assert.equal(
      whole.awsChain?.seconds,
      whole.awsChain?.links.reduce((sum, { seconds }) => sum + seconds, 0),
    );
    assert.match(receiptText(whole), /usually 13 min 18 s for its longest chain: .*node groups 6 min 18 s, /);
    assert.match(receiptHtml(whole), /usually 13 min 18 s/);
    const skipped: Line = [1, { type: "skipped", part: "drain", why: "the cluster is gone" }];
    const without = receiptOf(journal([0, started("drain")], skipped, [2, done("drain")], ...closing(4)));
    assert.equal(without.awsChain, undefined);
    assert.doesNotMatch(receiptText(without), /AWS by itself/);
  });

  it("takes no silence for a zero", () => {
    const receipt = receiptOf(
      journal(
        [0, started("ledger")],
        [1, { type: "counted", where: "kubernetes", left: 0, kept: 0 }],
        [1, { type: "unanswered", where: "git", why: "GitHub answers 500" }],
      ),
    );
    assert.equal(receipt.outcome, "unknown");
    assert.equal(summaryLine(receipt), "It is not known what is left: AWS and Git did not answer");
    assert.match(receiptText(receipt), /Git: not answered: GitHub answers 500/);
  });

  it("names each kept thing once, with the price that only the drain knew", () => {
    const kept = { where: "aws", why: "reclaim policy Retain", reference: "vol-1" } as const;
    const receipt = receiptOf(
      journal(
        [0, started("drain")],
        [1, { type: "kept", thing: { ...kept, what: "EBS volume of 10 GiB", monthlyPrice: 0.8 } }],
        [1, { type: "kept", thing: { where: "kubernetes", what: "Kustomization flux", why: "root" } }],
        [2, done("drain")],
        ...closing(3, { type: "kept", thing: { ...kept, what: "ec2:volume" } }),
      ),
    );
    assert.deepEqual(receipt.kept, [{ ...kept, what: "EBS volume of 10 GiB", monthlyPrice: 0.8 }]);
    assert.match(
      receiptText(receipt),
      /AWS: EBS volume of 10 GiB vol-1, \$0\.80 a month: reclaim policy Retain/,
    );
    assert.equal(summaryLine(receipt), "0 resources left, 1 kept on purpose");
  });

  const point = {
    where: "aws",
    what: "EFS access point",
    why: "AWS was not asked: the program does not look for volumes of efs.csi.aws.com",
    reference: "fs-1::fsap-2",
    look: "aws efs describe-access-points --access-point-id fsap-2",
  } as const;
  const notKnown = (change: object = {}): TeardownFact => ({
    type: "not-known",
    thing: { ...point, object: "PersistentVolume pv-1", ...change },
  });

  it("counts what nobody was asked for, once over all runs, and calls nothing clean for it", () => {
    const receipt = receiptOf(
      journal(
        ...drain,
        [4, notKnown({ why: "it is to be deleted" })],
        [6, { type: "ended", part: "drain", outcome: "interrupted", why: "Ctrl-C" }],
        [10, started("drain")],
        [11, notKnown()],
        [12, done("drain")],
        ...closing(20, {
          type: "kept",
          thing: { where: "aws", what: "ec2:volume", why: "Retain", reference: "vol-9" },
        }),
      ),
    );
    assert.deepEqual(receipt.notKnown, [point], "the later word");
    assert.equal(receipt.outcome, "unknown");
    assert.equal(summaryLine(receipt), "0 resources left, 1 not known, 1 kept on purpose");
    const text = receiptText(receipt);
    assert.match(
      text,
      /AWS: EFS access point fs-1::fsap-2: AWS was not asked: .*\n {4}look: aws efs describe-access/,
    );
    assert.match(text, /AWS: nothing of what was asked for; 1 not known\n {2}Kubernetes: nothing\n/);
    assert.match(receiptHtml(receipt), /class="unknown"><strong>0 resources left, 1 not known, 1 kept/);
    assert.match(receiptHtml(receipt), /EFS access point fs-1::fsap-2/);
  });

  it("leaves nothing not known that was asked for later", () => {
    const asked: readonly TeardownFact[] = [
      { type: "asked-gone", object: "PersistentVolume pv-1", what: "any", reference: "fs-1::fsap-2" },
      {
        type: "aws-gone",
        part: "sweep",
        thing: { type: "efs:access-point", id: "fs-1::fsap-2", because: "" },
      },
      { type: "left", where: "aws", what: "efs:access-point fs-1::fsap-2", because: "tag" },
      { type: "kept", thing: { where: "aws", what: "any", why: "Retain", reference: "fs-1::fsap-2" } },
    ];
    const known = (first: TeardownFact, later: TeardownFact): number =>
      receiptOf(journal([0, started("drain")], [1, first], [2, started("ledger")], [3, later])).notKnown
        .length;
    for (const fact of asked) assert.equal(known(notKnown(), fact), 0, fact.type);
    const elsewhere = { type: "asked-gone", object: "PersistentVolume pv-2", what: point.what } as const;
    assert.equal(known(notKnown({ reference: undefined }), elsewhere), 1, "another object's");
    const since = { ...elsewhere, object: "PersistentVolume pv-1", reference: "vol-7" };
    assert.equal(known(notKnown({ reference: undefined }), since), 0, "its id was known later");
    const branch = { where: "git", reference: "cluster/sandbox-a" } as const;
    assert.equal(
      known(notKnown(branch), { type: "ended", part: "ledger", outcome: "done" }),
      0,
      "Git is asked anew",
    );
  });

  it("is read from a receipt of the release before, which knew of nothing that is not known", () => {
    const { notKnown: none, ...before } = receiptOf(journal(...drain, [6, done("drain")], ...closing(10)));
    assert.deepEqual(none, []);
    assert.deepEqual(parseReceipt(JSON.stringify(before)).notKnown, []);
  });

  it("is read again from its own JSON", () => {
    const receipt: Receipt = receiptOf(journal(...drain, [6, done("drain")], ...closing(10)));
    assert.deepEqual(parseReceipt(JSON.stringify(receipt)), receipt);
    assert.throws(() => parseReceipt('{"stack":"sandbox-a"}'));
  });

  it("draws each part, wave and deletion on a page that loads nothing and escapes what it shows", () => {
    const thing = { ...volume, id: '<script>"vol"' };
    const html = receiptHtml(
      receiptOf(
        journal(
          ...drain,
          [6, done("drain")],
          [50, started("sweep")],
          [51, { type: "aws-deleting", part: "sweep", thing }],
          [60, { type: "ended", part: "sweep", outcome: "failed", why: "<b>no</b>" }],
        ),
      ),
    );
    assert.equal(html.match(/<rect /g)?.length, 5, "drain, its wave, the engine, sweep, the volume");
    assert.ok(!html.includes("<script") && !html.includes("<b>"));
    assert.ok(!/(src|href)=/.test(html));
  });

  it("says durations as people do", () => {
    assert.deepEqual([0.44, 9.96, 12.3, 65, 3725].map(duration), [
      "0.4 s",
      "10 s",
      "12 s",
      "1 min 5 s",
      "1 h 2 min",
    ]);
  });
});

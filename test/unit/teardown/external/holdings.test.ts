/** What objects hold outside of the cluster, and whether AWS can be asked for it. */
import assert from "node:assert/strict";
import { factsOf } from "../../../../src/teardown/order/facts.ts";
import { planHtml } from "../../../../src/teardown/plan/plan-html.ts";
import { planText } from "../../../../src/teardown/plan/plan-text.ts";
import { destroyPlan } from "../../../../src/teardown/plan/plan.ts";
import {
  claim,
  cluster,
  deployment,
  helmRelease,
  loadBalancerService,
  marked,
  object,
  root,
  volume,
  type Delivery,
} from "../cluster-builder.ts";

/** A volume of a driver, that its claim is gone of. */
function volumeOf(driver: string, volumeHandle: string | undefined, name = "pv-1"): Delivery {
  return object("v1", "PersistentVolume", name, {
    metadata: { finalizers: ["external-provisioner.volume.kubernetes.io/finalizer"] },
    spec: { persistentVolumeReclaimPolicy: "Delete", csi: { driver, volumeHandle } },
  });
}

function asked(...deliveries: readonly Delivery[]): readonly string[] {
  const { holdings } = factsOf(cluster(...deliveries));
  return [...holdings].flatMap(([id, held]) =>
    held.map(({ ask, reference = "?" }) =>
      [id, ask.by, ...(ask.by === "nobody" ? [ask.why, ask.look ?? ""] : [reference])].join(" | "),
    ),
  );
}

const role = (metadata: object = {}): Delivery =>
  object("karpenter.k8s.aws/v1", "EC2NodeClass", "default", {
    metadata: { finalizers: ["karpenter.k8s.aws/termination"], ...metadata },
    spec: { role: "nodes" },
    status: { instanceProfile: "sandbox-a_123" },
  });

describe("what AWS is asked for", () => {
  it("is a volume by its id, and no volume of another driver", () => {
    assert.deepEqual(asked(volume("pv-1", "app/gone")), ["PersistentVolume pv-1 | id | vol-pv-1"]);
    const cases = [
      ["efs.csi.aws.com", "fs-1a::fsap-2b", "aws efs describe-access-points --access-point-id fsap-2b"],
      ["efs.csi.aws.com", "fs-1a:/data", "aws efs describe-file-systems --file-system-id fs-1a"],
      ["fsx.csi.aws.com", "fs-3c", "aws fsx describe-file-systems --file-system-ids fs-3c"],
      ["fsx.openzfs.csi.aws.com", "fsvol-4d", "aws fsx describe-volumes --volume-ids fsvol-4d"],
      ["csi.example.com", "$(reboot)", ""],
    ] as const;
    for (const [driver, handle, look] of cases) {
      assert.deepEqual(asked(volumeOf(driver, handle)), [
        `PersistentVolume pv-1 | nobody | the program does not look for volumes of ${driver} | ${look}`,
      ]);
    }
    assert.match(
      asked(volumeOf("ebs.csi.aws.com", undefined))[0] ?? "",
      /nobody \| the cluster does not tell its id/,
    );
    assert.match(
      asked(volumeOf("ebs.csi.aws.com", "disk-1"))[0] ?? "",
      /nobody \| disk-1 is not an id that begins/,
    );
  });

  it("is no claim whose volume was not listed", () => {
    assert.deepEqual(asked(claim("app/data", "pv-9")), [
      "PersistentVolumeClaim app/data | nobody | its PersistentVolume pv-9 was not among those of the cluster | " +
        "aws ec2 describe-volumes --filters Name=tag:kubernetes.io/created-for/pv/name,Values=pv-9",
    ]);
  });

  it("is a snapshot by its id, once the cluster tells it", () => {
    const content = (snapshotHandle?: string): Delivery =>
      object("snapshot.storage.k8s.io/v1", "VolumeSnapshotContent", "content", {
        spec: { deletionPolicy: "Delete", driver: "ebs.csi.aws.com" },
        status: { snapshotHandle },
      });
    assert.match(asked(content("snap-1"))[0] ?? "", /content \| id \| snap-1$/);
    assert.match(
      asked(content())[0] ?? "",
      /nobody \| the cluster does not tell its id \| aws ec2 describe-snapshots/,
    );
  });

  it("are all load balancers, whether or not one's address is known; but no DNS records", () => {
    const service = loadBalancerService("app/web");
    const fresh = { ...service, self: { ...service.self, status: {} } };
    assert.deepEqual(asked(fresh), ["Service app/web | load-balancers | ?"]);
    const named = marked(service, "annotations", {
      "external-dns.alpha.kubernetes.io/hostname": "web.example.com",
    });
    const [, records = ""] = asked(named, deployment("dns/external-dns"));
    assert.match(
      records,
      /nobody \| the program does not look for DNS records \| aws route53 .*web\.example\.com\.'/,
    );
  });

  it("are the targets of a binding that the controller has made, and of none made by hand", () => {
    const arn = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/1";
    const binding = object("elbv2.k8s.aws/v1beta1", "TargetGroupBinding", "app/k8s-web", {
      metadata: { finalizers: ["elbv2.k8s.aws/resources"] },
      spec: { targetGroupARN: arn },
    });
    assert.match(
      asked(binding)[0] ?? "",
      new RegExp(`nobody .*describe-target-health --target-group-arn ${arn}$`),
    );
    const labels = { "service.k8s.aws/stack-name": "web", "service.k8s.aws/stack-namespace": "app" };
    assert.match(asked(marked(binding, "labels", labels))[0] ?? "", new RegExp(`load-balancers \\| ${arn}$`));
  });

  it("are instances by their id, or by their pool; but no instance profile that Karpenter has made", () => {
    const node = (
      metadata: Readonly<Record<string, unknown>>,
      status: Readonly<Record<string, unknown>> = {},
    ): Delivery => object("karpenter.sh/v1", "NodeClaim", "burst-1", { metadata, status });
    const labels = { "karpenter.sh/nodepool": "burst" };
    assert.match(asked(node({}, { providerID: "aws:///eu-west-1a/i-0a" }))[0] ?? "", /\| id \| i-0a$/);
    assert.match(asked(node({ labels }))[0] ?? "", /\| node-pool \|/);
    assert.match(asked(node({}))[0] ?? "", /nobody \| it tells neither an instance nor a pool/);
    assert.match(
      asked(role())[0] ?? "",
      /nobody .*get-instance-profile --instance-profile-name sandbox-a_123$/,
    );
    const own = object("karpenter.k8s.aws/v1", "EC2NodeClass", "own", { spec: { instanceProfile: "mine" } });
    assert.deepEqual(asked(own), []);
  });

  it("is nothing that another operator's object stands for", () => {
    const bucket = object("s3.aws.upbound.io/v1beta1", "Bucket", "logs", {
      metadata: {
        annotations: {
          "crossplane.io/external-name": "acme-logs",
          "crossplane.io/external-create-succeeded": "2026-10-01T12:00:00Z",
        },
      },
    });
    assert.match(
      asked(bucket)[0] ?? "",
      /nobody \| the program does not know what a Bucket\.s3\.aws\.upbound\.io is in AWS/,
    );
  });
});

describe("the plan of a destroy, of what AWS is not asked for", () => {
  it("says beforehand what will not be known, and how to look", () => {
    const inventory = cluster(
      root(helmRelease("app-a/podinfo")),
      volumeOf("efs.csi.aws.com", "fs-1a::fsap-2b"),
    );
    const plan = destroyPlan({ stack: "sandbox-a", cluster: "sandbox-a", region: "eu-west-1", inventory });
    const text = planText(plan);
    assert.match(
      text,
      /Will be counted as not known, because nobody asks AWS for it\n {2}EFS access point fs-1a::fsap-2b, by PersistentVolume pv-1: /,
    );
    assert.match(text, /look: aws efs describe-access-points --access-point-id fsap-2b/);
    assert.match(planHtml(plan), /Will be counted as not known/);
    const quiet = destroyPlan({
      stack: "a",
      cluster: "a",
      region: "eu-west-1",
      inventory: cluster(root(volume("pv-1", "app/gone"))),
    });
    assert.doesNotMatch(planText(quiet), /not known/);
  });
});

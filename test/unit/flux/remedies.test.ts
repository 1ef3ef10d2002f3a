import assert from "node:assert/strict";
import { remedyFor } from "../../../src/flux/remedies.ts";

/** Messages as the controllers of Flux 2.7 write them. */
const messages: readonly (readonly [message: string, remedy: RegExp])[] = [
  [
    "failed to checkout and determine revision: unable to list remote for 'https://github.com/acme/platform.git': authentication required: Invalid username or token.",
    /refuses the secret/,
  ],
  [
    "failed to get secret 'flux-system/platform-repository': secrets \"platform-repository\" not found",
    /makes the secret platform-repository/,
  ],
  [
    'failed to checkout and determine revision: couldn\'t find remote ref "refs/heads/TICKET-9-x"',
    /branch is not there/,
  ],
  ["failed to checkout and determine revision: repository not found: Repository not found.", /gitops\.url/],
  [
    "failed to checkout and determine revision: unable to clone 'https://github.com/acme/orders.git': authentication required: Repository not found.",
    /sandbox\.apps\.url/,
  ],
  [
    "invalid chart reference: failed to get chart version for remote reference: no 'keda' chart with version matching '9.9.9' found",
    /Set a version/,
  ],
  [
    "kustomize build failed: accumulating resources: accumulation err",
    /Mend what Kustomization flux-system\/x builds/,
  ],
  [
    "kustomization path not found: stat /tmp/kustomization-1/platform/none: no such file or directory",
    /spec\.path of Kustomization flux-system\/x/,
  ],
  [
    'ScaledObject/app-a/web dry-run failed: no matches for kind "ScaledObject" in version "keda.sh/v1alpha1"',
    /Nothing in the cluster brings ScaledObject/,
  ],
  [
    'Namespace/x dry-run failed: namespaces "x" is forbidden: User "system:serviceaccount:flux-system:default" cannot patch',
    /Give flux-system\/default the right/,
  ],
  [
    "failed to fetch Helm repository index: dial tcp: lookup charts.example.com: no such host",
    /does not reach the source/,
  ],
];

describe("remedies for what Flux reports", () => {
  const row = {
    key: "Kustomization flux-system/x",
    state: "failing",
    ready: "False",
    reason: "",
    attempt: "",
  } as const;

  for (const [message, remedy] of messages) {
    it(`are known for: ${message.slice(0, 70)}`, () => {
      assert.match(remedyFor({ ...row, message }) ?? "none", remedy);
    });
  }

  it("are not made up for anything else", () => {
    assert.equal(remedyFor({ ...row, message: "something else happened" }), undefined);
  });
});

/** How often Flux's objects are suspended, against an API whose watches say nothing until the test lets them. */
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import type { ServedKind } from "../../../src/kubernetes/discovery.ts";
import type { DrainContext } from "../../../src/teardown/drain/context.ts";
import { Freezer } from "../../../src/teardown/drain/freezer.ts";
import { Watches } from "../../../src/teardown/drain/watches.ts";
import { serveApi, type ServedApi } from "../../support/served-api.ts";

const kind: ServedKind = {
  group: "kustomize.toolkit.fluxcd.io",
  apiVersion: "kustomize.toolkit.fluxcd.io/v1",
  kind: "Kustomization",
  plural: "kustomizations",
  namespaced: true,
  verbs: ["list", "watch", "patch", "delete"],
};

function kustomization(name: string, resourceVersion: string): object {
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { name, namespace: "flux-system", uid: `uid-${name}`, resourceVersion },
    spec: { suspend: false },
  };
}

describe("suspending Flux", () => {
  const names = ["flux-system", "platform", "apps"];
  let served: ServedApi;
  let watches: Watches;
  let watching: ServerResponse | undefined;
  let suspended: string[] = [];

  beforeEach(async () => {
    suspended = [];
    served = await serveApi((request, response) => {
      const url = new URL(request.url ?? "", "http://cluster");
      response.writeHead(200, { "Content-Type": "application/json" });
      if (request.method === "PATCH") {
        suspended.push(url.pathname.split("/").at(-1) ?? "");
        response.end("{}");
      } else if (url.searchParams.has("watch")) {
        watching = response;
        response.flushHeaders();
      } else {
        const items = names.map((name) => kustomization(name, "1"));
        response.end(JSON.stringify({ metadata: { resourceVersion: "1" }, items }));
      }
    });
    watches = new Watches(served.api);
  });

  afterEach(async () => {
    watching?.end();
    await watches.stop();
    served.stop();
  });

  it("asks once for each object, the root first, and again for what somebody resumes", async () => {
    const context: Pick<DrainContext, "api" | "watches" | "status" | "signal" | "choices"> = {
      api: served.api,
      watches,
      status: () => undefined,
      signal: new AbortController().signal,
      choices: { teardown: "run", onStuck: "stop", deadlineSeconds: 5 },
    };
    const freezer = await Freezer.start(
      context as DrainContext,
      new Map([["Kustomization.kustomize.toolkit.fluxcd.io", kind]]),
    );
    assert.equal(suspended[0], "flux-system");
    assert.deepEqual([...suspended].sort(), [...names].sort());

    suspended = [];
    const resumed = { type: "MODIFIED", object: kustomization("apps", "2") };
    watching?.write(`${JSON.stringify(resumed)}\n`);
    await watches.next(5_000, context.signal);
    await freezer.freeze();
    assert.deepEqual(suspended, ["apps"]);
  });
});

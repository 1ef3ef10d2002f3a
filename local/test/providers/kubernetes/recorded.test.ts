/** What the stand-in leaves in the state is what the official plugin continues a stack from. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { json } from "node:stream/consumers";
import grpc, { type ServiceError } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import { load, omit, secret, type Properties, type ServedProvider } from "../../../product.ts";
import { kubernetesProvider } from "../../../providers/kubernetes/provider.ts";
import { kubeconfigFor } from "../../../../test/support/kubeconfig.ts";

const kinds: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "/api/v1": [
    ["Secret", "secrets"],
    ["ConfigMap", "configmaps"],
  ],
  "/apis/kustomize.toolkit.fluxcd.io/v1": [["Kustomization", "kustomizations"]],
};

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** An API server that keeps objects and adds what the real one adds to each. */
class ObjectStore {
  readonly #objects = new Map<string, Properties>();

  answer(method: string, path: string, body: Properties | undefined): unknown {
    if (path === "/apis") return { kind: "APIGroupList", groups: [] };
    const listed = kinds[path];
    if (listed) return { resources: listed.map(([kind, name]) => ({ kind, name, namespaced: true })) };
    const metadata = (body?.["metadata"] ?? {}) as Properties;
    const key = method === "POST" ? `${path}/${String(metadata["name"])}` : path;
    const before = this.#objects.get(key);
    if (method === "GET") return before;
    const { stringData, ...rest } = { ...before, ...body } as Properties & {
      stringData?: Record<string, string>;
    };
    const written = Object.entries(stringData ?? {}).map(([name, text]) => [name, base64(text)]);
    const object = {
      ...rest,
      metadata: { ...(before?.["metadata"] as Properties | undefined), ...metadata, uid: "u-1" },
      ...(stringData && { data: Object.fromEntries(written) as Properties }),
    };
    this.#objects.set(key, object);
    return object;
  }
}

const struct = (properties: Properties): structMessages.Struct =>
  structMessages.Struct.fromJavaScript(properties as never);

type Call<Request, Response> = (
  request: Request,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

function sent<Request, Response>(call: Call<Request, Response>, request: Request): Promise<Response> {
  return new Promise((resolve, reject) => {
    call(request, (error, response) => {
      if (error) reject(error);
      else resolve(response);
    });
  });
}

const kustomizationType = "kubernetes:kustomize.toolkit.fluxcd.io/v1:Kustomization";
const rootInputs = (interval: string): Properties => ({
  apiVersion: "kustomize.toolkit.fluxcd.io/v1",
  kind: "Kustomization",
  metadata: { name: "flux-system", namespace: "flux-system" },
  spec: { interval, prune: true, postBuild: { substitute: { token: secret("correct horse") } } },
});
const secretInputs: Properties = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "login", namespace: "flux-system" },
  stringData: { password: "correct horse" },
};

describe("the state that the Kubernetes stand-in leaves", () => {
  let server: Server;
  let served: ServedProvider;
  let client: InstanceType<typeof services.ResourceProviderClient>;

  before(async () => {
    const store = new ObjectStore();
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://any");
      void (async () => {
        const method = request.method ?? "GET";
        const body = method === "GET" ? undefined : ((await json(request)) as Properties);
        const answer = store.answer(method, pathname, body);
        response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
        response.end(JSON.stringify(answer ?? { kind: "Status", code: 404 }));
      })();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    served = await (await load.server()).serveProvider(kubernetesProvider);
    client = new services.ResourceProviderClient(
      `127.0.0.1:${served.port}`,
      grpc.credentials.createInsecure(),
    );
    const kubeconfig = kubeconfigFor(server);
    const request = new messages.ConfigureRequest().setArgs(struct({ kubeconfig }));
    await sent(client.configure.bind(client) as Call<typeof request, unknown>, request);
  });

  after(() => {
    client.close();
    served.close();
    server.close();
  });

  /** Type and URN of the requests that concern one resource. */
  const about = (type: string): { type: string; urn: string } => ({
    type,
    urn: `urn:pulumi:test::trial::${type}::it`,
  });

  async function create(type: string, inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const request = new messages.CreateRequest()
      .setType(about(type).type)
      .setUrn(about(type).urn)
      .setProperties(struct(inputs));
    const response = await sent<messages.CreateRequest, messages.CreateResponse>(
      client.create.bind(client),
      request,
    );
    return { id: response.getId(), outputs: response.getProperties()?.toJavaScript() ?? {} };
  }

  /** Update and diff ask with the same fields. */
  function change<Request extends messages.UpdateRequest | messages.DiffRequest>(
    request: Request,
    type: string,
    olds: { id: string; inputs: Properties; outputs: Properties },
    news: Properties,
  ): Request {
    request
      .setType(about(type).type)
      .setUrn(about(type).urn)
      .setId(olds.id)
      .setOldInputs(struct(olds.inputs))
      .setOlds(struct(olds.outputs))
      .setNews(struct(news));
    return request;
  }

  async function update(
    type: string,
    olds: { id: string; inputs: Properties; outputs: Properties },
    news: Properties,
  ): Promise<Properties> {
    const request = change(new messages.UpdateRequest(), type, olds, news);
    const response = await sent<messages.UpdateRequest, messages.UpdateResponse>(
      client.update.bind(client),
      request,
    );
    return response.getProperties()?.toJavaScript() ?? {};
  }

  async function read(
    type: string,
    olds: { id: string; inputs: Properties; outputs: Properties },
  ): Promise<{ inputs: Properties; outputs: Properties }> {
    const request = new messages.ReadRequest()
      .setType(about(type).type)
      .setUrn(about(type).urn)
      .setId(olds.id)
      .setInputs(struct(olds.inputs))
      .setProperties(struct(olds.outputs));
    const response = await sent<messages.ReadRequest, messages.ReadResponse>(
      client.read.bind(client),
      request,
    );
    return {
      inputs: response.getInputs()?.toJavaScript() ?? {},
      outputs: response.getProperties()?.toJavaScript() ?? {},
    };
  }

  async function diff(
    type: string,
    olds: { id: string; inputs: Properties; outputs: Properties },
    news: Properties,
  ): Promise<{ changes: string[]; replaces: string[] }> {
    const request = change(new messages.DiffRequest(), type, olds, news);
    const response = await sent<messages.DiffRequest, messages.DiffResponse>(
      client.diff.bind(client),
      request,
    );
    const changes = [...response.getDetaileddiffMap().getEntryList()].map(([path]) => path);
    return { changes, replaces: response.getReplacesList() };
  }

  it("holds the inputs beside the live object, secrets in both, from create, update and read alike", async () => {
    const inputs = rootInputs("1m");
    const { id, outputs } = await create(kustomizationType, inputs);
    const manager = String(outputs["__fieldManager"]);
    assert.match(manager, /^pulumi-kubernetes-[0-9a-f]{8}$/);
    const expected = (interval: string): Properties => ({
      ...rootInputs(interval),
      metadata: { name: "flux-system", namespace: "flux-system", uid: "u-1" },
      __inputs: rootInputs(interval),
      __initialApiVersion: "kustomize.toolkit.fluxcd.io/v1",
      __fieldManager: manager,
    });
    assert.deepEqual(outputs, expected("1m"));

    const updated = await update(kustomizationType, { id, inputs, outputs }, rootInputs("2m"));
    assert.deepEqual(updated, expected("2m"));

    const found = await read(kustomizationType, { id, inputs: rootInputs("2m"), outputs: updated });
    assert.deepEqual(found.outputs, expected("2m"));
    assert.deepEqual(found.inputs, rootInputs("2m"));
  });

  it("holds a Secret as the API server stores it, and never in clear", async () => {
    const { id, outputs } = await create("kubernetes:core/v1:Secret", secretInputs);
    const data = secret({ password: base64("correct horse") });
    const stored = { ...omit(secretInputs, ["stringData"]), data };
    assert.deepEqual(outputs["__inputs"], stored);
    assert.deepEqual(outputs["data"], data);
    const olds = { id, inputs: secretInputs, outputs };
    const found = await read("kubernetes:core/v1:Secret", olds);
    assert.deepEqual(found.outputs["__inputs"], stored);
    const updated = await update("kubernetes:core/v1:Secret", olds, secretInputs);
    assert.deepEqual(updated["__inputs"], stored);
  });

  it("keeps the API version in which an object was first made", async () => {
    const type = "kubernetes:core/v1:ConfigMap";
    const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "flux-system" } };
    const { id, outputs } = await create(type, inputs);
    const olds = { id, inputs, outputs: { ...outputs, __initialApiVersion: "v1beta1" } };
    assert.equal((await update(type, olds, inputs))["__initialApiVersion"], "v1beta1");
    assert.equal((await read(type, olds)).outputs["__initialApiVersion"], "v1beta1");
  });

  it("is not made of an object with an annotation that this stand-in would have to ignore", async () => {
    const type = "kubernetes:core/v1:ConfigMap";
    const annotations = { "pulumi.com/waitFor": "condition=Ready" };
    const request = new messages.CheckRequest()
      .setType(type)
      .setUrn(about(type).urn)
      .setNews(struct({ metadata: { name: "waits", annotations } }));
    const checked = await sent<messages.CheckRequest, messages.CheckResponse>(
      client.check.bind(client),
      request,
    );
    const failures = checked.getFailuresList();
    assert.deepEqual(
      failures.map((failure) => failure.getProperty()),
      ["metadata.annotations"],
    );
    assert.match(failures.map((failure) => failure.getReason()).join(), /not for pulumi\.com\/waitFor/);
  });

  it("may be of a stand-in that recorded no inputs: nothing is replaced, and a refresh records them", async () => {
    const inputs = rootInputs("1m");
    const { id, outputs } = await create(kustomizationType, inputs);
    const olds = { id, inputs, outputs: omit(outputs, ["__inputs"]) };
    assert.deepEqual(await diff(kustomizationType, olds, inputs), { changes: [], replaces: [] });
    assert.deepEqual(await diff(kustomizationType, olds, rootInputs("5m")), {
      changes: ["spec.interval"],
      replaces: [],
    });
    assert.deepEqual((await read(kustomizationType, olds)).outputs["__inputs"], inputs);
    const updated = await update(kustomizationType, olds, rootInputs("5m"));
    assert.deepEqual(updated["__inputs"], rootInputs("5m"));
  });
});

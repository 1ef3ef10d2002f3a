/**
 * The Helm repositories of the local internet: small charts of our own, at the addresses of the real ones. Each is
 * packed when it is first asked for. A chart that is not in the table is a 404, as on the real host.
 */
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { create } from "tar";
import { parse, stringify } from "yaml";
import { moduleFolder } from "../tools/module-folder.ts";
import { reply, urlOf, type Host } from "./host.ts";

interface Chart {
  /** Folder of the repository below its host, without slashes at its ends. */
  readonly repository: string;
  readonly name: string;
  readonly versions: readonly string[];
  /** The folder of the CRDs of a version, which the chart installs as templates do: they go when the release goes. */
  readonly crds?: (version: string) => Promise<string>;
}

const charts: Readonly<Record<string, readonly Chart[]>> = {
  "kedacore.github.io": [
    {
      repository: "charts",
      name: "keda",
      versions: ["2.21.0", "2.20.1"],
      crds: async (version) =>
        path.join(await moduleFolder("github.com/kedacore/keda/v2", `v${version}`), "config", "crd", "bases"),
    },
  ],
  "aws.github.io": [
    { repository: "eks-charts", name: "aws-load-balancer-controller", versions: ["1.14.0", "1.13.4"] },
  ],
  // Its charts are at public.ecr.aws today, which is no Helm repository; this was their address before.
  "charts.karpenter.sh": [{ repository: "", name: "karpenter", versions: ["1.8.1"] }],
  "example-dev.github.io": [{ repository: "charts", name: "widget-operator", versions: ["1.2.0"] }],
  "stefanprodan.github.io": [
    { repository: "podinfo", name: "podinfo", versions: ["6.9.2", "6.7.1", "6.3.6"] },
  ],
};

/** Any `*.github.io` host, and those of the table. */
export const isHelmHost = (name: string): boolean => name.endsWith(".github.io") || name in charts;

/** The charts of such a host, if the table has some. */
export function helmHost(hostName: string): Host {
  const archives = new Map<string, Promise<Buffer>>();
  const archive = (chart: Chart, version: string): Promise<Buffer> => {
    const key = `${chart.name}-${version}.tgz`;
    const packed = archives.get(key) ?? pack(chart, version);
    archives.set(key, packed);
    // A chart whose CRDs could not be downloaded is tried again at the next request.
    packed.catch(() => archives.delete(key));
    return packed;
  };
  return async (request, response) => {
    const { pathname } = urlOf(request);
    const found = (charts[hostName] ?? []).filter((chart) =>
      pathname.startsWith(path.posix.join("/", chart.repository, "/")),
    );
    const file = path.posix.basename(pathname);
    if (file === "index.yaml" && found.length > 0) {
      const address = `https://${hostName}${path.posix.dirname(pathname).replace(/\/$/, "")}`;
      reply(response, 200, await index(found, address, archive), { "content-type": "text/yaml" });
      return;
    }
    for (const chart of found) {
      const version = chart.versions.find((candidate) => file === `${chart.name}-${candidate}.tgz`);
      if (!version) continue;
      reply(response, 200, await archive(chart, version), { "content-type": "application/gzip" });
      return;
    }
    reply(response, 404, `${hostName}${pathname} is not served by the local internet.\n`);
  };
}

async function index(
  found: readonly Chart[],
  address: string,
  archive: (chart: Chart, version: string) => Promise<Buffer>,
): Promise<string> {
  const entry = async (chart: Chart, version: string): Promise<Record<string, unknown>> => ({
    ...(await metadata(chart, version)),
    urls: [`${address}/${chart.name}-${version}.tgz`],
    digest: createHash("sha256")
      .update(await archive(chart, version))
      .digest("hex"),
  });
  const entries = await Promise.all(
    found.map(async (chart) => [
      chart.name,
      await Promise.all(chart.versions.map((version) => entry(chart, version))),
    ]),
  );
  return stringify({ apiVersion: "v1", entries: Object.fromEntries(entries) as Record<string, unknown> });
}

const chartFolder = (chart: Chart): string => path.join(import.meta.dirname, "charts", chart.name);

async function metadata(chart: Chart, version: string): Promise<Record<string, unknown>> {
  const file = await readFile(path.join(chartFolder(chart), "Chart.yaml"), "utf8");
  return { ...(parse(file) as Record<string, unknown>), version, appVersion: version };
}

/** The same chart gives the same bytes every time, so a restart of the platform changes no digest. */
async function pack(chart: Chart, version: string): Promise<Buffer> {
  const stage = await mkdtemp(path.join(tmpdir(), "sdlc-chart-"));
  try {
    const folder = path.join(stage, chart.name);
    await cp(chartFolder(chart), folder, { recursive: true });
    await writeFile(path.join(folder, "Chart.yaml"), stringify(await metadata(chart, version)));
    if (chart.crds) await addCrds(await chart.crds(version), path.join(folder, "templates", "crds"));
    const files = (await readdir(stage, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(stage, path.join(entry.parentPath, entry.name)))
      .sort();
    return await buffer(create({ cwd: stage, gzip: true, portable: true, mtime: new Date(0) }, files));
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function addCrds(source: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const name of await readdir(source)) {
    const crd = (await readFile(path.join(source, name), "utf8")).replaceAll("{{", '{{ "{{" }}');
    await writeFile(path.join(target, name), `{{- if .Values.crds.install }}\n${crd}\n{{- end }}\n`);
  }
}

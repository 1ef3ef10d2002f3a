/**
 * The local internet: the hosts that a sandbox's manifests name, served on this machine behind one proxy. Whoever gets
 * `HTTPS_PROXY` and `SSL_CERT_FILE` from here sees them at their real addresses, and no other host.
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { createAuthority } from "../pki.ts";
import type { Processes } from "../processes.ts";
import { Accounts } from "./accounts.ts";
import { fluxInstallManifest, fluxInstallPath } from "./flux-release.ts";
import { isGitPath, serveGit } from "./git-server.ts";
import { serveGitHubApi } from "./github-api.ts";
import { helmHost, isHelmHost } from "./helm-repository.ts";
import { reply, urlOf, type Host } from "./host.ts";
import { isIssuerHost, issuerHost } from "./oidc-issuer.ts";
import { startOciRegistry } from "./oci-registry.ts";
import { startProxy } from "./proxy.ts";
import { Repository } from "./repository.ts";

export interface InternetRequest {
  readonly stateFolder: string;
  readonly processes: Processes;
}

export interface Internet {
  /** Of the proxy, such as http://127.0.0.1:40123. */
  readonly proxyUrl: string;
  /** PEM file of the only authority that vouches for the hosts. */
  readonly caFile: string;
  /** What a program needs in its environment to be on this internet and on no other. */
  readonly environment: Readonly<Record<string, string>>;
  readonly accounts: Accounts;
  /** Packages of ghcr.io that may be pulled without credentials, such as "owner/manifests/platform". */
  readonly publicPackages: Set<string>;
  /** Files of github.com that stand in the place of what is served otherwise, by path. */
  readonly files: Map<string, string>;
  /** Addresses of the clusters' API servers, such as 127.0.0.1:40123, that may be reached through the proxy as well. */
  readonly apiServers: Set<string>;
  /** Makes a repository from the files of a folder; one that exists already keeps what it holds. */
  addRepository(
    owner: string,
    name: string,
    folder: string,
    options?: { public?: boolean },
  ): Promise<Repository>;
  repository(owner: string, name: string): Repository;
  close(): Promise<void>;
}

export async function startInternet({ stateFolder, processes }: InternetRequest): Promise<Internet> {
  const repositories = path.join(stateFolder, "git");
  const folder = path.join(stateFolder, "internet");
  await mkdir(repositories, { recursive: true });
  await mkdir(folder, { recursive: true });
  const root = await createAuthority("Local internet of kubernetes-sdlc");
  // As on the real one, no root signs for a host itself: what reads thumbprints counts on an authority in between.
  const authority = await createAuthority("Hosts of the local internet", root);
  const caFile = path.join(folder, "ca.pem");
  await writeFile(caFile, root.certificate);

  const accounts = new Accounts(path.join(folder, "accounts.json"));
  const publicPackages = new Set<string>();
  const files = new Map<string, string>();
  const registry = await startOciRegistry(processes, accounts, publicPackages);
  const hosts: Record<string, Host> = {
    "github.com": (request, response) =>
      serveGitHub({ root: repositories, accounts, files }, request, response),
    "api.github.com": (request, response) => serveGitHubApi(repositories, accounts, request, response),
    "ghcr.io": registry.host,
  };
  const apiServers = new Set<string>();
  const hostNamed = (name: string): Host | undefined => {
    if (isHelmHost(name)) hosts[name] ??= helmHost(name);
    return isIssuerHost(name) ? issuerHost : hosts[name];
  };
  const proxy = await startProxy(authority, hostNamed, apiServers);

  const repository = (owner: string, name: string): Repository =>
    new Repository(path.join(repositories, owner, `${name}.git`));
  return {
    proxyUrl: proxy.url,
    caFile,
    environment: {
      HTTPS_PROXY: proxy.url,
      NO_PROXY: "127.0.0.1,localhost",
      SSL_CERT_FILE: caFile,
      // Git, curl and Node do not all look at SSL_CERT_FILE, nor does Node at HTTPS_PROXY unless told to.
      GIT_SSL_CAINFO: caFile,
      CURL_CA_BUNDLE: caFile,
      NODE_EXTRA_CA_CERTS: caFile,
      NODE_USE_ENV_PROXY: "1",
    },
    accounts,
    publicPackages,
    files,
    apiServers,
    repository,
    addRepository: async (owner, name, source, options = {}) => {
      const made = repository(owner, name);
      if (!made.exists) await made.create({ source, ...options });
      return made;
    },
    close: async () => {
      await Promise.all([proxy.close(), registry.stop()]);
    },
  };
}

interface GitHub {
  readonly root: string;
  readonly accounts: Accounts;
  readonly files: ReadonlyMap<string, string>;
}

async function serveGitHub(
  { root, accounts, files }: GitHub,
  ...[request, response]: Parameters<Host>
): Promise<void> {
  const { pathname } = urlOf(request);
  if (isGitPath(pathname)) {
    await serveGit(root, accounts, request, response);
    return;
  }
  const file =
    files.get(pathname) ?? (pathname === fluxInstallPath ? await fluxInstallManifest() : undefined);
  if (file === undefined) reply(response, 404, "Not Found\n");
  else reply(response, 200, file, { "content-type": "application/octet-stream" });
}

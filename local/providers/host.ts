/**
 * Serves provider stand-ins, one set for one engine run: `node host.ts aws kubernetes` prints the value for PULUMI_DEBUG_PROVIDERS and
 * ends when its standard input closes.
 */
import type { ServedProvider } from "../product.ts";
import { serveStandIn } from "./serve.ts";

/** Loaded one by one: an engine run that needs no EKS need not wait for its SDK. */
const providers = {
  aws: async () => serveStandIn((await import("./aws/provider.ts")).awsProvider),
  eks: async () => serveStandIn((await import("./eks/provider.ts")).eksProvider),
  github: async () => serveStandIn((await import("./github/provider.ts")).githubProvider),
  kubernetes: async () => serveStandIn((await import("./kubernetes/provider.ts")).kubernetesProvider),
} as const;

export type ProviderName = keyof typeof providers;

export interface ProviderHost {
  readonly served: readonly ServedProvider[];
  /** Value of PULUMI_DEBUG_PROVIDERS that attaches them: `aws:40001,kubernetes:40002`. */
  readonly debugProviders: string;
  close(): void;
}

function isProviderName(name: string): name is ProviderName {
  return name in providers;
}

/** Throws where a name is not one of the stand-ins. */
export async function hostProviders(names: readonly string[]): Promise<ProviderHost> {
  const served = await Promise.all(
    names.map((name) => {
      if (isProviderName(name)) return providers[name]();
      throw new Error(
        `there is no local provider ${name}. Choose from ${Object.keys(providers).join(", ")}.`,
      );
    }),
  );
  return {
    served,
    debugProviders: served.map((provider) => `${provider.package}:${provider.port}`).join(","),
    close: () => {
      for (const provider of served) provider.close();
    },
  };
}

if (import.meta.main) {
  const host = await hostProviders(process.argv.slice(2));
  console.log(host.debugProviders);
  process.stdin.on("end", () => {
    host.close();
  });
  process.stdin.resume();
}

/**
 * Serves a stand-in. The engine starts no process for a provider that it is told to attach to, so all instances of a package are
 * at one address, each over a connection of its own: the connection's peer tells them apart.
 */
import type { ProviderImplementation } from "../../provider/plumbing/implementation.ts";
import { serveProvider, type ServedProvider, type ServeOptions } from "../../provider/plumbing/server.ts";
import { Session, type Sessions } from "../../provider/plumbing/session.ts";

export function serveStandIn<C>(
  implementation: ProviderImplementation<C>,
  options: Pick<ServeOptions<C>, "port"> = {},
): Promise<ServedProvider> {
  return serveProvider(implementation, { ...options, sessions: sessionsByConnection() });
}

/**
 * The engine makes another connection where one was idle for 30 minutes. What comes over it belongs to the one instance that was
 * configured; where several were, nothing says to which.
 */
export function sessionsByConnection<C>(): Sessions<C> {
  const byPeer = new Map<string, Session<C>>();
  const all = (): Set<Session<C>> => new Set(byPeer.values());
  const onlyConfigured = (): Session<C> | undefined => {
    const configured = [...all()].filter(({ isConfigured }) => isConfigured);
    return configured.length === 1 ? configured[0] : undefined;
  };
  return {
    all,
    of: ({ peer, opens }) => {
      const session = byPeer.get(peer) ?? (opens ? undefined : onlyConfigured()) ?? new Session<C>();
      byPeer.set(peer, session);
      return session;
    },
  };
}

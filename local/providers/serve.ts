/**
 * Serves a stand-in. The engine starts no process for a provider that it is told to attach to, so all instances of a package are
 * at one address, each over a connection of its own: the connection's peer tells them apart.
 */
import {
  load,
  type ResourceHandler,
  type ServedProvider,
  type ServeOptions,
  type Session,
  type Sessions,
} from "../product.ts";
import type { StandIn } from "./plumbing/stand-in.ts";

export async function serveStandIn<C>(
  implementation: StandIn<C>,
  options: Pick<ServeOptions<C>, "port"> = {},
): Promise<ServedProvider> {
  const [{ serveProvider }, { Session }, { standInProtocol }, { declared }] = await Promise.all([
    load.server(),
    load.session(),
    import("./plumbing/protocol.ts"),
    import("./plumbing/declared.ts"),
  ]);
  const resources = (type: string): ResourceHandler<C> | undefined => {
    const handler = implementation.resources?.(type);
    return handler && declared(handler);
  };
  const sessions = sessionsByConnection(() => new Session<C>());
  return serveProvider(
    { ...implementation, resources },
    { ...options, sessions, extension: standInProtocol(implementation) },
  );
}

/**
 * The engine makes another connection where one was idle for 30 minutes. What comes over it belongs to the one instance that was
 * configured; where several were, nothing says to which.
 */
export function sessionsByConnection<C>(open: () => Session<C>): Sessions<C> {
  const byPeer = new Map<string, Session<C>>();
  const all = (): Set<Session<C>> => new Set(byPeer.values());
  const onlyConfigured = (): Session<C> | undefined => {
    const configured = [...all()].filter(({ isConfigured }) => isConfigured);
    return configured.length === 1 ? configured[0] : undefined;
  };
  return {
    all,
    of: ({ peer, opens }) => {
      const session = byPeer.get(peer) ?? (opens ? undefined : onlyConfigured()) ?? open();
      byPeer.set(peer, session);
      return session;
    },
  };
}

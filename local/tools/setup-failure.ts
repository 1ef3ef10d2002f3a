import { cacheFolder } from "../folders.ts";
import { UserError } from "../user-error.ts";

interface Cause {
  readonly said: RegExp;
  /** Goes behind "Could not <step>: "; what the expression caught stands for `$1`. */
  readonly why: string;
  readonly remedy: string;
}

const again = "run the same command again";

/** The first that fits is the cause: whoever has no network does not find a version either. */
const causes: readonly Cause[] = [
  {
    said: /no space left on device|ENOSPC|disk quota exceeded|EDQUOT/i,
    why: "the disk is full.",
    remedy: `Make room, about 15 GB from nothing, or set SDLC_CACHE and GOCACHE to folders on another disk (the tools go to ${cacheFolder}), and ${again}; what was built stays.`,
  },
  {
    said: /(?:EACCES|EROFS|EPERM): [^'\n]*'([^'\n]*)'|(?:open|mkdir) (\/\S+): (?:permission denied|read-only file system)/,
    why: "$1 may not be written.",
    remedy: `Let your user own it, or set SDLC_CACHE, GOCACHE or GOMODCACHE to a folder of your own, and ${again}.`,
  },
  {
    said: /(?:ENOTDIR|EEXIST): [^'\n]*'([^'\n]*)'/,
    why: "$1 is not a folder.",
    remedy: `Remove it, or set SDLC_CACHE to another folder, and ${again}.`,
  },
  {
    said: /checksum mismatch|SECURITY ERROR|DO NOT MATCH THE HASHES/,
    why: "the package registry sent something else than what is pinned.",
    remedy: `Do not use it: ask whoever runs the mirror (GOPROXY, PIP_INDEX_URL), or clear what was downloaded (go clean -modcache, pip cache purge), and ${again}.`,
  },
  {
    said: /dial tcp|no such host|connection refused|connection reset by peer|i\/o timeout|TLS handshake timeout|network is unreachable|Temporary failure in name resolution|NewConnectionError|ReadTimeoutError|ConnectTimeoutError|ProxyError|module lookup disabled by GOPROXY=off/,
    why: "a package registry could not be reached.",
    remedy: `Connect to the network (or set GOPROXY / PIP_INDEX_URL to your mirror) and ${again}; what was built stays.`,
  },
  {
    said: /satisfies the requirement (\S+)|(\S+@v[^\s:]+): (?:reading |invalid version|unknown revision|unrecognized import path)/,
    why: "the package registry does not serve $1.",
    remedy: `Set GOPROXY / PIP_INDEX_URL to a registry that serves it, and ${again}; what was built stays.`,
  },
  {
    said: /signal: killed/,
    why: "the compiler was killed, most likely because memory ran out.",
    remedy: `Free memory, of which a build takes up to 4 GiB, and ${again}; what was compiled stays.`,
  },
  {
    said: /spawn (\S+) ENOENT/,
    why: "the program $1 was not found.",
    remedy: `Install it, or see that it is on the PATH, and ${again}.`,
  },
];

/** Says in one line each why a tool could not be set up and what to do; everything the tool said is kept below. */
export function setUpFailure(step: string, error: unknown): UserError {
  const text = error instanceof Error ? error.message : String(error);
  for (const { said, why, remedy } of causes) {
    const match = said.exec(text);
    if (!match) continue;
    const caught = match.slice(1).find(Boolean) ?? "";
    return new UserError(`Could not ${step}: ${why.replace("$1", () => caught)}`, remedy, text);
  }
  return new UserError(`Could not ${step}.`, `Read the output below, then ${again}.`, text);
}

/** GitHub's REST API for one repository, with answers that a person can act upon. */
import { UserError } from "../errors.ts";
import { request } from "../web.ts";

export interface RepositoryPlace {
  /** `github.com`, or the host of an Enterprise server. */
  readonly host: string;
  readonly owner: string;
  readonly repository: string;
  readonly token: string;
}

export interface GitHubAnswer {
  readonly status: number;
  readonly body: unknown;
}

export class RepositoryApi {
  readonly #place: RepositoryPlace;
  /** What it is asked for, in errors: `branch cluster/sandbox-a`. */
  readonly #subject: string;

  constructor(place: RepositoryPlace, subject: string) {
    this.#place = place;
    this.#subject = subject;
  }

  /** @throws {Error} on any other status than those of `expected`. The message holds nothing of the token. */
  async call(
    method: string,
    path: string,
    expected: readonly number[],
    content?: unknown,
  ): Promise<GitHubAnswer> {
    const { host, owner, repository, token } = this.#place;
    const api = host === "github.com" ? "https://api.github.com" : `https://${host}/api/v3`;
    const response = await request(`${api}/repos/${owner}/${repository}${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "user-agent": "kubernetes-sdlc",
        ...(content === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    });
    const text = await response.text();
    const body = parsed(text);
    if (expected.includes(response.status)) return { status: response.status, body };
    throw new Error(
      `${this.#subject} of ${owner}/${repository}: GitHub answers ${response.status} to ${method} ${path}: ${messageOf(body, text)}. ` +
        "Look at what the token in GITHUB_TOKEN may do: it needs to write Contents of this repository.",
    );
  }
}

/**
 * Whether the repository answers at all. GitHub says 404 of one that is gone and to whoever may not see it: that is no proof that
 * anything in it is gone.
 *
 * @throws {UserError} where it says 404 and nobody has said that the destroy may go on without it.
 */
export async function requireVisible(
  api: RepositoryApi,
  { owner, repository, branch }: { owner: string; repository: string; branch: string },
  mayBeGone: boolean,
): Promise<boolean> {
  const { status } = await api.call("GET", "", [200, 404]);
  if (status === 200) return true;
  if (mayBeGone) return false;
  throw new UserError({
    what: `branch ${branch} of ${owner}/${repository}: GitHub answers 404 for the repository, so it is not known whether the branch is gone.`,
    remedy:
      "Export a GITHUB_TOKEN that may see the repository, and run pulumi destroy again; if the repository is gone for good, SDLC_TEARDOWN_ON_STUCK=force counts the branch as not known and goes on (sandboxes only).",
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageOf(body: unknown, text: string): string {
  const message = (body as { message?: unknown } | null | undefined)?.message;
  return typeof message === "string" ? message : text.slice(0, 200);
}

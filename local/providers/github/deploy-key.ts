/** `github.RepositoryDeployKey`: GitHub changes no key, so every change is another key. */
import type { ResourceHandler } from "../../product.ts";
import { etagOf, type GitHub } from "./api.ts";

export const deployKey: ResourceHandler<GitHub> = {
  inputs: ["repository", "title", "key", "readOnly"],
  required: ["repository", "title", "key"],
  outputs: ["etag"],
  check: (_context, inputs) => ({ inputs: { readOnly: true, ...inputs } }),

  create: async ({ configuration: github }, inputs) => {
    const { repository, title, key, readOnly } = inputs;
    const made = await github.call("POST", String(repository), "/keys", { title, key, read_only: readOnly });
    return { id: `${String(repository)}:${String(made["id"])}`, outputs: { ...inputs, etag: etagOf(made) } };
  },
  read: async ({ configuration: github }, { id, inputs, outputs }) => {
    const [repository = "", key = ""] = id.split(":");
    const live = await github.find(repository, `/keys/${key}`);
    return (
      live && {
        id,
        inputs,
        outputs: {
          ...outputs,
          repository,
          title: live["title"],
          key: live["key"],
          readOnly: live["read_only"],
        },
      }
    );
  },
  delete: async ({ configuration: github }, { id }) => {
    const [repository = "", key = ""] = id.split(":");
    await github.call("DELETE", repository, `/keys/${key}`);
  },
};

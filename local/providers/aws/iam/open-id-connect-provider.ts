import type { OpenIdConnectProviderArgs, OpenIdConnectProviderState } from "@pulumi/aws/iam/index.js";
import { awsResource } from "../resource.ts";
import { openIdConnectTagging, tagList, tagMap } from "../tags.ts";

export const openIdConnectProvider = awsResource<OpenIdConnectProviderArgs, OpenIdConnectProviderState>({
  noun: "IAM OIDC Provider",
  properties: {
    url: ["required", "replaces"],
    clientIdLists: ["required", "set"],
    thumbprintLists: ["kept"],
  },
  outputs: ["arn", "thumbprintLists"],
  tagging: openIdConnectTagging,
  global: true,

  create: async ({ aws }, inputs) => {
    const { OpenIDConnectProviderArn } = await aws.iam.createOpenIDConnectProvider({
      Url: inputs.url.startsWith("https://") ? inputs.url : `https://${inputs.url}`,
      ClientIDList: inputs.clientIdLists,
      ThumbprintList: inputs.thumbprintLists,
      Tags: tagList(inputs.tagsAll),
    });
    return OpenIDConnectProviderArn ?? "";
  },

  read: async ({ aws }, id, { url }) => {
    const found = await aws.iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: id });
    // IAM leaves the scheme out; the program may or may not write it.
    const sameUrl = typeof url === "string" && url.replace("https://", "") === found.Url;
    return {
      arn: id,
      url: sameUrl ? url : found.Url,
      clientIdLists: found.ClientIDList,
      thumbprintLists: found.ThumbprintList,
      tags: tagMap(found.Tags),
    };
  },

  update: async ({ aws: { iam } }, OpenIDConnectProviderArn, news, { olds, has }) => {
    if (has("thumbprintLists") && news.thumbprintLists) {
      const ThumbprintList = news.thumbprintLists;
      await iam.updateOpenIDConnectProviderThumbprint({ OpenIDConnectProviderArn, ThumbprintList });
    }
    for (const ClientID of news.clientIdLists.filter((client) => !olds.clientIdLists.includes(client))) {
      await iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID });
    }
    for (const ClientID of olds.clientIdLists.filter((client) => !news.clientIdLists.includes(client))) {
      await iam.removeClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID });
    }
  },

  delete: ({ aws }, id) => aws.iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: id }),
});

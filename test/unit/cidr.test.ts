import assert from "node:assert/strict";
import { containsCidr, overlapCidr } from "cidr-tools";
import fc from "fast-check";
import { addressCount, isIPv4Cidr, planSubnets, serviceCidrFault, vpcCidrFault } from "../../src/cidr.ts";

const zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"];

/** VPC blocks that are allowed, each starting at its first address. */
const vpcBlocks = fc
  .tuple(fc.integer({ min: 16, max: 24 }), fc.nat({ max: 2 ** 24 - 1 }))
  .map(([prefix, bits]) => {
    const size = 2 ** (32 - prefix);
    const first = Math.floor((10 * 2 ** 24 + bits) / size) * size;
    return `${[24, 16, 8, 0].map((shift) => (first >>> shift) & 255).join(".")}/${prefix}`;
  });

describe("subnet plan", () => {
  it("gives each zone a quarter for nodes, and a sixteenth for load balancers and NAT", () => {
    assert.deepEqual(planSubnets("10.0.0.0/16", zones), {
      public: [
        { zone: "eu-west-1a", cidr: "10.0.192.0/20" },
        { zone: "eu-west-1b", cidr: "10.0.208.0/20" },
        { zone: "eu-west-1c", cidr: "10.0.224.0/20" },
      ],
      private: [
        { zone: "eu-west-1a", cidr: "10.0.0.0/18" },
        { zone: "eu-west-1b", cidr: "10.0.64.0/18" },
        { zone: "eu-west-1c", cidr: "10.0.128.0/18" },
      ],
    });
  });

  it("lies inside the VPC, overlaps nowhere, and leaves EKS its 6 addresses in each subnet", () => {
    fc.assert(
      fc.property(vpcBlocks, fc.constantFrom(2, 3), (vpc, count) => {
        const plan = planSubnets(vpc, zones.slice(0, count));
        const blocks = [...plan.public, ...plan.private].map(({ cidr }) => cidr);
        assert.equal(blocks.length, 2 * count);
        assert.ok(containsCidr(vpc, blocks));
        for (const [index, block] of blocks.entries()) {
          // AWS keeps 5 addresses of every subnet for itself.
          assert.ok(addressCount(block) - 5 >= 6, `${block} is too small`);
          assert.ok(!blocks.slice(index + 1).some((other) => overlapCidr(block, other)), `${block} overlaps`);
        }
      }),
    );
  });

  it("moves no subnet when a third zone joins", () => {
    fc.assert(
      fc.property(vpcBlocks, (vpc) => {
        const two = planSubnets(vpc, zones.slice(0, 2));
        const three = planSubnets(vpc, zones);
        assert.deepEqual(three.public.slice(0, 2), two.public);
        assert.deepEqual(three.private.slice(0, 2), two.private);
      }),
    );
  });

  for (const wrong of [[], ["a"], ["a", "a"], ["a", "b", "c", "d"]]) {
    it(`refuses the zones [${wrong.join(", ")}]`, () => {
      assert.throws(() => planSubnets("10.0.0.0/16", wrong), {
        message:
          `VPC: needs 2 or 3 different availability zones, not [${wrong.join(", ")}]: EKS refuses fewer than two.\n` +
          "  Set their number, or their names: pulumi config set availabilityZones 3",
      });
    });
  }

  it("refuses a block that cannot be cut, with the numbers", () => {
    assert.throws(() => planSubnets("10.0.0.0/26", zones), {
      message:
        'VPC: cannot be made from "10.0.0.0/26", because it is a /26 (64 addresses), too small: ' +
        "public and private subnets in up to 3 zones need a /24 (256 addresses).\n" +
        "  Choose a block from /16 to /24: pulumi config set cidr 10.0.0.0/16",
    });
  });
});

describe("VPC block", () => {
  for (const [cidr, fault] of [
    ["10.0.0.0/16", undefined],
    ["192.168.7.0/24", undefined],
    [
      "10.0.0.0/15",
      "is a /15 (131072 addresses), larger than the /16 (65536 addresses) that AWS allows for a VPC",
    ],
    ["10.0.1.7/16", "does not start at its first address, which is 10.0.0.0/16"],
    ["300.0.0.0/16", "is not an IPv4 block in CIDR notation"],
    ["fd00::/16", "is not an IPv4 block in CIDR notation"],
  ] as const) {
    it(`${cidr} ${fault ?? "is allowed"}`, () => {
      assert.equal(vpcCidrFault(cidr), fault);
    });
  }
});

describe("block of Kubernetes Services", () => {
  for (const [cidr, fault] of [
    ["172.20.0.0/16", undefined],
    ["10.1.0.0/16", undefined],
    ["10.0.128.0/20", "overlaps the VPC's 10.0.0.0/16"],
    ["10.0.0.0/8", "is a /8, and EKS takes /12 to /24"],
    ["172.20.0.0/25", "is a /25, and EKS takes /12 to /24"],
    ["100.64.0.0/16", "is not inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, as EKS requires"],
    ["172.20.0.1/16", "does not start at its first address, which is 172.20.0.0/16"],
    ["services", "is not an IPv4 block in CIDR notation"],
  ] as const) {
    it(`${cidr} ${fault ?? "is allowed"}`, () => {
      assert.equal(serviceCidrFault(cidr, "10.0.0.0/16"), fault);
    });
  }
});

describe("IPv4 block", () => {
  it("is four numbers up to 255 and a prefix up to 32, and no other text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 300 }), { minLength: 4, maxLength: 4 }),
        fc.nat({ max: 40 }),
        (parts, prefix) => {
          const allowed = parts.every((part) => part <= 255) && prefix <= 32;
          assert.equal(isIPv4Cidr(`${parts.join(".")}/${prefix}`), allowed);
        },
      ),
    );
    for (const text of ["10.0.0.0", "10.0.0.0/", "10.0.0.0/16/1", "10.0.0/16", "/16", "10.0.0.0/016"]) {
      assert.equal(isIPv4Cidr(text), false, text);
    }
  });
});

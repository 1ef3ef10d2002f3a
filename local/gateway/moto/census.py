"""Everything that the account holds now, in every region, as CensusEntry of ../types.ts has it."""

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends
from moto.elb.models import elb_backends
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.secretsmanager.models import secretsmanager_backends


def ec2_objects(ec2):
    """Without what AWS makes with an account or a VPC, and takes away with it."""
    pre_made = {vpc.id for vpc in ec2.vpcs.values() if vpc.is_default}
    return {
        "vpc": [vpc for vpc in ec2.vpcs.values() if not vpc.is_default],
        "subnet": [
            subnet
            for zone in ec2.subnets.values()
            for subnet in zone.values()
            if not (subnet.default_for_az and subnet.vpc_id in pre_made)
        ],
        "internet-gateway": ec2.internet_gateways.values(),
        "nat-gateway": ec2.nat_gateways.values(),
        "elastic-ip": ec2.addresses,
        "route-table": [table for table in ec2.route_tables.values() if not table.main_association_id],
        "network-acl": [acl for acl in ec2.network_acls.values() if not acl.default],
        "security-group": [
            group for groups in ec2.groups.values() for group in groups.values() if not group.is_default
        ],
        "network-interface": ec2.enis.values(),
        "vpc-endpoint": ec2.vpc_end_points.values(),
        "instance": [i for reservation in ec2.reservations.values() for i in reservation.instances],
        "volume": ec2.volumes.values(),
        "snapshot": ec2.snapshots.values(),
        "launch-template": ec2.launch_templates.values(),
        "flow-log": ec2.flow_logs.values(),
        "key-pair": ec2.key_pairs.values(),
    }


def of_ec2(ec2):
    for kind, items in ec2_objects(ec2).items():
        for item in list(items):
            state = item._state.name if kind == "instance" else getattr(item, "state", None)
            vpc = getattr(item, "vpc", None)
            yield {
                "type": kind,
                "id": item.id,
                "tags": dict(ec2.tags.get(item.id, {})),
                "vpcId": item.id if kind == "vpc" else vpc.id if vpc else getattr(item, "vpc_id", None),
                "status": "gone" if state in ("deleted", "terminated") else "live",
            }


def of_elbv2(elb):
    for kind, items in {"load-balancer": elb.load_balancers, "target-group": elb.target_groups}.items():
        for arn, item in list(items.items()):
            tags = elb.tagging_service.get_tag_dict_for_resource(arn)
            yield {"type": kind, "id": arn, "tags": tags, "vpcId": item.vpc_id}


def of_elb(elb):
    for balancer in list(elb.load_balancers.values()):
        yield {
            "type": "classic-load-balancer",
            "id": balancer.name,
            "tags": dict(balancer.tags or {}),
            "vpcId": balancer.vpc_id,
        }


def of_kms(kms):
    for key in list(kms.keys.values()):
        if not any(name.startswith("alias/aws/") for name in key.aliases):
            yield {
                "type": "kms-key",
                "id": key.id,
                "tags": kms.tagger.get_tag_dict_for_resource(key.id),
                "status": "kept" if key.key_state == "PendingDeletion" else "live",
            }
            yield from ({"type": "kms-alias", "id": name} for name in list(key.aliases))


def of_logs(logs):
    for group in list(logs.groups.values()):
        tags = logs.tagger.get_tag_dict_for_resource(group.arn)
        yield {"type": "log-group", "id": group.name, "tags": tags}


def of_secrets(backend):
    for secret in list(backend.secrets.values()):
        yield {"type": "secret", "id": secret.arn, "tags": pairs(secret.tags)}


# What the platform gives an account before its first stack (../../platform/seed-account.ts).
PRE_MADE_POLICIES = {"kubernetes-sdlc-boundary"}


def of_iam(iam):
    for kind, items, identity in (
        ("iam-role", iam.roles, "name"),
        ("iam-policy", iam.managed_policies, "arn"),
        ("iam-instance-profile", iam.instance_profiles, "name"),
        ("iam-oidc-provider", iam.open_id_providers, "arn"),
        ("iam-user", iam.users, "name"),
    ):
        for item in list(items.values()):
            if ":iam::aws:" not in item.arn and getattr(item, "name", None) not in PRE_MADE_POLICIES:
                tags = pairs(getattr(item, "tags", None))
                yield {"type": kind, "id": getattr(item, identity), "region": "global", "tags": tags}


def pairs(tags):
    """moto keeps a list of tags, or a dictionary of them."""
    items = tags.values() if isinstance(tags, dict) else tags or []
    return {tag["Key"]: tag["Value"] for tag in items}


COUNTED = (
    (ec2_backends, of_ec2),
    (elbv2_backends, of_elbv2),
    (elb_backends, of_elb),
    (kms_backends, of_kms),
    (logs_backends, of_logs),
    (secretsmanager_backends, of_secrets),
    (iam_backends, of_iam),
)


def take():
    entries = []
    for backends, count in COUNTED:
        for region, backend in list(backends[DEFAULT_ACCOUNT_ID].items()):
            for entry in count(backend):
                known = {name: value for name, value in entry.items() if value is not None}
                entries.append({"region": region, "status": "live", "tags": {}, **known})
    return entries

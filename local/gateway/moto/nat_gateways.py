"""NAT gateways: pending, available, deleting, deleted, with the interface that maps their public address."""

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import nat_gateways
from moto.ec2.models.nat_gateways import NatGatewayBackend

from aws_time import later, replaces
from interfaces import hand_over

# AWS takes 1.4-1.9 and 0.6-1.3 minutes.
CREATE_MINUTES = 1.6
DELETE_MINUTES = 1.0

# moto takes any private address; without one the interface gets one of its subnet.
nat_gateways.random_private_ip = lambda: None


@replaces(NatGatewayBackend, "create_nat_gateway")
def create(original, backend, *args, **kwargs):
    gateway = original(backend, *args, **kwargs)
    gateway.state = "pending"
    gateway._eni.description = f"Interface for NAT Gateway {gateway.id}"
    gateway._eni._group_set = []
    hand_over(gateway._eni, "amazon-aws", "nat_gateway")
    later(CREATE_MINUTES, become_available, gateway)
    return gateway


def become_available(gateway):
    if gateway.state == "pending":
        gateway.state = "available"


@replaces(NatGatewayBackend, "delete_nat_gateway")
def delete(original, backend, nat_gateway_id):
    gateway = backend.nat_gateways.get(nat_gateway_id)
    if gateway is None:
        raise EC2ClientError("NatGatewayNotFound", f"The Nat Gateway {nat_gateway_id} was not found")
    if gateway.state not in ("deleting", "deleted"):
        gateway.state = "deleting"
        later(DELETE_MINUTES, release, backend, gateway)
    return gateway


def release(backend, gateway):
    for address in [a for a in backend.addresses if a.eni is gateway._eni]:
        backend.disassociate_address(address=address.public_ip)
    backend.enis.pop(gateway._eni.id, None)
    gateway.state = "deleted"


@replaces(NatGatewayBackend, "describe_nat_gateways")
def describe(original, backend, filters, nat_gateway_ids):
    for nat_gateway_id in nat_gateway_ids or []:
        if nat_gateway_id not in backend.nat_gateways:
            raise EC2ClientError("NatGatewayNotFound", f"NAT gateway {nat_gateway_id} was not found")
    found = original(backend, filters, nat_gateway_ids)
    # moto knows no filter by tag here.
    tags = {name: values for name, values in (filters or {}).items() if name.startswith("tag")}
    return [g for g in found if all(matches(g.get_filter_value(name), tags[name]) for name in tags)]


def matches(value, wanted):
    return any(v in wanted for v in (value if isinstance(value, list) else [value]))

"""Load balancers: an interface a subnet from the first minute on, for minutes after the balancer is gone."""

from moto.ec2.models import ec2_backends
from moto.ec2.utils import random_public_ip
from moto.elb.models import ELBBackend
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer

from aws_time import later, replaces
from interfaces import hand_over

PROVISIONING_MINUTES = 2.5
# AWS: one to some minutes; up to an hour for a network load balancer.
RELEASE_MINUTES = {"application": 2, "network": 6, "gateway": 6, "classic": 2}


def reconcile(ec2, description, kind, scheme, subnets, groups):
    """Makes the interfaces fit the balancer: one in each of its subnets, in its groups."""
    mine = [i for i in ec2.enis.values() if i.requester_managed and i.description == description]
    for interface in mine:
        if interface.subnet.id not in subnets:
            later(RELEASE_MINUTES[kind], ec2.enis.pop, interface.id, None)
    for subnet in subnets - {i.subnet.id for i in mine}:
        interface = ec2.create_network_interface(subnet, None, description=description)
        hand_over(interface, "amazon-elb", "network_load_balancer" if kind == "network" else "interface")
        if scheme != "internal":
            interface.public_ip = random_public_ip()
        if kind == "network":
            interface._group_set = []
        mine.append(interface)
    if groups:
        for interface in mine:
            interface._group_set = [ec2.get_security_group_from_id(group) for group in groups]


def reconcile_v2(backend, balancer, subnets):
    description = "ELB " + balancer.arn.split("loadbalancer/")[1]
    reconcile(
        backend.ec2_backend, description, balancer.type, balancer.scheme, subnets, balancer.security_groups
    )


@replaces(ELBv2Backend, "create_load_balancer")
def create_v2(original, backend, *args, **kwargs):
    balancer = original(backend, *args, **kwargs)
    if balancer.type == "network":
        # moto writes app/ into every ARN.
        tags = backend.tagging_service.get_tag_dict_for_resource(balancer.arn)
        backend.tagging_service.delete_all_tags_for_resource(balancer.arn)
        del backend.load_balancers[balancer.arn]
        balancer.arn = balancer.arn.replace("loadbalancer/app/", "loadbalancer/net/")
        backend.load_balancers[balancer.arn] = balancer
        backend.tagging_service.tag_resource(
            balancer.arn, [{"Key": key, "Value": value} for key, value in tags.items()]
        )
    reconcile_v2(backend, balancer, {subnet.id for subnet in balancer.subnets})
    later(PROVISIONING_MINUTES, activate, balancer)
    return balancer


# moto activates whatever is described.
activate = FakeLoadBalancer.activate
FakeLoadBalancer.activate = lambda balancer: None


def follow_v2(name):
    @replaces(ELBv2Backend, name)
    def follow(original, backend, arn, *args, **kwargs):
        result = original(backend, arn, *args, **kwargs)
        balancer = backend.load_balancers[arn]
        reconcile_v2(backend, balancer, {subnet.id for subnet in balancer.subnets})
        return result


for method in ("set_subnets", "set_security_groups"):
    follow_v2(method)


@replaces(ELBv2Backend, "delete_load_balancer")
def delete_v2(original, backend, arn):
    balancer = backend.load_balancers.get(arn)
    original(backend, arn)
    if balancer:
        reconcile_v2(backend, balancer, set())


def reconcile_classic(backend, balancer, subnets):
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    reconcile(ec2, f"ELB {balancer.name}", "classic", balancer.scheme, subnets, balancer.security_groups)


def follow_classic(name):
    @replaces(ELBBackend, name)
    def follow(original, backend, *args, **kwargs):
        result = original(backend, *args, **kwargs)
        balancer = backend.load_balancers[kwargs.get("name") or kwargs.get("load_balancer_name") or args[0]]
        reconcile_classic(backend, balancer, set(balancer.subnets or []))
        return result


for method in (
    "create_load_balancer",
    "attach_load_balancer_to_subnets",
    "detach_load_balancer_from_subnets",
    "apply_security_groups_to_load_balancer",
):
    follow_classic(method)


@replaces(ELBBackend, "delete_load_balancer")
def delete_classic(original, backend, load_balancer_name):
    balancer = backend.load_balancers.get(load_balancer_name)
    original(backend, load_balancer_name)
    if balancer:
        reconcile_classic(backend, balancer, set())

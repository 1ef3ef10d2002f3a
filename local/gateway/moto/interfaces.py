"""Network interfaces that an AWS service holds in the user's VPC: seen by everybody, managed by the service."""

from types import SimpleNamespace

from moto.core.utils import utcnow
from moto.ec2.exceptions import InvalidSecurityGroupNotFoundError
from moto.ec2.models.elastic_network_interfaces import NetworkInterface, NetworkInterfaceBackend
from moto.moto_api._internal import mock_random

from aws_time import replaces


def hand_over(interface, owner, interface_type="interface"):
    """Makes the interface one of the service `owner`: in use by an attachment that users may not manage."""
    interface.requester_managed = True
    interface.requester_id = owner
    interface.interface_type = interface_type
    interface.status = "in-use"
    interface.attachment_id = f"ela-attach-{mock_random.get_random_hex(17)}"
    interface.attach_time = utcnow()


def service_attachment(interface):
    if not interface.requester_managed:
        return interface_attachment(interface)
    return SimpleNamespace(
        attach_time=interface.attach_time,
        attachment_id=interface.attachment_id,
        delete_on_termination=False,
        device_index=1,
        network_card_index=0,
        instance_owner_id=interface.requester_id,
        status="attached",
    )


interface_attachment = NetworkInterface.attachment.fget
NetworkInterface.attachment = property(service_attachment)


@replaces(NetworkInterfaceBackend, "create_network_interface")
def refuse_unknown_groups(create, backend, subnet, private_ip_address, *args, group_ids=None, **kwargs):
    # moto would silently make a security group of that id. It also passes the groups by position.
    positional = args[1] if len(args) > 1 else None
    for group_id in positional or group_ids or []:
        if backend.get_security_group_from_id(group_id) is None:
            raise InvalidSecurityGroupNotFoundError(group_id)
    if group_ids is not None:
        kwargs["group_ids"] = group_ids
    return create(backend, subnet, private_ip_address, *args, **kwargs)

"""Instances: a terminated one keeps its interfaces for a while; secondary ones may outlive it."""

import copy

from moto.ec2.models.instances import Instance

from aws_time import later, replaces

TERMINATE_MINUTES = 1.0


@replaces(Instance, "prep_nics")
def delete_interfaces_by_default(prepare, instance, nic_spec, *args, **kwargs):
    # AWS deletes an interface that was made with the instance unless told otherwise; moto the other way round.
    for nic in nic_spec:
        if "NetworkInterfaceId" not in nic and "DeleteOnTermination" not in nic:
            nic["DeleteOnTermination"] = True
    prepare(instance, nic_spec, *args, **kwargs)
    if not nic_spec:
        for nic in instance.nics.values():
            nic.delete_on_termination = True


@replaces(Instance, "terminate")
def begin_termination(terminate, instance):
    previous = copy.copy(instance._state)
    if previous.name not in ("shutting-down", "terminated"):
        instance._state.name = "shutting-down"
        instance._state.code = 32
        later(TERMINATE_MINUTES, finish, terminate, instance)
    return previous


def finish(terminate, instance):
    terminate(instance)
    for nic in list(instance.nics.values()):
        if nic.id in instance.ec2_backend.enis:
            instance.detach_eni(nic)
    for volume in instance.ec2_backend.volumes.values():
        # moto would keep it attached for ever.
        if volume.attachment and volume.attachment.instance is instance:
            volume.attachment = None
            volume.status = "available"

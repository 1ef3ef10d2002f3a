"""Where moto is plainly wrong and AWS is not."""

from moto.ec2.models.subnets import SubnetBackend
from moto.elbv2.exceptions import TooManyTagsError
from moto.elbv2.models import ELBv2Backend

from aws_time import replaces


@replaces(SubnetBackend, "delete_subnet")
def drop_associations(delete, backend, subnet_id):
    # moto leaves the association behind, which would hold the route table for ever.
    subnet = delete(backend, subnet_id)
    for table in backend.route_tables.values():
        for association in [a for a, target in table._associations.items() if target == subnet_id]:
            del table._associations[association]
    return subnet


@replaces(ELBv2Backend, "add_tags")
def allow_fifty_tags(_original, backend, resource_arns, tags):
    # moto still has the limit of ten that was raised to fifty.
    for arn in resource_arns:
        backend._get_resource_by_arn(arn)
        existing = backend.tagging_service.get_tag_dict_for_resource(arn)
        if len(existing.keys() | {tag["Key"] for tag in tags}) > 50:
            raise TooManyTagsError()
        backend.tagging_service.tag_resource(arn, tags)

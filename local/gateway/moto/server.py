"""moto's HTTP server, with AWS's behaviour over time put where the objects live.

moto finishes everything at once and forgets what AWS makes for others: the interfaces of load balancers, the
states in between, what a deleted gateway leaves. The modules beside this one replace single methods of
moto's models; the version of moto is pinned because they know its insides.
Usage: server.py <port> <time scale; 0 means that nothing takes any time>
"""

import json
import signal
import sys

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

import aws_time
import census
import corrections  # noqa: F401
import instances  # noqa: F401
import interfaces
import load_balancers  # noqa: F401
import nat_gateways  # noqa: F401



def hand_over(body):
    backend = ec2_backends[DEFAULT_ACCOUNT_ID][body["region"]]
    interfaces.hand_over(backend.get_network_interface(body["id"]), body["owner"])


# What the gateway asks for beside AWS's own operations.
ENDPOINTS = {
    "/_local/census": lambda body: census.take(),
    "/_local/managed-interface": hand_over,
}


def application():
    moto = DomainDispatcherApplication(create_backend_app)

    def dispatch(environ, start_response):
        endpoint = ENDPOINTS.get(environ["PATH_INFO"])
        if endpoint is None:
            return moto(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        answer = json.dumps(endpoint(json.loads(body or "null"))).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
        start_response("200 OK", headers)
        return [answer]

    return dispatch


if __name__ == "__main__":
    aws_time.scale = float(sys.argv[2])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # Without it every call of the gateway would open a connection of its own.
    MotoRequestHandler.protocol_version = "HTTP/1.1"
    # It writes an answer in two parts, and the second would wait 40 ms for the first's acknowledgement.
    MotoRequestHandler.disable_nagle_algorithm = True
    run_simple("127.0.0.1", int(sys.argv[1]), application(), threaded=True, request_handler=MotoRequestHandler)

"""Things that AWS does some minutes later, and how a method of moto is replaced."""

import functools
import threading

# Set by server.py; 0 means at once.
scale = 0.0


def later(minutes, function, *args):
    """Calls function(*args) after so many minutes of AWS's time."""
    if scale == 0:
        function(*args)
        return
    timer = threading.Timer(minutes * 60 / scale, function, args)
    timer.daemon = True
    timer.start()


def replaces(owner, name):
    """Puts the function in place of owner.name; it gets the original as its first argument."""
    original = getattr(owner, name)

    def put(function):
        @functools.wraps(original)
        def replacement(*args, **kwargs):
            return function(original, *args, **kwargs)

        setattr(owner, name, replacement)
        return replacement

    return put

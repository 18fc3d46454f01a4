"""The one error that ends a conversion: a sentence for the user and the exit status that goes with
it.
"""

# Exit statuses of sysexits.h, so that a script can tell a wrong call from a wrong file.
USAGE = 64
DATA = 65
NO_INPUT = 66
CANNOT_CREATE = 73


class Refusal(Exception):
    """Why the conversion cannot go on. `status` is the exit status; the message names the thing at
    fault.
    """

    def __init__(self, message, status=DATA):
        super().__init__(message)
        self.status = status

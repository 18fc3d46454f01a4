"""Orthanc's side: what is read from it and written to it, by HTTP or from inside as a plugin."""

import json

from .endpoint import Unreachable

CHANGES_AT_ONCE = 1000
UNKNOWN_RESOURCE = 17  # Orthanc's error code


class OrthancError(Exception):
    """Orthanc is not there, or does not do what was asked."""


class NotFound(OrthancError):
    """Orthanc does not have it, or not any more."""


class Orthanc:
    """The routes of Orthanc that are needed here; `call` of a subclass says how to reach them."""

    def call(self, method, path, body=None):
        """Sends a request and returns the body of the response."""
        raise NotImplementedError

    def close(self):
        """Ends a request that another thread waits for, where there is a way."""

    def read(self, path):
        """Returns JSON that Orthanc has."""
        return json.loads(self.call("GET", path))

    def changes(self, since):
        """Returns some of what happened after a sequence number."""
        return self.read(f"/changes?since={since}&limit={CHANGES_AT_ONCE}")

    def last_sequence(self):
        """Returns the sequence number of the latest change."""
        return self.read("/changes?last")["Last"]

    def series(self, series):
        """Returns a series with its main DICOM tags."""
        return self.read(f"/series/{series}")

    def instances(self, series):
        """Returns pairs of SOP Instance UID and Orthanc's name, sorted."""
        found = self.read(f"/series/{series}/instances")
        return sorted((one["MainDicomTags"]["SOPInstanceUID"], one["ID"]) for one in found)

    def tags(self, instance):
        """Returns the tags of an instance, with keys of eight hexadecimal digits."""
        found = self.read(f"/instances/{instance}/tags?short")
        return {tag.replace(",", "").upper(): value for tag, value in found.items()
                if isinstance(value, str)}

    def sop_class(self, instance):
        """Returns the SOP Class UID of an instance; very old Orthancs have it only in the file."""
        try:
            found = self.call("GET", f"/instances/{instance}/metadata/SopClassUid")
        except NotFound:
            return self.tags(instance).get("00080016", "")
        return found.decode().strip()

    def file(self, instance):
        """Returns the DICOM file of an instance."""
        return self.call("GET", f"/instances/{instance}/file")

    def metadata(self, series, number):
        """Returns a metadata of a series, None if there is none."""
        try:
            return self.call("GET", f"/series/{series}/metadata/{number}").decode()
        except NotFound:
            return None

    def set_metadata(self, series, number, text):
        """Writes a metadata of a series."""
        self.call("PUT", f"/series/{series}/metadata/{number}", text.encode())

    def create(self, body):
        """Makes a DICOM instance, and returns what Orthanc says of it."""
        return json.loads(self.call("POST", "/tools/create-dicom", json.dumps(body).encode()))


class RemoteOrthanc(Orthanc):
    """Orthanc by HTTP."""

    def __init__(self, endpoint):
        self.endpoint = endpoint

    def call(self, method, path, body=None):
        try:
            answer = self.endpoint.request(method, path, body)
        except Unreachable as error:
            raise OrthancError(f"Orthanc is not reached: {error}") from None
        if answer.status == 404:
            raise NotFound("Orthanc does not have it")
        if answer.status in (401, 403):
            raise OrthancError("Orthanc does not accept the user and password")
        if answer.status != 200:
            raise OrthancError(f"Orthanc responds {answer.status}")
        return answer.body

    def close(self):
        self.endpoint.close()


class InnerOrthanc(Orthanc):
    """Orthanc from inside, without HTTP; `module` is what Orthanc gives to its Python scripts.

    A call holds Python's lock until Orthanc has responded, so each should be short. That is one
    reason to fetch a series file by file.
    """

    def __init__(self, module):
        self.module = module

    def call(self, method, path, body=None):
        try:
            if method == "GET":
                return self.module.RestApiGet(path)
            if method == "PUT":
                return self.module.RestApiPut(path, body)
            return self.module.RestApiPost(path, body)
        except self.module.OrthancException as error:
            if error.args and error.args[0] == UNKNOWN_RESOURCE:
                raise NotFound("Orthanc does not have it") from None
            # The message is Orthanc's own, about the kind of error; args may name a resource.
            raise OrthancError(f"Orthanc's error {error.args[0] if error.args else ''}") from None

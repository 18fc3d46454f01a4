"""The ways to Orthanc and to the service."""

import types
import unittest

from brgsa_orthanc.archive import InnerOrthanc, NotFound, OrthancError
from brgsa_orthanc.endpoint import Endpoint, Unreachable
from tests.fakes import SERIES, FakeOrthanc, end, served


class InnerOrthancTests(unittest.TestCase):

    def setUp(self):
        self.fake = FakeOrthanc()
        self.fake.add()
        self.orthanc = InnerOrthanc(types.SimpleNamespace(
            OrthancException=ModuleError,
            RestApiGet=lambda path: self.call("GET", path, None),
            RestApiPut=lambda path, body: self.call("PUT", path, body),
            RestApiPost=lambda path, body: self.call("POST", path, body)))

    def call(self, method, path, body):
        """Answers as Orthanc's module does."""
        status, answer = self.fake.answer(method, path, body)
        if status != 200:
            raise ModuleError(17 if status == 404 else 8, "words")
        return answer

    def test_it_reads_and_writes_like_the_remote_one(self):
        self.assertEqual(len(self.orthanc.instances(SERIES)), 20)
        self.assertIsNone(self.orthanc.metadata(SERIES, 4510))
        self.orthanc.set_metadata(SERIES, 4510, "ä")
        self.assertEqual(self.orthanc.metadata(SERIES, 4510), "ä")

    def test_its_errors_are_distinct(self):
        with self.assertRaises(NotFound):
            self.orthanc.series("none")
        self.fake.broken = {"/changes"}
        with self.assertRaises(OrthancError):
            self.orthanc.changes(0)


class ModuleError(Exception):
    """What Orthanc's module raises."""


class EndpointTests(unittest.TestCase):

    def test_a_stale_connection_is_replaced(self):
        with served(lambda *_: (200, {}, b"{}")) as url:
            endpoint = Endpoint(url)
            self.addCleanup(end, endpoint)
            endpoint.request("GET", "/")
            endpoint.connection.sock.shutdown(2)
            self.assertEqual(endpoint.request("GET", "/").status, 200)

    def test_a_prefix_of_the_url_is_kept(self):
        paths = []
        with served(lambda _, path, *__: (paths.append(path), (200, {}, b""))[1]) as url:
            endpoint = Endpoint(url + "/brgsa/")
            self.addCleanup(end, endpoint)
            endpoint.request("GET", "/v1/info")
        self.assertEqual(paths, ["/brgsa/v1/info"])

    def test_it_does_not_work_after_close(self):
        with served(lambda *_: (200, {}, b"")) as url:
            endpoint = Endpoint(url)
            endpoint.close()
            with self.assertRaises(Unreachable):
                endpoint.request("GET", "/")


class AddressTests(unittest.TestCase):
    """Errors never show an address: it may hold a password."""

    def test_a_refused_address_is_not_repeated(self):
        for url in ("ftp://user:SECRET@host", "user:SECRET@host", "http://"):
            with self.assertRaises(ValueError) as caught:
                Endpoint(url)
            self.assertNotIn("SECRET", str(caught.exception))

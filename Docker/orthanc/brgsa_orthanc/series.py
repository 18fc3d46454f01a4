"""One series: whether to diagnose it, its identity, and its ZIP."""

import base64
import hashlib
import tempfile
import zipfile

CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"

# The earliest time of a ZIP; the real time would make each ZIP different.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
UNIX = 3


class Series:
    """A series in Orthanc: its images in the order of their UIDs, and its tags."""

    def __init__(self, name, document, images, tags):
        self.name = name
        self.study = document["ParentStudy"]
        self.uid = document["MainDicomTags"]["SeriesInstanceUID"]
        self.images = images  # pairs of SOP Instance UID and Orthanc's name
        self.tags = tags  # of the image in the middle

    @property
    def study_uid(self):
        """The Study Instance UID."""
        return self.tags["0020000D"]

    @property
    def fingerprint(self):
        """A short text that changes when an image is added or removed."""
        uids = "\n".join(uid for uid, _ in self.images)
        return hashlib.sha256(uids.encode()).hexdigest()[:16]

    @property
    def references(self):
        """Pairs of SOP Class UID and SOP Instance UID of the images."""
        return [(CT_IMAGE_STORAGE, uid) for uid, _ in self.images]


def read_series(orthanc, name, document, settings):
    """Returns the series and None, or None and the reason to skip it."""
    if document["MainDicomTags"].get("Modality") != "CT":
        return None, "modality"
    if len(document["Instances"]) < settings.min_slices:
        return None, "slices"
    instances = orthanc.instances(name)
    tags = orthanc.tags(instances[len(instances) // 2][1])
    reason = unsuitable(tags, settings)
    if reason:
        return None, reason
    images = [one for one in instances if orthanc.sop_class(one[1]) == CT_IMAGE_STORAGE]
    if len(images) < settings.min_slices:
        return None, "slices"
    return Series(name, document, images, tags), None


def unsuitable(tags, settings):
    """Returns why to skip an image with these tags; None to diagnose it."""
    if tags.get("00080016") != CT_IMAGE_STORAGE:
        return "sop-class"
    image_type = [value.strip().upper() for value in tags.get("00080008", "").split("\\")]
    if "LOCALIZER" in image_type:
        return "localizer"
    if any(image_type) and not set(settings.image_type) <= set(image_type):
        return "image-type"
    body_part = tags.get("00180015", "").strip()
    if body_part and settings.body_part and not settings.body_part.search(body_part):
        return "body-part"
    words = tags.get("0008103E", "") + "\n" + tags.get("00181030", "")
    if settings.description and not settings.description.search(words):
        return "description"
    return None


def pack(orthanc, series):
    """Returns a ZIP of the images as an open, unnamed file, and its SHA-256.

    The same images give the same bytes, wherever they are packed: the service then knows them
    again, and an idempotency key identifies only one body. Orthanc's own ZIP has the time in it,
    and names of patients in the paths.
    """
    file = tempfile.TemporaryFile(prefix="brgsa-")
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for number, (_, instance) in enumerate(series.images, start=1):
                entry = zipfile.ZipInfo(f"{number:05}.dcm", ZIP_TIME)
                entry.create_system = UNIX
                archive.writestr(entry, orthanc.file(instance))
        file.seek(0)
        return file, hashlib.file_digest(file, "sha256")
    except BaseException:
        file.close()
        raise


def content_digest(digest):
    """Returns a SHA-256 in the form of Content-Digest."""
    return base64.b64encode(digest.digest()).decode()

"""Makes the structured report of a diagnosis one of the series in Orthanc that it is about.

The service sends one data set in the DICOM JSON model (PS3.18, annex F), without a patient and
a study. Orthanc's `/tools/create-dicom` takes a simpler JSON. What is added here are patient and
study, the images that the report is about, and UIDs that follow from the report's source, so that
the same report made twice is the same instance.

The body has no `Parent`: Orthanc 1.10 would copy patient and study from it, but also write the
report in the character set of the parent, and silently leave out whatever that lacks.
"""

import datetime
import hashlib

# DICOM allows UIDs that are a UUID in decimal notation below this root (PS3.5, annex B.2).
UUID_ROOT = "2.25."

SPECIFIC_CHARACTER_SET = "00080005"
SOP_INSTANCE_UID = "00080018"
SERIES_INSTANCE_UID = "0020000E"
EVIDENCE_SEQUENCE = "0040A375"

# Attributes of patient and study that may be empty, but not absent (type 2), and the study's UID.
REQUIRED_FROM_SOURCE = (
    "00080020",  # Study Date
    "00080030",  # Study Time
    "00080050",  # Accession Number
    "00080090",  # Referring Physician's Name
    "00100010",  # Patient's Name
    "00100020",  # Patient ID
    "00100030",  # Patient's Birth Date
    "00100040",  # Patient's Sex
    "0020000D",  # Study Instance UID
    "00200010",  # Study ID
)
OPTIONAL_FROM_SOURCE = (
    "00081030",  # Study Description
    "00100021",  # Issuer of Patient ID
    "00101010",  # Patient's Age
    "00101020",  # Patient's Size
    "00101030",  # Patient's Weight
)
TIMEZONE_OFFSET = "00080201"
# Date and time of the instance's creation, and of its content.
MOMENTS = (("00080012", "00080013"), ("00080023", "00080033"))
# Orthanc would write the present time there, though nothing was acquired.
NOT_ACQUIRED = ("00080022", "00080032")


class ReportError(Exception):
    """The service's response is not a data set that makes a report."""


def uid(*parts):
    """Returns the UID of these texts; equal texts get the same UID."""
    digest = bytearray(hashlib.sha256("\n".join(parts).encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80  # version 8 of RFC 9562: made in a way of one's own
    digest[8] = digest[8] & 0x3F | 0x80
    return UUID_ROOT + str(int.from_bytes(digest, "big"))


def create_dicom_body(answer, source, evidence, series_uid, sop_uid):
    """Returns the body for `/tools/create-dicom`.

    `answer` is the service's response as application/dicom+json, `source` the tags of an image of
    the source series, `evidence` what `evidence_sequence` made.
    """
    if not isinstance(answer, list) or len(answer) != 1 or not isinstance(answer[0], dict):
        raise ReportError("the response is not an array of one data set")
    tags = simplified(answer[0])
    for tag in list(tags):
        if tag == SPECIFIC_CHARACTER_SET or tag.startswith(("0002", "0010")):
            del tags[tag]
    keep_local_time(tags, source.get(TIMEZONE_OFFSET))
    tags.update(patient_and_study(source))
    tags.update(dict.fromkeys(NOT_ACQUIRED, ""))
    tags[SERIES_INSTANCE_UID] = series_uid
    tags[SOP_INSTANCE_UID] = sop_uid
    tags[EVIDENCE_SEQUENCE] = evidence
    # Orthanc looks for the character set under its name only, not under its number.
    tags["SpecificCharacterSet"] = "ISO_IR 192"
    # Without Force, Orthanc takes no UIDs from outside.
    return {"Tags": tags, "Force": True}


def patient_and_study(source):
    """Returns the attributes of patient and study of an image, by their tags."""
    tags = {tag: source.get(tag, "") for tag in REQUIRED_FROM_SOURCE}
    tags.update({tag: source[tag] for tag in OPTIONAL_FROM_SOURCE if source.get(tag)})
    return tags


def keep_local_time(tags, offset):
    """Changes the report's times to the time zone of the images, or to this machine's without one.

    The service writes UTC and says so, but what it says would count for the study's times, too.
    """
    own_offset = tags.pop(TIMEZONE_OFFSET, "")
    if not own_offset:
        return
    zone = time_zone(offset)
    for date, time in MOMENTS:
        if tags.get(date) and tags.get(time):
            moment = instant(tags[date] + tags[time][:6] + own_offset).astimezone(zone)
            tags[date], tags[time] = moment.strftime("%Y%m%d"), moment.strftime("%H%M%S")
    if zone:
        tags[TIMEZONE_OFFSET] = offset


def time_zone(offset):
    """Returns a time zone, None if the images name none or nonsense."""
    try:
        return datetime.datetime.strptime(offset or "", "%z").tzinfo
    except ValueError:
        return None


def instant(text):
    """Returns the time that date, time and offset name."""
    try:
        return datetime.datetime.strptime(text, "%Y%m%d%H%M%S%z")
    except ValueError:
        raise ReportError("the report's date or time is none") from None


def evidence_sequence(study_uid, series_uid, images):
    """Returns the Current Requested Procedure Evidence Sequence for pairs of SOP class and UID."""
    references = [
        {"ReferencedSOPClassUID": sop_class, "ReferencedSOPInstanceUID": instance}
        for sop_class, instance in images
    ]
    series = {"SeriesInstanceUID": series_uid, "ReferencedSOPSequence": references}
    return [{"StudyInstanceUID": study_uid, "ReferencedSeriesSequence": [series]}]


def simplified(data_set):
    """Returns a data set of the DICOM JSON model with plain values, as Orthanc takes them."""
    return {tag.upper(): plain_value(tag, element) for tag, element in data_set.items()}


def plain_value(tag, element):
    """Returns the value of an element: a list of data sets, or a text with backslashes between."""
    if not isinstance(element, dict) or "vr" not in element:
        raise ReportError(f"element {tag} has no vr")
    if "InlineBinary" in element or "BulkDataURI" in element:
        raise ReportError(f"element {tag} is binary")
    values = element.get("Value", [])
    if element["vr"] == "SQ":
        return [simplified(item) for item in values]
    return "\\".join(plain_text(value) for value in values)


def plain_text(value):
    """Returns one value as a text; an empty one of several is null in the DICOM JSON model."""
    if value is None:
        return ""
    if isinstance(value, dict):  # a person name
        return value.get("Alphabetic", "")
    return str(value)

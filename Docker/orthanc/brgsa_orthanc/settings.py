"""The settings, from environment variables; README.md explains each."""

import base64
import dataclasses
import re
import urllib.parse

# Metadata numbers from 1024 are free for users.
FIRST_USER_METADATA = 1024
LAST_USER_METADATA = 65535


class SettingsError(Exception):
    """A setting is invalid; the message names it."""


@dataclasses.dataclass(frozen=True)
class Settings:
    """The settings and their defaults."""

    url: str
    key: str
    ca_file: str
    prompt_set: str
    timeout: int
    retry_seconds: int
    send_uids: bool

    orthanc_url: str
    orthanc_authorization: str
    orthanc_ca_file: str
    poll_seconds: int
    state: str
    from_start: bool
    metadata: int

    min_slices: int
    image_type: tuple
    body_part: re.Pattern
    description: re.Pattern

    @classmethod
    def read(cls, environment):
        """Returns the settings of an environment."""
        source = Source(environment)
        return cls(
            url=source.url("BRGSA_URL", "http://127.0.0.1:8080"),
            key=source.secret("BRGSA_KEY"),
            ca_file=source.text("BRGSA_CA_FILE", ""),
            prompt_set=source.name("BRGSA_PROMPT_SET", "ct-rate-18"),
            timeout=source.number("BRGSA_TIMEOUT", 120, 1, 3600),
            retry_seconds=source.number("BRGSA_RETRY_SECONDS", 5, 1, 300),
            send_uids=source.choice("BRGSA_SEND_UIDS", ("no", "yes")) == "yes",
            orthanc_url=source.url("BRGSA_ORTHANC_URL", "http://127.0.0.1:8042"),
            orthanc_authorization=basic_authorization(
                source.text("BRGSA_ORTHANC_USER", ""), source.secret("BRGSA_ORTHANC_PASSWORD")),
            orthanc_ca_file=source.text("BRGSA_ORTHANC_CA_FILE", ""),
            poll_seconds=source.number("BRGSA_POLL_SECONDS", 10, 1, 3600),
            state=source.text("BRGSA_STATE", "brgsa-orthanc.position"),
            from_start=source.choice("BRGSA_START", ("now", "all")) == "all",
            metadata=source.number(
                "BRGSA_METADATA", 4510, FIRST_USER_METADATA, LAST_USER_METADATA),
            min_slices=source.number("BRGSA_MIN_SLICES", 20, 1, 10000),
            image_type=tuple(
                value.strip().upper()
                for value in source.text("BRGSA_IMAGE_TYPE", "AXIAL").split(",") if value.strip()),
            body_part=source.pattern("BRGSA_BODY_PART", "CHEST|THORAX|LUNG"),
            description=source.pattern("BRGSA_DESCRIPTION", ""),
        )

    @property
    def authorization(self):
        """The header for the service; None without a key."""
        return f"Bearer {self.key}" if self.key else None


class Source:
    """Reads settings of one kind each from an environment."""

    def __init__(self, environment):
        self.environment = environment

    def text(self, name, default):
        """Returns a text, which may be empty."""
        return self.environment.get(name, default)

    def secret(self, name):
        """Returns a secret, from the variable or from the file that NAME_FILE names."""
        file_name = self.environment.get(name + "_FILE")
        if not file_name:
            return self.environment.get(name, "")
        try:
            with open(file_name, encoding="utf-8") as file:
                return file.read().strip()
        except OSError as error:
            raise SettingsError(f"{name}_FILE cannot be read: {error.strerror}") from None

    def number(self, name, default, least, most):
        """Returns a whole number within bounds."""
        value = self.environment.get(name) or str(default)
        if not value.isdecimal() or not least <= int(value) <= most:
            raise SettingsError(f"{name} must be a whole number from {least} to {most}")
        return int(value)

    def choice(self, name, values):
        """Returns one of some values; the first is the default."""
        value = self.environment.get(name) or values[0]
        if value not in values:
            raise SettingsError(f"{name} must be one of {', '.join(values)}")
        return value

    def name(self, name, default):
        """Returns a name that the service knows."""
        value = self.environment.get(name) or default
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", value):
            raise SettingsError(f"{name} must have letters, digits, '.', '_' and '-' only")
        return value

    def url(self, name, default):
        """Returns an http or https URL."""
        value = self.environment.get(name) or default
        parts = urllib.parse.urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise SettingsError(f"{name} must be an http or https URL without user and password")
        return value

    def pattern(self, name, default):
        """Returns a regular expression; None for an empty one."""
        value = self.environment.get(name, default)
        try:
            return re.compile(value, re.IGNORECASE) if value else None
        except re.error:
            raise SettingsError(f"{name} is not a regular expression") from None


def basic_authorization(user, password):
    """Returns the header for Orthanc; None without a user."""
    if not user:
        return None
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

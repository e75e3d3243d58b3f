"""What somebody may do at the desk."""

from enum import StrEnum


class Role(StrEnum):
    """Of a person, or of a program with a token."""

    SUPERVISOR = "supervisor"  # sees everything, gives orders to live calls
    AUDITOR = "auditor"  # sees everything, changes nothing
    AGENT = "agent"  # a human agent: sees only what is marked for the role
    MONITOR = "monitor"  # a program such as Prometheus: reads the metrics

"""A volume is not encrypted, and is not tagged as public data."""

from trailguard import ConfigurationItem, Severity, rule

_DATA_CLASS = "data-class"


@rule(
    on="AWS::EC2::Volume",
    severity=Severity.MEDIUM,
    title="Volume is not encrypted",
    references=[
        "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
    ],
)
def volume_is_not_encrypted(item: ConfigurationItem) -> str | None:
    """An EBS volume is not encrypted, though its data is not tagged as public.

    Snapshots of it are not encrypted either, and can be shared with other accounts,
    or with everybody, by a single call. A volume cannot be encrypted later: it takes
    a snapshot, a copy and a new volume.

    Known false positives: volumes of public data that lack the tag data-class=public.
    Not seen: volumes whose item does not say whether they are encrypted.
    """
    if item.configuration.get("encrypted") is not False:
        return None
    data_class = item.tag(_DATA_CLASS)
    if data_class == "public":
        return None
    return f"not encrypted, and {_DATA_CLASS} is {data_class or 'not said'}"

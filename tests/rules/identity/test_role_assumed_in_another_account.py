from trailguard import Violation
from trailguard.rules.identity.role_assumed_in_another_account import role_assumed_in_another_account
from trailguard.testing import assert_complies, assert_violates, aws_account, aws_service, cloudtrail_event

ROLE = "arn:aws:iam::111122223333:role/Reporter"
FROM_ELSEWHERE = cloudtrail_event(
    "sts:AssumeRole", actor=aws_account(account_id="444455556666"), request={"roleArn": ROLE}
)
UNNAMED = cloudtrail_event("sts:AssumeRole", actor=aws_account(account_id="444455556666"))


def test_names_account_and_role() -> None:
    assert role_assumed_in_another_account(FROM_ELSEWHERE) == [
        Violation(f"account 444455556666 of 444455556666 assumed the role {ROLE}", resource=ROLE)
    ]
    assert_violates(role_assumed_in_another_account, UNNAMED, resource=None)


def test_own_accounts_and_services() -> None:
    assert_complies(role_assumed_in_another_account, cloudtrail_event("sts:AssumeRole"))
    assert_complies(
        role_assumed_in_another_account,
        cloudtrail_event("sts:AssumeRole", actor=aws_service("ec2.amazonaws.com")),
    )
    assert_complies(
        role_assumed_in_another_account,
        cloudtrail_event(
            "sts:AssumeRole", actor=aws_account(account_id="444455556666"), account_id="444455556666"
        ),
    )
    assert_complies(
        role_assumed_in_another_account, FROM_ELSEWHERE, params={"trusted_accounts": ["444455556666"]}
    )

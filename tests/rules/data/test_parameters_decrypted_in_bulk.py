from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.parameters_decrypted_in_bulk import parameters_decrypted_in_bulk
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def get(action: str, *, decrypt: object = True, **request: object) -> CloudTrailEvent:
    return cloudtrail_event(f"ssm:{action}", request={"withDecryption": decrypt, **request})


ONE = get("GetParameter", name="/prod/db")
SEVERAL = get("GetParameters", names=["/a", "/b"])
BY_PATH = get("GetParametersByPath", path="/prod")
UNNAMED = get("GetParameters")


def test_names_each_parameter() -> None:
    assert parameters_decrypted_in_bulk(ONE) == [
        Violation("user alice has the parameter /prod/db decrypted", resource="/prod/db")
    ]
    assert [one.resource for one in parameters_decrypted_in_bulk(SEVERAL)] == ["/a", "/b"]
    assert_violates(parameters_decrypted_in_bulk, BY_PATH, resource="/prod")
    assert_violates(parameters_decrypted_in_bulk, UNNAMED, resource="(not named)")


def test_what_is_not_decrypted_is_no_secret() -> None:
    assert_complies(parameters_decrypted_in_bulk, get("GetParameters", decrypt=False, names=["/a"]))
    assert_complies(
        parameters_decrypted_in_bulk, cloudtrail_event("ssm:GetParameters", request={"names": ["/a"]})
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        parameters_decrypted_in_bulk,
        BY_PATH,
    )


def test_counts_what_one_caller_reads() -> None:
    assert parameters_decrypted_in_bulk.threshold is not None
    assert (parameters_decrypted_in_bulk.threshold.by, parameters_decrypted_in_bulk.threshold.distinct) == (
        ("actor",),
        "resource",
    )


def test_those_that_are_read_one_by_one_count_where_somebody_says_so() -> None:
    assert parameters_decrypted_in_bulk.matches()[0].on == ("ssm:GetParameters", "ssm:GetParametersByPath")
    assert_violates(parameters_decrypted_in_bulk, ONE, params={"one_by_one": True})

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.models_tried import models_tried
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

DENIED = cloudtrail_event("bedrock:InvokeModel", error="AccessDenied", request={"modelId": "model-1"})
INVALID = cloudtrail_event("bedrock:InvokeModel", error="ValidationException")


def test_names_the_model() -> None:
    assert models_tried(DENIED) == [
        Violation("user alice tried the model model-1, which failed", resource="model-1")
    ]
    assert_violates(models_tried, INVALID, resource=None)


def test_success_does_not_count() -> None:
    assert_complies(models_tried, cloudtrail_event("bedrock:InvokeModel", request={"modelId": "model-1"}))


def test_calls_that_were_too_many_do_not_count() -> None:
    assert_complies(models_tried, cloudtrail_event("bedrock:InvokeModel", error="ThrottlingException"))


def test_counts_models_of_one_caller() -> None:
    assert models_tried.threshold is not None
    assert models_tried.threshold.distinct == "resource"


def test_calls_of_services() -> None:
    assert_services_do_not_count(models_tried, cloudtrail_event("bedrock:InvokeModel", error="AccessDenied"))

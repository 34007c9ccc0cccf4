import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.foreign_layer_attached import foreign_layer_attached
from trailguard.testing import assert_complies, cloudtrail_event

LAYER = "arn:aws:lambda:us-east-1:444455556666:layer:tools:1"
OWN = "arn:aws:lambda:us-east-1:111122223333:layer:own:1"


def update(layers: object, name: str | None = "shop", made: object = None) -> CloudTrailEvent:
    return cloudtrail_event(
        "lambda:UpdateFunctionConfiguration20150331v2",
        request={"functionName": name, "layers": layers},
        response={"layers": made} if made else None,
    )


REQUESTED = update([LAYER])
ANSWERED = update([LAYER], None, [{"arn": LAYER, "codeSize": 1}])


def test_names_function_and_layer() -> None:
    assert foreign_layer_attached(REQUESTED) == [
        Violation(f"user alice gave shop the layer {LAYER}", resource="shop", evidence={"layer": LAYER})
    ]
    assert len(foreign_layer_attached(ANSWERED)) == 1


@pytest.mark.parametrize(
    "layers",
    [
        [OWN],
        ["arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsPythonV3:1"],
        ["tools"],
        ["arn:aws:lambda:us-east-1::layer:odd:1"],
        [],
        None,
        "HIDDEN_DUE_TO_SECURITY_REASONS",
    ],
)
def test_near_misses(layers: object) -> None:
    assert_complies(foreign_layer_attached, update(layers))
    assert_complies(foreign_layer_attached, update(layers, made=[{"arn": OWN}]))


def test_accounts_that_are_trusted() -> None:
    assert_complies(foreign_layer_attached, REQUESTED, params={"trusted_accounts": ["444455556666"]})

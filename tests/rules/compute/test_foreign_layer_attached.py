import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.foreign_layer_attached import foreign_layer_attached
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

LAYER = "arn:aws:lambda:us-east-1:444455556666:layer:tools:1"
POWERTOOLS = "arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsPythonV3:1"


def update(layers: object, name: str | None = "shop", made: object = None) -> CloudTrailEvent:
    return cloudtrail_event(
        "lambda:UpdateFunctionConfiguration20150331v2",
        request={"functionName": name, "layers": layers},
        response={"layers": made} if made else None,
    )


ATTACHED = update([LAYER], made=[{"arn": LAYER, "codeSize": 1}])
UNNAMED = update([POWERTOOLS, LAYER], None)


def test_names_function_and_layer() -> None:
    assert foreign_layer_attached(ATTACHED) == [
        Violation(f"user alice gave shop the layer {LAYER}", resource="shop", evidence={"layer": LAYER})
    ]
    assert_violates(foreign_layer_attached, UNNAMED, resource=None)


@pytest.mark.parametrize(
    "layers",
    [
        ["arn:aws:lambda:us-east-1:111122223333:layer:own:1"],
        [POWERTOOLS],
        ["tools"],
        ["arn:aws:lambda:us-east-1::layer:odd:1"],
        [],
        None,
        "HIDDEN_DUE_TO_SECURITY_REASONS",
    ],
)
def test_near_misses(layers: object) -> None:
    assert_complies(foreign_layer_attached, update(layers))


def test_layers_that_were_there_before() -> None:
    """The response to whatever is changed has them all."""
    assert_complies(foreign_layer_attached, update(None, made=[{"arn": LAYER, "codeSize": 1}]))


def test_accounts_that_are_trusted() -> None:
    assert_complies(foreign_layer_attached, ATTACHED, params={"trusted_accounts": ["444455556666"]})
    assert_complies(foreign_layer_attached, ATTACHED, params={"publishers": ["444455556666"]})
    assert_complies(
        foreign_layer_attached, update([POWERTOOLS]), params={"trusted_accounts": ["444455556666"]}
    )

"""The HTTP API asks everyone for a signature, bounds what a caller can cost, and tells who called."""

import json

from tests.unit.cdk.template_reader import plain


def test_every_route_leads_to_the_api_function_and_needs_a_signature(template):
    route = template.only("AWS::ApiGatewayV2::Route")
    assert route["RouteKey"] == "ANY /{proxy+}"
    assert route["AuthorizationType"] == "AWS_IAM"
    integration = template.only("AWS::ApiGatewayV2::Integration")
    assert integration["PayloadFormatVersion"] == "2.0"
    assert plain(integration["IntegrationUri"]).startswith("<ApiFunction")


def test_the_api_throttles_and_logs_each_call_with_its_caller(template):
    stage = template.only("AWS::ApiGatewayV2::Stage")
    assert (stage["StageName"], stage["AutoDeploy"]) == ("$default", True)
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == 200
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] == 400
    assert stage["DefaultRouteSettings"]["DetailedMetricsEnabled"] is True
    fields = json.loads(stage["AccessLogSettings"]["Format"])
    assert fields.items() >= {"caller": "$context.identity.userArn", "status": "$context.status"}.items()
    assert plain(stage["AccessLogSettings"]["DestinationArn"]).startswith("<ApiAccessLogs")


def test_the_url_survives_refactoring(template):
    assert list(template.resources("AWS::ApiGatewayV2::Api")) == ["HttpApi"]
    assert plain(template.body["Outputs"]["ApiUrl"]["Value"]) == "<HttpApi.ApiEndpoint>"

"""Observability: one dashboard that answers "is it well, and if not, where"."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from constructs import Construct

from infra.constructs.function import RapportFunction
from infra.settings import Deployment
from infra.stacks.api import ApiStack
from infra.stacks.data import DataStack


class ObservabilityStack(Stack):
    """The alarms live with the constructs they watch; this is the picture over them."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        data: DataStack,
        api: ApiStack,
        functions: Iterable[RapportFunction],
    ) -> None:
        super().__init__(scope, construct_id, description="Rapport: dashboard")
        minute = Duration.minutes(1)
        found = list(functions)
        dashboard = cloudwatch.Dashboard(self, "Dashboard", default_interval=Duration.hours(3))
        dashboard.add_widgets(
            cloudwatch.GraphWidget(
                title="Consumer lag (ms)",
                width=12,
                left=[
                    f.function.metric("IteratorAge", statistic="Maximum", period=minute)
                    for f in found
                    if f.spec.stream_sources or f.spec.table_sources
                ],
            ),
            cloudwatch.GraphWidget(
                title="Dead-letter queues (messages)",
                width=12,
                left=[
                    queue.metric_approximate_number_of_messages_visible(period=minute)
                    for queue in (data.poison, data.stream_failures)
                ],
            ),
        )
        dashboard.add_widgets(
            cloudwatch.GraphWidget(
                title="Function errors",
                width=12,
                left=[f.function.metric_errors(period=minute) for f in found],
            ),
            cloudwatch.GraphWidget(
                title="Function duration p95 (ms)",
                width=12,
                left=[f.function.metric_duration(statistic="p95", period=minute) for f in found],
            ),
        )
        dashboard.add_widgets(
            cloudwatch.GraphWidget(
                title="HTTP API latency p95 (ms)",
                width=12,
                left=[api.http.metric_latency(statistic="p95", period=minute)],
            ),
            cloudwatch.GraphWidget(
                title="HTTP API errors",
                width=12,
                left=[api.http.metric_server_error(period=minute)],
                right=[api.http.metric_client_error(period=minute)],
            ),
        )
        self._watch_drift(data)
        # The emulator knows no arithmetic in alarms.
        if not deployment.is_local:
            self._watch_verifications(data)

    def _watch_drift(self, data: DataStack) -> None:
        """models_monitor reports once a day: any version whose inputs or calibration moved beyond chance."""
        alarm = cloudwatch.Alarm(
            self,
            "Drift",
            metric=cloudwatch.Metric(
                namespace="Rapport/models",
                metric_name="DriftedModels",
                dimensions_map={"service": "models_monitor"},
                statistic="Maximum",
                period=Duration.days(1),
            ),
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description="A model in service has drifted: see /models in the console",
        )
        alarm.add_alarm_action(actions.SnsAction(data.alarms))

    def _watch_verifications(self, data: DataStack) -> None:
        """Codes that are sent and never entered are what SMS pumping looks like."""
        started, completed = (
            cloudwatch.Metric(
                namespace="Rapport/identity",
                metric_name=name,
                dimensions_map={"service": "identity"},
                statistic="Sum",
                period=Duration.hours(1),
            )
            for name in ("VerificationsStarted", "VerificationsCompleted")
        )
        share = cloudwatch.MathExpression(
            expression="IF(started >= 20, 100 * FILL(completed, 0) / started, 100)",
            using_metrics={"started": started, "completed": completed},
            period=Duration.hours(1),
            label="Codes that were entered (%)",
        )
        alarm = cloudwatch.Alarm(
            self,
            "Verifications",
            metric=share,
            threshold=40,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description="Few of the codes that were sent are entered: docs/runbooks/sms-pumping.md",
        )
        alarm.add_alarm_action(actions.SnsAction(data.alarms))

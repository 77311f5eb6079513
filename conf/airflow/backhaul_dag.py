# Copyright 2026 The Backhaul Authors
# SPDX-License-Identifier: Apache-2.0
"""Hourly syncs, or a fleet that runs them by their schedules, and the ledger's daily upkeep, by spark-submit. README.md beside it says what it needs."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

JAR = "/opt/backhaul/backhaul-spark.jar"
CONF = "/opt/backhaul/conf"
SYNCS = ["acme/contacts"]

SPARK = {
    "conn_id": "spark_default",
    "application": JAR,
    "java_class": "io.backhaul.jobs.cli.Backhaul",
    "packages": "io.delta:delta-spark_2.12:3.3.3",
    "conf": {
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.speculation": "false",
        "spark.plugins": "io.backhaul.jobs.coordination.BackhaulPlugin",
    },
}

with DAG(
    dag_id="backhaul",
    schedule="@hourly",
    start_date=datetime(2025, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=5)},
) as hourly:
    for sync in SYNCS:
        SparkSubmitOperator(
            task_id="sync_" + sync.replace("/", "_"),
            application_args=["sync", sync, "--conf", CONF],
            **SPARK,
        )

# Instead of the DAG above, for syncs whose files say when they are due (schedule).
with DAG(
    dag_id="backhaul_fleet",
    schedule="*/5 * * * *",
    start_date=datetime(2025, 1, 1),
    catchup=False,
    max_active_runs=1,
) as every_five_minutes:
    SparkSubmitOperator(
        task_id="fleet",
        application_args=["fleet", "--for", "4m", "--workers", "8", "--conf", CONF],
        **SPARK,
    )

with DAG(
    dag_id="backhaul_maintain",
    schedule="30 3 * * *",
    start_date=datetime(2025, 1, 1),
    catchup=False,
    max_active_runs=1,
) as daily:
    SparkSubmitOperator(
        task_id="maintain",
        application_args=["maintain", "--conf", CONF],
        **SPARK,
    )

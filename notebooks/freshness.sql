-- Databricks notebook source
-- MAGIC %md
-- MAGIC # Freshness
-- MAGIC How long a change in the warehouse takes until the destination has acknowledged it, record by record.
-- MAGIC
-- MAGIC On Databricks, run `USE main.backhaul` first (the schema that `ledger.schema` in `backhaul.yaml` names). Elsewhere, `./backhaul sql "..."`
-- MAGIC answers any of these cells.
-- MAGIC
-- MAGIC `freshness` has one row a run. Percentiles of several runs are not an average of theirs: merge the sketches, or ask `deliveries`, which
-- MAGIC has every record. The two agree within 2 %. Times are UTC, lags are seconds. Where `estimated` is true the sync names no `updated_at`
-- MAGIC column and the lag counts from the source's last commit or the read before.

-- COMMAND ----------

-- p50 and p95 of the last ten runs of each sync
SELECT
  tenant,
  sync,
  run_id,
  records,
  round(p50_seconds, 1) AS p50_seconds,
  round(p95_seconds, 1) AS p95_seconds,
  round(max_seconds, 1) AS max_seconds,
  estimated
FROM (
  SELECT *, row_number() OVER (PARTITION BY tenant, sync ORDER BY run_id DESC) AS recency
  FROM freshness
)
WHERE recency <= 10
ORDER BY tenant, sync, run_id DESC

-- COMMAND ----------

-- The same ten runs taken together, exactly: from the lag of every record
WITH recent AS (
  SELECT tenant, sync, run_id, row_number() OVER (PARTITION BY tenant, sync ORDER BY run_id DESC) AS recency
  FROM freshness
)
SELECT
  d.tenant,
  d.sync,
  count(*) AS records,
  percentile(d.lag_seconds, 0.5) AS p50_seconds,
  percentile(d.lag_seconds, 0.95) AS p95_seconds,
  max(d.lag_seconds) AS max_seconds
FROM deliveries d
JOIN recent r ON d.tenant = r.tenant AND d.sync = r.sync AND d.run_id = r.run_id AND r.recency <= 10
WHERE d.outcome = 'applied'
GROUP BY d.tenant, d.sync
ORDER BY d.tenant, d.sync

-- COMMAND ----------

-- The same again from the merged sketches: a few rows a run instead of every record, right within 2 %
WITH recent AS (
  SELECT *, row_number() OVER (PARTITION BY tenant, sync ORDER BY run_id DESC) AS recency
  FROM freshness
),
merged AS (
  SELECT tenant, sync, entry.bucket AS bucket, sum(entry.records) AS records
  FROM recent LATERAL VIEW explode(sketch) entries AS entry
  WHERE recency <= 10
  GROUP BY tenant, sync, entry.bucket
),
ranked AS (
  SELECT
    *,
    sum(records) OVER (PARTITION BY tenant, sync ORDER BY bucket) AS up_to,
    sum(records) OVER (PARTITION BY tenant, sync) AS total
  FROM merged
)
SELECT
  tenant,
  sync,
  max(total) AS records,
  power(1.02D, min(IF(up_to > 0.5 * (total - 1), bucket, NULL)) - 0.5) AS p50_seconds,
  power(1.02D, min(IF(up_to > 0.95 * (total - 1), bucket, NULL)) - 0.5) AS p95_seconds
FROM ranked
GROUP BY tenant, sync
ORDER BY tenant, sync

-- COMMAND ----------

-- Who keeps the promise of ten minutes: p95 of the last 24 hours against it, the worst sync first
WITH promise AS (SELECT 600 AS seconds)
SELECT
  d.tenant,
  d.sync,
  count(*) AS records,
  count_if(d.lag_seconds > p.seconds) AS late,
  round(100 * count_if(d.lag_seconds > p.seconds) / count(*), 2) AS late_percent,
  round(percentile(d.lag_seconds, 0.95), 1) AS p95_seconds,
  percentile(d.lag_seconds, 0.95) <= max(p.seconds) AS kept
FROM deliveries d
CROSS JOIN promise p
WHERE d.outcome = 'applied' AND d.delivered_at >= current_timestamp() - INTERVAL 24 HOURS
GROUP BY d.tenant, d.sync
ORDER BY p95_seconds DESC, d.tenant, d.sync

-- COMMAND ----------

-- The records that took longest in the last 24 hours: how much of it before their run began, how much in it
SELECT
  d.tenant,
  d.sync,
  d.run_id,
  d.key,
  d.op,
  d.attempts,
  round(d.lag_seconds, 1) AS lag_seconds,
  round(greatest(CAST(r.started_at AS DOUBLE) - CAST(d.source_updated_at AS DOUBLE), 0), 1) AS seconds_before_run,
  round(CAST(d.delivered_at AS DOUBLE) - CAST(r.started_at AS DOUBLE), 1) AS seconds_in_run
FROM deliveries d
JOIN runs r ON d.tenant = r.tenant AND d.sync = r.sync AND d.run_id = r.run_id
WHERE d.outcome = 'applied' AND d.delivered_at >= current_timestamp() - INTERVAL 24 HOURS
ORDER BY d.lag_seconds DESC, d.tenant, d.sync, d.key, d.run_id
LIMIT 20

-- COMMAND ----------

-- What has changed and not arrived: put off by the last run of each sync, the longest wait first
WITH last_runs AS (
  SELECT tenant, sync, max(run_id) AS run_id
  FROM runs
  WHERE status <> 'skipped'
  GROUP BY tenant, sync
)
SELECT
  d.tenant,
  d.sync,
  d.run_id,
  d.outcome,
  d.code,
  count(*) AS records,
  min(d.source_updated_at) AS waiting_since,
  round((unix_timestamp() - unix_timestamp(min(d.source_updated_at))) / 60, 1) AS minutes
FROM deliveries d
JOIN last_runs l ON d.tenant = l.tenant AND d.sync = l.sync AND d.run_id = l.run_id
WHERE d.outcome IN ('deferred', 'unknown')
GROUP BY d.tenant, d.sync, d.run_id, d.outcome, d.code
ORDER BY waiting_since, d.tenant, d.sync, d.outcome, d.code

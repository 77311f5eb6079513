-- Databricks notebook source
-- MAGIC %md
-- MAGIC # Run health
-- MAGIC Whether runs end as they should, what they cost, and what exactly one of them sent.
-- MAGIC
-- MAGIC On Databricks, run `USE main.backhaul` first (the schema that `ledger.schema` in `backhaul.yaml` names), and make the view `outbox`,
-- MAGIC which there is one table a sync of:
-- MAGIC
-- MAGIC     CREATE OR REPLACE TEMPORARY VIEW outbox AS
-- MAGIC     SELECT 'acme' AS tenant, 'contacts' AS sync, * EXCEPT (source_key) FROM outbox__acme__contacts
-- MAGIC     UNION ALL SELECT 'acme', 'orders', * EXCEPT (source_key) FROM outbox__acme__orders
-- MAGIC
-- MAGIC Elsewhere, `./backhaul sql "..."` has all names at hand and answers any of these cells. Times are UTC.

-- COMMAND ----------

-- Every sync's last run, how it ended, and how long ago one went through
SELECT
  tenant,
  sync,
  max_by(run_id, run_id) AS last_run_id,
  max_by(status, run_id) AS last_status,
  max_by(coalesce(error, deferred_code), run_id) AS reason,
  count(*) AS runs,
  count_if(status = 'failed') AS failed,
  max(IF(status IN ('succeeded', 'partial'), ended_at, NULL)) AS last_through,
  round((unix_timestamp() - unix_timestamp(max(IF(status IN ('succeeded', 'partial'), ended_at, NULL)))) / 60, 1)
    AS minutes_ago
FROM runs
WHERE status <> 'skipped' AND date > date_sub(current_date(), 30)
GROUP BY tenant, sync
ORDER BY last_status, tenant, sync

-- COMMAND ----------

-- The balance of each run, counted again from its outbox and its deliveries: balanced must be true
WITH plans AS (
  SELECT
    tenant,
    sync,
    run_id,
    count_if(disposition = 'planned') AS planned,
    sum(IF(disposition = 'invalid', source_rows, 0)) AS invalid
  FROM outbox
  GROUP BY tenant, sync, run_id
),
outcomes AS (
  SELECT
    tenant,
    sync,
    run_id,
    count_if(outcome = 'applied') AS applied,
    count_if(outcome = 'rejected') AS rejected,
    count_if(outcome = 'deferred') AS deferred,
    count_if(outcome = 'unknown') AS unknown
  FROM deliveries
  GROUP BY tenant, sync, run_id
)
SELECT
  r.tenant,
  r.sync,
  r.run_id,
  r.status,
  coalesce(p.planned, 0) AS planned,
  coalesce(o.applied, 0) AS applied,
  coalesce(o.rejected, 0) AS rejected,
  coalesce(o.deferred, 0) AS deferred,
  coalesce(o.unknown, 0) AS unknown,
  coalesce(p.invalid, 0) AS invalid,
  coalesce(p.planned, 0) = r.planned
    AND coalesce(p.invalid, 0) = r.invalid
    AND coalesce(o.applied, 0) = r.applied
    AND coalesce(o.rejected, 0) = r.rejected
    AND coalesce(o.deferred, 0) = r.deferred
    AND coalesce(o.unknown, 0) = r.unknown
    AND r.planned = r.applied + r.rejected + r.deferred + r.unknown AS balanced
FROM runs r
LEFT JOIN plans p ON r.tenant = p.tenant AND r.sync = p.sync AND r.run_id = p.run_id
LEFT JOIN outcomes o ON r.tenant = o.tenant AND r.sync = o.sync AND r.run_id = o.run_id
WHERE r.status IN ('succeeded', 'partial', 'failed')
ORDER BY balanced, r.run_id DESC

-- COMMAND ----------

-- The same by key, because counts can agree by accident: without_outcome and without_plan must be 0
SELECT
  coalesce(o.tenant, d.tenant) AS tenant,
  coalesce(o.sync, d.sync) AS sync,
  coalesce(o.run_id, d.run_id) AS run_id,
  count(*) AS operations,
  count_if(d.key IS NULL) AS without_outcome,
  count_if(o.key IS NULL) AS without_plan
FROM (SELECT tenant, sync, run_id, key, op FROM outbox WHERE disposition = 'planned') o
FULL OUTER JOIN (SELECT tenant, sync, run_id, key, op FROM deliveries) d
  ON o.tenant = d.tenant AND o.sync = d.sync AND o.run_id = d.run_id AND o.key = d.key AND o.op = d.op
GROUP BY 1, 2, 3
ORDER BY without_outcome + without_plan DESC, run_id DESC

-- COMMAND ----------

-- Where the time of each run went, step by step, and what it got through
SELECT
  tenant,
  sync,
  run_id,
  source_rows,
  planned,
  round(seconds_read, 1) AS read_s,
  round(seconds_diff, 1) AS diff_s,
  round(seconds_plan, 1) AS plan_s,
  round(seconds_deliver, 1) AS deliver_s,
  round(seconds_settle, 1) AS settle_s,
  round(applied / seconds_deliver, 0) AS applied_per_second,
  round(source_rows / (CAST(ended_at AS DOUBLE) - CAST(started_at AS DOUBLE)), 0) AS source_rows_per_second
FROM runs
WHERE status <> 'skipped'
ORDER BY run_id DESC
LIMIT 50

-- COMMAND ----------

-- What was put off, and for which reason: none of it is lost, the next run finds it again
SELECT
  d.tenant,
  d.sync,
  r.destination,
  d.run_id,
  d.op,
  coalesce(d.code, '(none)') AS code,
  count(*) AS records,
  sum(d.attempts) AS attempts
FROM deliveries d
JOIN runs r ON d.tenant = r.tenant AND d.sync = r.sync AND d.run_id = r.run_id
WHERE d.outcome = 'deferred'
GROUP BY d.tenant, d.sync, r.destination, d.run_id, d.op, d.code
ORDER BY d.run_id DESC, records DESC, d.op, code

-- COMMAND ----------

-- Circuit breakers as the last run of each destination left them
SELECT
  tenant,
  destination,
  state,
  consecutive_opens,
  last_error,
  opened_at,
  open_until,
  state = 'open' AND open_until > current_timestamp() AS blocks_now,
  run_id,
  updated_at
FROM circuits
ORDER BY blocks_now DESC, tenant, destination

-- COMMAND ----------

-- What one run sent, with which payload, and what the destination said: put its run_id in the line below
WITH wanted AS (SELECT max(run_id) AS run_id FROM runs WHERE planned > 0)
SELECT
  o.tenant,
  o.sync,
  o.run_id,
  o.op,
  o.key,
  o.payload,
  o.changed_fields,
  o.previous,
  d.outcome,
  d.http_status,
  d.code,
  d.field,
  d.message,
  d.attempts,
  d.destination_id,
  d.batch_id,
  d.delivered_at
FROM outbox o
JOIN wanted w ON o.run_id = w.run_id
LEFT JOIN deliveries d ON o.tenant = d.tenant AND o.sync = d.sync AND o.run_id = d.run_id AND o.key = d.key
WHERE o.disposition = 'planned'
ORDER BY IF(d.outcome = 'applied', 1, 0), o.op, o.key
LIMIT 100

-- COMMAND ----------

-- What each destination was asked to do in 30 days: the requests are what its vendor counts or bills
WITH batches AS (
  SELECT
    tenant,
    sync,
    run_id,
    batch_id,
    count(*) AS records,
    count_if(outcome = 'applied') AS applied,
    max(attempts) AS requests,
    max(latency_ms) AS latency_ms
  FROM deliveries
  WHERE batch_id IS NOT NULL AND attempts > 0 AND date > date_sub(current_date(), 30)
  GROUP BY tenant, sync, run_id, batch_id
)
SELECT
  b.tenant,
  r.destination,
  count(DISTINCT b.run_id) AS runs,
  count(*) AS batches,
  sum(b.requests) AS requests,
  sum(b.requests) - count(*) AS repeated,
  sum(b.records) AS records,
  sum(b.applied) AS applied,
  round(sum(b.applied) / sum(b.requests), 1) AS applied_per_request,
  round(percentile(b.latency_ms, 0.95), 0) AS p95_latency_ms
FROM batches b
JOIN runs r ON b.tenant = r.tenant AND b.sync = r.sync AND b.run_id = r.run_id
GROUP BY b.tenant, r.destination
ORDER BY requests DESC, b.tenant, r.destination

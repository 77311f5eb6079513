-- Databricks notebook source
-- MAGIC %md
-- MAGIC # Dead-letter triage
-- MAGIC What was refused, by whom and why, and what a retry would do about it.
-- MAGIC
-- MAGIC On Databricks, run `USE main.backhaul` first (the schema that `ledger.schema` in `backhaul.yaml` names), and make the view `outbox`,
-- MAGIC which there is one table a sync of:
-- MAGIC
-- MAGIC     CREATE OR REPLACE TEMPORARY VIEW outbox AS
-- MAGIC     SELECT 'acme' AS tenant, 'contacts' AS sync, * EXCEPT (source_key) FROM outbox__acme__contacts
-- MAGIC     UNION ALL SELECT 'acme', 'orders', * EXCEPT (source_key) FROM outbox__acme__orders
-- MAGIC
-- MAGIC Elsewhere, `./backhaul sql "..."` has all names at hand and answers any of these cells.
-- MAGIC
-- MAGIC A dead letter is open until its row, the mapping or a person changes it; while it is open, its record is not sent again.
-- MAGIC Fields marked `pii` are pseudonyms: equal values stay equal, and nothing can be read back. Times are UTC.

-- COMMAND ----------

-- Rejected today, by field and reason: where one fix helps most
SELECT
  tenant,
  sync,
  stage,
  coalesce(field, '(record)') AS field,
  code,
  count(*) AS letters,
  count_if(status = 'open') AS still_open,
  min(first_seen) AS since,
  max(message) AS example
FROM dead_letters
WHERE last_seen >= current_date()
GROUP BY tenant, sync, stage, field, code
ORDER BY letters DESC, tenant, sync, stage, field, code

-- COMMAND ----------

-- The oldest open letters: what nobody has looked after yet
SELECT
  letter_id,
  tenant,
  sync,
  key,
  stage,
  field,
  code,
  message,
  attempts,
  first_seen,
  round((unix_timestamp() - unix_timestamp(first_seen)) / 3600, 1) AS hours_open
FROM dead_letters
WHERE status = 'open'
ORDER BY first_seen, letter_id
LIMIT 20

-- COMMAND ----------

-- Failures by rule and day over a month: what is new, what goes away
SELECT
  date,
  tenant,
  sync,
  stage,
  coalesce(field, '(record)') AS field,
  code,
  sum(failures) AS failures,
  count(DISTINCT run_id) AS runs
FROM field_failures
WHERE date > date_sub(current_date(), 30)
GROUP BY date, tenant, sync, stage, field, code
ORDER BY date DESC, failures DESC, tenant, sync, stage, field, code

-- COMMAND ----------

-- Repeat offenders: records that failed in more than one run, so that trying again is no cure
WITH failed AS (
  SELECT tenant, sync, key, run_id, code
  FROM deliveries
  WHERE outcome = 'rejected'
  UNION ALL
  SELECT tenant, sync, key, run_id, failures[0].rule AS code
  FROM outbox
  WHERE disposition = 'invalid'
)
SELECT
  tenant,
  sync,
  key,
  count(DISTINCT run_id) AS runs,
  array_sort(collect_set(code)) AS codes,
  max(run_id) AS last_run_id
FROM failed
GROUP BY tenant, sync, key
HAVING count(DISTINCT run_id) > 1
ORDER BY runs DESC, tenant, sync, key
LIMIT 50

-- COMMAND ----------

-- What a retry would touch: letters by reason, and how many of them would cost a call to the destination again
SELECT
  tenant,
  sync,
  code,
  coalesce(field, '(record)') AS field,
  count(*) AS letters,
  count_if(stage <> 'validation') AS sent_again,
  count_if(stage = 'validation') AS only_checked_again,
  sum(attempts) AS requests_so_far,
  count_if(status = 'discarded') AS given_up_before
FROM dead_letters
WHERE status IN ('open', 'discarded')
GROUP BY tenant, sync, code, field
ORDER BY letters DESC, tenant, sync, code, field

-- COMMAND ----------

-- Letters by status: whether they are worked off, and how long one stays
SELECT
  tenant,
  sync,
  status,
  count(*) AS letters,
  min(first_seen) AS oldest,
  max(last_seen) AS newest,
  round(avg(unix_timestamp(coalesce(resolved_at, current_timestamp())) - unix_timestamp(first_seen)) / 3600, 1)
    AS mean_hours
FROM dead_letters
GROUP BY tenant, sync, status
ORDER BY tenant, sync, status

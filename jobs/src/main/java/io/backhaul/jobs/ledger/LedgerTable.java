/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.ledger;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.StructType;

/**
 * The shared tables of the ledger: the product's public interface for SQL users. Names and columns
 * are stable and evolve only by adding. State and outbox are a table a sync and are defined by the
 * diff engine.
 */
public enum LedgerTable {
  RUNS(
      "One run of one sync, written when it ends",
      List.of("tenant", "date"),
      """
      run_id STRING COMMENT 'Sorts by the time the run started',
      tenant STRING COMMENT 'Whose sync it is',
      sync STRING COMMENT 'Name of the sync within its tenant',
      destination STRING COMMENT 'Name of the destination within its tenant',
      object STRING COMMENT 'Object at the destination, for example contacts',
      mode STRING COMMENT 'upsert, update, insert, mirror, append or delete',
      trigger STRING COMMENT 'What started it: manual, schedule, recovery, or backfill ID ROUND CHUNK/CHUNKS',
      status STRING COMMENT 'succeeded, partial, failed, stopped or skipped',
      started_at TIMESTAMP COMMENT 'UTC',
      ended_at TIMESTAMP COMMENT 'UTC',
      strategy STRING COMMENT 'How changes were found: snapshot, watermark or change_feed',
      strategy_note STRING COMMENT 'Why another strategy than the configured one was used, if it was',
      first_sync BOOLEAN COMMENT 'Whether nothing had been delivered before',
      full_sync BOOLEAN COMMENT 'Whether unchanged rows were sent too (--full)',
      filtered BOOLEAN COMMENT 'Whether --where or --limit narrowed the run',
      source_rows BIGINT COMMENT 'Rows read: unchanged + planned without deletes + invalid + quarantined (less with --limit)',
      unchanged BIGINT COMMENT 'Rows the destination holds already',
      planned BIGINT COMMENT 'Operations in the outbox: applied + rejected + deferred + unknown',
      applied BIGINT COMMENT 'Operations the destination acknowledged',
      rejected BIGINT COMMENT 'Operations the destination refused for good; each is a dead letter',
      invalid BIGINT COMMENT 'Rows that failed validation, or whose key is null or not unique',
      quarantined BIGINT COMMENT 'Rows not sent because an open dead letter holds the same data',
      deferred BIGINT COMMENT 'Operations certainly not applied; the next run finds them again',
      unknown BIGINT COMMENT 'Operations whose outcome nobody knows; on_in_doubt decides',
      planned_upsert BIGINT COMMENT 'Planned operations of kind upsert',
      planned_insert BIGINT COMMENT 'Planned operations of kind insert',
      planned_update BIGINT COMMENT 'Planned operations of kind update',
      planned_delete BIGINT COMMENT 'Planned operations of kind delete',
      seconds_read DOUBLE COMMENT 'Wall time of READ',
      seconds_diff DOUBLE COMMENT 'Wall time of DIFF',
      seconds_plan DOUBLE COMMENT 'Wall time of PLAN',
      seconds_deliver DOUBLE COMMENT 'Wall time of DELIVER',
      seconds_settle DOUBLE COMMENT 'Wall time of SETTLE, up to this row',
      source_version BIGINT COMMENT 'Delta version or Iceberg snapshot id the source was pinned at, if it has one',
      mapping_fingerprint STRING COMMENT 'Identifies the mapping the rows were made with',
      lease_epoch BIGINT COMMENT 'Fencing epoch the run worked under',
      accepted MAP<STRING, BIGINT> COMMENT 'Guards overridden with --accept',
      deferred_code STRING COMMENT 'Why operations were deferred, for example CIRCUIT_OPEN',
      error STRING COMMENT 'Why the run failed or was stopped, redacted',
      recovered_by STRING COMMENT 'The run that settled this one after it died',
      date DATE COMMENT 'UTC day of started_at',
      pinned_at TIMESTAMP COMMENT 'Instant the source is read at, by the clock of Snowflake for that source; later changes are not in it where the source can be pinned'
      """),
  DELIVERIES(
      "One outcome of one planned operation of one run",
      List.of("tenant", "date"),
      """
      tenant STRING COMMENT 'Whose sync it is',
      sync STRING COMMENT 'Name of the sync within its tenant',
      run_id STRING COMMENT 'The run',
      batch_id STRING COMMENT 'The batch it was sent in, also its idempotency key; null if it was not sent',
      key STRING COMMENT 'Source key as canonical JSON',
      op STRING COMMENT 'upsert, insert, update or delete',
      outcome STRING COMMENT 'applied, rejected, deferred or unknown',
      attempts INT COMMENT 'Requests made with this record',
      http_status INT COMMENT 'Status of the last answer; null where there was none',
      code STRING COMMENT 'Error code of anything but applied',
      field STRING COMMENT 'Destination field at fault, if one was named',
      message STRING COMMENT 'Words of the destination, redacted',
      destination_id STRING COMMENT 'Id the destination gave the record',
      row_hash BIGINT COMMENT 'Hash of the row that was sent',
      latency_ms BIGINT COMMENT 'Of the last request',
      source_updated_at TIMESTAMP COMMENT 'When the row changed in the warehouse, or the best estimate',
      delivered_at TIMESTAMP COMMENT 'When the destination acknowledged; null unless applied',
      lag_seconds DOUBLE COMMENT 'delivered_at - source_updated_at, at least 0; null unless applied',
      date DATE COMMENT 'UTC day the run started'
      """),
  DEAD_LETTERS(
      "One record that failed for good, until a person, the row or the mapping changes it",
      List.of("tenant", "sync"),
      """
      letter_id STRING COMMENT 'Identifies the letter in the dlq command',
      tenant STRING COMMENT 'Whose sync it is',
      sync STRING COMMENT 'Name of the sync within its tenant',
      run_id STRING COMMENT 'The run that saw it last',
      key STRING COMMENT 'Source key as canonical JSON',
      op STRING COMMENT 'Planned operation; null for a row that failed validation',
      row_hash BIGINT COMMENT 'Hash of the row that failed',
      payload STRING COMMENT 'What was or would have been sent; pii fields are pseudonyms, or encrypted (pii.protect)',
      stage STRING COMMENT 'validation, destination, or doubt: it may have been applied',
      code STRING COMMENT 'Rule that failed, or the error code of the destination',
      field STRING COMMENT 'Destination field at fault, if one was named',
      message STRING COMMENT 'Why, redacted',
      failures ARRAY<STRUCT<field: STRING, rule: STRING, message: STRING>> COMMENT 'All rules that failed',
      source_rows BIGINT COMMENT 'Rows of the source behind it; more than 1 for duplicate keys',
      attempts BIGINT COMMENT 'Requests made with this record, over all runs',
      status STRING COMMENT 'open, requeued, resolved or discarded',
      first_seen TIMESTAMP COMMENT 'UTC',
      last_seen TIMESTAMP COMMENT 'UTC',
      resolved_at TIMESTAMP COMMENT 'When it was resolved or discarded',
      resolved_by STRING COMMENT 'The run that applied or replaced it, or the command'
      """),
  FRESHNESS(
      "Time from warehouse update to acknowledgement, one run",
      List.of("tenant", "date"),
      """
      tenant STRING COMMENT 'Whose sync it is',
      sync STRING COMMENT 'Name of the sync within its tenant',
      run_id STRING COMMENT 'The run',
      records BIGINT COMMENT 'Applied operations measured',
      p50_seconds DOUBLE COMMENT 'Median lag; of more than a million records within 0.001 % of the rank, as are the other two',
      p95_seconds DOUBLE COMMENT '95th percentile of the lag',
      p99_seconds DOUBLE COMMENT '99th percentile of the lag',
      max_seconds DOUBLE COMMENT 'Largest lag',
      estimated BOOLEAN COMMENT 'Whether the warehouse update time is an estimate (the sync has no updated_at)',
      sketch ARRAY<STRUCT<bucket: INT, records: BIGINT>> COMMENT 'Histogram: bucket b holds lags of about 1.02^b seconds (within 1 %); add records by bucket to merge runs',
      computed_at TIMESTAMP COMMENT 'UTC',
      date DATE COMMENT 'UTC day the run started'
      """),
  FIELD_FAILURES(
      "Failures of one run by stage, field and code",
      List.of("tenant", "date"),
      """
      tenant STRING COMMENT 'Whose sync it is',
      sync STRING COMMENT 'Name of the sync within its tenant',
      run_id STRING COMMENT 'The run',
      stage STRING COMMENT 'validation, destination, or doubt: it may have been applied',
      field STRING COMMENT 'Destination field; null where none was named',
      code STRING COMMENT 'Rule or error code',
      failures BIGINT COMMENT 'How many records',
      sample_keys ARRAY<STRING> COMMENT 'Up to three of their keys',
      date DATE COMMENT 'UTC day the run started'
      """),
  CIRCUITS(
      "Circuit breaker of one destination, as its last run left it",
      List.of("tenant", "destination"),
      """
      tenant STRING COMMENT 'Whose destination it is',
      destination STRING COMMENT 'Name of the destination within its tenant',
      state STRING COMMENT 'closed, open or half_open',
      opened_at TIMESTAMP COMMENT 'UTC',
      open_until TIMESTAMP COMMENT 'UTC; nothing is sent before',
      consecutive_opens INT COMMENT 'How often it opened without a success between; sets the next pause',
      last_error STRING COMMENT 'Code of the call that opened it',
      run_id STRING COMMENT 'The run that reported it',
      updated_at TIMESTAMP COMMENT 'UTC'
      """),
  DAILY_CALLS(
      "Calls of one sync to a destination with calls_per_day on one of its days, for a month",
      List.of("tenant", "destination"),
      """
      tenant STRING COMMENT 'Whose destination it is',
      destination STRING COMMENT 'Name of the destination within its tenant',
      day DATE COMMENT 'Day of the account, in its day_zone',
      sync STRING COMMENT 'Name of the sync within its tenant',
      priority STRING COMMENT 'high, normal or low, as of the last run',
      made BIGINT COMMENT 'Calls made by runs that ended',
      set_aside BIGINT COMMENT 'Calls of runs under way, and of runs that died and may have made them',
      calls_per_day BIGINT COMMENT 'What the account takes a day, as of the last run',
      run_id STRING COMMENT 'The last run that counted here',
      revision BIGINT COMMENT 'Grows with every write for the destination, for compare-and-set',
      updated_at TIMESTAMP COMMENT 'UTC'
      """),
  WATERMARKS(
      "How far a sync is settled",
      List.of("tenant", "sync"),
      """
      tenant STRING COMMENT 'Whose sync it is',
      sync STRING COMMENT 'Name of the sync within its tenant',
      cursor_kind STRING COMMENT 'timestamp (watermark strategy) or none',
      cursor_value STRING COMMENT 'Rows up to here are settled',
      source_version BIGINT COMMENT 'Delta version up to which all changes are settled',
      mapping_fingerprint STRING COMMENT 'Mapping of the last settled run',
      deletes_run_id STRING COMMENT 'Last run that applied deletes; part of the batch ids of new keys',
      run_id STRING COMMENT 'The run that advanced it',
      settled_at TIMESTAMP COMMENT 'UTC'
      """),
  LEASES(
      "Who may deliver a sync, until when",
      List.of("tenant", "sync"),
      """
      tenant STRING COMMENT 'Whose sync it is',
      sync STRING COMMENT 'Name of the sync within its tenant',
      run_id STRING COMMENT 'The run that holds or held it',
      epoch BIGINT COMMENT 'Grows with every holder; settlement under an older one is refused',
      revision BIGINT COMMENT 'Grows with every write, for compare-and-set',
      held BOOLEAN COMMENT 'Whether it was not given back',
      acquired_at TIMESTAMP COMMENT 'UTC',
      expires_at TIMESTAMP COMMENT 'UTC; renewed every 20 s in a file beside the ledger while the holder lives'
      """),
  QUEUE(
      "One sync that a fleet knows: its job, if it has one, and how its last one ended",
      List.of(),
      """
      tenant STRING COMMENT 'Whose sync it is',
      sync STRING COMMENT 'Name of the sync within its tenant; * for a pause of all, also of those that come later',
      destination STRING COMMENT 'Name of the destination within its tenant; * for a pause of all',
      priority STRING COMMENT 'high, normal or low',
      state STRING COMMENT 'idle, waiting, leased, paused, or parked after too many failures in a row',
      due_at TIMESTAMP COMMENT 'Since when its job is due (UTC); null without a job',
      worker STRING COMMENT 'Who runs its job; null if nobody does',
      epoch BIGINT COMMENT 'Of the lease of its job; the end of a job under an older one is refused',
      heard_of TIMESTAMP COMMENT 'When the worker was last heard of here (UTC); a minute later the job is given to another, unless a file beside the ledger says that the worker lives',
      cancelled BOOLEAN COMMENT 'Whether somebody wishes that its job end early',
      paused BOOLEAN COMMENT 'Whether it is due only when somebody triggers it',
      held_until TIMESTAMP COMMENT 'Its destination is throttled or broken: no job of it starts before (UTC); null if it works',
      held_since TIMESTAMP COMMENT 'When that began (UTC)',
      held_opens INT COMMENT 'How often in a row; sets the next pause',
      held_reason STRING COMMENT 'Code of the last failed call, or why rows were deferred',
      last_started_at TIMESTAMP COMMENT 'When its last job that ended began to read (UTC)',
      last_ended_at TIMESTAMP COMMENT 'When that ended (UTC)',
      last_succeeded_at TIMESTAMP COMMENT 'End of its last job that did not fail (UTC)',
      consecutive_failures INT COMMENT 'Failed jobs since',
      last_source_version STRING COMMENT 'Version of the source that it read, where there is one',
      last_outcome STRING COMMENT 'done, deferred or failed',
      last_error STRING COMMENT 'Why it was not done, redacted',
      revision BIGINT COMMENT 'Grows with every write of the table, for compare-and-set',
      updated_at TIMESTAMP COMMENT 'UTC',
      reading BOOLEAN COMMENT 'Whether its job has read for long: it takes no place of its destination meanwhile'
      """);

  private final String comment;
  private final List<String> partitionedBy;
  private final StructType schema;

  LedgerTable(String comment, List<String> partitionedBy, String ddl) {
    this.comment = comment;
    this.partitionedBy = partitionedBy;
    this.schema = StructType.fromDDL(ddl);
  }

  /** The table's name in SQL, its folder under the ledger's path. */
  public String tableName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What a row is. */
  public String comment() {
    return comment;
  }

  /** Columns its files are laid out by. */
  public List<String> partitionedBy() {
    return partitionedBy;
  }

  /** Its columns, with comments. */
  public StructType schema() {
    return schema;
  }
}

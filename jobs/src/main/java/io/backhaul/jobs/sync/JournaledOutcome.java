/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.send.BatchOutcome;
import io.backhaul.destination.send.Outcome;
import io.backhaul.destination.send.RecordOutcome;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What one attempt noted of one key.
 *
 * @param attempts requests made with the record
 * @param httpStatus of the last answer, or {@code null}
 * @param latencyMillis of the last request, or {@code null}
 * @param atMicros when it became known, or {@code null}
 */
record JournaledOutcome(
    String key,
    Outcome outcome,
    String batchId,
    long rowHash,
    String destinationId,
    int attempts,
    Integer httpStatus,
    String code,
    String field,
    String message,
    Long latencyMillis,
    Long atMicros) {

  static final String IN_DOUBT = "IN_DOUBT";

  /** Columns as {@link #values} fills them, names with {@code j_}. */
  static final String COLUMNS =
      "j_key STRING, j_strength INT, j_outcome STRING, j_batch_id STRING, j_row_hash BIGINT,"
          + " j_destination_id STRING, j_attempts INT, j_http_status INT, j_code STRING, j_field"
          + " STRING, j_message STRING, j_latency_ms BIGINT, j_at BIGINT";

  /** How many {@link #COLUMNS} there are. */
  static final int WIDTH = 13;

  static JournaledOutcome of(BatchOutcome batch, RecordOutcome record, Long atMicros) {
    return new JournaledOutcome(
        record.key(),
        record.outcome(),
        batch.batchId(),
        record.rowHash(),
        record.destinationId(),
        batch.attempts(),
        batch.httpStatus() == 0 ? null : (Integer) batch.httpStatus(),
        record.code(),
        record.field(),
        record.message(),
        batch.latencyMillis(),
        atMicros);
  }

  /** Of a key that was sent, or was about to be, and of which nothing more was noted. */
  static JournaledOutcome inDoubt(JournalFrame.Intent intent, int record) {
    return new JournaledOutcome(
        intent.keys().get(record),
        Outcome.UNKNOWN,
        intent.batchId(),
        intent.rowHashes().get(record),
        null,
        1,
        null,
        IN_DOUBT,
        null,
        "sent, or about to be sent, when its process died",
        null,
        null);
  }

  static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }

  /** Fills {@link #COLUMNS} from position {@code at} of a row. */
  void values(Object[] row, int at) {
    row[at] = key;
    row[at + 1] = strength();
    row[at + 2] = outcome.wireName();
    row[at + 3] = batchId;
    row[at + 4] = rowHash;
    row[at + 5] = destinationId;
    row[at + 6] = attempts;
    row[at + 7] = httpStatus;
    row[at + 8] = code;
    row[at + 9] = field;
    row[at + 10] = message;
    row[at + 11] = latencyMillis;
    row[at + 12] = atMicros;
  }

  /** Order of outcomes when several attempts noted one for the same key. */
  private int strength() {
    return switch (outcome) {
      case DEFERRED -> 1;
      case UNKNOWN -> 2;
      case REJECTED -> 3;
      case APPLIED -> 4;
    };
  }
}

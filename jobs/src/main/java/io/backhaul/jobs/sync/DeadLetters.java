/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.when;

import io.backhaul.diff.state.Conflicts;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerTable;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Writes what failed for good. A key has at most one letter that is not resolved: a later failure
 * replaces what it says, an application of the key resolves it.
 */
final class DeadLetters {

  private static final String FAILURES =
      "ARRAY<STRUCT<field: STRING, rule: STRING, message: STRING>>";

  private final Ledger ledger;

  DeadLetters(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * The letters of one run: invalid rows of its outbox, and operations that were refused or must
   * not be sent again.
   */
  static Dataset<Row> of(Dataset<Row> invalid, Outcomes outcomes) {
    Dataset<Row> validation =
        invalid.select(
            col("key"),
            lit(null).cast("string").as("op"),
            col("row_hash"),
            col("payload"),
            lit("validation").as("stage"),
            expr("failures[0].rule").as("code"),
            expr("failures[0].field").as("field"),
            expr("failures[0].message").as("message"),
            col("failures").cast(FAILURES).as("failures"),
            col("source_rows"),
            lit(0L).as("attempts"));
    return validation.union(
        outcomes
            .letters()
            .select(
                col("key"),
                col("op"),
                col("row_hash"),
                col("payload"),
                when(col("outcome").equalTo("unknown"), "doubt").otherwise("destination"),
                col("code"),
                col("field"),
                col("message"),
                lit(null).cast(FAILURES),
                lit(1L),
                col("attempts").cast("bigint")));
  }

  /**
   * Writes the letters and resolves those of keys that were applied; safe to repeat.
   *
   * @param fence of the lease's holder
   * @throws LeaseLostException if a later holder wrote letters of this sync; then nothing was
   *     written
   */
  void write(RunHeader header, Dataset<Row> letters, Outcomes outcomes, Instant now, long fence) {
    Column at = lit(Timestamp.from(now));
    Dataset<Row> complete =
        letters
            .withColumn("tenant", lit(header.tenant()))
            .withColumn("sync", lit(header.sync()))
            .withColumn("run_id", lit(header.runId()))
            .withColumn(
                "letter_id",
                substring(
                    sha2(
                        concat_ws("\n", col("tenant"), col("sync"), col("run_id"), col("key")),
                        256),
                    1,
                    16))
            .withColumn("status", lit("open"))
            .withColumn("first_seen", at)
            .withColumn("last_seen", at)
            .withColumn("resolved_at", lit(null).cast("timestamp"))
            .withColumn("resolved_by", lit(null).cast("string"));
    if (!header.openLetters()) {
      ledger.append(LedgerTable.DEAD_LETTERS, complete, header.syncId(), header.leaseEpoch());
      return;
    }
    Dataset<Row> applied = outcomes.rows("applied").select("key");
    Conflicts.retried(() -> merge(header, complete, applied, at, fence));
    long merged =
        ledger
            .ref(LedgerTable.DEAD_LETTERS)
            .transaction(ledger.spark(), application(header))
            .orElse(-1);
    if (merged < fence ? !shown(header, complete, applied) : merged > fence) {
      throw new LeaseLostException(header.tenant(), header.sync(), header.runId());
    }
  }

  /** Whether the table holds what a merge leaves: asked of its rows where the log does not say. */
  private boolean shown(RunHeader header, Dataset<Row> letters, Dataset<Row> applied) {
    Dataset<Row> unresolved =
        ledger
            .rows(LedgerTable.DEAD_LETTERS, header.tenant(), header.sync())
            .where(col("status").notEqual("resolved"))
            .select("key", "run_id");
    return unresolved.join(applied.select("key"), "key").isEmpty()
        && letters
            .select("key", "run_id")
            .join(unresolved, new String[] {"key", "run_id"}, "left_anti")
            .isEmpty();
  }

  /** As whom Delta knows those who merge letters of this sync; their fences rise. */
  private static String application(RunHeader header) {
    return LedgerTable.DEAD_LETTERS.tableName() + "/" + header.syncId() + "/merged";
  }

  private void merge(
      RunHeader header, Dataset<Row> letters, Dataset<Row> applied, Column at, long fence) {
    Dataset<Row> source =
        letters
            .withColumn("applied", lit(false))
            .unionByName(applied.withColumn("applied", lit(true)), true);
    Map<String, Column> renew = new LinkedHashMap<>();
    for (String name :
        new String[] {
          "run_id",
          "op",
          "row_hash",
          "payload",
          "stage",
          "code",
          "field",
          "message",
          "failures",
          "source_rows",
          "last_seen"
        }) {
      renew.put(name, col("s." + name));
    }
    renew.put("status", lit("open"));
    String same = "t.row_hash <=> s.row_hash AND t.stage = s.stage";
    renew.put("first_seen", expr("IF(" + same + ", t.first_seen, s.first_seen)"));
    renew.put(
        "attempts",
        expr(
            "CASE WHEN t.run_id = s.run_id THEN t.attempts WHEN "
                + same
                + " THEN t.attempts + s.attempts ELSE s.attempts END"));
    Map<String, Column> insert = new LinkedHashMap<>();
    for (String name : LedgerTable.DEAD_LETTERS.schema().fieldNames()) {
      insert.put(name, col("s." + name));
    }
    ledger
        .ref(LedgerTable.DEAD_LETTERS)
        .fenced(ledger.spark(), application(header), fence)
        .as("t")
        .merge(
            source.as("s"),
            col("t.tenant")
                .equalTo(header.tenant())
                .and(col("t.sync").equalTo(header.sync()))
                .and(col("t.key").equalTo(col("s.key")))
                .and(col("t.status").notEqual("resolved")))
        .whenMatched("s.applied")
        .update(
            Map.of(
                "status", lit("resolved"),
                "resolved_at", at,
                "resolved_by", lit(header.runId())))
        .whenMatched()
        .update(renew)
        .whenNotMatched("NOT s.applied")
        .insert(insert)
        .execute();
  }

  /** Counts of the letters by stage, field and code. */
  static Dataset<Row> fieldFailures(RunHeader header, Dataset<Row> letters) {
    Dataset<Row> single =
        letters
            .where("failures IS NULL")
            .select(col("stage"), col("field"), col("code"), col("key"), col("source_rows"));
    Dataset<Row> several =
        letters
            .where("failures IS NOT NULL")
            .select(col("stage"), expr("explode(failures)").as("f"), col("key"), col("source_rows"))
            .select(
                col("stage"),
                col("f.field"),
                col("f.rule").as("code"),
                col("key"),
                col("source_rows"));
    return single
        .unionByName(several)
        .groupBy("stage", "field", "code")
        .agg(
            sum("source_rows").as("failures"),
            min("key").as("k1"),
            max("key").as("k2"),
            first("key").as("k3"),
            count(lit(1)).as("keys"))
        .select(
            lit(header.tenant()).as("tenant"),
            lit(header.sync()).as("sync"),
            lit(header.runId()).as("run_id"),
            col("stage"),
            col("field"),
            col("code"),
            col("failures"),
            expr("array_distinct(array(k1, k2, k3))").as("sample_keys"),
            to_date(lit(header.startedAt())).as("date"));
  }
}

/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.array_union;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.backhaul.diff.mapping.Masking;
import io.backhaul.diff.state.Outbox;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Makes outbox rows of rows that differ: rendered, validated, sparse where asked, quarantined. */
final class OutboxRows {

  /** {@code disposition} of a row that an open dead letter holds back; never stored. */
  static final String QUARANTINED = "quarantined";

  private static final ArrayType NAMES = DataTypes.createArrayType(DataTypes.StringType);
  private static final StructType DIFFERENCE =
      new StructType().add("common", NAMES).add("added", NAMES);

  private final DetectRequest request;

  OutboxRows(DetectRequest request) {
    this.request = request;
  }

  /**
   * Outbox rows, of which some may wait ({@link Outbox#waits}), and {@code gone} where the row left
   * the source. {@code disposition} may be {@link #QUARANTINED}; rows that no longer count as
   * changed under {@link OnMappingChange} are left out.
   *
   * @param described what differs, with what state knows of it
   * @param letters {@link DetectRequest#openLetters}, or {@code null}
   */
  Dataset<Row> of(Dataset<Row> described, Dataset<Row> letters) {
    Dataset<Row> rendered = request.mapping().rendered(described, request.masking());
    Column difference =
        when(
            col("held").and(not(col("gone"))).and(col("held_fields").isNotNull()),
            udf((UDF2<String, String, Row>) OutboxRows::difference, DIFFERENCE)
                .apply(col("fields"), col("held_fields")));
    Dataset<Row> compared =
        rendered
            .withColumn("difference", difference)
            .where(counts())
            .withColumn("failures", failures(rendered.schema().apply("failures").dataType()))
            .withColumn("sent_fields", sentFields());
    Column none = array().cast(rendered.schema().apply("waits").dataType());
    return withColumns(
        quarantined(
            compared.withColumn(
                "waits",
                when(col("gone").or(size(col("failures")).gt(0)), none).otherwise(col("waits"))),
            letters));
  }

  private static Row difference(String now, String before) {
    JsonFields.Difference difference = JsonFields.difference(now, before);
    return RowFactory.create(difference.common().toArray(), difference.added().toArray());
  }

  private Column olderMapping() {
    return col("held").and(not(col("held_mapping").eqNullSafe(request.mapping().fingerprint())));
  }

  /** Only added fields count, if any: no field of both mappings differs. */
  private Column onlyAdded() {
    return olderMapping()
        .and(col("difference").isNotNull())
        .and(size(col("difference.common")).equalTo(0));
  }

  /** Whether the row counts as changed, given what became of the mapping. */
  private Column counts() {
    Column special = col("gone").or(col("null_key")).or(col("source_rows").gt(1));
    return switch (request.onMappingChange()) {
      case RESYNC -> lit(true);
      case KEEP -> request.full() ? lit(true) : special.or(not(onlyAdded()));
      case FIELDS ->
          request.full()
              ? lit(true)
              : special.or(not(onlyAdded())).or(size(col("difference.added")).gt(0));
    };
  }

  private Column failures(DataType type) {
    String keyNames = String.join(", ", request.mapping().keySchema().fieldNames());
    Column nullKey =
        array(
            struct(
                lit(keyNames).as("field"),
                lit("null_key").as("rule"),
                lit("the key is null, or a part of it is").as("message")));
    Column duplicate =
        array(
            struct(
                lit(keyNames).as("field"),
                lit("duplicate_key").as("rule"),
                concat(col("source_rows").cast("string"), lit(" source rows have this key"))
                    .as("message")));
    return when(col("gone"), array().cast(type))
        .when(col("null_key"), nullKey.cast(type))
        .when(col("source_rows").gt(1), duplicate.cast(type))
        .otherwise(col("failures"));
  }

  /** Names of the fields to send; null where all are sent. */
  private Column sentFields() {
    Set<String> always = new LinkedHashSet<>(request.identityFields());
    always.addAll(request.mapping().keyFields());
    Column identity =
        always.isEmpty()
            ? array().cast(NAMES)
            : array(always.stream().map(name -> lit(name)).toArray(Column[]::new));
    Column changed = concat(col("difference.common"), col("difference.added"));
    Column sparse = when(lit(false), identity);
    if (request.full() || request.mode() == Mode.DELETE) {
      return sparse;
    }
    Column comparable = col("difference").isNotNull().and(size(col("failures")).equalTo(0));
    if (request.onMappingChange() == OnMappingChange.FIELDS) {
      sparse = when(comparable.and(onlyAdded()), array_union(identity, col("difference.added")));
    }
    if (request.send() == Send.CHANGED) {
      Column known =
          request.onMappingChange() == OnMappingChange.RESYNC
              ? comparable.and(not(olderMapping()))
              : comparable;
      Column all = when(known.and(size(changed).gt(0)), array_union(identity, changed));
      sparse = coalesce(sparse, all);
    }
    return sparse;
  }

  private Dataset<Row> quarantined(Dataset<Row> rows, Dataset<Row> letters) {
    if (letters == null) {
      return rows.withColumn("quarantined", lit(false));
    }
    Column byValidation = col("letter_stage").equalTo("validation");
    Dataset<Row> holding =
        letters
            .groupBy(
                col("key").as("letter_key"),
                col("row_hash").as("letter_hash"),
                col("stage").as("letter_stage"))
            .agg(max(col("status").equalTo("requeued")).as("requeued"))
            .where(not(col("requeued")))
            .groupBy("letter_key")
            .agg(
                collect_set(when(byValidation, col("letter_hash"))).as("by_validation"),
                collect_set(when(not(byValidation), col("letter_hash"))).as("by_destination"),
                max(col("letter_stage").equalTo("doubt")).as("in_doubt"));
    // What may have been created is not created again because its row changed since.
    Column creates = lit(request.mode() == Mode.INSERT || request.mode() == Mode.APPEND);
    return rows.join(holding, col("key").equalTo(col("letter_key")), "left_outer")
        .withColumn(
            "quarantined",
            coalesce(
                when(
                        size(col("failures")).gt(0),
                        array_contains(col("by_validation"), col("row_hash")))
                    .otherwise(
                        array_contains(col("by_destination"), col("row_hash"))
                            .or(creates.and(col("in_doubt")))),
                lit(false)));
  }

  private Dataset<Row> withColumns(Dataset<Row> rows) {
    Column invalid = size(col("failures")).gt(0);
    Column delete = col("op").equalTo("delete").and(not(invalid));
    Column sparse = col("sent_fields").isNotNull();
    UserDefinedFunction only =
        udf(
            (UDF2<String, Row, String>) (json, names) -> JsonFields.only(json, names.getList(0)),
            DataTypes.StringType);
    Masking masking = request.masking();
    UserDefinedFunction resealed =
        udf(
            (UDF2<byte[], Row, byte[]>)
                (payload, names) ->
                    payload == null
                        ? null
                        : masking.seal(JsonFields.only(masking.open(payload), names.getList(0))),
            DataTypes.BinaryType);
    Column op =
        when(col("gone"), lit("delete"))
            .otherwise(
                lit(
                    switch (request.mode()) {
                      case UPSERT, MIRROR -> "upsert";
                      case UPDATE -> "update";
                      case INSERT, APPEND -> "insert";
                      case DELETE -> "delete";
                    }));
    Column nothing = lit(null).cast(DataTypes.StringType);
    Column shown = when(col("gone"), nothing).otherwise(col("fields"));
    Column kept = coalesce(col("kept"), col("fields"));
    return rows.withColumn("op", op)
        .select(
            when(col("quarantined"), lit(QUARANTINED))
                .when(invalid, lit(Outbox.INVALID))
                .otherwise(lit(Outbox.PLANNED))
                .as("disposition"),
            col("op"),
            col("key"),
            col("source_key"),
            col("row_hash"),
            when(delete, nothing)
                .when(sparse, only.apply(kept, struct(col("sent_fields"))))
                .otherwise(when(col("gone"), nothing).otherwise(kept))
                .as("payload"),
            when(delete.or(sparse).or(col("kept").isNotNull()), shown).as("fields"),
            when(delete, lit(null).cast(DataTypes.BinaryType))
                .when(sparse, resealed.apply(col("sealed"), struct(col("sent_fields"))))
                .otherwise(col("sealed"))
                .as("sealed"),
            col("held_fields").as("previous"),
            when(
                    col("difference").isNotNull(),
                    concat(col("difference.common"), col("difference.added")))
                .as("changed_fields"),
            col("held_id").as("destination_id"),
            coalesce(col("held_run"), lit("")).as("basis"),
            col("source_updated_at"),
            when(size(col("waits")).gt(0), col("waits")).otherwise(col("failures")).as("failures"),
            col("source_rows"),
            lit(request.mapping().fingerprint()).as("mapping_fingerprint"),
            col("gone"));
  }

  /** The outbox's columns that these rows fill. */
  static Column[] columns(StructType keySchema) {
    return Stream.of(Outbox.schema(keySchema).fieldNames())
        .filter(name -> !name.equals("run_id") && !name.equals("planned_at"))
        .map(name -> col(name))
        .toArray(Column[]::new);
  }
}

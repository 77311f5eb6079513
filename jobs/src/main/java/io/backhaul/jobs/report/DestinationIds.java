/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.state.DeliveredIds;
import io.backhaul.jobs.ledger.Ledger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What the destination of a sync calls its records, as the sync's state has it. */
public final class DestinationIds {

  private static final String POSITION = "_position";
  private static final String IN_STATE = "_in_state";

  private final Ledger ledger;
  private final String tenant;
  private final String sync;

  public DestinationIds(Ledger ledger, String tenant, String sync) {
    this.ledger = ledger;
    this.tenant = tenant;
    this.sync = sync;
  }

  /**
   * One record.
   *
   * @param key as canonical JSON, as in the ledger's tables
   * @param destinationId {@code null} where the destination gave none, or the key is not in state
   * @param syncedAt when the destination last acknowledged the record; {@code null} where the key
   *     is not in state
   */
  public record Known(String key, String destinationId, Instant syncedAt) {

    /** Whether the destination has confirmed a record with this key. */
    public boolean inState() {
      return syncedAt != null;
    }
  }

  /** Keys that cannot be those of the sync, with what they should look like. */
  public static final class UnreadableKeyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private UnreadableKeyException(String message) {
      super(message);
    }
  }

  /** Those with the lowest keys; none where the sync has delivered nothing yet. */
  public List<Known> first(int limit) {
    return ids()
        .map(
            ids ->
                known(
                    ids.keys(),
                    ids.rows()
                        .orderBy(columns(ids.keys()))
                        .limit(limit)
                        .withColumn(POSITION, lit(0))
                        .withColumn(IN_STATE, lit(true))))
        .orElse(List.of());
  }

  /**
   * Those with these keys, in their order.
   *
   * @param keys each as JSON, such as {@code {"shop":"de","nr":17}}, or, of a key of one column,
   *     its value alone
   * @throws UnreadableKeyException if they are not of the types that the sync's key has
   */
  public List<Known> of(List<String> keys) {
    return ids()
        .map(ids -> known(ids.keys(), found(ids, asked(ids.keys(), keys))))
        .orElseGet(() -> keys.stream().map(key -> new Known(key, null, null)).toList());
  }

  private Optional<DeliveredIds> ids() {
    return DeliveredIds.of(ledger.spark(), ledger.state(tenant, sync));
  }

  /** Position and key columns. Keys go into rows, not into the query, which Spark may log. */
  private Dataset<Row> asked(StructType keys, List<String> written) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < written.size(); i++) {
      rows.add(RowFactory.create(i, written.get(i), written.get(i).strip().startsWith("{")));
    }
    StructType schema =
        new StructType()
            .add(POSITION, DataTypes.IntegerType)
            .add("_written", DataTypes.StringType)
            .add("_is_json", DataTypes.BooleanType);
    Column read = from_json(col("_written"), keys, Map.of("timeZone", "UTC"));
    StructField first = keys.fields()[0];
    Column alone =
        keys.size() > 1
            ? lit(null).cast(keys)
            : struct(col("_written").cast(first.dataType()).as(first.name()));
    Dataset<Row> parsed =
        ledger
            .spark()
            .createDataFrame(rows, schema)
            .withColumn("_key", when(col("_is_json"), read).otherwise(alone))
            .select(
                Stream.concat(
                        Stream.of(col(POSITION)),
                        Stream.of(keys.fieldNames())
                            .map(name -> col("_key").getField(name).as(name)))
                    .toArray(Column[]::new));
    refuseUnreadable(keys, parsed, written);
    return parsed;
  }

  private void refuseUnreadable(StructType keys, Dataset<Row> parsed, List<String> written) {
    Column unreadable =
        Stream.of(columns(keys)).map(Column::isNull).reduce(Column::or).orElseThrow();
    List<String> wrong =
        parsed.where(unreadable).select(POSITION).orderBy(POSITION).collectAsList().stream()
            .map(row -> written.get(row.getInt(0)))
            .toList();
    if (!wrong.isEmpty()) {
      throw new UnreadableKeyException(
          "%s is no key of %s/%s, which is %s"
              .formatted(String.join(", ", wrong), tenant, sync, shape(keys)));
    }
  }

  private static String shape(StructType keys) {
    List<String> parts =
        Stream.of(keys.fields())
            .map(key -> "\"" + key.name() + "\":<" + key.dataType().simpleString() + ">")
            .toList();
    return (keys.size() > 1 ? "" : "<" + keys.fields()[0].dataType().simpleString() + "> or ")
        + "{"
        + String.join(",", parts)
        + "}";
  }

  private static Dataset<Row> found(DeliveredIds ids, Dataset<Row> asked) {
    String[] names = ids.keys().fieldNames();
    List<Column> renamed = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      renamed.add(quoted(names[i]).as("_held_" + i));
    }
    renamed.add(col("destination_id"));
    renamed.add(col("synced_at"));
    Column same =
        IntStream.range(0, names.length)
            .mapToObj(i -> quoted(names[i]).equalTo(col("_held_" + i)))
            .reduce(Column::and)
            .orElseThrow();
    return asked
        .join(ids.rows().select(renamed.toArray(Column[]::new)), same, "left_outer")
        .withColumn(IN_STATE, col("_held_0").isNotNull());
  }

  /**
   * A mapping writes keys as those of the ledger are written; what its field is does not matter.
   */
  private List<Known> known(StructType keys, Dataset<Row> rows) {
    MappingSpec keysOnly =
        new MappingSpec(
            List.of(keys.fieldNames()),
            null,
            List.of(new FieldMapping.FromColumn("id", "destination_id")),
            Set.of());
    Mapping mapping = Mapping.resolve(ledger.spark(), keysOnly, List.of(), rows.schema());
    return mapping
        .rendered(mapping.hashed(rows, POSITION, IN_STATE, "destination_id", "synced_at"), null)
        .orderBy(
            Stream.concat(
                    Stream.of(col(POSITION)),
                    Stream.of(keys.fieldNames()).map(name -> col("source_key").getField(name)))
                .toArray(Column[]::new))
        .select("key", IN_STATE, "destination_id", "synced_at")
        .collectAsList()
        .stream()
        .map(
            row ->
                row.getBoolean(1)
                    ? new Known(row.getString(0), row.getString(2), row.getTimestamp(3).toInstant())
                    : new Known(row.getString(0), null, null))
        .toList();
  }

  private static Column[] columns(StructType keys) {
    return Stream.of(keys.fieldNames()).map(DestinationIds::quoted).toArray(Column[]::new);
  }

  private static Column quoted(String name) {
    return col("`" + name + "`");
  }
}

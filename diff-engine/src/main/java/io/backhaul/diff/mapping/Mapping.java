/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.backhaul.diff.validation.FieldRule;
import io.backhaul.diff.validation.Validation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A {@link MappingSpec} that is known to fit its source: it makes every source row comparable
 * ({@link #hashed}) and the few that changed sendable ({@link #rendered}). Immutable.
 */
public final class Mapping {

  private static final String RULE_INPUTS = "rule_inputs";

  /** What {@link #rendered} takes in and does not hand on. */
  private static final Set<String> MADE_INTO_OTHERS =
      Set.of("mapped", RULE_INPUTS, Lookups.UNRESOLVED);

  private final Resolved resolved;

  /**
   * What a spec came to on its source; {@code values}, {@code fields} run in mapping order, and
   * values that are looked up are null in {@code values}.
   */
  record Resolved(
      StructType keySchema,
      List<Column> keyValues,
      StructType fields,
      List<Column> values,
      Column updatedAt,
      Set<String> pii,
      Set<String> keyFields,
      List<FieldRule> rules,
      List<Column> predicates,
      Lookups lookups,
      Set<String> functions,
      String fingerprint) {}

  Mapping(Resolved resolved) {
    this.resolved = resolved;
  }

  /**
   * Checks a spec against a source's schema; no row is read and no job runs. Its lookups find
   * nothing.
   *
   * @throws MappingException with every problem at once
   */
  public static Mapping resolve(
      SparkSession spark, MappingSpec spec, List<FieldRule> rules, StructType sourceSchema) {
    return resolve(spark, spec, rules, sourceSchema, Map.of());
  }

  /**
   * Checks a spec against a source's schema; no row is read and no job runs.
   *
   * @param ids from a sync's name to its ids, of {@link MappingSpec#lookedUp}; those that are not
   *     there have delivered nothing yet
   * @throws MappingException with every problem at once
   */
  public static Mapping resolve(
      SparkSession spark,
      MappingSpec spec,
      List<FieldRule> rules,
      StructType sourceSchema,
      Map<String, LookupIds> ids) {
    return new MappingResolver(spark, spec, rules, sourceSchema, ids).resolve();
  }

  /**
   * 32 hex digits that stand for the field names, what they are made from, their types and the
   * version of the row hash; not for validation rules. Two mappings with one fingerprint give equal
   * rows equal hashes.
   */
  public String fingerprint() {
    return resolved.fingerprint();
  }

  /** The key columns with their native types, named as in the spec. */
  public StructType keySchema() {
    return resolved.keySchema();
  }

  /** The destination fields, in mapping order. */
  public List<String> fieldNames() {
    return List.of(resolved.fields().fieldNames());
  }

  /** The destination fields with their types, in mapping order. */
  public StructType fields() {
    return resolved.fields();
  }

  /** The destination fields that take a key column as it is; they identify the record. */
  public Set<String> keyFields() {
    return resolved.keyFields();
  }

  /** Functions that are not Spark's own and expressions may use all the same, in lower case. */
  public Set<String> functions() {
    return resolved.functions();
  }

  /** Whether any field is personal, so that rendering needs masking keys. */
  public boolean hasPii() {
    return !resolved.pii().isEmpty();
  }

  /**
   * Every source row as: {@code source_key} (struct of the key columns), {@code row_hash} (bigint,
   * never null), {@code mapped} (struct of the typed fields), {@code source_updated_at} (timestamp;
   * null without such a column), {@code rule_inputs} (what the rules of kind {@code expr} say of
   * the source row; only if there are any), {@code unresolved} (the fields whose lookup found no
   * id, so that their value is not known; only if there are lookups). Nothing is rendered, so that
   * a filter on key and hash leaves the work of {@link #rendered} to the rows that remain.
   *
   * @param passing source columns to have besides, whose names are none of these
   */
  public Dataset<Row> hashed(Dataset<Row> source, String... passing) {
    List<DataType> types = new ArrayList<>();
    List<Column> flat = new ArrayList<>();
    List<Column> computed = new ArrayList<>();
    List<Column> named = new ArrayList<>();
    flat.add(struct(resolved.keyValues().toArray(Column[]::new)).as("source_key"));
    flat.add(resolved.updatedAt().as("source_updated_at"));
    if (!resolved.predicates().isEmpty()) {
      flat.add(array(resolved.predicates().toArray(Column[]::new)).as(RULE_INPUTS));
    }
    StructField[] fields = resolved.fields().fields();
    for (int i = 0; i < fields.length; i++) {
      String position = "_" + i;
      if (!resolved.lookups().has(i)) {
        flat.add(resolved.values().get(i).as(position));
      }
      types.add(fields[i].dataType());
      computed.add(col(position));
      named.add(col(position).as(fields[i].name()));
    }
    flat.addAll(resolved.lookups().wanted());
    for (String name : passing) {
      flat.add(col(name));
    }
    List<Column> hashed = new ArrayList<>();
    hashed.add(col("source_key"));
    hashed.add(resolved.lookups().hash(RowHash.of(fingerprint(), types, computed)).as("row_hash"));
    hashed.add(mapped(named).as("mapped"));
    hashed.add(col("source_updated_at"));
    if (!resolved.predicates().isEmpty()) {
      hashed.add(col(RULE_INPUTS));
    }
    if (!resolved.lookups().areNone()) {
      hashed.add(resolved.lookups().unresolved());
    }
    for (String name : passing) {
      hashed.add(col(name));
    }
    return resolved
        .lookups()
        .joined(source.select(flat.toArray(Column[]::new)))
        .select(hashed.toArray(Column[]::new));
  }

  /** Spark has no rows with a struct without fields, unless it may be null. */
  private static Column mapped(List<Column> fields) {
    return fields.isEmpty()
        ? when(col("source_key").isNotNull(), struct())
        : struct(fields.toArray(Column[]::new));
  }

  /** The source columns that the row hash depends on, in the source's order. */
  public List<String> hashedColumns(Dataset<Row> source) {
    List<Column> hashed = new ArrayList<>(resolved.values());
    hashed.addAll(resolved.lookups().keys());
    return UsedColumns.of(source, hashed);
  }

  /**
   * What each field is made of, in mapping order; no job runs.
   *
   * @param spec the one that this mapping was resolved from
   */
  public List<FieldOrigin> origins(MappingSpec spec, Dataset<Row> source) {
    List<FieldOrigin> origins = new ArrayList<>();
    for (int i = 0; i < spec.fields().size(); i++) {
      FieldMapping field = spec.fields().get(i);
      Column value = resolved.values().get(i);
      List<Column> from = resolved.lookups().has(i) ? resolved.lookups().keyOf(i) : List.of(value);
      origins.add(
          new FieldOrigin(
              field.field(),
              UsedColumns.of(source, from),
              field instanceof FieldMapping.FromColumn,
              UsedColumns.hidden(source, value)));
    }
    return origins;
  }

  /** The source columns that {@link #hashed} looks at, in the source's order. */
  public List<String> usedColumns(Dataset<Row> source) {
    List<Column> used = new ArrayList<>(resolved.keyValues());
    used.addAll(resolved.values());
    used.addAll(resolved.lookups().keys());
    used.addAll(resolved.predicates());
    used.add(resolved.updatedAt());
    return UsedColumns.of(source, used);
  }

  /**
   * Replaces {@code mapped} by {@code key} (canonical JSON of {@code source_key}), {@code fields}
   * (JSON of all mapped fields; personal values as pseudonyms), {@code kept} (the same with
   * personal values under {@link Masking#fieldSeal}; null without one or without such fields),
   * {@code sealed} (the same JSON in clear, encrypted; null where the mapping has no personal
   * field), {@code failures} (array of field, rule, message; messages hold no value) and {@code
   * waits} (the same of lookups that found no id yet and may find one). Other columns pass through
   * but {@code unresolved}. Where {@code mapped} is null only {@code key} is filled, and {@code
   * failures} and {@code waits} are empty.
   *
   * @param changed has at least {@code source_key} and {@code mapped} as {@link #hashed} made them
   * @param masking keys for personal fields; may be {@code null} where {@link #hasPii} is false
   */
  public Dataset<Row> rendered(Dataset<Row> changed, Masking masking) {
    PayloadWriter writer =
        new PayloadWriter(resolved.keySchema(), resolved.fields(), resolved.pii(), masking);
    List<Column> passing =
        Arrays.stream(changed.columns())
            .filter(name -> !MADE_INTO_OTHERS.contains(name))
            .map(name -> col("`" + name + "`"))
            .toList();
    List<Column> written = new ArrayList<>(passing);
    written.add(Rendering.of(writer, col("source_key"), col("mapped")).as("_written"));
    written.add(whereMapped(broken()).as("_broken"));
    written.add(whereMapped(resolved.lookups().waits()).as("_waits"));
    List<Column> rendered = new ArrayList<>(passing);
    rendered.add(col("_written.key"));
    rendered.add(col("_written.fields"));
    rendered.add(col("_written.kept"));
    rendered.add(col("_written.sealed"));
    rendered.add(concat(col("_broken"), col("_written.defects")).as("failures"));
    rendered.add(col("_waits").as("waits"));
    return changed.select(written.toArray(Column[]::new)).select(rendered.toArray(Column[]::new));
  }

  private Column broken() {
    StructType fields = resolved.fields();
    List<Column> holds =
        IntStream.range(0, resolved.predicates().size())
            .mapToObj(i -> element_at(col(RULE_INPUTS), i + 1))
            .toList();
    Column broken =
        Validation.failures(
            resolved.rules(),
            field -> fields.apply(field).dataType(),
            field -> col("mapped").getField(field),
            holds);
    return resolved.lookups().areNone()
        ? broken
        : concat(resolved.lookups().judged(broken), resolved.lookups().failures());
  }

  private static Column whereMapped(Column failures) {
    Column none = array().cast(DataTypes.createArrayType(Validation.FAILURE));
    return when(col("mapped").isNull(), none).otherwise(failures);
  }
}

/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.backhaul.diff.validation.FieldRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** Resolves one spec against one source schema and collects what does not fit. Used once. */
final class MappingResolver {

  private final MappingSpec spec;
  private final List<FieldRule> rules;
  private final SourceColumns source;
  private final Dataset<Row> empty;
  private final List<MappingProblem> problems = new ArrayList<>();

  MappingResolver(
      SparkSession spark, MappingSpec spec, List<FieldRule> rules, StructType sourceSchema) {
    this.spec = spec;
    this.rules = List.copyOf(rules);
    this.source = new SourceColumns(sourceSchema);
    this.empty = spark.createDataFrame(List.of(), sourceSchema);
  }

  Mapping resolve() {
    StructType keySchema = new StructType();
    List<Column> keyValues = new ArrayList<>();
    for (String name : spec.key()) {
      Optional<SourceColumns.Found> found = find("key", name);
      if (found.isPresent()) {
        keySchema = keySchema.add(name, keyType(name, found.get().type()), true);
        keyValues.add(found.get().column().as(name));
      }
    }
    Column updatedAt = updatedAt();
    StructType fields = new StructType();
    List<Column> values = new ArrayList<>();
    for (FieldMapping field : spec.fields()) {
      Optional<SourceColumns.Found> found = value(field);
      if (found.isPresent()) {
        fields = fields.add(field.field(), found.get().type(), true);
        values.add(found.get().column());
      }
    }
    checkNames();
    if (!problems.isEmpty()) {
      throw new MappingException(problems);
    }
    return new Mapping(
        new Mapping.Resolved(
            keySchema,
            keyValues,
            fields,
            values,
            updatedAt,
            spec.pii(),
            keyFields(),
            Fingerprint.of(spec.fields(), fields)));
  }

  private Set<String> keyFields() {
    Set<String> fields = new LinkedHashSet<>();
    for (FieldMapping field : spec.fields()) {
      if (field instanceof FieldMapping.FromColumn straight
          && spec.key().stream().anyMatch(straight.column()::equalsIgnoreCase)) {
        fields.add(straight.field());
      }
    }
    return fields;
  }

  private void checkNames() {
    List<String> names = spec.fields().stream().map(FieldMapping::field).toList();
    Map<String, String> seen = new HashMap<>();
    for (String name : names) {
      String other = seen.put(name.toLowerCase(Locale.ROOT), name);
      if (other != null) {
        problems.add(
            MappingProblem.of(
                "mapping." + name,
                other.equals(name)
                    ? "this field is mapped twice; keep one"
                    : "this field differs from `" + other + "` only by case; rename one"));
      }
    }
    for (String name : spec.pii()) {
      if (!names.contains(name)) {
        problems.add(
            new MappingProblem(
                "pii", "`" + name + "` is not a mapped field", NearestNames.to(name, names)));
      }
    }
    for (FieldRule rule : rules) {
      if (!names.contains(rule.field())) {
        problems.add(
            new MappingProblem(
                "validate." + rule.field(),
                "`" + rule.field() + "` is not a mapped field",
                NearestNames.to(rule.field(), names)));
      }
    }
  }

  private DataType keyType(String name, DataType type) {
    boolean fit =
        type instanceof StringType
            || type instanceof IntegralType
            || type instanceof DecimalType
            || type instanceof DateType
            || type instanceof TimestampType
            || type instanceof TimestampNTZType
            || type instanceof BooleanType
            || type instanceof BinaryType;
    if (!fit) {
      problems.add(
          MappingProblem.of(
              "key",
              "column `"
                  + name
                  + "` is a "
                  + type.simpleString()
                  + ", which does not identify a row; use a text, whole number, decimal, date,"
                  + " timestamp, boolean or binary column, or cast it in the source's query"));
    }
    return type;
  }

  private Column updatedAt() {
    if (spec.updatedAt() == null) {
      return lit(null).cast(DataTypes.TimestampType);
    }
    Optional<SourceColumns.Found> found = find("updated_at", spec.updatedAt());
    if (found.isEmpty()) {
      return null;
    }
    Column column = found.get().column();
    DataType type = found.get().type();
    if (type instanceof TimestampType) {
      return column;
    }
    // Values without a zone are read as UTC whatever the session's zone is.
    if (type instanceof TimestampNTZType) {
      return concat(column.cast(DataTypes.StringType), lit("Z")).cast(DataTypes.TimestampType);
    }
    if (type instanceof DateType) {
      return concat(column.cast(DataTypes.StringType), lit(" 00:00:00Z"))
          .cast(DataTypes.TimestampType);
    }
    problems.add(
        MappingProblem.of(
            "updated_at",
            "column `"
                + spec.updatedAt()
                + "` is a "
                + type.simpleString()
                + "; use a timestamp or date column, or cast it in the source's query"));
    return null;
  }

  private Optional<SourceColumns.Found> value(FieldMapping field) {
    String path = "mapping." + field.field();
    if (field instanceof FieldMapping.FromColumn from) {
      return find(path, from.column());
    }
    if (field instanceof FieldMapping.FromExpression from) {
      Column column = expr(from.expression());
      StructField only = empty.select(column).schema().fields()[0];
      return Optional.of(new SourceColumns.Found(column, only.dataType()));
    }
    Column constant = lit(((FieldMapping.Constant) field).value());
    return Optional.of(
        new SourceColumns.Found(constant, empty.select(constant).schema().fields()[0].dataType()));
  }

  private Optional<SourceColumns.Found> find(String path, String name) {
    Optional<SourceColumns.Found> found = source.find(name);
    if (found.isEmpty()) {
      problems.add(
          new MappingProblem(
              path, "the source has no column `" + name + "`", source.nearest(name)));
    }
    return found;
  }
}

/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;

import io.backhaul.diff.validation.FieldRule;
import io.backhaul.diff.validation.Rule;
import io.backhaul.diff.validation.RuleFit;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** Resolves one spec against one source schema and collects what does not fit. Used once. */
final class MappingResolver {

  /** What Parquet, and so Delta without column mapping, has no place for in a name. */
  private static final Pattern NOT_IN_DELTA = Pattern.compile("[ ,;{}()\\n\\t=.`]");

  private final MappingSpec spec;
  private final List<FieldRule> rules;
  private final SourceColumns source;
  private final ExpressionGuard guard;
  private final Map<String, LookupIds> ids;
  private final List<Lookups.One> lookups = new ArrayList<>();
  private final List<MappingProblem> problems = new ArrayList<>();

  MappingResolver(
      SparkSession spark,
      MappingSpec spec,
      List<FieldRule> rules,
      StructType sourceSchema,
      Map<String, LookupIds> ids) {
    this.ids = ids;
    this.spec = spec;
    this.rules = List.copyOf(rules);
    this.source = new SourceColumns(sourceSchema);
    this.guard = new ExpressionGuard(spark, sourceSchema, spec.functions());
  }

  Mapping resolve() {
    StructType keySchema = new StructType();
    List<Column> keyValues = new ArrayList<>();
    for (String name : spec.key()) {
      Optional<SourceColumns.Found> found = find("key", name);
      if (found.isPresent() && keyName(name)) {
        // keys that differ are two records, whatever collation the source compares them by
        SourceColumns.Found key =
            RowHash.isCollated(found.get().type())
                ? new SourceColumns.Found(
                    found.get().column().cast(DataTypes.StringType), DataTypes.StringType)
                : found.get();
        keySchema = keySchema.add(name, keyType(name, key.type()), true);
        keyValues.add(key.column().as(name));
      }
    }
    Column updatedAt = updatedAt();
    StructType fields = new StructType();
    List<Column> values = new ArrayList<>();
    for (FieldMapping field : spec.fields()) {
      Optional<SourceColumns.Found> found = value(field);
      if (found.isPresent() && sendable(field.field(), found.get().type())) {
        fields = fields.add(field.field(), found.get().type(), true);
        values.add(found.get().column());
      }
    }
    checkNames();
    List<Column> predicates = checkRules(fields);
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
            rules,
            predicates,
            new Lookups(lookups),
            spec.functions(),
            Fingerprint.of(spec.fields(), fields)));
  }

  private Set<String> keyFields() {
    return spec.key().stream()
        .flatMap(this::keyFields)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The fields that take a key column as it is. */
  private Stream<String> keyFields(String key) {
    return spec.fields().stream()
        .filter(
            field ->
                field instanceof FieldMapping.FromColumn straight
                    && straight.column().equalsIgnoreCase(key))
        .map(FieldMapping::field);
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

  /** What the rules of kind {@code expr} say, in their order. */
  private List<Column> checkRules(StructType fields) {
    List<Column> predicates = new ArrayList<>();
    List<String> resolved = List.of(fields.fieldNames());
    for (FieldRule each : rules) {
      String path = "validate." + each.field();
      if (each.rule() instanceof Rule.Expr rule) {
        expression(path, rule.predicate())
            .ifPresent(
                found -> {
                  if (!(found.type() instanceof BooleanType)) {
                    problems.add(
                        MappingProblem.of(
                            path,
                            "`"
                                + rule.predicate()
                                + "` is a "
                                + found.type().simpleString()
                                + "; a rule is true or false"));
                  }
                  predicates.add(found.column());
                });
      } else if (resolved.contains(each.field())) {
        RuleFit.misfit(each.rule(), fields.apply(each.field()).dataType())
            .ifPresent(
                misfit ->
                    problems.add(new MappingProblem(path, misfit.problem(), misfit.candidates())));
      }
    }
    return predicates;
  }

  private boolean sendable(String field, DataType type) {
    Optional<DataType> unsayable = JsonTypes.unsayable(type);
    unsayable.ifPresent(
        part ->
            problems.add(
                MappingProblem.of(
                    "mapping." + field,
                    "a value of type "
                        + part.simpleString()
                        + " has no form in JSON; cast it with `expr`")));
    return unsayable.isEmpty();
  }

  /** A key column becomes a column of a Delta table, and part of a key that stands in clear. */
  private boolean keyName(String name) {
    String problem = null;
    if (spec.key().stream().filter(name::equalsIgnoreCase).count() > 1) {
      problem = "is named twice";
    } else if (!source.has(name) || NOT_IN_DELTA.matcher(name).find()) {
      problem = "has no plain name; give it one in the source's query";
    } else if (keyFields(name).anyMatch(spec.pii()::contains)) {
      problem =
          "is personal (pii), and keys stand in clear in every table; use another column, or a hash"
              + " of it made in the source's query";
    }
    if (problem != null) {
      problems.add(MappingProblem.of("key", "column `" + name + "` " + problem));
    }
    return problem == null;
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
      return expression(path, from.expression());
    }
    if (field instanceof FieldMapping.FromLookup from) {
      return lookup(path, from);
    }
    return Optional.of(constant(((FieldMapping.Constant) field).value()));
  }

  /** The value itself comes of a join; here it has a type and no more. */
  private Optional<SourceColumns.Found> lookup(String path, FieldMapping.FromLookup from) {
    return new LookupResolver(
            ids,
            part -> part.isExpression() ? expression(path, part.text()) : find(path, part.text()),
            problem -> problems.add(MappingProblem.of(path, problem)))
        .resolve(from, spec.fields().indexOf(from))
        .map(
            one -> {
              lookups.add(one);
              return new SourceColumns.Found(
                  lit(null).cast(DataTypes.StringType), DataTypes.StringType);
            });
  }

  private Optional<SourceColumns.Found> expression(String path, String text) {
    ExpressionGuard.Verdict verdict = guard.check(text);
    if (verdict instanceof ExpressionGuard.Refused refused) {
      problems.add(new MappingProblem(path, refused.problem(), refused.candidates()));
      return Optional.empty();
    }
    ExpressionGuard.Accepted accepted = (ExpressionGuard.Accepted) verdict;
    return Optional.of(new SourceColumns.Found(accepted.column(), accepted.type()));
  }

  private static SourceColumns.Found constant(Serializable value) {
    if (value == null) {
      return new SourceColumns.Found(lit(null), DataTypes.NullType);
    }
    Column column = lit(value);
    if (value instanceof String) {
      return new SourceColumns.Found(column, DataTypes.StringType);
    }
    if (value instanceof Long) {
      return new SourceColumns.Found(column, DataTypes.LongType);
    }
    if (value instanceof Double) {
      return new SourceColumns.Found(column, DataTypes.DoubleType);
    }
    return new SourceColumns.Found(lit((Boolean) value), DataTypes.BooleanType);
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

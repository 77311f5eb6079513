/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.diff.reach.JdbcQueryGuard;
import io.backhaul.diff.reach.JdbcUrlGuard;
import io.backhaul.diff.reach.QueryGuard;
import io.backhaul.diff.reach.Reach;
import io.backhaul.diff.source.SourceSpec;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.StructType;

/** Reads {@code source}. */
final class SourceReader {

  static final Pattern PASSWORD =
      Pattern.compile("[?&;]\\s*(password|pwd)\\s*=|//[^/@]*:[^/@]*@", Pattern.CASE_INSENSITIVE);

  /** Spark's options of what is in a file, rather than of where it is or how it is reached. */
  static final Set<String> TENANTS_OPTIONS =
      Set.of(
          "header",
          "sep",
          "delimiter",
          "encoding",
          "charset",
          "quote",
          "escape",
          "comment",
          "chartoescapequoteescaping",
          "ignoreleadingwhitespace",
          "ignoretrailingwhitespace",
          "nullvalue",
          "emptyvalue",
          "nanvalue",
          "positiveinf",
          "negativeinf",
          "dateformat",
          "timestampformat",
          "timestampntzformat",
          "timezone",
          "locale",
          "multiline",
          "linesep",
          "mode",
          "columnnameofcorruptrecord",
          "inferschema",
          "prefersdate",
          "samplingratio",
          "enforceschema",
          "maxcolumns",
          "maxcharspercolumn",
          "unescapedquotehandling",
          "primitivesasstring",
          "prefersdecimal",
          "allowcomments",
          "allowunquotedfieldnames",
          "allowsinglequotes",
          "allownumericleadingzeros",
          "allownonnumericnumbers",
          "allowbackslashescapinganycharacter",
          "allowunquotedcontrolchars",
          "dropfieldifallnull",
          "mergeschema",
          "datetimerebasemode",
          "int96rebasemode",
          "recursivefilelookup",
          "pathglobfilter",
          "modifiedbefore",
          "modifiedafter");

  private final Checks checks;
  private final Path base;
  private final Reach reach;
  private final Set<String> named;

  /**
   * @param reach of the tenant, or {@code null} where there are no tenants
   * @param named every value that a secret reference of the file named
   */
  SourceReader(Checks checks, Path base, Reach reach, Set<String> named) {
    this.checks = checks;
    this.base = base;
    this.reach = reach;
    this.named = named;
  }

  /** The source, or empty if a problem was found in it, now or earlier. */
  Optional<SourceSpec> read(ObjectNode source) {
    if (source == null || !source.has("type")) {
      return Optional.empty();
    }
    String type = source.get("type").textValue();
    return switch (type) {
      case "delta" -> delta(source);
      case "jdbc" -> jdbc(source);
      case "snowflake" -> Optional.of(new SnowflakeSourceReader(checks, reach).read(source));
      case "sql" -> text(source, "query").map(this::sql);
      case "dbt" -> Optional.empty(); // a problem was found in it
      case "spark" -> new SparkSourceReader(checks, this, reach, named).read(source);
      default -> files(type, source);
    };
  }

  private Optional<SourceSpec> delta(ObjectNode source) {
    checks.exactlyOne("source", "path", "table");
    return Optional.of(new SourceSpec.Delta(path(source).orElse(null), table(source).orElse(null)));
  }

  private SourceSpec sql(String query) {
    refuse("source.query", QueryGuard.refusal(query, reach));
    return new SourceSpec.Sql(query, reach);
  }

  /** Of a tenant the full name, so that the table that was allowed is the one that is read. */
  Optional<String> table(ObjectNode source) {
    Optional<String> table = text(source, "table");
    if (reach == null || table.isEmpty()) {
      return table;
    }
    Optional<String> refusal = QueryGuard.tableRefusal(table.get(), reach);
    refuse("source.table", refusal);
    return refusal.isPresent() ? Optional.empty() : table.map(QueryGuard::fullName);
  }

  private Optional<SourceSpec> files(String format, ObjectNode source) {
    String schema = text(source, "schema").orElse(null);
    if (schema != null) {
      checkDdl(schema);
    }
    Map<String, String> options = options(source);
    checkOptions(options.keySet());
    return path(source).map(path -> new SourceSpec.Files(format, path, schema, options));
  }

  private Optional<SourceSpec> jdbc(ObjectNode source) {
    checks.exactlyOne("source", "table", "query");
    Optional<String> url = text(source, "url");
    if (url.isPresent() && !url.get().startsWith("jdbc:")) {
      checks.problem("source.url", "expected a JDBC URL such as jdbc:postgresql://host/database");
    }
    if (url.isPresent() && PASSWORD.matcher(url.get()).find()) {
      checks.problem(
          "source.url", "a password cannot stand in the URL; name it with source.password");
    }
    url.ifPresent(address -> refuse("source.url", JdbcUrlGuard.refusal(address, reach)));
    if (reach != null) {
      text(source, "table")
          .ifPresent(table -> refuse("source.table", JdbcQueryGuard.tableRefusal(table)));
      text(source, "query")
          .ifPresent(query -> refuse("source.query", JdbcQueryGuard.queryRefusal(query)));
    }
    if (source.has("partitions") && !source.has("partition_column")) {
      checks.problem(
          "source.partitions",
          "partitions need source.partition_column, the column that tells them apart");
    }
    return url.map(
        address ->
            new SourceSpec.Jdbc(
                address,
                text(source, "user").orElse(null),
                text(source, "password").orElse(null),
                text(source, "table").orElse(null),
                text(source, "query").orElse(null),
                text(source, "partition_column").orElse(null),
                source.has("partitions") ? source.get("partitions").intValue() : null));
  }

  /**
   * Parsing DDL needs Spark's parser, but no session; its exception is checked, unknown to Java.
   */
  private void checkDdl(String schema) {
    try {
      StructType.fromDDL(schema);
    } catch (Exception e) {
      checks.problem("source.schema", "is not Spark DDL such as id BIGINT, name STRING");
    }
  }

  Optional<String> path(ObjectNode source) {
    Optional<String> path =
        text(source, "path").flatMap(written -> checks.absolute("source.path", base, written));
    if (reach != null && path.isPresent() && !reach.paths().covers(path.get())) {
      checks.problem("source.path", reach.mayNot() + " read there; " + reach.remedy("paths"));
    }
    return path;
  }

  static Map<String, String> options(ObjectNode source) {
    Map<String, String> options = new HashMap<>();
    if (source.get("options") instanceof ObjectNode given) {
      given
          .fields()
          .forEachRemaining(option -> options.put(option.getKey(), option.getValue().asText("")));
    }
    return options;
  }

  /** Other options reach the file system's settings, its credentials and what it loads. */
  void checkOptions(Set<String> names) {
    if (reach != null) {
      onlyOptions(names, TENANTS_OPTIONS);
      return;
    }
    for (String name : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.equals("path") || lower.equals("paths")) {
        checks.problem("source.options." + name, "the path stands in source.path; leave this out");
      }
    }
  }

  /** Whether a tenant sets none but these options; a problem is added for each other one. */
  boolean onlyOptions(Set<String> names, Set<String> known) {
    boolean only = true;
    for (String name : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (!known.contains(lower)) {
        String problem = reach.mayNot() + " set this option; leave it out";
        checks.problem("source.options." + name, problem, lower, known);
        only = false;
      }
    }
    return only;
  }

  private void refuse(String path, Optional<String> refusal) {
    refusal.ifPresent(why -> checks.problem(path, why));
  }

  static Optional<String> text(ObjectNode source, String key) {
    return Optional.ofNullable(source.get(key)).map(node -> node.textValue());
  }
}

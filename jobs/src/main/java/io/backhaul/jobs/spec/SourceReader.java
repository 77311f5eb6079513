/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.diff.source.SourceSpec;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.StructType;

/** Reads {@code source}. */
final class SourceReader {

  private static final Pattern PASSWORD =
      Pattern.compile("[?&;]\\s*(password|pwd)\\s*=|//[^/@]*:[^/@]*@", Pattern.CASE_INSENSITIVE);

  private final Checks checks;
  private final Path base;

  SourceReader(Checks checks, Path base) {
    this.checks = checks;
    this.base = base;
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
      case "sql" -> text(source, "query").map(SourceSpec.Sql::new);
      default -> files(type, source);
    };
  }

  private Optional<SourceSpec> delta(ObjectNode source) {
    checks.exactlyOne("source", "path", "table");
    return Optional.of(
        new SourceSpec.Delta(path(source).orElse(null), text(source, "table").orElse(null)));
  }

  private Optional<SourceSpec> files(String format, ObjectNode source) {
    String schema = text(source, "schema").orElse(null);
    if (schema != null) {
      checkDdl(schema);
    }
    Map<String, String> options = new HashMap<>();
    if (source.get("options") instanceof ObjectNode given) {
      given
          .fields()
          .forEachRemaining(option -> options.put(option.getKey(), option.getValue().asText("")));
    }
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
    return url.map(
        address ->
            new SourceSpec.Jdbc(
                address,
                text(source, "user").orElse(null),
                text(source, "password").orElse(null),
                text(source, "table").orElse(null),
                text(source, "query").orElse(null),
                text(source, "partition_column").orElse(null)));
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

  private Optional<String> path(ObjectNode source) {
    return text(source, "path").map(path -> Checks.absolute(base, path));
  }

  private static Optional<String> text(ObjectNode source, String key) {
    return Optional.ofNullable(source.get(key)).map(node -> node.textValue());
  }
}

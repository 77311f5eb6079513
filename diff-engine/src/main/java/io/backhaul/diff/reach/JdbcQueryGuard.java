/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.analysis.UnresolvedTableValuedFunction;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ParsedStatement;

/**
 * Lets a tenant's JDBC table or query through only if it is one SELECT over tables of the database.
 * Which tables, is for the database to say: a tenant logs in as itself. A query in a dialect that
 * Spark does not read cannot be judged, and belongs into a view of the database.
 */
public final class JdbcQueryGuard {

  /** Functions by which a database reads and writes files, opens connections or runs programs. */
  private static final Set<String> OUTSIDE =
      Set.of(
          "pg_read_file",
          "pg_read_binary_file",
          "pg_ls_dir",
          "pg_stat_file",
          "lo_import",
          "lo_export",
          "lo_get",
          "dblink",
          "dblink_connect",
          "dblink_exec",
          "dblink_open",
          "query_to_xml",
          "database_to_xml",
          "pg_sleep",
          "load_file",
          "sys_exec",
          "sys_eval",
          "csvread",
          "csvwrite",
          "file_read",
          "file_write",
          "link_schema",
          "readfile",
          "writefile",
          "load_extension",
          "read_csv",
          "read_csv_auto",
          "read_parquet",
          "parquet_scan",
          "read_json",
          "read_json_auto",
          "read_text",
          "read_blob",
          "glob",
          "openrowset",
          "opendatasource",
          "openquery",
          "httpuritype",
          "url",
          "file",
          "s3",
          "remote",
          "jdbc",
          "odbc",
          "mysql",
          "postgresql",
          "executable");

  /** To MySQL some comments are statements, and to most databases a backslash is a character. */
  private static final Pattern AMBIGUOUS = Pattern.compile("/\\*|--|\\\\");

  private static final String PART =
      "([\\p{L}_][\\p{L}\\p{N}_$]*|\"[^\"`]+\"|`[^\"`]+`|\\[[^\\]]+\\])";

  private static final Pattern TABLE = Pattern.compile(PART + "(\\." + PART + "){0,3}");

  private JdbcQueryGuard() {}

  /** Why a table may not be named so; nothing if it may. */
  public static Optional<String> tableRefusal(String table) {
    return TABLE.matcher(table).matches()
        ? Optional.empty()
        : Optional.of("is not the plain name of a table; write schema.table, or use source.query");
  }

  /** Why a query may not be used, and what to do about it; nothing if it may. */
  public static Optional<String> queryRefusal(String query) {
    Optional<String> unreadable = QueryGuard.unreadable(query);
    if (unreadable.isPresent()) {
      return unreadable;
    }
    if (AMBIGUOUS.matcher(query).find()) {
      return unchecked("it holds a comment or a backslash, which databases read differently");
    }
    try {
      LogicalPlan plan = new CatalystSqlParser().parsePlan(query);
      if (plan.exists(n -> n instanceof Command || n instanceof ParsedStatement)
          || QueryGuard.runsCode(plan).isPresent()) {
        return Optional.of("is a statement, not a query; a source only reads: write a SELECT");
      }
      PlanParts parts = PlanParts.of(plan);
      if (parts.tables().stream().anyMatch(JdbcQueryGuard::isPath)) {
        return Optional.of("reads a file of the database's machine; name a table");
      }
      return functions(parts)
          .filter(name -> OUTSIDE.contains(lastPart(name)))
          .findFirst()
          .map(name -> "uses `" + name + "`, which reaches beyond the database; leave it out");
    } catch (Exception e) {
      // Spark's compiled Scala does not declare the checked exceptions that it throws.
      if (e instanceof SparkThrowable) {
        return unchecked(Said.by(e));
      }
      throw e;
    }
  }

  private static Stream<String> functions(PlanParts parts) {
    Stream<String> inFrom =
        parts.nodes().stream()
            .filter(UnresolvedTableValuedFunction.class::isInstance)
            .map(node -> ((UnresolvedTableValuedFunction) node).name().mkString("."));
    Stream<String> inRows =
        parts.expressions().stream()
            .filter(UnresolvedFunction.class::isInstance)
            .map(expression -> ((UnresolvedFunction) expression).nameParts().mkString("."));
    return Stream.concat(inFrom, inRows);
  }

  private static boolean isPath(UnresolvedRelation table) {
    return Names.of(table.multipartIdentifier()).stream().anyMatch(part -> part.contains("/"));
  }

  private static Optional<String> unchecked(String why) {
    return Optional.of(
        "cannot be checked (%s); make it a view of the database and name that in source.table"
            .formatted(why));
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}

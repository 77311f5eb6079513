/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.catalog;

import io.backhaul.diff.platform.Sequences;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.ParseException;

/**
 * Delta tables by name: {@code table}, {@code schema.table} or {@code catalog.schema.table}. Where
 * Delta takes a name itself, it knows two parts and asks Spark's own catalog, whichever one the
 * session is in.
 */
public final class DeltaNames {

  /** What Spark calls its own catalog. */
  private static final String SPARKS_OWN = "spark_catalog.";

  private static final int MOST_PARTS = 3;

  private DeltaNames() {}

  /**
   * The parts of a name, the table's own last.
   *
   * @throws IllegalArgumentException if it is not a name of up to three parts
   */
  public static List<String> parts(SparkSession spark, String name) {
    List<String> parts;
    try {
      parts = Sequences.list(spark.sessionState().sqlParser().parseMultipartIdentifier(name));
    } catch (ParseException e) {
      throw new IllegalArgumentException("not a table name: " + name, e);
    }
    if (parts.size() > MOST_PARTS) {
      throw new IllegalArgumentException("not a table name: " + name);
    }
    return parts;
  }

  /**
   * The name as a statement may hold it.
   *
   * @throws IllegalArgumentException if it is not a name of up to three parts
   */
  public static String quoted(SparkSession spark, String name) {
    return parts(spark, name).stream()
        .map(part -> "`" + part.replace("`", "``") + "`")
        .collect(Collectors.joining("."));
  }

  /**
   * The name as {@code DeltaTable} takes it: Delta up to 3.3 knows no third part, other than
   * Databricks'.
   */
  public static String forDeltaTable(String name) {
    return name.regionMatches(true, 0, SPARKS_OWN, 0, SPARKS_OWN.length())
        ? name.substring(SPARKS_OWN.length())
        : name;
  }
}
